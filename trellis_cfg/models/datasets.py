"""The datasets of TRELLIS, TRELLIS.2 and the SDF fork."""

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
    """Arguments of the filter by aesthetic score."""

    min_aesthetic_score: Number = 5.0
    """Samples with a lower score are left out."""


class SparseStructure(Scored, package=TRELLIS, kind="dense"):
    """Occupancy grids."""

    resolution: Count = 64
    """Side length of the grid, in voxels."""


class RenderedDataset(Scored, package=TRELLIS, kind="sparse"):
    """Arguments of the comparison with rendered images."""

    image_size: Count
    """Side length of the images, in pixels."""
    max_num_voxels: Whole = 32768
    """Samples with more voxels are left out."""


class SparseFeat2Render(RenderedDataset):
    """Voxels with the features of an image encoder, and images of the asset."""

    model: str = "dinov2_vitl14_reg"
    """The image encoder; its width is the in_channels of the model."""
    resolution: Count = 64


class SLat2Render(RenderedDataset):
    """Structured latents, and images of the asset."""

    latent_model: str
    """The encoder that made the latents, a part of the column name in metadata.csv."""


class Slat2RenderGeo(SLat2Render):
    """Structured latents, and images and geometry of the asset."""


class Normalized(Scored):
    """Arguments of the normalization of latents."""

    normalization: Object | None = None
    """Lists mean and std, with a number per channel or one for all."""


class ConditionImages(Arguments):
    """Arguments of condition images."""

    image_size: Count = 518
    """Side length of the condition images, in pixels."""


class SparseStructureLatent(Normalized, kind="dense"):
    """Latents of occupancy grids."""

    latent_model: Annotated[str | None, TRELLIS] = None
    """The encoder that made the latents; TRELLIS requires it."""
    pretrained_ss_dec: str | None = "microsoft/TRELLIS-image-large/ckpts/ss_dec_conv3d_16l8_fp16"
    """The pretrained decoder that shows samples."""
    ss_dec_path: str | None = None
    """Folder of a custom decoder to use instead."""
    ss_dec_ckpt: str | None = None
    """Its checkpoint."""


class TextConditionedSparseStructureLatent(SparseStructureLatent, package=TRELLIS):
    """Latents of occupancy grids, with captions."""

    latent_model: str
    """The encoder that made the latents, a part of the column name in metadata.csv."""


class ImageConditionedSparseStructureLatent(ConditionImages, SparseStructureLatent):
    """Latents of occupancy grids, with images."""


class StructuredLatents(Normalized, kind="sparse"):
    """Arguments of the datasets of structured latents with one decoder."""

    pretrained_slat_dec: str | None = (
        "microsoft/TRELLIS-image-large/ckpts/slat_dec_gs_swin8_B_64l8gs32_fp16"
    )
    """The pretrained decoder that shows samples."""
    slat_dec_path: str | None = None
    """Folder of a custom decoder to use instead."""
    slat_dec_ckpt: str | None = None
    """Its checkpoint."""


class SLat(StructuredLatents):
    """Structured latents."""

    latent_model: Annotated[str | None, TRELLIS] = None
    """The encoder that made the latents; TRELLIS requires it."""
    max_num_voxels: Annotated[Whole, TRELLIS] = 32768
    max_tokens: Annotated[Whole, TRELLIS_2] = 32768
    """Samples with more tokens are left out."""
    latent_key: Annotated[str, TRELLIS_2] = "shape_latent"
    """Which latents to read, a part of the column name in metadata.csv."""


class ImageConditionedSLat(ConditionImages, SLat):
    """Structured latents, with images."""


class TextConditionedSLat(StructuredLatents, package=TRELLIS):
    """Structured latents, with captions."""

    latent_model: str
    """The encoder that made the latents, a part of the column name in metadata.csv."""
    max_num_voxels: Whole = 32768


class SparseSDF(Arguments, package=TRELLIS, kind="sparse"):
    """Points near a surface, with their signed distances."""

    resolution: Count = 64
    min_points: WholeOrZero = 10
    """Samples with fewer points are left out."""
    max_points: Count | None = None
    """Larger samples are reduced to this many points; null keeps all."""


class CTWindowSparseSDF(Arguments, package=TRELLIS, kind="sparse"):
    """Signed distances of windows of CT volumes, from folders instead of a table."""

    resolution: Count = 512
    """Side length of the volume, in voxels."""
    window_type: str = "lung"
    """Name of the intensity window."""
    min_points: WholeOrZero = 100
    max_points: Count = 500_000
    """Larger samples are reduced to this many points."""
    cache_data: bool = True
    """Keep the samples in memory."""
    precompute_sparse: bool = True
    """Compute the sparse form once, at the start."""


_ATTRIBUTES = ["base_color", "metallic", "roughness", "emissive", "alpha"]


class SLatShape(StructuredLatents, package=TRELLIS_2):
    """Structured latents of shapes."""

    resolution: Count
    """Side length of the grid that the latents represent, in voxels."""
    max_tokens: Whole = 32768
    pretrained_slat_dec: str | None = "microsoft/TRELLIS.2-4B/ckpts/shape_dec_next_dc_f16c32_fp16"


class ImageConditionedSLatShape(ConditionImages, SLatShape):
    """Structured latents of shapes, with images."""


class SLatPbr(Scored, package=TRELLIS_2, kind="sparse"):
    """Structured latents of materials, conditioned on those of the shape."""

    resolution: Count
    max_tokens: Whole = 32768
    full_pbr: bool = False
    """Leave out samples that lack a texture of color, metalness or roughness."""
    pbr_slat_normalization: Object | None = None
    """Lists mean and std of the material's latents, with a number per channel."""
    shape_slat_normalization: Object | None = None
    """Lists mean and std of the shape's latents, with a number per channel."""
    attrs: list[str] = _ATTRIBUTES
    """The attributes of a material."""
    pretrained_pbr_slat_dec: str | None = (
        "JeffreyXiang/TRELLIS.2-4B/ckpts/tex_dec_next_dc_f16c32_fp16"
    )
    """The pretrained decoder of materials that shows samples."""
    pbr_slat_dec_path: str | None = None
    """Folder of a custom decoder of materials to use instead."""
    pbr_slat_dec_ckpt: str | None = None
    """Its checkpoint."""
    pretrained_shape_slat_dec: str | None = (
        "JeffreyXiang/TRELLIS.2-4B/ckpts/shape_dec_next_dc_f16c32_fp16"
    )
    """The pretrained decoder of shapes that shows samples."""
    shape_slat_dec_path: str | None = None
    """Folder of a custom decoder of shapes to use instead."""
    shape_slat_dec_ckpt: str | None = None
    """Its checkpoint."""


class ImageConditionedSLatPbr(ConditionImages, SLatPbr):
    """Structured latents of materials, conditioned on those of the shape, with images."""


class ActiveVoxels(Arguments, package=TRELLIS_2, kind="sparse"):
    """Arguments of grids of active voxels."""

    resolution: Count = 1024
    """Side length of the grid, in voxels."""
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
    with_mesh: bool = True
    """Also read the mesh."""
