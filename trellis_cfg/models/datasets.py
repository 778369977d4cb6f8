"""Datasets of voxels, features and latents that are compared with rendered images (TRELLIS)."""

from typing import Annotated

from trellis_cfg.models.base import (
    TRELLIS,
    TRELLIS_2,
    Arguments,
    Count,
    Number,
    Object,
    Whole,
    WholeOrZero,
)


class Scored(Arguments):
    """What a filter by aesthetic score takes."""

    min_aesthetic_score: Number = 5.0
    """Samples with a lower score are left out."""


class SparseStructure(Scored):
    """Occupancy grids."""

    package = TRELLIS
    kind = "dense"

    resolution: Count = 64
    """Edge of the grid, in voxels."""


class RenderedDataset(Scored):
    """What a comparison with rendered images takes."""

    package = TRELLIS
    kind = "sparse"

    image_size: Count
    """Edge of the images, in pixels."""
    max_num_voxels: Whole = 32768
    """Samples with more voxels are left out."""


class SparseFeat2Render(RenderedDataset):
    """Voxels with the features of an image encoder, and images of the asset."""

    model: str = "dinov2_vitl14_reg"
    """The image encoder; its width is the in_channels of the model."""
    resolution: Count = 64
    """Edge of the grid, in voxels."""


class SLat2Render(RenderedDataset):
    """Structured latents, and images of the asset."""

    latent_model: str
    """The encoder that made the latents, a part of the column name in metadata.csv."""


class Slat2RenderGeo(SLat2Render):
    """Structured latents, and images and geometry of the asset."""


class Normalized(Scored):
    """What a normalization of latents takes."""

    normalization: Object | None = None
    """Lists mean and std, a number for each channel, or one for all."""


class ConditionImages(Arguments):
    """What images as a condition take."""

    image_size: Count = 518
    """Edge of the condition images, in pixels."""


class SparseStructureLatent(Normalized):
    """Latents of occupancy grids."""

    kind = "dense"

    latent_model: Annotated[str | None, TRELLIS] = None
    """The encoder that made the latents; TRELLIS requires it."""
    pretrained_ss_dec: str | None = "microsoft/TRELLIS-image-large/ckpts/ss_dec_conv3d_16l8_fp16"
    """The pretrained decoder that shows samples."""
    ss_dec_path: str | None = None
    """Folder of an own decoder instead."""
    ss_dec_ckpt: str | None = None
    """Its checkpoint."""


class TextConditionedSparseStructureLatent(SparseStructureLatent):
    """Latents of occupancy grids, with captions."""

    package = TRELLIS

    latent_model: str
    """The encoder that made the latents, a part of the column name in metadata.csv."""


class ImageConditionedSparseStructureLatent(ConditionImages, SparseStructureLatent):
    """Latents of occupancy grids, with images."""


class StructuredLatents(Normalized):
    """What all datasets of structured latents take that have one decoder."""

    kind = "sparse"

    pretrained_slat_dec: str | None = (
        "microsoft/TRELLIS-image-large/ckpts/slat_dec_gs_swin8_B_64l8gs32_fp16"
    )
    """The pretrained decoder that shows samples."""
    slat_dec_path: str | None = None
    """Folder of an own decoder instead."""
    slat_dec_ckpt: str | None = None
    """Its checkpoint."""


class SLat(StructuredLatents):
    """Structured latents."""

    latent_model: Annotated[str | None, TRELLIS] = None
    """The encoder that made the latents; TRELLIS requires it."""
    max_num_voxels: Annotated[Whole, TRELLIS] = 32768
    """Samples with more voxels are left out."""
    max_tokens: Annotated[Whole, TRELLIS_2] = 32768
    """Samples with more tokens are left out."""
    latent_key: Annotated[str, TRELLIS_2] = "shape_latent"
    """Which latents to read, a part of the column name in metadata.csv."""


class ImageConditionedSLat(ConditionImages, SLat):
    """Structured latents, with images."""


class TextConditionedSLat(StructuredLatents):
    """Structured latents, with captions."""

    package = TRELLIS

    latent_model: str
    """The encoder that made the latents, a part of the column name in metadata.csv."""
    max_num_voxels: Whole = 32768
    """Samples with more voxels are left out."""


class SparseSDF(Arguments):
    """Points near a surface, with their signed distances."""

    package = TRELLIS
    kind = "sparse"

    resolution: Count = 64
    """Edge of the grid, in voxels."""
    min_points: WholeOrZero = 10
    """Samples with fewer points are left out."""
    max_points: Count | None = None
    """More points than this are thinned out; null keeps all."""


class CTWindowSparseSDF(Arguments):
    """Signed distances of windows of CT volumes, found in folders instead of a table."""

    package = TRELLIS
    kind = "sparse"

    resolution: Count = 512
    """Edge of the volume, in voxels."""
    window_type: str = "lung"
    """Which window of intensities is meant."""
    min_points: WholeOrZero = 100
    """Samples with fewer points are left out."""
    max_points: Count = 500_000
    """More points than this are thinned out."""
    cache_data: bool = True
    """Keep what was read in memory."""
    precompute_sparse: bool = True
    """Compute the sparse form once, at the start."""


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
