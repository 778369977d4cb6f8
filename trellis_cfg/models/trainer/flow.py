"""Trainers of flow matching, dense and sparse, with and without a condition."""

from trellis_cfg.models.base import Arguments
from trellis_cfg.models.section import FeatureExtractor, TimeSchedule
from trellis_cfg.models.trainer.base import BasicTrainer, Trellis2Trainer
from trellis_cfg.models.types import Fraction, NotNegative


class Flow(Arguments):
    """What all of flow matching takes."""

    t_schedule: TimeSchedule = TimeSchedule.model_construct(
        name="logitNormal", args={"mean": 0.0, "std": 1.0}
    )
    """How the times are drawn that the model learns at."""
    sigma_min: NotNegative = 1e-5
    """Least noise, at time 0."""


class GuidedFlow(Flow):
    """What classifier-free guidance takes."""

    p_uncond: Fraction = 0.1
    """Probability that a sample is trained without its condition."""


class TextConditionedFlow(GuidedFlow):
    """What a text condition takes."""

    text_cond_model: str = "openai/clip-vit-large-patch14"
    """Text encoder; its width must be the cond_channels of the model."""


class ImageConditionedFlow(GuidedFlow):
    """What an image condition takes."""

    image_cond_model: str | FeatureExtractor = "dinov2_vitl14_reg"
    """Image encoder, by name in TRELLIS, as a class in TRELLIS.2."""


class FlowMatchingTrainer(Flow, BasicTrainer):
    """Flow matching on dense grids."""

    kind = "dense"


class FlowMatchingCFGTrainer(GuidedFlow, BasicTrainer):
    """Flow matching on dense grids, with classifier-free guidance."""

    kind = "dense"


class TextConditionedFlowMatchingCFGTrainer(TextConditionedFlow, BasicTrainer):
    """Flow matching from text on dense grids, with classifier-free guidance."""

    kind = "dense"


class ImageConditionedFlowMatchingCFGTrainer(ImageConditionedFlow, BasicTrainer):
    """Flow matching from images on dense grids, with classifier-free guidance."""

    kind = "dense"


class SparseFlowMatchingTrainer(Flow, BasicTrainer):
    """Flow matching on sparse voxels."""

    kind = "sparse"


class SparseFlowMatchingCFGTrainer(GuidedFlow, BasicTrainer):
    """Flow matching on sparse voxels, with classifier-free guidance."""

    kind = "sparse"


class TextConditionedSparseFlowMatchingCFGTrainer(TextConditionedFlow, BasicTrainer):
    """Flow matching from text on sparse voxels, with classifier-free guidance."""

    kind = "sparse"


class ImageConditionedSparseFlowMatchingCFGTrainer(ImageConditionedFlow, BasicTrainer):
    """Flow matching from images on sparse voxels, with classifier-free guidance."""

    kind = "sparse"


class MultiImageConditionedSparseFlowMatchingCFGTrainer(GuidedFlow, Trellis2Trainer):
    """Flow matching from several images on sparse voxels, with classifier-free guidance."""

    kind = "sparse"

    image_cond_model: str | FeatureExtractor
    """Image encoder, as a class; by name in forks of TRELLIS."""
