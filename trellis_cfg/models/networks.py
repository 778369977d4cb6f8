"""The networks of TRELLIS, TRELLIS.2 and the SDF fork."""

from typing import Annotated

from trellis_cfg.models.base import (
    TRELLIS,
    TRELLIS_2,
    Arguments,
    AttentionMode,
    Count,
    CountOrZero,
    NormType,
    NotNegative,
    Number,
    Object,
    Pair,
    PositionMode,
    Positive,
)


class FlowModel(Arguments):
    """Arguments of all flow models."""

    resolution: Count
    """Side length of the latent grid, in voxels."""
    in_channels: Count
    """Input channels: the latents, and a concatenated condition if there is one."""
    model_channels: Count
    """Width of the transformer."""
    cond_channels: CountOrZero
    """Width of the condition, that is, of the text or image encoder."""
    out_channels: Count
    """Output channels, those of the latents."""
    num_blocks: CountOrZero
    """Blocks of the transformer."""
    num_heads: Count | None = None
    """Attention heads; null derives them from num_head_channels."""
    num_head_channels: Count | None = 64
    """Width of an attention head, if num_heads is null."""
    mlp_ratio: Positive = 4
    """Width of the feed-forward layers, relative to the transformer's."""
    patch_size: Annotated[Count, TRELLIS] = 2
    """Side length of a patch, in voxels."""
    pe_mode: PositionMode = "ape"
    """Position encoding: absolute or rotary."""
    rope_freq: Annotated[Pair, TRELLIS_2] = [1.0, 10000.0]
    """Lowest and highest frequency of the rotary encoding."""
    use_fp16: Annotated[bool, TRELLIS] = False
    """Compute in half precision."""
    dtype: Annotated[str, TRELLIS_2] = "float32"
    """Number format of the computation."""
    use_checkpoint: bool = False
    """Recompute activations in the backward pass, to save memory."""
    share_mod: bool = False
    """Share the modulation among the blocks."""
    initialization: Annotated[str, TRELLIS_2] = "vanilla"
    """Initialization of the weights."""
    qk_rms_norm: bool = False
    """Normalize queries and keys in self-attention."""
    qk_rms_norm_cross: bool = False
    """Normalize queries and keys in cross-attention."""


class SparseStructureFlowModel(FlowModel, kind="dense"):
    """The flow of latents of occupancy grids; dense, despite its name."""

    ignoring_packages = (TRELLIS_2,)


class SLatFlowModel(FlowModel, kind="sparse"):
    """The flow of structured latents."""

    num_io_res_blocks: Annotated[CountOrZero, TRELLIS] = 2
    """Residual blocks before and after the transformer."""
    io_block_channels: Annotated[list[Count] | None, TRELLIS] = None
    """Channels of these residual blocks."""
    use_skip_connection: Annotated[bool, TRELLIS] = True
    """Add the outputs of the input blocks to the output blocks."""


class ElasticSLatFlowModel(SLatFlowModel):
    """The flow of structured latents, with adaptive memory use."""


class SparseSDFVQVAE(Arguments, package=TRELLIS, kind="sparse"):
    """Encoder, codebook and decoder; arguments for both halves, or for each."""

    embed_dim: Count | None = None
    """Channels of the latents, if latent_channels is null."""
    latent_channels: Count | None = None
    """Channels of the latents."""
    resolution: Count = 64
    """Side length of the grid, in voxels."""
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
    """Attention heads of both halves; null derives them from their width."""
    num_head_channels_encoder: Count | None = 64
    """Width of an attention head of the encoder."""
    num_head_channels_decoder: Count | None = 64
    """Width of an attention head of the decoder."""
    num_head_channels: Count | None = None
    """Width of an attention head of both halves."""
    out_channels: Count = 1
    """Output channels."""
    use_fp16: bool = False
    use_checkpoint: bool = False
    chunk_size: Count = 1
    """Number of chunks that a large input is split into."""
    latents_scale: Number = 1.0
    """Scale of the latents."""
    latents_shift: Number = 0.0
    """Offset of the latents."""
    num_embeddings: Count = 8192
    """Entries of the codebook."""
    mlp_ratio: Positive = 4
    attn_mode: AttentionMode = "swin"
    """Which voxels attend to each other."""
    window_size: Count = 8
    """Side length of an attention window, in voxels."""
    pe_mode: PositionMode = "ape"
    qk_rms_norm: bool = False
    """Normalize queries and keys."""
    representation_config: Object | None = None
    """Settings of the decoded representation."""


class Direct3DS2_VQVAE(SparseSDFVQVAE):  # noqa: N801  the name that configs write
    """The same model under its original name."""


class SparseVectorQuantizer(Arguments, package=TRELLIS):
    """The codebook alone."""

    num_embeddings: Count = 8192
    embedding_dim: Count = 64
    """Channels of an entry."""
    beta: NotNegative = 0.25
    """Weight of the commitment loss."""


class DenseAutoencoder(Arguments, kind="dense"):
    """Arguments of the encoder and the decoder."""

    latent_channels: Count
    """Channels of the latent grid."""
    num_res_blocks: CountOrZero
    """Residual blocks at each resolution."""
    channels: list[Count]
    """Channels at each resolution."""
    num_res_blocks_middle: CountOrZero = 2
    """Residual blocks at the lowest resolution."""
    norm_type: NormType = "layer"
    """Normalization: over groups of channels, or over all of them."""
    use_fp16: bool = False


class SparseStructureEncoder(DenseAutoencoder):
    """From an occupancy grid to its latents."""

    in_channels: Count
    """Channels of the grid."""


class SparseStructureDecoder(DenseAutoencoder):
    """From latents to an occupancy grid."""

    out_channels: Count
    """Channels of the grid."""


class SparseTransformer(Arguments, package=TRELLIS, kind="sparse"):
    """Arguments of all sparse transformers."""

    resolution: Count
    model_channels: Count
    """Width of the transformer."""
    latent_channels: Count
    """Channels of the latents."""
    num_blocks: CountOrZero
    """Blocks of the transformer."""
    num_heads: Count | None = None
    """Attention heads; null derives them from num_head_channels."""
    num_head_channels: Count | None = 64
    """Width of an attention head, if num_heads is null."""
    mlp_ratio: Positive = 4
    attn_mode: AttentionMode = "swin"
    window_size: Count = 8
    pe_mode: PositionMode = "ape"
    use_fp16: bool = False
    use_checkpoint: bool = False
    qk_rms_norm: bool = False


class SLatEncoder(SparseTransformer):
    """From voxels with features to structured latents."""

    in_channels: Count
    """Channels of the features, the width of the image encoder that made them."""


class SparseTransformerDecoder(SparseTransformer):
    """Arguments of the decoders."""

    representation_config: Object | None = None


class SLatGaussianDecoder(SparseTransformerDecoder):
    """From structured latents to 3D Gaussians."""


class SLatRadianceFieldDecoder(SparseTransformerDecoder):
    """From structured latents to a radiance field."""


class SLatMeshDecoder(SparseTransformerDecoder):
    """From structured latents to a mesh."""


class ElasticSLatEncoder(SLatEncoder):
    """From voxels with features to structured latents, with adaptive memory use."""


class ElasticSLatGaussianDecoder(SLatGaussianDecoder):
    """From structured latents to 3D Gaussians, with adaptive memory use."""


class ElasticSLatRadianceFieldDecoder(SLatRadianceFieldDecoder):
    """From structured latents to a radiance field, with adaptive memory use."""


class ElasticSLatMeshDecoder(SLatMeshDecoder):
    """From structured latents to a mesh, with adaptive memory use."""


class SparseUnet(Arguments, package=TRELLIS_2, kind="sparse"):
    """Arguments of the encoder and the decoder."""

    model_channels: list[Count]
    """Channels at each resolution."""
    latent_channels: Count
    num_blocks: list[CountOrZero]
    """Blocks at each resolution."""
    block_type: list[str]
    """Class of the blocks at each resolution."""
    block_args: list[Object]
    """Arguments of the blocks at each resolution."""
    use_fp16: bool = False


class SparseUnetEncoder(SparseUnet):
    """Arguments of the encoders."""

    down_block_type: list[str]
    """Class of the block between each resolution and the next."""


class SparseUnetDecoder(SparseUnet):
    """Arguments of the decoders."""

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
    voxel_margin: NotNegative = 0.5
    """How far a vertex may be outside its voxel."""
