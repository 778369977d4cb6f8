"""Two configs side by side: the keys that differ, and the learning rates."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.strategies import json_values
from trellis_cfg.learning_rate import Rate, rates
from trellis_cfg.preview.compare import find_differences, find_rates
from trellis_cfg.preview.facts import Row
from trellis_cfg.schedule import Run

DIFFERENCES: dict[str, tuple[Any, Any, dict[str, dict[str, Any]]]] = {
    "none": ({"a": {"b": [1]}, "c": {}}, {"c": {}, "a": {"b": [1]}}, {}),
    "value": ({"a": {"b": 1}}, {"a": {"b": None}}, {"a.b": {"a": 1, "b": None}}),
    "absent": ({"a": 1, "b": None}, {"a": 1}, {"b": {"a": None}}),
    "added": ({}, {"a": {"b": 1}}, {"": {"a": {}}, "a.b": {"b": 1}}),
    "object or not": ({"a": {"b": 1}}, {"a": 2}, {"a.b": {"a": 1}, "a": {"b": 2}}),
    "lists are values": ({"a": [1, 2]}, {"a": [2, 1]}, {"a": {"a": [1, 2], "b": [2, 1]}}),
    "order in lists": ({"a": [{"b": 1, "c": 2}]}, {"a": [{"c": 2, "b": 1}]}, {}),
    "types": (
        {"a": 1, "b": 1},
        {"a": 1.0, "b": True},
        {"a": {"a": 1, "b": 1.0}, "b": {"a": 1, "b": True}},
    ),
    "spelling": ({"a": 1e-4}, {"a": 0.0001}, {}),
}


@pytest.mark.parametrize("situation", DIFFERENCES)
def test_keys_that_differ(situation: str) -> None:
    first, second, expected = DIFFERENCES[situation]
    differences = find_differences(first, second)
    shown = {".".join(map(str, path)): sides for path, sides in differences.items()}
    assert json.dumps(shown) == json.dumps(expected)


@given(json_values, json_values)
def test_values_without_a_difference_are_equal(first: object, second: object) -> None:
    assert find_differences(first, first) == {}
    assert bool(find_differences(first, second)) == (
        json.dumps(first, sort_keys=True) != json.dumps(second, sort_keys=True)
    )


RATES = st.one_of(
    st.just(Rate(1e-4)),
    st.builds(
        lambda n: Rate(1e-3, "LinearWarmupLRScheduler", {"warmup_steps": n}), st.integers(0, 90)
    ),
    st.builds(lambda n: Rate(1e-3, "CosineAnnealingLR", {"T_max": n}), st.integers(1, 300)),
    st.builds(lambda n: Rate(1e-3, "ExponentialLR", {"gamma": n}), st.floats(0.5, 1.2)),
    st.builds(
        lambda n: Rate(0.1, "OneCycleLR", {"max_lr": 1e-3, "total_steps": n}), st.integers(2, 300)
    ),
)


@given(RATES, st.integers(1, 200))
def test_rates_are_those_of_the_steps(rate: Rate, steps: int) -> None:
    known = find_rates(Row("a.json", run=Run(4, max_steps=steps), rate=rate))
    values = rates(rate, range(steps))
    assert values is not None
    is_raised = len(values) < steps
    assert known["start"] == values[0]
    assert known["peak"] == (None if is_raised else max(values))
    assert known["end"] == (None if is_raised else values[-1])


@settings(max_examples=20)
@given(st.integers(1, 10**6), st.sampled_from([10**4, 10**6, 10**9]))
def test_a_peak_between_the_points_of_a_curve(warmup: int, steps: int) -> None:
    main = {"name": "StepLR", "args": {"step_size": 1, "gamma": 0.999}}
    first = {"name": "LinearLR", "args": {"start_factor": 0.01, "total_iters": warmup}}
    rate = Rate(1.0, "SequentialLR", {"schedulers": [first, main], "milestones": [warmup]})
    known = find_rates(Row("a.json", run=Run(4, max_steps=steps), rate=rate))
    values = rates(rate, [min(warmup, steps - 1), min(max(warmup - 1, 0), steps - 1)])
    assert values is not None
    assert known["peak"] == max(values)


UNKNOWN = {
    "no_rate": (Run(4, max_steps=9), None, (None, None, None)),
    "unknown_scheduler": (Run(4, max_steps=9), Rate(1.0, "Mine"), (None, None, None)),
    "no_end": (Run(4), Rate(1.0), (1.0, None, None)),
    "latest_end": (Run(4, max_steps=9, max_epoch=2), Rate(1.0), (1.0, None, None)),
    "hangs": (Run(4, gpus=1, samples=2, max_steps=9), Rate(1.0), (None, None, None)),
    "grows_beyond_all": (
        Run(4, max_steps=10**6),
        Rate(1.0, "ExponentialLR", {"gamma": 1.5}),
        (1.0, None, None),
    ),
}


@pytest.mark.parametrize("situation", UNKNOWN)
def test_rates_that_are_not_known(situation: str) -> None:
    run, rate, expected = UNKNOWN[situation]
    assert tuple(find_rates(Row("a.json", run=run, rate=rate)).values()) == expected
