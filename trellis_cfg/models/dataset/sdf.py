"""Datasets of sparse signed-distance fields (SDF fork)."""

from trellis_cfg.models.base import TRELLIS, Arguments
from trellis_cfg.models.types import Count, WholeOrZero


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
