"""The autoencoders of TRELLIS.2: sparse U-nets, a list entry for each resolution."""

from trellis_cfg.models.base import TRELLIS_2, Arguments
from trellis_cfg.models.types import Count, CountOrZero, NotNegative, Object


class SparseUnet(Arguments):
    """What both halves take."""

    package = TRELLIS_2
    kind = "sparse"

    model_channels: list[Count]
    """Channels at each resolution."""
    latent_channels: Count
    """Channels of the latents."""
    num_blocks: list[CountOrZero]
    """Blocks at each resolution."""
    block_type: list[str]
    """Class of the blocks at each resolution."""
    block_args: list[Object]
    """Arguments of the blocks at each resolution."""
    use_fp16: bool = False
    """Compute in half precision."""


class SparseUnetEncoder(SparseUnet):
    """What the encoders take."""

    down_block_type: list[str]
    """Class of the block between each resolution and the next."""


class SparseUnetDecoder(SparseUnet):
    """What the decoders take."""

    up_block_type: list[str]
    """Class of the block between each resolution and the next."""


class SparseUnetVaeEncoder(SparseUnetEncoder):
    """From sparse voxels to latents."""

    in_channels: Count
    """Channels of the voxels."""


class SparseUnetVaeDecoder(SparseUnetDecoder):
    """From latents to sparse voxels."""

    out_channels: Count
    """Channels of the voxels."""
    pred_subdiv: bool = True
    """Predict which voxels are subdivided."""


class FlexiDualGridVaeEncoder(SparseUnetEncoder):
    """From a flexible dual grid to latents."""


class FlexiDualGridVaeDecoder(SparseUnetDecoder):
    """From latents to a flexible dual grid."""

    resolution: Count
    """Edge of the grid, in voxels."""
    voxel_margin: NotNegative = 0.5
    """How far a vertex may leave its voxel."""
