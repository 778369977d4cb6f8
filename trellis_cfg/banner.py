"""What a training says when its loop starts."""

from collections.abc import Iterator
from fractions import Fraction

from trellis_cfg.catalogue import Language
from trellis_cfg.catalogue.training import BANNER, Banner
from trellis_cfg.schedule import Run

_RULE = "=" * 100
_INDENT = "  "


def banner(run: Run, language: Language) -> str:
    """Return the banner of a run; figures that are not known are left out."""
    words = BANNER[language]
    sections = (
        (words.data, _data(run, words)),
        (words.goal, _goal(run, words)),
        (words.state, _state(run, words)),
    )
    lines = [_RULE, words.title]
    for heading, entries in sections:
        lines += ["", heading, *(f"{_INDENT}{entry}" for entry in entries)]
    return "".join(f"{line}\n" for line in [*lines, _RULE])


def hundredths(value: Fraction, *, grouped: bool = False) -> str:
    """Return a number with two decimal places, rounded exactly; its thousands ``grouped``."""
    whole, rest = divmod(round(value * 100), 100)
    return f"{whole:{',' if grouped else ''}}.{rest:02}"


def _data(run: Run, words: Banner) -> Iterator[str]:
    if run.samples is not None:
        yield words.samples.format(run.samples)
    if run.batch_of_all and run.batch and run.world:
        yield words.batch.format(run.batch_of_all, run.batch, run.world)
    if run.epoch:
        yield words.epoch.format(run.epoch)


def _goal(run: Run, words: Banner) -> Iterator[str]:
    if run.end is not None:
        yield words.end.format(run.end)
    yield words.max_epoch.format("null" if run.max_epoch is None else f"{run.max_epoch:,}")
    epochs = None if run.end is None else run.progress(run.end)
    if epochs is not None:
        yield words.epochs.format(hundredths(epochs))
    if run.seen is not None:
        yield words.seen.format(run.seen)


def _state(run: Run, words: Banner) -> Iterator[str]:
    yield words.start.format(run.start)
    epoch = run.epoch_at(run.start)
    if epoch is not None:
        yield words.start_epoch.format(epoch)
    if run.remaining is not None:
        yield words.remaining.format(run.remaining)
