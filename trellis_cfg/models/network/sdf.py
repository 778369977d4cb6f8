"""The vector-quantized autoencoder of sparse signed-distance fields (SDF fork)."""

from trellis_cfg.models.base import TRELLIS, Arguments
from trellis_cfg.models.types import (
    AttentionMode,
    Count,
    CountOrZero,
    NotNegative,
    Number,
    Object,
    PositionMode,
    Positive,
)


class SparseSDFVQVAE(Arguments):
    """Encoder, codebook and decoder; a value for both halves, or one for each."""

    package = TRELLIS
    kind = "sparse"

    embed_dim: Count | None = None
    """Channels of the latents, where latent_channels is null."""
    latent_channels: Count | None = None
    """Channels of the latents."""
    resolution: Count = 64
    """Edge of the grid, in voxels."""
    model_channels_encoder: Count | None = None
    """Width of the encoder."""
    model_channels_decoder: Count | None = None
    """Width of the decoder."""
    model_channels: Count | None = None
    """Width of both halves."""
    num_blocks_encoder: CountOrZero | None = None
    """Blocks of the encoder."""
    num_blocks_decoder: CountOrZero | None = None
    """Blocks of the decoder."""
    num_blocks: CountOrZero | None = None
    """Blocks of each half."""
    num_heads_encoder: Count | None = None
    """Attention heads of the encoder."""
    num_heads_decoder: Count | None = None
    """Attention heads of the decoder."""
    num_heads: Count | None = None
    """Attention heads of both halves; null counts them by their width."""
    num_head_channels_encoder: Count | None = 64
    """Width of an attention head of the encoder."""
    num_head_channels_decoder: Count | None = 64
    """Width of an attention head of the decoder."""
    num_head_channels: Count | None = None
    """Width of an attention head of both halves."""
    out_channels: Count = 1
    """Channels that come out."""
    use_fp16: bool = False
    """Compute in half precision."""
    use_checkpoint: bool = False
    """Recompute activations in the backward pass, to save memory."""
    chunk_size: Count = 1
    """Parts that a large input is cut into."""
    latents_scale: Number = 1.0
    """Factor of the latents."""
    latents_shift: Number = 0.0
    """Added to the latents."""
    num_embeddings: Count = 8192
    """Entries of the codebook."""
    mlp_ratio: Positive = 4
    """Width of the feed-forward layers, relative to the transformer's."""
    attn_mode: AttentionMode = "swin"
    """Which voxels attend to each other."""
    window_size: Count = 8
    """Edge of an attention window, in voxels."""
    pe_mode: PositionMode = "ape"
    """How positions are told: added, or by rotation."""
    qk_rms_norm: bool = False
    """Normalize queries and keys."""
    representation_config: Object | None = None
    """What the decoded representation is made of."""


class Direct3DS2_VQVAE(SparseSDFVQVAE):  # noqa: N801  the name that configs write
    """The same under the name of the model that it was derived from."""


class SparseVectorQuantizer(Arguments):
    """The codebook alone."""

    package = TRELLIS

    num_embeddings: Count = 8192
    """Entries of the codebook."""
    embedding_dim: Count = 64
    """Channels of an entry."""
    beta: NotNegative = 0.25
    """Weight of the commitment loss."""
