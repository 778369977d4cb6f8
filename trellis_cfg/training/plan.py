"""The limits of a training run, and its progress in epochs."""

import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from trellis_cfg.schedule import Run
from trellis_cfg.sections import ENDLESS


def parse_limits(max_steps: object, max_epoch: object) -> Run:
    """Return a run with these limits; each may be written as a float, such as 1e6.

    Raises ValueError unless each is a positive integer or None, and not both are None.
    """
    limits: dict[str, int] = {}
    for key, value in {"max_steps": max_steps, "max_epoch": max_epoch}.items():
        if isinstance(value, int | float) and value > 0 and value % 1 == 0 and value is not True:
            limits[key] = int(value)
        elif value is not None:
            raise ValueError(f"{key} must be a positive integer or null, not {value!r}")
    if not limits:
        keys = "trainer.args.max_steps, trainer.args.max_epoch"
        raise ValueError(f"{ENDLESS}: set one of the two ({keys})")
    return Run(max_steps=limits.get("max_steps"), max_epoch=limits.get("max_epoch"))


def check_run(run: Run) -> None:
    """Raise ValueError if an epoch limit has no known length, or the loader yields no batch."""
    check_samples(run)
    if run.max_epoch is not None and run.epoch is None:
        raise ValueError(
            "the dataset has no length, but max_epoch needs one: set max_epoch to null, and set "
            "max_steps"
        )


def check_samples(run: Run) -> None:
    """Raise ValueError if the dataset is known to be too small for one batch of each process."""
    if run.samples == 0:
        raise ValueError(
            "the dataset has no samples: training would hang. Check the data directory, and the "
            "arguments of the dataset that filter samples, such as min_aesthetic_score"
        )
    if run.hangs:
        is_shared = run.world != 1
        share = f" ({run.share:,} for each of {run.world} processes)" if is_shared else ""
        raise ValueError(
            f"too few samples: the dataset has {run.samples:,}{share}, but a batch has "
            f"{run.batch:,}: training would hang. Set batch_size_per_gpu to at most {run.share:,}"
            f"{', add samples or use fewer GPUs' if is_shared else ', or add samples'}"
        )


def count_samples(dataset: object) -> int | None:
    """Return the length of a dataset; None without one."""
    try:
        return len(dataset)  # type: ignore[arg-type]
    except (TypeError, NotImplementedError):
        return None


def find_epochs_done(run: Run, saved: Mapping[str, Any] | None, epoch: object) -> Fraction | None:
    """Return the epochs that are complete at the start of a run; None if its step counts them.

    ``saved`` is what ``describe_epoch`` returned, ``epoch`` that of a checkpoint without it.
    """
    if saved is not None:
        progress = saved.get("progress")
        return Fraction(*progress) if progress else None
    if is_epoch(epoch) and run.epoch and epoch != run.start // run.epoch:
        return Fraction(int(epoch))  # type: ignore[call-overload]
    return None


def is_epoch(value: object) -> bool:
    """Return whether a value that a checkpoint holds counts epochs."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def plan_from_arguments(run: Run, args: Sequence[Any], arguments: Mapping[str, Any]) -> Run:
    """Return the run with what a trainer's arguments say about it, before the trainer exists.

    The dataset is the second; torch says how many processes there are, if it was imported.
    """
    distributed: Any = sys.modules.get("torch.distributed")
    is_distributed = distributed and distributed.is_available() and distributed.is_initialized()
    return run._replace(
        batch_size_per_gpu=arguments.get("batch_size_per_gpu"),
        batch_size=arguments.get("batch_size"),
        gpus=int(distributed.get_world_size()) if is_distributed else 1,
        samples=count_samples(arguments.get("dataset", args[1] if len(args) > 1 else None)),
    )


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
