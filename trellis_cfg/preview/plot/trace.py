"""The points of a learning-rate curve: as many as a panel can show."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from trellis_cfg.learning_rate import Rate, rates
from trellis_cfg.preview.plot.scale import Scale, scale_of

_BINS, _POINTS_OF_BIN = 600, 8
_HIGHEST = 1e100

Point = tuple[int, float]


class Trace(NamedTuple):
    """Steps, each with its learning rate, and the axis that suits them."""

    points: list[Point]
    scale: Scale

    @property
    def visible(self) -> list[Point]:
        """Those that are on the axis."""
        return [point for point in self.points if point[1] >= self.scale.low]


def traced(rate: Rate, last: int) -> Trace | None:
    """Return the curve up to a step; None where its rates are not known, or beyond any axis."""
    parts = max(min(_BINS * _POINTS_OF_BIN, last), 1)
    steps = [last * part // parts for part in range(parts + 1)]
    found = rates(rate, steps)
    if found is None:
        return None
    drawn = [_drawn(one) for one in found]
    points = [point for point in zip(steps, drawn, strict=False) if math.isfinite(point[1])]
    if not points:
        return None
    scale = scale_of(rate.scheduler, [one for _, one in points])
    return Trace(list(_envelope(points)), scale)


def _drawn(rate: float) -> float:
    """Return a rate as it is drawn: not at all where no axis reaches."""
    if abs(rate) < 1 / _HIGHEST:
        return 0.0
    return rate if abs(rate) < _HIGHEST else math.inf


def _envelope(points: Sequence[Point]) -> Iterator[Point]:
    """Yield the first, the lowest, the highest and the last point of each bin."""
    size = -(-len(points) // _BINS) or 1
    for at in range(0, len(points), size):
        some = points[at : at + size]
        by_rate = sorted(some, key=lambda point: point[1])
        yield from sorted({some[0], by_rate[0], by_rate[-1], some[-1]})
