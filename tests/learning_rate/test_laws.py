"""Laws of learning rates at any step."""

import math

from hypothesis import given
from hypothesis import strategies as st

from tests.learning_rate.rates import rates_at
from trellis_cfg.learning_rate import Rate

STEPS = st.integers(0, 2**63 - 1)
COUNTS = st.integers(1, 2**63 - 1)
LRS = st.floats(1e-9, 1.0)


@given(LRS, COUNTS, STEPS)
def test_warm_up_never_falls_and_ends_at_the_rate(lr: float, warm: int, step: int) -> None:
    rate = Rate(lr, "LinearWarmupLRScheduler", {"warmup_steps": warm})
    before, after, end = rates_at(rate, step, step + 1, warm)
    assert 0 < before <= after <= end == lr


@given(LRS, COUNTS, st.floats(0, 1.0), STEPS)
def test_cosine_stays_within_its_bounds(lr: float, half: int, least: float, step: int) -> None:
    (value,) = rates_at(Rate(lr, "CosineAnnealingLR", {"T_max": half, "eta_min": least}), step)
    low, high = sorted((lr, least))
    rounding = 1e-12 * max(lr, least)
    assert low - rounding <= value <= high + rounding


@given(LRS, COUNTS, STEPS, st.integers(0, 1_000))
def test_cosine_is_periodic(lr: float, half: int, step: int, times: int) -> None:
    rate = Rate(lr, "CosineAnnealingLR", {"T_max": half})
    first, again = rates_at(rate, step, step + 2 * half * times)
    assert first == again


@given(LRS, COUNTS, st.floats(0, 1), st.integers(0, 1_000), st.data())
def test_steps_are_level_between_their_steps(
    lr: float, size: int, gamma: float, stair: int, data: st.DataObject
) -> None:
    rate = Rate(lr, "StepLR", {"step_size": size, "gamma": gamma})
    begin = size * stair
    first, inside, below = rates_at(
        rate, begin, data.draw(st.integers(begin, begin + size - 1)), begin + size
    )
    assert first == inside >= below


@given(LRS, st.floats(0, 0.999999))
def test_decay_below_the_smallest_float_is_0(lr: float, gamma: float) -> None:
    assert rates_at(Rate(lr, "ExponentialLR", {"gamma": gamma}), 2**63 - 1) == [0.0]


def test_growth_becomes_infinite_as_in_torch() -> None:
    assert rates_at(Rate(1e-4, "ExponentialLR", {"gamma": 1.1}), 2**63 - 1) == [math.inf]
    assert rates_at(Rate(0.0, "ExponentialLR", {"gamma": 1.1}), 2**63 - 1) == [0.0]
