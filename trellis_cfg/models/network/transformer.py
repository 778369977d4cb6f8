"""The autoencoders of structured latents (TRELLIS)."""

from typing import ClassVar

from trellis_cfg.models.base import TRELLIS, Arguments
from trellis_cfg.models.types import (
    AttentionMode,
    Count,
    CountOrZero,
    Object,
    PositionMode,
    Positive,
)


class SparseTransformer(Arguments):
    """What all of them take."""

    package = TRELLIS
    kind = "sparse"

    resolution: Count
    """Edge of the grid, in voxels."""
    model_channels: Count
    """Width of the transformer."""
    latent_channels: Count
    """Channels of the latents."""
    num_blocks: CountOrZero
    """Blocks of the transformer."""
    num_heads: Count | None = None
    """Attention heads; null counts them by num_head_channels."""
    num_head_channels: Count | None = 64
    """Width of an attention head, where num_heads is null."""
    mlp_ratio: Positive = 4
    """Width of the feed-forward layers, relative to the transformer's."""
    attn_mode: AttentionMode = "swin"
    """Which voxels attend to each other."""
    window_size: Count = 8
    """Edge of an attention window, in voxels."""
    pe_mode: PositionMode = "ape"
    """How positions are told: added, or by rotation."""
    use_fp16: bool = False
    """Compute in half precision."""
    use_checkpoint: bool = False
    """Recompute activations in the backward pass, to save memory."""
    qk_rms_norm: bool = False
    """Normalize queries and keys."""


class SLatEncoder(SparseTransformer):
    """From voxels with features to structured latents."""

    in_channels: Count
    """Channels of the features: the width of the image encoder that made them."""


class SparseTransformerDecoder(SparseTransformer):
    """What the decoders take."""

    representation_config: Object | None = None
    """What the decoded representation is made of."""


class SLatGaussianDecoder(SparseTransformerDecoder):
    """From structured latents to 3D Gaussians."""


class SLatRadianceFieldDecoder(SparseTransformerDecoder):
    """From structured latents to a radiance field."""


class SLatMeshDecoder(SparseTransformerDecoder):
    """From structured latents to a mesh."""


class ElasticSLatEncoder(SLatEncoder):
    """From voxels with features to structured latents, with a memory that can be steered."""

    is_elastic: ClassVar[bool] = True


class ElasticSLatGaussianDecoder(SLatGaussianDecoder):
    """From structured latents to 3D Gaussians, with a memory that can be steered."""

    is_elastic: ClassVar[bool] = True


class ElasticSLatRadianceFieldDecoder(SLatRadianceFieldDecoder):
    """From structured latents to a radiance field, with a memory that can be steered."""

    is_elastic: ClassVar[bool] = True


class ElasticSLatMeshDecoder(SLatMeshDecoder):
    """From structured latents to a mesh, with a memory that can be steered."""

    is_elastic: ClassVar[bool] = True
