"""The limits of a training run, and its progress in epochs."""

import sys
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from trellis_cfg.schedule import Run
from trellis_cfg.sections import ENDLESS


def check_limits(max_steps: object, max_epoch: object) -> None:
    """Raise ValueError unless each limit is a positive integer or None, and not both are None."""
    for key, value in (("max_steps", max_steps), ("max_epoch", max_epoch)):
        if value is not None and not _is_positive(value):
            raise ValueError(f"{key} must be a positive integer or null, not {value!r}")
    if max_steps is None and max_epoch is None:
        keys = "trainer.args.max_steps, trainer.args.max_epoch"
        raise ValueError(f"{ENDLESS}: set one of the two ({keys})")


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and value > 0 and value % 1 == 0 and value is not True


def check_run(run: Run) -> None:
    """Raise ValueError if an epoch limit has no known length, or the loader yields no batch."""
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


def _count_samples(dataset: object) -> int | None:
    try:
        return len(dataset) or None  # type: ignore[arg-type]
    except TypeError:
        return None


def run_from_arguments(args: tuple[Any, ...], arguments: Mapping[str, Any]) -> Run:
    """Return the run that a trainer's arguments describe, before the trainer exists.

    The dataset is the second; torch says how many processes there are, if it was imported.
    """
    distributed: Any = sys.modules.get("torch.distributed")
    is_distributed = distributed and distributed.is_available() and distributed.is_initialized()
    return Run(
        batch_size_per_gpu=arguments.get("batch_size_per_gpu"),
        batch_size=arguments.get("batch_size"),
        gpus=int(distributed.get_world_size()) if is_distributed else 1,
        samples=_count_samples(arguments.get("dataset", args[1] if len(args) > 1 else None)),
    )


def run_from_trainer(trainer: Any, max_steps: int | None, max_epoch: int | None) -> Run:  # noqa: ANN401
    """Return the run that a trainer is about to make, by its own batch size and dataset."""
    return Run(
        batch_size_per_gpu=trainer.batch_size_per_gpu,
        gpus=trainer.world_size,
        samples=_count_samples(trainer.dataset),
        max_steps=max_steps,
        max_epoch=max_epoch,
    )


def resume_run(run: Run, step: int, saved: Mapping[str, Any] | None) -> Run:
    """Return the run that continues from a checkpoint.

    The ``progress`` that it saved counts epochs, as numerator and denominator. Without it, epochs
    follow from the step with the current batch and dataset.
    """
    progress = saved.get("progress") if saved else None
    return run._replace(start=step, epochs_done=Fraction(*progress) if progress else None)


def describe_epoch(run: Run, step: int) -> dict[str, Any]:
    """Return what a checkpoint saves of the epochs; a run with other data or GPUs can use it."""
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
