"""Models and schemas agree on thousands of mutated configs: jsonschema is the referee."""

from collections.abc import Callable
from math import isfinite

import pytest
from hypothesis import settings
from pydantic_core import ErrorDetails

from tests.document.strategies import places
from tests.fuzz.bases import bases
from tests.fuzz.cases import config, describe, shrink
from tests.fuzz.mutations import Json
from tests.models.referee import assert_agreement, errors_of, is_only_in_models, referee
from trellis_cfg.models import load_general_model
from trellis_cfg.models.config import Config
from trellis_cfg.models.errors import find_shape_errors
from trellis_cfg.models.validators import find_names, load_validator
from trellis_cfg.sections import trainer_args

pytestmark = pytest.mark.slow

MANY = 10 * settings().max_examples
"""A thousand; with HYPOTHESIS_PROFILE=fuzz twenty thousand."""

Law = Callable[[Json], None]


def models_and_schema_agree(value: Json) -> None:
    assert_agreement(Config, referee("config"), value)


def errors_are_what_the_schema_rejects(value: Json) -> None:
    """Compare the shape errors, place by place, with the schema's result."""
    errors = find_shape_errors(value)
    if referee("config").is_valid(value):
        assert all(map(is_only_in_models, errors)), errors
    elif not errors:
        assert any(map(is_for_other_rules, errors_of(Config, value)))
    assert {error.path for error in errors} <= {path for path, _ in places(value)}


def arguments_agree(value: Json) -> None:
    if (args := trainer_args(value)) is not None:
        assert_agreement(load_general_model("trainer"), referee("trainer-args"), args)


def what_is_surely_sound_has_no_error(value: Json) -> None:
    assert not is_sound(value) or not find_shape_errors(value), find_shape_errors(value)


def is_sound(value: Json) -> bool:
    return load_validator(find_names(value), is_lenient=True).is_valid(value)


def is_for_other_rules(error: ErrorDetails) -> bool:
    value = error["input"]
    is_infinite = isinstance(value, float) and not isfinite(value)
    return error["type"] == "no_stop_condition" or is_infinite


LAWS: tuple[Law, ...] = (
    models_and_schema_agree,
    errors_are_what_the_schema_rejects,
    arguments_agree,
    what_is_surely_sound_has_no_error,
)


def find_broken_law(value: Json) -> str:
    """Return the law that a value breaks, and how; empty if none."""
    for law in LAWS:
        try:
            law(value)
        except AssertionError as error:
            return f"{law.__name__}: {error}"
    return ""


def test_the_configs_to_mutate_are_valid() -> None:
    for number, base in enumerate(bases()):
        assert errors_of(Config, base) == [], number
        assert referee("config").is_valid(base), number


def test_models_and_schemas_agree_on_mutated_configs() -> None:
    for number in range(MANY):
        value = config(number)
        if find_broken_law(value):
            small = shrink(value, find_broken_law)
            raise AssertionError(describe(number, small, find_broken_law(small)))


def test_many_mutated_configs_are_valid_and_many_are_not() -> None:
    values = [config(number) for number in range(300)]
    for results in (
        [referee("config").is_valid(value) for value in values],
        [is_sound(value) for value in values],
    ):
        assert 0.1 < sum(results) / len(results) < 0.9
