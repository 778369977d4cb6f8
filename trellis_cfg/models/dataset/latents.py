"""Datasets of latents to learn flows on, as TRELLIS and TRELLIS.2 have them."""

from typing import Annotated

from trellis_cfg.models.base import TRELLIS, TRELLIS_2, Arguments
from trellis_cfg.models.dataset.voxels import Scored
from trellis_cfg.models.types import Count, Object, Whole


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
