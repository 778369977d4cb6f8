"""Shape errors of arbitrary values: each has a place, and everything rejected is reported."""

from math import inf, isfinite, nan

from hypothesis import example, given
from hypothesis import strategies as st

from tests.document.strategies import places
from tests.models.referee import errors_of
from tests.models.samples import FULL, GRAD_CLIP, SMALL, changed, value_at
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
    """Draw a config with one to three arbitrary values."""
    value: object = draw(st.sampled_from([SMALL, FULL]) | configs)
    for _ in range(draw(st.integers(1, 3))):
        path, _ = draw(st.sampled_from(places(value)))
        value = changed(value, path, draw(odd_values))
    return value


def is_for_other_rules(error_input: object, error_type: str) -> bool:
    """Tell whether another rule reports an error of pydantic."""
    numbers = [number for _, number in places(error_input) if isinstance(number, float)]
    return error_type == "no_stop_condition" or not all(map(isfinite, numbers))


values = odd_configs() | spoilt(configs) | odd_values


@given(values)
@example(changed(FULL, GRAD_CLIP, {"GradientClipper": {"args": {"max_norm": 0}}, "args": {}}))
def test_everything_rejected_is_reported(value: object) -> None:
    errors = errors_of(Config, value)
    if not find_shape_errors(value):
        assert all(is_for_other_rules(error["input"], error["type"]) for error in errors)
    if all(error["type"] in ("finite_number", "no_stop_condition") for error in errors):
        assert find_shape_errors(value) == []


@given(values)
def test_every_error_has_its_own_place_and_a_reason(value: object) -> None:
    def key(error: ShapeError) -> object:
        return error.path, error.expected if error.problem == MISSING else ""

    errors = find_shape_errors(value)
    assert len(errors) == len({key(error) for error in errors})
    for error in errors:
        assert value_at(value, error.path) is error.value
        assert error.expected
        if error.problem == MISSING:
            assert isinstance(error.value, dict)
            assert error.expected not in error.value
        elif isinstance(error.value, float):
            assert isfinite(error.value)
