"""What every trainer takes: limits, batch, optimizer, precision and intervals."""

from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from trellis_cfg.models.base import TRELLIS, TRELLIS_2, Arguments, Package
from trellis_cfg.models.section import GradientClipper, MemoryController, Optimizer, Scheduler
from trellis_cfg.models.types import Count, Fraction, NotNegative, Object, PrecisionName, Whole

ENDS: JsonDict = {
    "if": {"properties": {"max_epoch": {"type": "null"}}},
    "then": {
        "required": ["max_steps"],
        "properties": {
            "max_steps": {
                "not": {"type": "null"},
                "errorMessage": "nothing ends this training: max_steps and max_epoch are both null",
            }
        },
    },
}
"""The two limits in a schema: at the null of ``max_steps``, in the words that an editor shows."""


class AnyTrainer(Arguments):
    """What can be said of a trainer that is not known: nothing is required but an end.

    Raises ValidationError where ``max_steps`` and ``max_epoch`` are both null or absent.
    """

    model_config = ConfigDict(json_schema_extra=ENDS)

    swallowed_by: ClassVar[tuple[Package, ...]] = (TRELLIS, TRELLIS_2)

    max_steps: Whole | None = None
    """Training stops after this many steps; null leaves the end to max_epoch."""
    max_epoch: Whole | None = None
    """Training stops after this many epochs, or at max_steps if that comes first."""
    batch_size: Count | None = None
    """Samples a step over all GPUs; ignored where batch_size_per_gpu is set."""
    batch_size_per_gpu: Count | None = None
    """Samples a step on each GPU."""
    batch_split: Count | None = None
    """Micro-batches that the batch of a GPU is split into; must divide it."""
    optimizer: Optimizer | None = None
    """The optimizer, of torch.optim or the package's own."""
    lr_scheduler: Scheduler | None = None
    """How the learning rate changes from step to step."""
    elastic: MemoryController | None = None
    """Trades memory for time in elastic models; needs at least one."""
    grad_clip: NotNegative | GradientClipper | None = None
    """Norm to clip gradients at, or a class that finds it."""
    ema_rate: Annotated[float, Field(gt=0, lt=1)] | list[Fraction] = 0.9999
    """Decay rates of the averaged copies of the weights; a single one is a float."""
    fp16_mode: Literal["inflat_all", "amp"] | None = "inflat_all"
    """Half precision: of all weights with a copy in full precision, automatic, or none.

    In TRELLIS.2 it overrides mix_precision_mode.
    """
    fp16_scale_growth: NotNegative = 0.001
    """Growth of the loss scale a step, as a power of two."""
    finetune_ckpt: str | Object | None = None
    """Checkpoint to start from: a path, or one for each model."""
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
    """Steps between two checkpoints; nothing is saved at the end of a run."""
    i_ddpcheck: Whole | None = 10000
    """Steps between two comparisons of the weights across GPUs; null never compares."""

    @model_validator(mode="after")
    def _ends(self) -> "AnyTrainer":
        if self.max_steps is None and self.max_epoch is None:
            message = "nothing ends this training: set max_steps or max_epoch"
            raise PydanticCustomError("no_stop_condition", message)
        return self


class KnownTrainer(AnyTrainer):
    """A trainer of TRELLIS, TRELLIS.2 or the SDF fork."""

    max_steps: Whole | None
    """Training stops after this many steps; null leaves the end to max_epoch."""
    optimizer: Optimizer
    """The optimizer, of torch.optim or the package's own."""


class TrellisTrainer(KnownTrainer):
    """A trainer of TRELLIS and of the forks of it."""

    package: ClassVar[Package | None] = TRELLIS

    disable_snapshot: Annotated[bool, TRELLIS] = False
    """Take no snapshots, also none at the start and the end, as the SDF fork can."""


class Trellis2Trainer(KnownTrainer):
    """A trainer of TRELLIS.2."""

    package: ClassVar[Package | None] = TRELLIS_2

    fp16_mode: Literal["inflat_all", "amp"] | None = None
    mix_precision_mode: Annotated[Literal["inflat_all", "amp"] | None, TRELLIS_2] = "inflat_all"
    """Reduced precision: of all weights, automatic, or none; fp16_mode overrides it."""
    mix_precision_dtype: Annotated[PrecisionName, TRELLIS_2] = "float16"
    """Number format of the reduced precision."""
    parallel_mode: Annotated[str, TRELLIS_2] = "ddp"
    """How the GPUs work together."""
    snapshot_batch_size: Annotated[Count, TRELLIS_2] = 4
    """Samples that a snapshot makes at a time."""


class BasicTrainer(TrellisTrainer, Trellis2Trainer):
    """The base class of the trainers, as TRELLIS and TRELLIS.2 both have it."""

    package = None
