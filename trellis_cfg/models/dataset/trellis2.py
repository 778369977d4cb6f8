"""Datasets that only TRELLIS.2 has."""

from trellis_cfg.models.base import TRELLIS_2, Arguments
from trellis_cfg.models.dataset.latents import ConditionImages, StructuredLatents
from trellis_cfg.models.dataset.voxels import Scored
from trellis_cfg.models.types import Count, Number, Object, Whole

_ATTRIBUTES = ["base_color", "metallic", "roughness", "emissive", "alpha"]


class SLatShape(StructuredLatents):
    """Structured latents of shapes."""

    package = TRELLIS_2

    resolution: Count
    """Edge of the grid that the latents stand for, in voxels."""
    max_tokens: Whole = 32768
    """Samples with more tokens are left out."""
    pretrained_slat_dec: str | None = "microsoft/TRELLIS.2-4B/ckpts/shape_dec_next_dc_f16c32_fp16"
    """The pretrained decoder that shows samples."""


class ImageConditionedSLatShape(ConditionImages, SLatShape):
    """Structured latents of shapes, with images."""


class SLatPbr(Scored):
    """Structured latents of materials, given those of the shape."""

    package = TRELLIS_2
    kind = "sparse"

    resolution: Count
    """Edge of the grid that the latents stand for, in voxels."""
    max_tokens: Whole = 32768
    """Samples with more tokens are left out."""
    full_pbr: bool = False
    """Leave out samples that lack a texture of colour, metalness or roughness."""
    pbr_slat_normalization: Object | None = None
    """Lists mean and std of the material's latents, a number for each channel."""
    shape_slat_normalization: Object | None = None
    """Lists mean and std of the shape's latents, a number for each channel."""
    attrs: list[str] = _ATTRIBUTES
    """The attributes of a material."""
    pretrained_pbr_slat_dec: str | None = (
        "JeffreyXiang/TRELLIS.2-4B/ckpts/tex_dec_next_dc_f16c32_fp16"
    )
    """The pretrained decoder of materials that shows samples."""
    pbr_slat_dec_path: str | None = None
    """Folder of an own decoder of materials instead."""
    pbr_slat_dec_ckpt: str | None = None
    """Its checkpoint."""
    pretrained_shape_slat_dec: str | None = (
        "JeffreyXiang/TRELLIS.2-4B/ckpts/shape_dec_next_dc_f16c32_fp16"
    )
    """The pretrained decoder of shapes that shows samples."""
    shape_slat_dec_path: str | None = None
    """Folder of an own decoder of shapes instead."""
    shape_slat_dec_ckpt: str | None = None
    """Its checkpoint."""


class ImageConditionedSLatPbr(ConditionImages, SLatPbr):
    """Structured latents of materials, given those of the shape, with images."""


class ActiveVoxels(Arguments):
    """What grids of active voxels take."""

    package = TRELLIS_2
    kind = "sparse"

    resolution: Count = 1024
    """Edge of the grid, in voxels."""
    max_active_voxels: Whole = 1_000_000
    """Samples with more voxels are left out."""
    max_num_faces: Whole | None = None
    """Samples with more faces are left out; null keeps all."""
    min_aesthetic_score: Number | None = 5.0
    """Samples with a lower score are left out; null keeps all."""


class FlexiDualGridDataset(ActiveVoxels):
    """Shapes as flexible dual grids."""


class SparseVoxelPbrDataset(ActiveVoxels):
    """Materials on sparse voxels."""

    attrs: list[str] = _ATTRIBUTES
    """The attributes of a material."""
    with_mesh: bool = True
    """Read the mesh, too."""
