"""The autoencoder of occupancy grids: dense, whatever its name says."""

from trellis_cfg.models.base import Arguments
from trellis_cfg.models.types import Count, CountOrZero, NormType


class DenseAutoencoder(Arguments):
    """What both halves take."""

    kind = "dense"

    latent_channels: Count
    """Channels of the latent grid."""
    num_res_blocks: CountOrZero
    """Residual blocks at each resolution."""
    channels: list[Count]
    """Channels at each resolution."""
    num_res_blocks_middle: CountOrZero = 2
    """Residual blocks at the lowest resolution."""
    norm_type: NormType = "layer"
    """What is normalized over."""
    use_fp16: bool = False
    """Compute in half precision."""


class SparseStructureEncoder(DenseAutoencoder):
    """From an occupancy grid to its latents."""

    in_channels: Count
    """Channels of the grid."""


class SparseStructureDecoder(DenseAutoencoder):
    """From latents to an occupancy grid."""

    out_channels: Count
    """Channels of the grid."""
