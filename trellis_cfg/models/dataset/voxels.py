"""Datasets of voxels, features and latents that are compared with rendered images (TRELLIS)."""

from trellis_cfg.models.base import TRELLIS, Arguments
from trellis_cfg.models.types import Count, Number, Whole


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
