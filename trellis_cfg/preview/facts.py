"""The figures of a run by name, as the machine-readable formats and the table show them."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from trellis_cfg.preview.rows import Row
from trellis_cfg.schedule import Run

Plain = int | float | str | bool | None
Fact = Plain | Fraction
_HOUR = 3600


def facts(row: Row) -> dict[str, Fact]:
    """Return all that is known of a config; None is what is not known, or does not apply."""
    found: dict[str, Fact] = dict(zip(NAMES, (row.path, row.trainer, row.dataset), strict=True))
    if row.run is None:
        return found | dict.fromkeys([*FIGURES, *TIMES])
    known = {name: of(row.run) for name, of in FIGURES.items()} | times(row)
    return found | known | (dict.fromkeys(_OF_THE_END) if row.run.hangs else {})


def figures(row: Row) -> dict[str, Plain]:
    """Return the facts as any program reads them: fractions as floats."""
    return {
        name: float(value) if isinstance(value, Fraction) else value
        for name, value in facts(row).items()
    }


def times(row: Row) -> dict[str, Fact]:
    """Return how long the remaining steps take, in hours, and how many steps an hour has."""
    remaining = row.run.remaining if row.run else None
    step = row.seconds_per_step
    if step is None:
        return dict.fromkeys(TIMES)
    hours = None if remaining is None else remaining * step / _HOUR
    return {"hours": hours, "steps_per_hour": _HOUR / step}


def snapshots(run: Run) -> int | None:
    """Return how often samples are made: every so many steps, and at the start and the end."""
    between = run.happens(run.i_sample)
    return None if between is None else between + 2


FIGURES: Mapping[str, Callable[[Run], Fact]] = {
    "samples": lambda run: run.samples,
    "gpus": lambda run: run.gpus,
    "nodes": lambda run: run.nodes,
    "batch_size": lambda run: run.batch_of_all,
    "batch_size_per_gpu": lambda run: run.batch,
    "micro_batch": lambda run: run.micro_batch,
    "steps_per_epoch": lambda run: run.epoch,
    "batches_per_pass": lambda run: run.loader_pass,
    "max_steps": lambda run: run.max_steps,
    "max_epoch": lambda run: run.max_epoch,
    "limit": lambda run: run.ended_by,
    "hangs": lambda run: run.hangs,
    "stops_after": lambda run: run.end,
    "epochs": lambda run: None if run.end is None else run.epochs(run.end),
    "samples_seen": lambda run: run.seen,
    "start": lambda run: run.start,
    "start_epoch": lambda run: run.epoch_at(run.start),
    "remaining": lambda run: run.remaining,
    "i_save": lambda run: run.i_save,
    "saves": lambda run: run.saves,
    "last_save": lambda run: run.last_save or None,
    "unsaved": lambda run: run.unsaved,
    "i_sample": lambda run: run.i_sample,
    "snapshots": snapshots,
}
"""Names as programs read them, and what each is of a run."""
NAMES = ("path", "trainer", "dataset")
TIMES = ("hours", "steps_per_hour")
# What a run that hangs never gets to.
_OF_THE_END = (
    *("stops_after", "epochs", "samples_seen", "remaining", "hours"),
    *("saves", "last_save", "unsaved", "snapshots"),
)
