"""Faults of any value at all: each has its place, and nothing that is rejected goes untold."""

from math import inf, isfinite, nan

from hypothesis import example, given
from hypothesis import strategies as st

from tests.document.strategies import places
from tests.models.referee import errors_of
from tests.models.samples import FULL, GRAD_CLIP, SMALL, changed, placed
from tests.models.strategies import configs, json_values, spoilt
from trellis_cfg.models import MISSING, ShapeError
from trellis_cfg.models.config import Config
from trellis_cfg.models.errors import find_shape_errors

odd_numbers = st.sampled_from([nan, inf, -inf, 10**400, -(10**400), 2**63, 4.0, -0.0])
odd_keys = st.sampled_from(
    [
        *("str", "float", "constrained-float", "list[float]", "list[constrained-float]"),
        *("GradientClipper", "FeatureExtractor", "dict[str,any]", "name", "args", "0"),
    ]
)
odd_values = st.recursive(
    json_values | odd_numbers,
    lambda children: (
        st.dictionaries(odd_keys, children, max_size=4) | st.lists(children, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def odd_configs(draw: st.DrawFn) -> object:
    """Return a config in which one to three values are others, of any kind."""
    value: object = draw(st.sampled_from([SMALL, FULL]) | configs)
    for _ in range(draw(st.integers(1, 3))):
        path, _ = draw(st.sampled_from(places(value)))
        value = changed(value, path, draw(odd_values))
    return value


def speak_others(error_input: object, kind: str) -> bool:
    """Tell whether other rules than those of the shape speak of an error of pydantic's."""
    numbers = [one for _, one in places(error_input) if isinstance(one, float)]
    return kind == "no_stop_condition" or not all(map(isfinite, numbers))


values = odd_configs() | spoilt(configs) | odd_values


@given(values)
@example(changed(FULL, GRAD_CLIP, {"GradientClipper": {"args": {"max_norm": 0}}, "args": {}}))
def test_what_is_rejected_is_told_or_others_speak_of_it(value: object) -> None:
    errors = errors_of(Config, value)
    silent = [error for error in errors if speak_others(error["input"], error["type"])]
    if not find_shape_errors(value):
        assert len(silent) == len(errors)
    if all(error["type"] in ("finite_number", "no_stop_condition") for error in errors):
        assert find_shape_errors(value) == []


@given(values)
def test_every_fault_has_its_place_and_a_reason(value: object) -> None:
    for fault in find_shape_errors(value):
        assert placed(value, fault.path) is fault.value
        assert fault.expected
        if fault.problem == MISSING:
            assert isinstance(fault.value, dict)
            assert fault.expected not in fault.value
        elif isinstance(fault.value, float):
            assert isfinite(fault.value)


@given(values)
def test_no_place_is_told_of_twice(value: object) -> None:
    def key(fault: ShapeError) -> object:
        return fault.path, fault.expected if fault.problem == MISSING else ""

    told = [key(fault) for fault in find_shape_errors(value)]
    assert len(told) == len(set(told))
