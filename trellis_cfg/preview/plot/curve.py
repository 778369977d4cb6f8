"""What a panel draws of one config, as figures."""

from typing import NamedTuple

from trellis_cfg.learning_rate import Rate, ends_at
from trellis_cfg.preview.plot.trace import Trace, traced
from trellis_cfg.schedule import Limit, Run

FARTHEST = 10**18
"""Beyond this step nothing is drawn."""
_INTERVALS_WITHOUT_END = 10
_IN_VIEW = 1.5


class Curve(NamedTuple):
    """A config: its name, its run, and how its learning rate goes, where that is known."""

    name: str
    run: Run
    rate: Rate | None

    @property
    def end(self) -> int:
        """The step that the curve ends with; of a run without end, some that shows enough."""
        if self.run.latest_end is not None:
            return min(self.run.latest_end, FARTHEST)
        interval = self.run.i_save or self.run.i_sample or 10_000
        return min(self.run.start + _INTERVALS_WITHOUT_END * interval, FARTHEST)

    @property
    def limits(self) -> dict[Limit, int]:
        """The steps of both limits, as far as they are known."""
        found: dict[Limit, int | None] = {
            "max_steps": self.run.max_steps,
            "max_epoch": self.run.end_of_epochs,
        }
        return {limit: step for limit, step in found.items() if step}

    @property
    def reach(self) -> int:
        """The last step in view: also of the limit that comes second, unless it is far off."""
        near = [step for step in self.limits.values() if step <= _IN_VIEW * self.end]
        return max([self.end, *near, 1])

    @property
    def raises_at(self) -> int | None:
        """The step after which torch raises, where that is before the end."""
        last = ends_at(self.rate) if self.rate else None
        return last if last is not None and last < self.end else None

    @property
    def trace(self) -> Trace | None:
        """Its learning rate up to the end, or to where torch raises."""
        last = max(self.end - 1, 0) if self.raises_at is None else self.raises_at
        return traced(self.rate, last) if self.rate else None

    def marks(self, interval: int | None) -> range:
        """Return the steps after which something is done that is done at each interval."""
        if not interval or self.run.hangs:
            return range(0)
        first = self.run.start // interval * interval + interval
        last = self.end if self.raises_at is None else self.raises_at
        return range(first, last + 1, interval)

    @property
    def tail(self) -> tuple[int, int] | None:
        """The steps at the end that are in no checkpoint: after which, up to which."""
        if self.run.hangs or not self.run.unsaved or self.run.last_save is None:
            return None
        return min(self.run.last_save, FARTHEST), self.end
