"""The axis of the learning rate: linear or logarithmic, with room above and below the curve."""

import math
from collections.abc import Sequence
from typing import NamedTuple

_MULTIPLYING = {"StepLR", "MultiStepLR", "ExponentialLR"}
_WIDE = 20
_DEEPEST = 1e-9
_PARTS = 4


class Scale(NamedTuple):
    """From where to where the curve goes; ``is_log`` where the axis counts decades."""

    low: float
    high: float
    is_log: bool = False

    def limits(self, below: float, above: float) -> tuple[float, float]:
        """Return the ends of an axis, of which these parts are left free."""
        low, high = (math.log10(self.low), math.log10(self.high)) if self.is_log else self[:2]
        unit = (high - low) / (1 - below - above)
        ends = low - below * unit, high + above * unit
        return (10 ** ends[0], 10 ** ends[1]) if self.is_log else ends

    def ticks(self) -> list[float]:
        """Return where the axis is labelled: always at the highest rate, or at decades from it."""
        if not self.is_log:
            parts = [self.high * part / _PARTS for part in range(_PARTS + 1)]
            return parts if self.low == 0 else [self.low, 0.0, self.high]
        powers = range(math.floor(math.log10(self.high)), math.ceil(math.log10(self.low)) - 1, -1)
        return [10.0**power for power in powers[:: -(-len(powers) // _PARTS)]]


def scale_of(scheduler: str | None, rates: Sequence[float]) -> Scale:
    """Return the scale that suits a curve: decades where a schedule multiplies."""
    low, high = min(rates), max(rates)
    positive = [rate for rate in rates if rate > 0]
    if scheduler in _MULTIPLYING and positive and min(positive) * _WIDE < high:
        return Scale(max(min(positive), high * _DEEPEST), high, is_log=True)
    low, high = min(low, 0.0), max(high, 0.0)
    return Scale(low, high if high > low else low + 1.0)
