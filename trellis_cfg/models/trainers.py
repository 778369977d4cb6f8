"""The trainers of TRELLIS, TRELLIS.2 and the SDF fork."""

from typing import Annotated, Literal

from pydantic import Field

from trellis_cfg.models.any_trainer import AnyTrainer
from trellis_cfg.models.base import (
    TRELLIS,
    TRELLIS_2,
    Arguments,
    Count,
    NotNegative,
    Object,
    Positive,
    PrecisionName,
    Whole,
)
from trellis_cfg.models.config import FeatureExtractor, Optimizer, TimeSchedule


class KnownTrainer(AnyTrainer):
    """A trainer of TRELLIS, TRELLIS.2 or the SDF fork."""

    max_steps: Whole | None
    """Training stops after this many steps; null leaves the limit to max_epoch."""
    optimizer: Optimizer
    """The optimizer, of torch.optim or the package's own."""


class TrellisTrainer(KnownTrainer, package=TRELLIS):
    """A trainer of TRELLIS and its forks."""

    disable_snapshot: Annotated[bool, TRELLIS] = False
    """Take no snapshots, not even at the start and the end (SDF fork)."""
    save_total_limit: Annotated[int | None, TRELLIS] = 3
    """Checkpoints to keep, the newest; 0 or less keeps all (SDF fork)."""


class Trellis2Trainer(KnownTrainer, package=TRELLIS_2):
    """A trainer of TRELLIS.2."""

    fp16_mode: Literal["inflat_all", "amp"] | None = None
    mix_precision_mode: Annotated[Literal["inflat_all", "amp"] | None, TRELLIS_2] = "inflat_all"
    """Mixed precision: of all weights, automatic, or none; fp16_mode overrides it."""
    mix_precision_dtype: Annotated[PrecisionName, TRELLIS_2] = "float16"
    """Number format of the mixed precision."""
    parallel_mode: Annotated[str, TRELLIS_2] = "ddp"
    """How the GPUs work together."""
    snapshot_batch_size: Annotated[Count, TRELLIS_2] = 4
    """Batch size of snapshots."""


class BasicTrainer(TrellisTrainer, Trellis2Trainer):
    """The base class of the trainers, as TRELLIS and TRELLIS.2 both have it."""

    package = None


class SparseStructureVaeTrainer(BasicTrainer, kind="dense"):
    """The autoencoder of occupancy grids."""

    loss_type: Literal["bce", "l1", "dice"] = "bce"
    """Reconstruction loss."""
    lambda_kl: NotNegative = 1e-6
    """Weight of the Kullback-Leibler divergence."""


class ImageLosses(Arguments):
    """Arguments of the comparison of rendered images."""

    lambda_ssim: NotNegative = 0.2
    """Weight of the structural dissimilarity of images."""
    lambda_lpips: NotNegative = 0.2
    """Weight of the perceptual distance of images."""


class SLatVaeGaussianTrainer(ImageLosses, TrellisTrainer, kind="sparse"):
    """The autoencoder of structured latents, with 3D Gaussians as its output."""

    loss_type: Literal["l1", "l2"] = "l1"
    """Reconstruction loss of the images."""
    lambda_kl: NotNegative = 1e-6
    regularizations: Object = {}
    """Weights lambda_vol and lambda_opacity, which keep the Gaussians small and opaque."""


class SLatVaeRadianceFieldDecoderTrainer(ImageLosses, TrellisTrainer, kind="sparse"):
    """The decoder of structured latents to radiance fields."""

    loss_type: Literal["l1", "l2"] = "l1"


class SLatVaeMeshDecoderTrainer(ImageLosses, TrellisTrainer, kind="sparse"):
    """The decoder of structured latents to meshes."""

    depth_loss_type: Literal["l1", "smooth_l1"] = "l1"
    """Loss of the depth maps."""
    lambda_depth: NotNegative = 1
    """Weight of the depth maps."""
    lambda_tsdf: NotNegative = 0.01
    """Weight of the truncated signed distances."""
    lambda_color: NotNegative = 0.1
    """Weight of the colors."""


class Flow(Arguments):
    """Arguments of flow matching."""

    t_schedule: TimeSchedule = TimeSchedule.model_construct(
        name="logitNormal", args={"mean": 0.0, "std": 1.0}
    )
    """Distribution of the training timesteps."""
    sigma_min: NotNegative = 1e-5
    """Lowest noise level, at time 0."""


class GuidedFlow(Flow):
    """Arguments of classifier-free guidance."""

    p_uncond: NotNegative = 0.1
    """Probability that a sample is trained without its condition; from 1 on, all are."""


class TextConditionedFlow(GuidedFlow):
    """Arguments of a text condition."""

    text_cond_model: str = "openai/clip-vit-large-patch14"
    """Text encoder; its width must be the cond_channels of the model."""


class ImageConditionedFlow(GuidedFlow):
    """Arguments of an image condition."""

    image_cond_model: str | FeatureExtractor = "dinov2_vitl14_reg"
    """Image encoder, by name in TRELLIS, as a class in TRELLIS.2."""


class FlowMatchingTrainer(Flow, BasicTrainer, kind="dense"):
    """Flow matching on dense grids."""


class FlowMatchingCFGTrainer(GuidedFlow, BasicTrainer, kind="dense"):
    """Flow matching on dense grids, with classifier-free guidance."""


class TextConditionedFlowMatchingCFGTrainer(TextConditionedFlow, BasicTrainer, kind="dense"):
    """Flow matching from text on dense grids, with classifier-free guidance."""


class ImageConditionedFlowMatchingCFGTrainer(ImageConditionedFlow, BasicTrainer, kind="dense"):
    """Flow matching from images on dense grids, with classifier-free guidance."""


class SparseFlowMatchingTrainer(Flow, BasicTrainer, kind="sparse"):
    """Flow matching on sparse voxels."""


class SparseFlowMatchingCFGTrainer(GuidedFlow, BasicTrainer, kind="sparse"):
    """Flow matching on sparse voxels, with classifier-free guidance."""


class TextConditionedSparseFlowMatchingCFGTrainer(TextConditionedFlow, BasicTrainer, kind="sparse"):
    """Flow matching from text on sparse voxels, with classifier-free guidance."""


class ImageConditionedSparseFlowMatchingCFGTrainer(ImageConditionedFlow, BasicTrainer):
    """Flow matching from images on sparse voxels, with classifier-free guidance."""

    kind = "sparse"


class MultiImageConditionedSparseFlowMatchingCFGTrainer(GuidedFlow, Trellis2Trainer, kind="sparse"):
    """Flow matching from several images on sparse voxels, with classifier-free guidance."""

    image_cond_model: str | FeatureExtractor
    """Image encoder, as a class; by name in forks of TRELLIS."""


class SparseSDF_VQVAETrainer(TrellisTrainer):  # noqa: N801  the name that configs write
    """The vector-quantized autoencoder of sparse signed-distance fields."""

    kind = "sparse"

    lambda_vq: NotNegative = 1.0
    """Weight of the codebook loss."""
    lambda_commitment: NotNegative = 0.25
    """Weight of the commitment loss."""
    loss_type: Literal["mse", "l1", "l1_l2"] = "mse"
    """Reconstruction loss."""
    pretrained_vae_path: str | None = None
    """Checkpoint of an autoencoder to start from."""
    training_stage: Annotated[int, Field(ge=1, le=2)] = 1
    """What to train: 1 is only the codebook, 2 is everything."""


class RenderLosses(Arguments):
    """Arguments of the comparison of rendered images."""

    lambda_kl: NotNegative = 1e-6
    lambda_ssim: NotNegative = 0.2
    lambda_lpips: NotNegative = 0.2
    render_resolution: Positive = 1024
    """Side length of the rendered images, in pixels."""
    camera_randomization_config: Object = {"radius_range": [2, 100]}
    """Random camera positions of the rendered images."""


class ShapeVaeTrainer(RenderLosses, Trellis2Trainer, kind="sparse"):
    """The autoencoder of shapes as flexible dual grids."""

    lambda_subdiv: NotNegative = 0.1
    """Weight of the predicted subdivision of voxels."""
    lambda_intersected: NotNegative = 0.1
    """Weight of the edges that the surface crosses."""
    lambda_vertice: NotNegative = 0.01
    """Weight of the vertex positions."""
    lambda_mask: NotNegative = 1
    """Weight of the silhouettes."""
    lambda_depth: NotNegative = 10
    lambda_normal: NotNegative = 1
    """Weight of the normal maps."""


class PbrVaeTrainer(RenderLosses, Trellis2Trainer, kind="sparse"):
    """The autoencoder of physically based materials."""

    loss_type: str = "l1"
    """Reconstruction loss of the materials."""
    lambda_render: NotNegative = 1.0
    """Weight of the rendered images."""
