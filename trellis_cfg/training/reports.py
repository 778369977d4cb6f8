"""What a training says of itself: a banner, a line a step, and a summary now and then."""

import sys
from collections.abc import Callable
from fractions import Fraction
from time import perf_counter
from typing import Any, NamedTuple

from trellis_cfg.messages import PROGRESS, Language, format_banner, format_hundredths
from trellis_cfg.schedule import Run


class Lap(NamedTuple):
    """Seconds of some steps, and when they ended."""

    loading: float
    training: float
    end: float = 0.0
    steps: int = 1

    @property
    def seconds(self) -> float:
        """All that the steps took."""
        return self.loading + self.training


class Clock:
    """Times of the steps of a run; ``samples`` and ``seconds`` count those of runs before, too."""

    def __init__(self, batch: int, saved: dict[str, Any] | None, step: int) -> None:
        """Begin, with what a checkpoint keeps; without it, all steps had today's batch."""
        self._batch = batch
        self.samples: int = saved["samples"] if saved else step * batch
        self.seconds: float = saved["seconds"] if saved else 0.0
        self._loaded_at = self._began_at = 0.0
        self._last = Lap(0.0, 0.0, steps=0)

    def begins_loading(self) -> None:
        """Note the start of a step."""
        self._began_at = perf_counter()

    def begins_training(self) -> None:
        """Note that a step has its data."""
        self._loaded_at = perf_counter()

    def ends_step(self) -> Lap:
        """Note the end of a step and return what it took."""
        end = perf_counter()
        lap = Lap(self._loaded_at - self._began_at, end - self._loaded_at, end)
        self.samples += self._batch
        self.seconds += lap.seconds
        loading, training, _, steps = self._last
        self._last = Lap(loading + lap.loading, training + lap.training, end, steps + 1)
        return lap

    def interval(self) -> Lap:
        """Return what the steps since the last call took together."""
        lap, self._last = self._last, Lap(0.0, 0.0, steps=0)
        return lap if lap.steps else lap._replace(steps=1)

    def kept(self) -> dict[str, Any]:
        """Return what a checkpoint keeps."""
        return {"samples": self.samples, "seconds": self.seconds}


_RULE = "=" * 100
_HOUR = 3600.0
_FLUSH_EVERY = 1.0
"""Seconds that lines may wait: to flush each would cost more than to write it."""


def _printed(text: str) -> None:
    """Print a text; what the output cannot show must not end a training, and is escaped."""
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


class ReportStyle(NamedTuple):
    """The language of the reports, and after how many steps each is printed; 0 is never."""

    language: Language = "en"
    step_every: int = 1
    summary_every: int = 1000


class Reports:
    """The reports of one run; ``write`` takes each as text."""

    def __init__(
        self, run: Run, look: ReportStyle, write: Callable[[str], object] | None = None
    ) -> None:
        """Begin to tell of a run."""
        self._run = run
        self._look = look
        self._words = PROGRESS[look.language]
        self._write = write or _printed
        self._flushed = 0.0
        self._width = len(str(run.end))

    def begins(self) -> None:
        """Say what is to come."""
        self._write("\n" + format_banner(self._run, self._look.language))
        sys.stdout.flush()

    def steps(self, step: int, lap: Lap, loss: float | None, clock: Clock) -> None:
        """Tell of a step that was made, and now and then of those before."""
        if self._look.step_every and step % self._look.step_every == 0:
            self._write(self.line(step, lap, loss))
            if lap.end - self._flushed > _FLUSH_EVERY:
                self._flushed = lap.end
                sys.stdout.flush()
        if self._look.summary_every and step % self._look.summary_every == 0:
            self._write(self.summary(step, clock))
            sys.stdout.flush()

    def line(self, step: int, lap: Lap, loss: float | None) -> str:
        """Return the line of a step; its epoch is the one that the step is part of."""
        run, words = self._run, self._words
        place = (0, step, run.end)
        if run.epoch:
            before = run.progress(step - 1) or Fraction(0)
            epoch, part = divmod(before, 1)
            place = (epoch, int(part * run.epoch) + 1, run.epoch)
        epoch, number, of = place
        parts = [words.step.format(epoch, step, self._width, run.end, number, of)]
        parts[0] += f" {words.loss.format(loss)}" if loss is not None else ""
        return (
            f"{' | '.join([*parts, words.times.format(lap.seconds, lap.loading, lap.training)])}\n"
        )

    def summary(self, step: int, clock: Clock) -> str:
        """Return the summary after a step; speed and means are those since the last one."""
        run, words = self._run, self._words
        lap, end = clock.interval(), run.end or step
        share = format_hundredths(Fraction(100 * step, end))
        rows = [words.progress, f"  {words.steps.format(step, end, f'{share}%')}"]
        done, all_of_them = run.progress(step), run.progress(end)
        if done is not None and all_of_them is not None:
            rows += [
                f"  {words.epochs.format(format_hundredths(done), format_hundredths(all_of_them))}"
            ]
        rows += [f"  {words.processed.format(clock.samples)}"]
        rows += [f"  {words.elapsed.format(clock.seconds / _HOUR)}", "", words.performance]
        rows += [f"  {row}" for row in self._speed(lap, end - step)]
        title = words.title.format(run.epoch_at(step) or 0, step)
        return "\n".join(["", _RULE, title, "", *rows, _RULE, ""])

    def _speed(self, lap: Lap, remaining: int) -> list[str]:
        words = self._words
        seconds = max(lap.seconds, 1e-9)
        each = seconds / lap.steps
        return [
            words.speed.format(_HOUR / each),
            words.remaining.format(remaining * each / _HOUR),
            words.loading.format(lap.loading / lap.steps),
            words.training.format(lap.training / lap.steps),
            words.share.format(100 * lap.loading / seconds),
        ]

    def old_checkpoint(self, step: int) -> None:
        """Say that a checkpoint does not know its epoch, and which one is taken."""
        told = self._words.old_checkpoint.format(self._run.epoch_at(step) or 0)
        self._write(f"\n{told}\n")
