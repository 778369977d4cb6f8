"""Training reports: a banner, a line per step and periodic summaries."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from time import perf_counter
from typing import Any, NamedTuple

from trellis_cfg.messages import (
    TRAINING,
    Language,
    drop_emoji,
    fill_in,
    format_banner,
    format_hundredths,
    format_summary,
)
from trellis_cfg.schedule import Run


class Lap(NamedTuple):
    """Seconds that one or more steps took, and when the last of them ended."""

    loading: float
    training: float
    end: float = 0.0
    steps: int = 1

    @property
    def seconds(self) -> float:
        """Seconds of loading and training together."""
        return self.loading + self.training


class Clock:
    """Times the steps of a run; ``samples`` and ``seconds`` include the runs that it resumes."""

    def __init__(self, batch: int, saved: dict[str, Any] | None, step: int) -> None:
        """Start with what a checkpoint saved, or as if all ``step`` steps had this batch."""
        self._batch = batch
        self.samples: int = saved["samples"] if saved else step * batch
        self.seconds: float = saved["seconds"] if saved else 0.0
        self._loaded_at = self._began_at = 0.0
        self._interval = Lap(0.0, 0.0, steps=0)

    def start_loading(self) -> None:
        """Record the start of a step."""
        self._began_at = perf_counter()

    def start_training(self) -> None:
        """Record that the data of a step are loaded."""
        self._loaded_at = perf_counter()

    def end_step(self) -> Lap:
        """Record the end of a step and return what it took."""
        end = perf_counter()
        lap = Lap(self._loaded_at - self._began_at, end - self._loaded_at, end)
        self.samples += self._batch
        self.seconds += lap.seconds
        loading, training, _, steps = self._interval
        self._interval = Lap(loading + lap.loading, training + lap.training, end, steps + 1)
        return lap

    def end_interval(self) -> Lap:
        """Return what the steps since the last call took together."""
        lap, self._interval = self._interval, Lap(0.0, 0.0, steps=0)
        return lap if lap.steps else lap._replace(steps=1)


_HOUR = 3600.0
_FLUSH_SECONDS = 1.0
"""How long lines may stay in the buffer: flushing each would cost more than writing it."""


def _print_text(text: str) -> None:
    """Print a text; escape characters that the output cannot show, so that training goes on."""
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding
        text = drop_emoji(text, encoding)
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


@dataclass
class Reports:
    """Writes the reports of one run, each with one call of ``write``; by default to stdout.

    A line is written every ``step_every`` steps, a summary every ``summary_every``; 0 is never.
    """

    run: Run
    language: Language = "en"
    step_every: int = 1
    summary_every: int = 1000
    write: Callable[[str], object] = _print_text
    flushed_at: float = 0.0
    bar: Any = None

    def open_bar(self, step: int) -> None:
        """Show tqdm's bar, from a step on, instead of a line for each; if tqdm is installed."""
        try:
            from tqdm import tqdm  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415
        except ModuleNotFoundError:
            return
        self.bar = tqdm(total=self.run.end, initial=step, unit="step")
        self.write = partial(tqdm.write, end="")

    def close_bar(self) -> None:
        """Leave the bar as it is, if there is one."""
        if self.bar is not None:
            self.bar.close()

    def write_banner(self, samples_done: int | None = None) -> None:
        """Write what the run will do, after the samples that it resumes from."""
        self.write("\n" + format_banner(self.run, self.language, samples_done))
        sys.stdout.flush()

    def report_step(self, step: int, lap: Lap, loss: float | None, clock: Clock) -> None:
        """Write the line of a step, and a summary if one is due."""
        if self.bar is not None:
            self.bar.update(1)
        elif self.step_every and step % self.step_every == 0:
            self.write(self._format_step(step, lap, loss))
            if lap.end - self.flushed_at > _FLUSH_SECONDS:
                self.flushed_at = lap.end
                sys.stdout.flush()
        if self.summary_every and step % self.summary_every == 0:
            self.write(self._format_summary(step, clock))
            sys.stdout.flush()

    def _format_step(self, step: int, lap: Lap, loss: float | None) -> str:
        """Return the line of a step, with the epoch that it is part of."""
        run, texts = self.run, TRAINING[self.language]
        end, number, steps = run.end, step, run.end
        epoch, part = divmod(run.progress(step - 1) or Fraction(0), 1)
        if run.epoch:
            number, steps = int(part * run.epoch) + 1, run.epoch
        line = texts.step.format(epoch, step, len(str(end)), end, number, steps)
        if loss is not None:
            line += f" {texts.loss.format(loss)}"
        return f"{line} | {texts.times.format(lap.seconds, lap.loading, lap.training)}\n"

    def _format_summary(self, step: int, clock: Clock) -> str:
        """Return the summary after a step; speed and means are those since the last one.

        Its epoch is that of the step's line, also after the last step of an epoch.
        """
        run, texts, lap = self.run, TRAINING[self.language], clock.end_interval()
        end, seconds = run.end or step, max(lap.seconds, 1e-9)
        seconds_per_step = seconds / lap.steps
        epochs = run.progress(step), run.progress(end)
        entries = (
            (texts.steps, step, end, f"{format_hundredths(Fraction(100 * step, end))}%"),
            (texts.epochs, *(each if each is None else format_hundredths(each) for each in epochs)),
            (texts.processed, clock.samples),
            (texts.elapsed, clock.seconds / _HOUR),
            (texts.speed, _HOUR / seconds_per_step),
            (texts.remaining_time, (end - step) * seconds_per_step / _HOUR),
            (texts.loading, lap.loading / lap.steps),
            (texts.training, lap.training / lap.steps),
            (texts.share, 100 * lap.loading / seconds),
        )
        title = texts.summary.format(run.epoch_at(step - 1) or 0, step)
        return "\n" + format_summary(title, entries)

    def report(self, name: str, *figures: object) -> None:
        """Write a text by its name, with its figures."""
        text: str = getattr(TRAINING[self.language], name)
        self.write(f"\n{fill_in(text, *figures)}\n")
        sys.stdout.flush()
