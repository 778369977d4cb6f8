"""The flow models, as TRELLIS and TRELLIS.2 have them."""

from typing import Annotated, ClassVar

from trellis_cfg.models.base import TRELLIS, TRELLIS_2, Arguments
from trellis_cfg.models.types import Count, CountOrZero, Pair, PositionMode, Positive


class FlowModel(Arguments):
    """What all flow models take."""

    resolution: Count
    """Edge of the latent grid, in voxels."""
    in_channels: Count
    """Channels that go in: the latents, and a concatenated condition if there is one."""
    model_channels: Count
    """Width of the transformer."""
    cond_channels: Count
    """Width of the condition: that of the text or image encoder."""
    out_channels: Count
    """Channels that come out: those of the latents."""
    num_blocks: CountOrZero
    """Blocks of the transformer."""
    num_heads: Count | None = None
    """Attention heads; null counts them by num_head_channels."""
    num_head_channels: Count | None = 64
    """Width of an attention head, where num_heads is null."""
    mlp_ratio: Positive = 4
    """Width of the feed-forward layers, relative to the transformer's."""
    patch_size: Annotated[Count, TRELLIS] = 2
    """Edge of a patch, in voxels."""
    pe_mode: PositionMode = "ape"
    """How positions are told: added, or by rotation."""
    rope_freq: Annotated[Pair, TRELLIS_2] = [1.0, 10000.0]
    """Lowest and highest frequency of the rotation."""
    use_fp16: Annotated[bool, TRELLIS] = False
    """Compute in half precision."""
    dtype: Annotated[str, TRELLIS_2] = "float32"
    """Number format of the computation."""
    use_checkpoint: bool = False
    """Recompute activations in the backward pass, to save memory."""
    share_mod: bool = False
    """Share the modulation among the blocks."""
    initialization: Annotated[str, TRELLIS_2] = "vanilla"
    """How the weights start."""
    qk_rms_norm: bool = False
    """Normalize queries and keys in self-attention."""
    qk_rms_norm_cross: bool = False
    """Normalize queries and keys in cross-attention."""


class SparseStructureFlowModel(FlowModel):
    """The flow of latents of occupancy grids: dense, whatever its name says."""

    kind = "dense"
    swallowed_by = (TRELLIS_2,)


class SLatFlowModel(FlowModel):
    """The flow of structured latents."""

    kind = "sparse"

    num_io_res_blocks: Annotated[CountOrZero, TRELLIS] = 2
    """Residual blocks before and after the transformer."""
    io_block_channels: Annotated[list[Count] | None, TRELLIS] = None
    """Their channels."""
    use_skip_connection: Annotated[bool, TRELLIS] = True
    """Pass the input blocks' results on to the output blocks."""


class ElasticSLatFlowModel(SLatFlowModel):
    """The flow of structured latents, with a memory that can be steered."""

    is_elastic: ClassVar[bool] = True
