"""The filters of every dataset, in the order in which the trainer applies them."""

from collections.abc import Mapping
from typing import NamedTuple

from trellis_cfg.metadata.filters import (
    Filter,
    at_least,
    at_most,
    mask,
    positive,
    present,
    true,
    unless_null,
    where_present,
)


class Package(NamedTuple):
    """The datasets of a package, and whether its data directory may be an object of sets."""

    datasets: Mapping[str, tuple[Filter, ...]]
    takes_sets: bool


_SCORE = at_least("aesthetic_score", "min_aesthetic_score")
_VOXELS = at_most("num_voxels", "max_num_voxels")
_CAPTIONS, _RENDERED = present("captions"), mask("cond_rendered")
_STRUCTURE = (mask("ss_latent_{latent_model}"), _SCORE)
_LATENTS = (mask("latent_{latent_model}"), _SCORE, _VOXELS)

TRELLIS = Package(
    {
        "SparseStructure": (mask("voxelized"), _SCORE),
        "SparseStructureLatent": _STRUCTURE,
        "TextConditionedSparseStructureLatent": (*_STRUCTURE, _CAPTIONS),
        "ImageConditionedSparseStructureLatent": (*_STRUCTURE, _RENDERED),
        "SLat": _LATENTS,
        "TextConditionedSLat": (*_LATENTS, _CAPTIONS),
        "ImageConditionedSLat": (*_LATENTS, _RENDERED),
        "SLat2Render": _LATENTS,
        "Slat2RenderGeo": _LATENTS,
        "SparseFeat2Render": (mask("feature_{model}"), _SCORE, _VOXELS),
        "SparseSDF": (
            where_present(true("sparse_sdf_computed")),
            where_present(at_least("r{resolution}_num_points", "min_points")),
        ),
    },
    takes_sets=False,
)
"""TRELLIS, and what forks add to it."""

_IMAGES = present("cond_rendered")
_ENCODED_STRUCTURE = (true("ss_latent_encoded"), _SCORE)
_ENCODED = (
    true("{latent_key}_encoded"),
    _SCORE,
    at_most("{latent_key}_tokens", "max_tokens"),
)
_SHAPE = (true("shape_latent_encoded"), _SCORE, at_most("shape_latent_tokens", "max_tokens"))
_MATERIAL = (
    true("pbr_latent_encoded"),
    true("shape_latent_encoded"),
    _SCORE,
    at_most("pbr_latent_tokens", "max_tokens"),
    positive("num_basecolor_tex", when="full_pbr"),
    positive("num_metallic_tex", when="full_pbr"),
    positive("num_roughness_tex", when="full_pbr"),
)
_FACES = unless_null(at_most("num_faces", "max_num_faces"))

TRELLIS_2 = Package(
    {
        "SparseStructureLatent": _ENCODED_STRUCTURE,
        "ImageConditionedSparseStructureLatent": (*_ENCODED_STRUCTURE, _IMAGES),
        "SLat": _ENCODED,
        "ImageConditionedSLat": (*_ENCODED, _IMAGES),
        "SLatShape": _SHAPE,
        "ImageConditionedSLatShape": (*_SHAPE, _IMAGES),
        "SLatPbr": _MATERIAL,
        "ImageConditionedSLatPbr": (*_MATERIAL, _IMAGES),
        "FlexiDualGridDataset": (
            true("dual_grid_converted"),
            unless_null(_SCORE),
            at_most("dual_grid_size", "max_active_voxels"),
            _FACES,
        ),
        "SparseVoxelPbrDataset": (
            true("pbr_voxelized"),
            unless_null(_SCORE),
            at_most("num_pbr_voxels", "max_active_voxels"),
            _FACES,
        ),
    },
    takes_sets=True,
)


def package(dataset: str, args: Mapping[str, object]) -> Package | None:
    """Return the package whose dataset is meant; None for a dataset that reads no table.

    The packages share names, but only TRELLIS knows a ``latent_model``.
    """
    order = (TRELLIS, TRELLIS_2) if "latent_model" in args else (TRELLIS_2, TRELLIS)
    return next((one for one in order if dataset in one.datasets), None)
