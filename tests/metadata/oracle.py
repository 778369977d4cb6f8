"""The trainer's own way to its samples: pandas, each dataset written out."""

import json
import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

Args = Mapping[str, Any]
Filter = Callable[[pd.DataFrame, Args], pd.DataFrame]


def score(table: pd.DataFrame, args: Args) -> pd.DataFrame:
    return table[table["aesthetic_score"] >= args.get("min_aesthetic_score", 5.0)]


def sparse_structure(table: pd.DataFrame, args: Args) -> pd.DataFrame:
    return score(table[table["voxelized"]], args)


def old_structure_latent(table: pd.DataFrame, args: Args) -> pd.DataFrame:
    return score(table[table[f"ss_latent_{args['latent_model']}"]], args)


def few_voxels(table: pd.DataFrame, args: Args) -> pd.DataFrame:
    return table[table["num_voxels"] <= args.get("max_num_voxels", 32768)]


def old_latent(table: pd.DataFrame, args: Args) -> pd.DataFrame:
    return few_voxels(score(table[table[f"latent_{args['latent_model']}"]], args), args)


def features(table: pd.DataFrame, args: Args) -> pd.DataFrame:
    model = args.get("model", "dinov2_vitl14_reg")
    return few_voxels(score(table[table[f"feature_{model}"]], args), args)


def sparse_sdf(table: pd.DataFrame, args: Args) -> pd.DataFrame:
    if "sparse_sdf_computed" in table.columns:
        table = table[table["sparse_sdf_computed"] == True]  # noqa: E712
    points = f"r{args.get('resolution', 64)}_num_points"
    if points in table.columns:
        table = table[table[points] >= args.get("min_points", 10)]
    return table


def with_column(inner: Filter, column: str, test: Callable[[Any], Any]) -> Filter:
    def outer(table: pd.DataFrame, args: Args) -> pd.DataFrame:
        table = inner(table, args)
        return table[test(table[column])]

    return outer


def with_views(inner: Filter) -> Filter:
    return with_column(inner, "cond_rendered", lambda column: column)


def with_present(inner: Filter, column: str) -> Filter:
    return with_column(inner, column, lambda column: column.notna())


def structure_latent(table: pd.DataFrame, args: Args) -> pd.DataFrame:
    return score(table[table["ss_latent_encoded"] == True], args)  # noqa: E712


def few_tokens(table: pd.DataFrame, args: Args, key: str) -> pd.DataFrame:
    return table[table[f"{key}_tokens"] <= args.get("max_tokens", 32768)]


def latent(table: pd.DataFrame, args: Args) -> pd.DataFrame:
    key = args.get("latent_key", "shape_latent")
    return few_tokens(score(table[table[f"{key}_encoded"] == True], args), args, key)  # noqa: E712


def shape(table: pd.DataFrame, args: Args) -> pd.DataFrame:
    return latent(table, {**args, "latent_key": "shape_latent"})


def material(table: pd.DataFrame, args: Args) -> pd.DataFrame:
    table = table[table["pbr_latent_encoded"] == True]  # noqa: E712
    table = table[table["shape_latent_encoded"] == True]  # noqa: E712
    table = few_tokens(score(table, args), args, "pbr_latent")
    if args.get("full_pbr", False):
        for texture in ("basecolor", "metallic", "roughness"):
            table = table[table[f"num_{texture}_tex"] > 0]
    return table


def active(table: pd.DataFrame, args: Args, flag: str, size: str) -> pd.DataFrame:
    table = table[table[flag] == True]  # noqa: E712
    if args.get("min_aesthetic_score", 5.0) is not None:
        table = score(table, args)
    table = table[table[size] <= args.get("max_active_voxels", 1_000_000)]
    if args.get("max_num_faces") is not None:
        table = table[table["num_faces"] <= args["max_num_faces"]]
    return table


TRELLIS: dict[str, Filter] = {
    "SparseStructure": sparse_structure,
    "SparseStructureLatent": old_structure_latent,
    "TextConditionedSparseStructureLatent": with_present(old_structure_latent, "captions"),
    "ImageConditionedSparseStructureLatent": with_views(old_structure_latent),
    "SLat": old_latent,
    "TextConditionedSLat": with_present(old_latent, "captions"),
    "ImageConditionedSLat": with_views(old_latent),
    "SLat2Render": old_latent,
    "Slat2RenderGeo": old_latent,
    "SparseFeat2Render": features,
    "SparseSDF": sparse_sdf,
}
TRELLIS_2: dict[str, Filter] = {
    "SparseStructureLatent": structure_latent,
    "ImageConditionedSparseStructureLatent": with_present(structure_latent, "cond_rendered"),
    "SLat": latent,
    "ImageConditionedSLat": with_present(latent, "cond_rendered"),
    "SLatShape": shape,
    "ImageConditionedSLatShape": with_present(shape, "cond_rendered"),
    "SLatPbr": material,
    "ImageConditionedSLatPbr": with_present(material, "cond_rendered"),
    "FlexiDualGridDataset": partial(active, flag="dual_grid_converted", size="dual_grid_size"),
    "SparseVoxelPbrDataset": partial(active, flag="pbr_voxelized", size="num_pbr_voxels"),
}


def read(root: str) -> pd.DataFrame:
    return pd.read_csv(os.path.join(root, "metadata.csv"))


def one_set(roots: Mapping[str, str]) -> pd.DataFrame:
    table = pd.DataFrame(columns=["sha256"]).set_index("sha256")
    for root in roots.values():
        table = table.combine_first(read(root).set_index("sha256"))
    return table


def samples(dataset: str, args: Args, data_dir: str) -> int:
    """Return the length of the trainer's dataset, or raise what it raises."""
    keeps = (TRELLIS if "latent_model" in args or dataset not in TRELLIS_2 else TRELLIS_2)[dataset]
    if data_dir.startswith("{"):
        sets = json.loads(data_dir).values()
        return sum(len(keeps(one_set(roots), args).index.values) for roots in sets)
    roots = data_dir.split(",")
    return sum(len(keeps(read(root), args)["sha256"].values) for root in roots)
