"""The arguments of a dataset, and which conditions they make."""

import pytest

from trellis_cfg.errors import MetadataError
from trellis_cfg.metadata import count
from trellis_cfg.metadata.conditions import conditions
from trellis_cfg.metadata.tables import TRELLIS, TRELLIS_2, package

OLD: dict[str, object] = {"latent_model": "m"}

# A dataset, its arguments, and what is told of its conditions.
TOLD: dict[str, tuple[str, dict[str, object], list[str]]] = {
    "defaults": ("SparseStructure", {}, ["voxelized", "aesthetic_score >= 5.0"]),
    "limits_as_written": (
        "SparseStructure",
        {"min_aesthetic_score": 4},
        ["voxelized", "aesthetic_score >= 4"],
    ),
    "trellis_by_its_latent_model": (
        "SLat",
        OLD,
        ["latent_m", "aesthetic_score >= 5.0", "num_voxels <= 32768"],
    ),
    "trellis_2_without_it": (
        "SLat",
        {"max_tokens": 8192, "latent_key": "pbr_latent"},
        ["pbr_latent_encoded", "aesthetic_score >= 5.0", "pbr_latent_tokens <= 8192"],
    ),
    "the_model_of_the_features": (
        "SparseFeat2Render",
        {"image_size": 512, "max_num_voxels": 1_000_000},
        ["feature_dinov2_vitl14_reg", "aesthetic_score >= 5.0", "num_voxels <= 1000000"],
    ),
    "captions": (
        "TextConditionedSparseStructureLatent",
        OLD,
        ["ss_latent_m", "aesthetic_score >= 5.0", "captions"],
    ),
    "no_limit_of_faces_by_default": (
        "FlexiDualGridDataset",
        {},
        ["dual_grid_converted", "aesthetic_score >= 5.0", "dual_grid_size <= 1000000"],
    ),
    "no_limit_of_score_where_null": (
        "SparseVoxelPbrDataset",
        {"min_aesthetic_score": None, "max_num_faces": 7},
        ["pbr_voxelized", "num_pbr_voxels <= 1000000", "num_faces <= 7"],
    ),
    "some_textures": (
        "SLatPbr",
        {"resolution": 1024},
        [
            *("pbr_latent_encoded", "shape_latent_encoded", "aesthetic_score >= 5.0"),
            "pbr_latent_tokens <= 32768",
        ],
    ),
    "all_textures": (
        "SLatPbr",
        {"resolution": 1024, "full_pbr": True},
        [
            *("pbr_latent_encoded", "shape_latent_encoded", "aesthetic_score >= 5.0"),
            *("pbr_latent_tokens <= 32768", "num_basecolor_tex > 0"),
            *("num_metallic_tex > 0", "num_roughness_tex > 0"),
        ],
    ),
    "points_at_a_resolution": (
        "SparseSDF",
        {"resolution": 512, "min_points": 0},
        ["sparse_sdf_computed", "r512_num_points >= 0"],
    ),
}


@pytest.mark.parametrize(("dataset", "args", "told"), TOLD.values(), ids=TOLD.keys())
def test_conditions_are_told_in_order(
    dataset: str, args: dict[str, object], told: list[str]
) -> None:
    where = package(dataset, args)
    assert where is not None
    assert [one.told for one in conditions(dataset, where.datasets[dataset], args)] == told


def test_a_dataset_of_one_package_is_that_package_s() -> None:
    assert package("SparseStructure", {}) is package("SparseSDF", {}) is TRELLIS
    assert package("SLatShape", OLD) is package("SLatShape", {}) is TRELLIS_2
    assert package("SLat", OLD) is TRELLIS
    assert package("SLat", {}) is TRELLIS_2


SLAT_LIMIT = "max_tokens of SLat must be a number, not "
WRONG: dict[str, tuple[str, dict[str, object], str]] = {
    "a_required_argument": (
        "TextConditionedSLat",
        {},
        "TextConditionedSLat needs the argument latent_model: add it to dataset.args",
    ),
    "a_limit_of_text": ("SLat", {"max_tokens": "8192"}, SLAT_LIMIT + "'8192'"),
    "a_limit_of_true": ("SLat", {"max_tokens": True}, SLAT_LIMIT + "True"),
    "a_limit_of_nan": ("SLat", {"max_tokens": float("nan")}, SLAT_LIMIT + "nan"),
    "a_limit_without_end": ("SLat", {"max_tokens": float("inf")}, SLAT_LIMIT + "inf"),
    "a_limit_beyond_64_bits": ("SLat", {"max_tokens": 2**64}, SLAT_LIMIT + str(2**64)),
    "a_null_limit_where_none_may_be": (
        "SLat",
        {"min_aesthetic_score": None},
        "min_aesthetic_score of SLat must be a number, not None",
    ),
    "a_null_name": (
        "SLat",
        {"latent_model": None},
        "latent_model of SLat must be a string, not None",
    ),
    "a_name_that_is_a_number": (
        "SLat",
        {"latent_key": 5},
        "latent_key of SLat must be a string, not 5",
    ),
    "a_size_of_true": (
        "SparseSDF",
        {"resolution": True},
        "resolution of SparseSDF must be a string or an integer, not True",
    ),
    "a_flag_of_one": (
        "SLatPbr",
        {"full_pbr": 1},
        "full_pbr of SLatPbr must be true or false, not 1",
    ),
    "windows_in_folders": (
        "CTWindowSparseSDF",
        {},
        (
            "CTWindowSparseSDF is no dataset that is known to count its samples by metadata.csv: "
            "give their number with --dataset-size"
        ),
    ),
    "a_dataset_of_a_fork": (
        "MyDataset",
        {},
        (
            "MyDataset is no dataset that is known to count its samples by metadata.csv: "
            "give their number with --dataset-size"
        ),
    ),
}


@pytest.mark.parametrize(("dataset", "args", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_said_before_anything_is_read(
    dataset: str, args: dict[str, object], message: str
) -> None:
    with pytest.raises(MetadataError) as caught:
        count(dataset, args, "/nowhere")
    assert caught.value.message == message
