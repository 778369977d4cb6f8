"""Valid and invalid arguments, ends of schedules, and no errors for any input."""

import math
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.learning_rate.rates import ARGUMENTS, rates_at
from trellis_cfg.learning_rate import Rate, ends_at, rates
from trellis_cfg.models.torch_optim import LR_SCHEDULERS, torch_arguments

ONE_CYCLE: dict[str, object] = {"max_lr": 1e-3, "total_steps": 100}


def test_one_cycle_ends_where_torch_raises() -> None:
    rate = Rate(1e-4, "OneCycleLR", ONE_CYCLE)
    assert ends_at(rate) == 100
    assert len(rates(rate, range(1_000)) or ()) == 101
    assert rates(rate, [101, 5]) == []


@pytest.mark.parametrize(
    ("args", "last"),
    [
        ({"epochs": 4, "steps_per_epoch": 5, "total_steps": None}, 20),
        ({"epochs": 4, "steps_per_epoch": 5}, 100),
        ({"pct_start": 1.0}, 99),
        ({"three_phase": True, "pct_start": 0.505}, 99),
        ({"three_phase": True, "pct_start": 0.5}, 100),
        ({"total_steps": 1}, 1),
        ({"cycle_momentum": False, "base_momentum": 0.8, "max_momentum": "any"}, 100),
    ],
)
def test_ends_of_one_cycle(args: Mapping[str, object], last: int) -> None:
    assert ends_at(Rate(1e-4, "OneCycleLR", {**ONE_CYCLE, **args})) == last


@pytest.mark.parametrize("rate", [Rate(1.0), Rate(1.0, "StepLR"), Rate(1.0, "UnknownLR")])
def test_other_schedulers_have_no_end(rate: Rate) -> None:
    assert ends_at(rate) is None


@pytest.mark.parametrize(
    ("scheduler", "args"),
    [
        ("StepLR", {"step_size": 1e3}),
        ("StepLR", {"step_size": 1000, "verbose": False}),
        ("StepLR", {"step_size": 1000, "last_epoch": -1}),
        ("CosineAnnealingLR", {"T_max": 1e6, "eta_min": 0}),
        ("MultiStepLR", {"milestones": [1e3, 2]}),
        ("ExponentialLR", {"gamma": 0}),
        ("OneCycleLR", {**ONE_CYCLE, "max_lr": [1e-3]}),
    ],
)
def test_arguments_that_torch_accepts(scheduler: str, args: Mapping[str, object]) -> None:
    assert rates_at(Rate(1e-4, scheduler, args), 0)


STEP = {"name": "StepLR", "args": {"step_size": 10}}
REFUSED: list[tuple[str, Mapping[str, object]]] = [
    ("UnknownLR", {}),
    ("ReduceLROnPlateau", {}),
    ("StepLR", {}),
    *(
        ("StepLR", {"step_size": size})
        for size in (0, -5, 2.5, True, "10", None, 10**400, math.inf)
    ),
    *(
        ("StepLR", {"step_size": 10, **args})
        for args in ({"gamma": -0.5}, {"gamma": math.nan}, {"last_epoch": 5}, {"gama": 0.5})
    ),
    ("MultiStepLR", {"milestones": 10}),
    ("MultiStepLR", {"milestones": ["10"]}),
    ("CosineAnnealingLR", {"T_max": 0}),
    ("CosineAnnealingLR", {"T_max": 10, "eta_min": None}),
    ("LinearWarmupLRScheduler", {"warmup_steps": None}),
    ("LinearWarmupLRScheduler", {"warmup": 10}),
    ("ConstantLR", {"factor": 0}),
    ("ConstantLR", {"factor": 1.5}),
    ("LinearLR", {"start_factor": 0}),
    ("LinearLR", {"end_factor": 1.5}),
    ("PolynomialLR", {"power": -1}),
    *(
        ("WarmupThenScheduler", {"warmup_steps": 10, "main_scheduler_class": name, **args})
        for name, args in (
            ("CosineAnnealingLR", {}),
            ("ExponentialLR", {"main_scheduler_kwargs": {"gamma": 0.5}}),
            ("CosineAnnealingLR", {"main_scheduler_kwargs": {"T_max": "unknown"}}),
            ("CosineAnnealingLR", {"main_scheduler_kwargs": None}),
            (["StepLR"], {"main_scheduler_kwargs": {"step_size": 5}}),
            (
                "MultiStepLR",
                {"warmup_steps": 0, "main_scheduler_kwargs": {"milestones": [0], "gamma": 0.5}},
            ),
        )
    ),
    *(
        ("SequentialLR", {"schedulers": parts, "milestones": milestones})
        for parts, milestones in (
            ([STEP], [5]),
            ([STEP, STEP], [0]),
            ([STEP, STEP, STEP], [9, 5]),
            ([STEP, {"name": "OneCycleLR", "args": ONE_CYCLE}], [5]),
            ([STEP, {"name": "PolynomialLR", "args": {"total_iters": 0}}], [5]),
            ([STEP, {"name": "SequentialLR", "args": {}}], [5]),
            ([STEP, {"name": "StepLR"}], [5]),
            (STEP, [5]),
        )
    ),
    ("OneCycleLR", {"max_lr": 1e-3}),
    ("OneCycleLR", {"max_lr": 1e-3, "epochs": 5}),
    ("OneCycleLR", {"max_lr": 1e-3, "total_steps": 100.0}),
    ("OneCycleLR", {"total_steps": 100}),
    *(("OneCycleLR", {**ONE_CYCLE, "pct_start": part}) for part in (1, 1.5, 0.01)),
    *(("OneCycleLR", {**ONE_CYCLE, "anneal_strategy": name}) for name in ("sine", ["cos"])),
    *(("OneCycleLR", {**ONE_CYCLE, name: 0}) for name in ("div_factor", "final_div_factor")),
    ("OneCycleLR", {**ONE_CYCLE, "max_lr": [1e-3, 1e-4]}),
    ("OneCycleLR", {**ONE_CYCLE, "momentum": 0.9}),
]


@pytest.mark.parametrize(("scheduler", "args"), REFUSED)
def test_invalid_arguments_have_no_rates(scheduler: str, args: Mapping[str, object]) -> None:
    assert rates(Rate(1e-4, scheduler, args), [0]) is None


@pytest.mark.parametrize("lr", [-1.0, math.nan, math.inf, True, "1e-4", None, [1e-4]])
def test_invalid_rate_has_no_rates(lr: Any) -> None:  # noqa: ANN401
    assert rates(Rate(lr), [0]) is None


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**300, 10**400)
    | st.floats()
    | st.text()
    | st.sampled_from(["cos", 0, 1, -1, 1.0, 0.1, 1e-300, 1e300, 5e-324, 2**63 - 1]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
SCHEDULERS = {"LinearWarmupLRScheduler", "WarmupThenScheduler", *LR_SCHEDULERS}
NAMES = {
    argument
    for name in LR_SCHEDULERS
    for arguments in torch_arguments(LR_SCHEDULERS, name) or ()
    for argument in arguments
} | {"warmup_steps", "main_scheduler_class", "main_scheduler_kwargs"}


ARGS = st.dictionaries(st.sampled_from(sorted(NAMES)), ANYTHING) | ANYTHING
ANY_RATE: Any = st.tuples(ANYTHING, st.sampled_from(sorted(SCHEDULERS)) | ANYTHING, ARGS)


@given(ANY_RATE.map(Rate._make), st.lists(st.integers(0, 2**63 - 1), max_size=4))
def test_no_input_raises(rate: Rate, steps: list[int]) -> None:
    values = rates(rate, steps)
    assert values is None or len(values) <= len(steps)


@pytest.mark.parametrize("scheduler", sorted(ARGUMENTS))
@given(st.data())
def test_numbers_of_any_size_do_not_raise(scheduler: str, data: st.DataObject) -> None:
    """Numbers only, so that most of the arguments are valid."""
    valid = data.draw(ARGUMENTS[scheduler])
    sizes = st.integers(0, 2**63 - 1) | st.floats(0, allow_infinity=False)
    args = {key: data.draw(st.just(value) | sizes) for key, value in valid.items()}
    steps = data.draw(st.lists(st.integers(0, 2**63 - 1)))
    values = rates(Rate(data.draw(st.floats(0, 1)), scheduler, args), steps)
    assert values is None or all(isinstance(value, float) for value in values)


def test_default_arguments_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        Rate(1.0).args["gamma"] = 0.1  # type: ignore[index]


def test_schedulers_are_of_torch_or_of_the_trainer() -> None:
    assert set(ARGUMENTS) <= SCHEDULERS
