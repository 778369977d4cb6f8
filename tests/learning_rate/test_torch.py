"""The learning rate, compared with torch's own schedulers step by step, if torch is installed."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.learning_rate.rates import ARGUMENTS, rates_at
from trellis_cfg.learning_rate import Rate, ends_at, rates

pytestmark = pytest.mark.slow


def step_torch(rate: Rate, steps: int) -> list[float]:
    """Return the rates of torch itself."""
    optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.zeros(1))], lr=rate.lr)
    args: dict[str, Any] = dict(rate.args)
    if rate.scheduler == "LinearWarmupLRScheduler":
        warm = args["warmup_steps"]
        factor = lambda step: (step + 1) / warm if step < warm else 1.0  # noqa: E731
        scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    else:
        scheduler = getattr(torch.optim.lr_scheduler, str(rate.scheduler))(optimizer, **args)
    values = []
    for _ in range(steps):
        values.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        scheduler.step()
    return values


@pytest.mark.parametrize("scheduler", sorted(ARGUMENTS))
@settings(deadline=None)
@given(st.data())
def test_rates_equal_those_of_torch(scheduler: str, data: st.DataObject) -> None:
    rate = Rate(data.draw(st.floats(1e-6, 1e-2)), scheduler, data.draw(ARGUMENTS[scheduler]))
    last = ends_at(rate)
    steps = 150 if last is None else last + 1
    if rates(rate, [0]) is None:
        with pytest.raises(ZeroDivisionError):
            step_torch(rate, 1)
    elif last is None:
        # An iterated product loses a little at each step.
        expected = step_torch(rate, steps)
        assert rates_at(rate, *range(steps)) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    else:
        expected = step_torch(rate, last)
        assert rates_at(rate, *range(last)) == pytest.approx(expected, rel=1e-9, abs=1e-12)
        with pytest.raises((ValueError, ZeroDivisionError)):
            step_torch(rate, steps)
