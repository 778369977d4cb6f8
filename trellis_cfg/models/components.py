"""Arguments of the small classes that a trainer is built of."""

from trellis_cfg.models.base import (
    TRELLIS_2,
    Anything,
    Arguments,
    Count,
    Epsilons,
    Fraction,
    NotNegative,
    Number,
    Pair,
    Percentile,
    Positive,
    Whole,
    WholeOrZero,
)


class OptimizerArguments(Arguments):
    """What the optimizers of torch have in common; which takes what is torch's to say.

    The defaults are those of AdamW.
    """

    lr: NotNegative = 1e-3
    """Learning rate."""
    betas: Pair = [0.9, 0.999]
    """Decay rates of the running means of the gradient and of its square."""
    eps: NotNegative | Epsilons | None = 1e-8
    """Added to a denominator, so that it is not zero."""
    weight_decay: NotNegative = 0.01
    """Decay of the weights a step, relative to the learning rate."""
    amsgrad: bool = False
    """Keep the maximum of the running mean of squares."""


class SchedulerArguments(Arguments):
    """What the learning-rate schedulers have in common; they count steps, not epochs."""

    warmup_steps: Whole | None = None
    """Steps until the full learning rate is reached."""
    T_max: Whole | None = None
    """Steps of half a cosine: from the full learning rate to the least."""
    total_steps: Whole | None = None
    """Steps of the whole cycle; one more raises."""
    total_iters: WholeOrZero | None = None
    """Steps until the factor is reached."""
    step_size: Whole | None = None
    """Steps between two decays."""
    milestones: list[WholeOrZero] | None = None
    """Steps after which the rate decays."""
    gamma: Positive | None = None
    """Factor of a decay."""
    eta_min: Number | None = None
    """Least learning rate."""


class AdaptiveGradClipper(Arguments):
    """Clips gradients at a percentile of their recent norms."""

    max_norm: Positive | None = None
    """Norm that is clipped at in any case."""
    clip_percentile: Percentile = 95.0
    """Percentile of the recent norms to clip at."""
    buffer_size: Count = 1000
    """How many recent norms are kept."""


class LinearMemoryController(Arguments):
    """Recomputes activations where memory runs short, by a linear estimate."""

    buffer_size: Count = 1000
    """How many recent measurements are kept."""
    update_every: Whole = 500
    """Steps between two estimates."""
    target_ratio: Fraction = 0.8
    """Share of the memory to use."""
    available_memory: Positive | None = None
    """Memory in bytes; null asks the device."""
    max_mem_ratio_start: Fraction = 0.1
    """Share of the activations kept at the start."""
    params: Anything = None
    """Parameters of the estimate to start from."""
    device: Anything = None
    """The device whose memory is meant."""


class uniform(Arguments):  # noqa: N801  the name that configs write
    """Times are drawn evenly."""


class logitNormal(Arguments):  # noqa: N801  the name that configs write
    """The logit of a time is drawn from a normal distribution."""

    mean: Number
    """Mean of the logit."""
    std: Positive
    """Standard deviation of the logit."""


class DinoV2FeatureExtractor(Arguments):
    """Image features of DINOv2 (TRELLIS.2)."""

    package = TRELLIS_2

    model_name: str
    """Name of the pretrained model."""


class DinoV3FeatureExtractor(Arguments):
    """Image features of DINOv3 (TRELLIS.2)."""

    package = TRELLIS_2

    model_name: str
    """Name of the pretrained model."""
    image_size: Count = 512
    """Edge of the image, in pixels."""
