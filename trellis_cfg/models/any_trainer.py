"""The arguments that all trainers share, and the limit that they require."""

from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from trellis_cfg.models.base import (
    TRELLIS,
    TRELLIS_2,
    Arguments,
    Count,
    Fraction,
    NotNegative,
    Object,
    Package,
    Whole,
)
from trellis_cfg.models.config import GradientClipper, MemoryController, Optimizer, Scheduler
from trellis_cfg.sections import ENDLESS

ENDS: JsonDict = {
    "if": {"properties": {"max_epoch": {"type": "null"}}},
    "then": {
        "required": ["max_steps"],
        "properties": {"max_steps": {"not": {"type": "null"}, "errorMessage": ENDLESS}},
    },
}
"""The part of a schema that requires a limit, with the message that VS Code shows."""


class AnyTrainer(Arguments):
    """The arguments of an unknown trainer, which requires only a limit.

    Raises ValidationError if ``max_steps`` and ``max_epoch`` are both null or absent.
    """

    model_config = ConfigDict(json_schema_extra=ENDS)

    ignoring_packages: ClassVar[tuple[Package, ...]] = (TRELLIS, TRELLIS_2)

    max_steps: Whole | None = None
    """Training stops after this many steps; null leaves the limit to max_epoch."""
    max_epoch: Whole | None = None
    """Training stops after this many epochs, or at max_steps if that comes first."""
    batch_size: Count | None = None
    """Samples per step over all GPUs; ignored if batch_size_per_gpu is set."""
    batch_size_per_gpu: Count | None = None
    """Samples per step on each GPU."""
    batch_split: Count | None = None
    """Number of micro-batches per GPU batch; must divide its size."""
    optimizer: Optimizer | None = None
    """The optimizer, of torch.optim or the package's own."""
    lr_scheduler: Scheduler | None = None
    """How the learning rate changes from step to step."""
    elastic: MemoryController | None = None
    """Trades memory for time in elastic models; needs at least one of them."""
    grad_clip: NotNegative | GradientClipper | None = None
    """Maximum gradient norm, or a class that computes it."""
    ema_rate: Annotated[float, Field(gt=0, lt=1)] | list[Fraction] = 0.9999
    """Decay rates of the averaged copies of the weights; a number or a list."""
    fp16_mode: Literal["inflat_all", "amp"] | None = "inflat_all"
    """Half precision: of all weights with a full-precision copy, automatic, or none.

    In TRELLIS.2 it overrides mix_precision_mode.
    """
    fp16_scale_growth: NotNegative = 0.001
    """Growth of the loss scale per step, as a power of two."""
    finetune_ckpt: str | Object | None = None
    """Checkpoint to start from: a path, or a path per model."""
    log_param_stats: bool = False
    """Log statistics of the weights."""
    prefetch_data: bool = True
    """Load the next batch while the current one trains."""
    i_print: Whole = 1000
    """Steps between two lines of progress."""
    i_log: Whole = 500
    """Steps between two entries of the log."""
    i_sample: Whole = 10000
    """Steps between two snapshots."""
    i_save: Whole = 10000
    """Steps between two checkpoints; the end of a run is not saved."""
    i_ddpcheck: Whole | None = 10000
    """Steps between two comparisons of the weights across GPUs; null never compares."""

    @model_validator(mode="after")
    def _require_limit(self) -> "AnyTrainer":
        if self.max_steps is None and self.max_epoch is None:
            message = "no stop condition: set max_steps or max_epoch"
            raise PydanticCustomError("no_stop_condition", message)
        return self
