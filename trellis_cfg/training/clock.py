"""What the time of a training goes into, step by step and in all."""

from time import perf_counter
from typing import Any, NamedTuple


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
