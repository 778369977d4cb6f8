"""What a picture shows of each config: its run, and how its learning rate goes."""

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

from trellis_cfg.learning_rate import Rate, ends_at, rates
from trellis_cfg.preview.facts import Row
from trellis_cfg.schedule import Limit, Run

_FARTHEST = 10**18
"""No step beyond this is drawn."""
_POINTS = 3_001  # a prime: no period of a schedule is a multiple of the distance
_MULTIPLYING = ("StepLR", "MultiStepLR", "ExponentialLR")
_DECADES = 1e-9
"""A logarithmic axis reaches down to this part of the first rate."""
_LARGEST_RATE = 1e100
"""An axis holds no rate above it, and none below its inverse but 0."""


@dataclass(frozen=True)
class Curve:
    """A config to draw: its name, its run, and its learning rate if known."""

    name: str
    run: Run
    rate: Rate | None
    is_endless: bool = False

    @property
    def end(self) -> int:
        """The step that the plot ends with; ten intervals for a run without a known end."""
        end = self.run.latest_end
        if end is None:
            end = self.run.start + 10 * (self.run.i_save or self.run.i_sample or 10_000)
        return min(end, _FARTHEST)

    @property
    def limits(self) -> dict[Limit, int]:
        """The steps of both limits, as far as they are known; the later limit is first."""
        steps = zip(get_args(Limit), (self.run.max_steps, self.run.end_of_epochs), strict=True)
        known = [(limit, step) for limit, step in steps if step]
        return dict(sorted(known, key=lambda item: (-item[1], item[0] == self.run.ended_by)))

    @property
    def reach(self) -> int:
        """The last step in view: the end, or the other limit if that is not far behind it."""
        return max(1, self.end, *(step for step in self.limits.values() if step <= 1.5 * self.end))

    @property
    def raises_at(self) -> int | None:
        """The step after which torch raises, if that is before the end."""
        last = ends_at(self.rate) if self.rate else None
        return last if last is not None and last < self.end else None

    @cached_property
    def points(self) -> list[tuple[int, float]]:
        """Steps and their learning rates up to the end; none if the rates are not known."""
        last = max(self.end - 1, 0) if self.raises_at is None else self.raises_at
        steps = _spread(0, last)
        known = (self.rate and rates(self.rate, steps)) or []
        finite = [rate if abs(rate) < _LARGEST_RATE else math.nan for rate in known]
        drawable = [0.0 if abs(rate) < 1 / _LARGEST_RATE else rate for rate in finite]
        points = list(zip([*steps, last + 1], [*drawable, *drawable[-1:]], strict=False))
        return [point for point in points if math.isfinite(point[1])]

    @cached_property
    def peak(self) -> float:
        """The highest rate of any step, of a schedule with points; exact if it has one peak."""
        low, high = 0, max(self.end - 1, 0)
        while True:
            steps = _spread(low, high)
            values = (self.rate and rates(self.rate, steps)) or [math.nan]
            at = values.index(max(values))
            if high - low <= _POINTS:
                return values[at]
            low, high = steps[max(at - 1, 0)], steps[min(at + 1, _POINTS)]

    @property
    def scale(self) -> tuple[float, float, bool]:
        """The lowest and highest rate in view, and whether the axis is logarithmic.

        That is for a schedule that multiplies, and is cut off far below the first rate.
        """
        values = [rate for _, rate in self.points]
        positive = min((rate for rate in values if rate > 0), default=math.inf)
        low, high = min(values), max(values)
        if self.rate and self.rate.scheduler in _MULTIPLYING and positive * 20 < high:
            return max(positive, values[0] * _DECADES), high, True
        low, high = min(low, 0.0), max(high, 0.0)
        return low, high if high > low else low + 1, False

    @property
    def fades_below(self) -> float | None:
        """The rate where the curve is cut off, if it goes on below."""
        low = self.scale[0] if self.points else 0
        return low if any(rate < low for _, rate in self.points) else None

    @property
    def tail(self) -> tuple[int, int] | None:
        """The steps at the end that are not saved: after which, up to which."""
        if self.run.hangs or not self.run.unsaved or self.run.last_save is None:
            return None
        return min(self.run.last_save, _FARTHEST), self.end

    @property
    def final_saves(self) -> list[int]:
        """The step of a checkpoint at the end, besides those at each interval."""
        is_reached = self.run.final_save and not self.run.hangs and self.raises_at is None
        return [self.end] if is_reached else []

    def marks(self, interval: int | None) -> range:
        """Return the steps at which something is done that is done at each interval."""
        if not interval or self.run.hangs:
            return range(0)
        last = self.end if self.raises_at is None else self.raises_at
        return range(self.run.start // interval * interval + interval, last + 1, interval)


def _spread(low: int, high: int) -> list[int]:
    """Return steps from one to another, all of them if they are few."""
    parts = max(min(_POINTS, high - low), 1)
    return [low + (high - low) * part // parts for part in range(parts + 1)]


def curves(rows: Sequence[Row]) -> Iterator[Curve]:
    """Yield the curve of each config that could be read, named without the folder of all."""
    shared = os.path.commonprefix([row.path for row in rows])  # noqa: RUF071  cut at a slash below
    folder = os.path.dirname(shared)
    start = len(os.path.join(folder, "")) if folder and len(rows) > 1 else 0
    for row in rows:
        if row.run is not None:
            yield Curve(row.path[start:], row.run, row.rate, row.is_endless)
