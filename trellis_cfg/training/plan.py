"""How far a training goes: its limits, and where it stands among its epochs."""

import sys
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from trellis_cfg.schedule import Run
from trellis_cfg.sections import ENDLESS

_KEYS = "trainer.args.max_steps, trainer.args.max_epoch"


def refuse_unless_limits(max_steps: object, max_epoch: object) -> None:
    """Raise ValueError unless one of the limits is a positive integer, and the other may be."""
    for key, value in (("max_steps", max_steps), ("max_epoch", max_epoch)):
        if value is not None and not _is_positive(value):
            raise ValueError(f"{key} must be a positive integer or null, not {value!r}")
    if max_steps is None and max_epoch is None:
        raise ValueError(f"{ENDLESS}: set one of the two ({_KEYS})")


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and value > 0 and value % 1 == 0 and value is not True


def refuse_unless_possible(run: Run) -> None:
    """Raise ValueError where an epoch limit cannot be reached, or the loader yields no batch."""
    if run.max_epoch is not None and run.epoch is None:
        raise ValueError(
            "max_epoch needs to know how long an epoch is, but the dataset has no length, or no "
            "samples: set max_steps instead"
        )
    if run.hangs:
        raise ValueError(
            f"each of {run.world} processes gets {run.share:,} samples, fewer than its batch of "
            f"{run.batch:,}: the data loader would yield nothing, and training would hang"
        )


def samples_of(dataset: object) -> int | None:
    """Return how many samples a dataset has; None where it cannot tell, or has none."""
    try:
        return len(dataset) or None  # type: ignore[arg-type]
    except TypeError:
        return None


def limit_before(args: tuple[Any, ...], arguments: Mapping[str, Any]) -> Run:
    """Return what is known of a run from a trainer's arguments, before it exists.

    The dataset is the second; how many processes there are, torch says if it was imported.
    """
    dataset = arguments.get("dataset", args[1] if len(args) > 1 else None)
    return Run(
        batch_size_per_gpu=arguments.get("batch_size_per_gpu"),
        batch_size=arguments.get("batch_size"),
        gpus=_processes(),
        samples=samples_of(dataset),
    )


def of_trainer(trainer: Any, max_steps: int | None, max_epoch: int | None) -> Run:  # noqa: ANN401
    """Return the run that a trainer is about to make, by what it found of its batch and data."""
    return Run(
        batch_size_per_gpu=trainer.batch_size_per_gpu,
        gpus=trainer.world_size,
        samples=samples_of(trainer.dataset),
        max_steps=max_steps,
        max_epoch=max_epoch,
    )


def _processes() -> int:
    distributed: Any = sys.modules.get("torch.distributed")
    if distributed and distributed.is_available() and distributed.is_initialized():
        return int(distributed.get_world_size())
    return 1


def resumed(run: Run, step: int, saved: Mapping[str, Any] | None) -> Run:
    """Return the run that goes on from a checkpoint.

    ``saved`` is what the checkpoint keeps of its epochs: how many were behind, as numerator and
    denominator. Without it, as many as the steps make with today's batch and data.
    """
    progress = saved.get("progress") if saved else None
    return run._replace(start=step, epochs_done=Fraction(*progress) if progress else None)


def saved_epoch(run: Run, step: int) -> dict[str, Any]:
    """Return what a checkpoint keeps of the epochs, for a run with other data or GPUs, too."""
    progress = run.progress(step)
    if progress is None or run.epoch is None:
        return {}
    return {
        "progress": list(progress.as_integer_ratio()),
        "step_of_epoch": int(progress % 1 * run.epoch),
        "steps_per_epoch": run.epoch,
        "batch_size": run.batch_of_all,
        "world_size": run.world,
        "dataset_size": run.samples,
    }
