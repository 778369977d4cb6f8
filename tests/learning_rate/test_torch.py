"""The learning rate, compared with torch's own schedulers step by step, if torch is installed."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.learning_rate.rates import ARGUMENTS, rates_at
from trellis_cfg.learning_rate import Rate, ends_at, rates

pytestmark = pytest.mark.slow


def build_torch(optimizer: Any, name: str, args: dict[str, Any]) -> Any:  # noqa: ANN401
    """Return torch's scheduler, or one that does the same as that of TRELLIS or the SDF fork."""
    if name == "LinearWarmupLRScheduler":
        warm = args["warmup_steps"]
        factor = lambda step: (step + 1) / warm if step < warm else 1.0  # noqa: E731
        return torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    if name == "WarmupThenScheduler":
        return WarmupThenScheduler(optimizer, args)
    if name == "SequentialLR":
        parts = [build_torch(optimizer, **part) for part in args["schedulers"]]
        return torch.optim.lr_scheduler.SequentialLR(optimizer, parts, args["milestones"])
    return getattr(torch.optim.lr_scheduler, name)(optimizer, **args)


LR_SCHEDULER: Any = torch.optim.lr_scheduler.LRScheduler


class WarmupThenScheduler(LR_SCHEDULER):  # type: ignore[misc]  # torch may be absent
    """Rises to the rate, then asks another scheduler, whose own steps are never counted.

    Its first rate is that of torch 2.4: later versions multiply it by about 1 + 2.5 / T_max² once.
    """

    def __init__(self, optimizer: Any, args: dict[str, Any]) -> None:  # noqa: ANN401
        self.warm = args["warmup_steps"]
        name, main_args = args["main_scheduler_class"], args["main_scheduler_kwargs"]
        self.main = build_torch(optimizer, name, main_args)
        super().__init__(optimizer)

    def get_lr(self) -> list[float]:
        if self.last_epoch < self.warm:
            return [lr * (self.last_epoch + 1) / self.warm for lr in self.base_lrs]
        self.main._get_lr_called_within_step = True  # noqa: SLF001  torch warns otherwise
        self.main.last_epoch = self.last_epoch - self.warm
        self.main._is_initial = self.main.last_epoch == 0  # noqa: SLF001
        rates: list[float] = self.main.get_lr()
        return rates


def step_torch(rate: Rate, steps: int) -> list[float]:
    """Return the rates of torch itself."""
    optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.zeros(1))], lr=rate.lr)
    scheduler = build_torch(optimizer, str(rate.scheduler), dict(rate.args))
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
