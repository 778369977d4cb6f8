"""The components of a trainer: optimizer, scheduler, clipper, encoder and others."""

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
    """The arguments that torch's optimizers have in common.

    The defaults are those of AdamW.
    """

    lr: NotNegative = 1e-3
    """Learning rate."""
    betas: Pair = [0.9, 0.999]
    """Decay rates of the running means of the gradient and of its square."""
    eps: NotNegative | Epsilons | None = 1e-8
    """Added to a denominator to keep it from being zero."""
    weight_decay: NotNegative = 0.01
    """Decay of the weights per step, relative to the learning rate."""
    amsgrad: bool = False
    """Keep the maximum of the running mean of squares."""


class SchedulerArguments(Arguments):
    """The arguments that learning-rate schedulers have in common; they count steps, not epochs."""

    warmup_steps: Whole | None = None
    """Steps until the full learning rate is reached."""
    T_max: Whole | None = None
    """Steps of half a cosine, from the full to the lowest learning rate."""
    total_steps: Whole | None = None
    """Steps of the whole cycle; one more step is an error."""
    total_iters: WholeOrZero | None = None
    """Steps until the factor is reached."""
    step_size: Whole | None = None
    """Steps between two decays."""
    milestones: list[WholeOrZero] | None = None
    """Steps after which the rate decays."""
    gamma: Positive | None = None
    """Factor of a decay."""
    eta_min: Number | None = None
    """Lowest learning rate."""


class AdaptiveGradClipper(Arguments):
    """Clips gradients at a percentile of their recent norms."""

    max_norm: Positive | None = None
    """Upper bound of the norm to clip at."""
    clip_percentile: Percentile = 95.0
    """Percentile of the recent norms to clip at."""
    buffer_size: Count = 1000
    """Number of recent norms."""


class LinearMemoryController(Arguments):
    """Recomputes activations when memory runs short, by a linear estimate."""

    buffer_size: Count = 1000
    """Number of recent measurements."""
    update_every: Whole = 500
    """Steps between two estimates."""
    target_ratio: Fraction = 0.8
    """Share of the memory to use."""
    available_memory: Positive | None = None
    """Memory in bytes; null asks the device."""
    max_mem_ratio_start: Fraction = 0.1
    """Share of the activations to keep at the start."""
    params: Anything = None
    """Initial parameters of the estimate."""
    device: Anything = None
    """The device whose memory is used."""


class uniform(Arguments):  # noqa: N801  the name that configs write
    """Uniformly distributed timesteps."""


class logitNormal(Arguments):  # noqa: N801  the name that configs write
    """Timesteps whose logit is normally distributed."""

    mean: Number
    """Mean of the logit."""
    std: Positive
    """Standard deviation of the logit."""


class DinoV2FeatureExtractor(Arguments, package=TRELLIS_2):
    """Image features of DINOv2 (TRELLIS.2)."""

    model_name: str
    """Name of the pretrained model."""


class DinoV3FeatureExtractor(Arguments, package=TRELLIS_2):
    """Image features of DINOv3 (TRELLIS.2)."""

    model_name: str
    image_size: Count = 512
    """Side length of the image, in pixels."""
