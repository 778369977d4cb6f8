"""Figures recorded from torch."""

import pytest

from tests.learning_rate.rates import rates_at
from trellis_cfg.learning_rate import Rate

# Step and rate, recorded from the optimizer and the scheduler of torch 2.13.
RECORDED: list[tuple[str, str, float, dict[str, object], str]] = [
    ("warm_up", "LinearWarmupLRScheduler", 0.0001, {"warmup_steps": 1000},
     "0 1e-07, 1 2e-07, 498 4.99e-05, 999 0.0001, 1000 0.0001, 5000 0.0001"),
    ("no_warm_up", "LinearWarmupLRScheduler", 0.0001, {"warmup_steps": 0},
     "0 0.0001, 1 0.0001"),
    ("cosine", "CosineAnnealingLR", 0.0001, {"T_max": 1000},
     "0 0.0001, 1 9.999975326e-05, 250 8.535533906e-05, 500 5e-05, 999 2.467399071e-10, 1000 0"),
    ("cosine_beyond", "CosineAnnealingLR", 0.0001, {"T_max": 1000, "eta_min": 1e-06},
     ("1000 1e-06, 1001 1.000244273e-06, 1500 5.05e-05, 2000 0.0001, 2500 5.05e-05, 3000 1e-06, "
      "3001 1.000244273e-06, 4000 0.0001")),
    ("cosine_upward", "CosineAnnealingLR", 0.0001, {"T_max": 10, "eta_min": 0.001},
     "0 0.0001, 5 0.00055, 10 0.001, 15 0.00055, 20 0.0001"),
    ("shortest_cosine", "CosineAnnealingLR", 0.0001, {"T_max": 1},
     "0 0.0001, 1 0, 2 0.0001, 3 0"),
    ("stairs", "StepLR", 2e-05, {"step_size": 100, "gamma": 0.5},
     "0 2e-05, 99 2e-05, 100 1e-05, 199 1e-05, 200 5e-06, 1000 1.953125e-08"),
    ("default_stairs", "StepLR", 2e-05, {"step_size": 3},
     "0 2e-05, 2 2e-05, 3 2e-06, 9 2e-08"),
    ("milestones", "MultiStepLR", 0.0001, {"milestones": [50, 10, 50], "gamma": 0.3},
     "0 0.0001, 9 0.0001, 10 3e-05, 49 3e-05, 50 2.7e-06, 99 2.7e-06"),
    ("milestone_at_the_start", "MultiStepLR", 0.0001, {"milestones": [0, 5]},
     "0 1e-05, 4 1e-05, 5 1e-06"),
    ("exponential", "ExponentialLR", 0.0001, {"gamma": 0.999},
     "0 0.0001, 1 9.99e-05, 1000 3.676954248e-05, 10000 4.517334598e-09"),
    ("growth", "ExponentialLR", 0.0001, {"gamma": 1.01},
     "0 0.0001, 1 0.000101, 1000 2.095915564"),
    ("lowered", "ConstantLR", 0.0001, {"factor": 0.25, "total_iters": 20},
     "0 2.5e-05, 19 2.5e-05, 20 0.0001, 50 0.0001"),
    ("lowered_for_ever", "ConstantLR", 0.0001, {"total_iters": 0},
     "0 3.333333333e-05, 1 3.333333333e-05, 50 3.333333333e-05"),
    ("linear", "LinearLR", 0.0001, {},
     "0 3.333333333e-05, 1 4.666666667e-05, 4 8.666666667e-05, 5 0.0001, 6 0.0001"),
    ("linear_down", "LinearLR", 0.0001, {"start_factor": 1.0, "end_factor": 0, "total_iters": 100},
     "0 0.0001, 1 9.9e-05, 50 5e-05, 99 1e-06, 100 0, 101 0"),
    ("linear_of_no_steps", "LinearLR", 0.0001, {"start_factor": 0.5, "total_iters": 0},
     "0 5e-05, 1 5e-05, 9 5e-05"),
    ("polynomial", "PolynomialLR", 0.0001, {"total_iters": 100, "power": 2.0},
     "0 0.0001, 1 9.801e-05, 50 2.5e-05, 99 1e-08, 100 0, 150 0"),
    ("polynomial_of_no_steps", "PolynomialLR", 0.0001, {"total_iters": 0},
     "0 0.0001, 1 0.0001, 9 0.0001"),
    ("one_cycle", "OneCycleLR", 9.0, {"max_lr": 0.001, "total_steps": 1000},
     ("0 4e-05, 1 4.002649504e-05, 150 0.0005225216681, 299 0.001, 300 0.0009999949645, "
      "650 0.0004977580218, 999 4e-09, 1000 9.035483855e-09")),
    ("one_cycle_in_lines", "OneCycleLR", 9.0, {
        "max_lr": 0.001, "epochs": 10, "steps_per_epoch": 20, "anneal_strategy": "linear",
        "pct_start": 0.25, "div_factor": 10.0, "final_div_factor": 100.0},
     ("0 0.0001, 1 0.0001183673469, 49 0.001, 50 0.00099334, 51 0.00098668, 199 1e-06, "
      "200 -5.66e-06")),
    ("one_cycle_of_three_phases", "OneCycleLR", 9.0, {
        "max_lr": [0.001], "total_steps": 100, "three_phase": True, "pct_start": 0.4},
     ("0 4e-05, 20 0.0005393276513, 39 0.001, 40 0.0009984435079, 60 0.0004621423935, 78 4e-05, "
      "79 3.977663886e-05, 99 4e-09, 100 2.273611371e-07")),
    ("rise_only", "OneCycleLR", 9.0, {"max_lr": 0.001, "total_steps": 100, "pct_start": 1.0},
     "0 4e-05, 50 0.0005276156626, 99 0.001"),
    ("fall_only", "OneCycleLR", 9.0, {"max_lr": 0.001, "total_steps": 100, "pct_start": 0.0},
     "0 0.0009997532812, 50 0.0004842966833, 99 4e-09, 100 2.507188303e-07"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("scheduler", "lr", "args", "figures"),
    [pytest.param(*case, id=name) for name, *case in RECORDED],
)
def test_rates_equal_those_recorded(
    scheduler: str, lr: float, args: dict[str, object], figures: str
) -> None:
    recorded = [pair.split() for pair in figures.split(", ")]
    values = rates_at(Rate(lr, scheduler, args), *(int(step) for step, _ in recorded))
    assert values == pytest.approx([float(rate) for _, rate in recorded], rel=1e-9, abs=1e-18)


def test_without_a_scheduler_the_rate_is_constant() -> None:
    assert rates_at(Rate(3e-4), 0, 1, 2**63 - 1) == [3e-4] * 3
    assert rates_at(Rate(1), 7) == [1.0]
