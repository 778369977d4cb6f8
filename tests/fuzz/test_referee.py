"""Models and schemas over thousands of mutated configs: jsonschema is the referee."""

from collections.abc import Callable
from math import isfinite

import pytest
from hypothesis import settings
from pydantic_core import ErrorDetails

from tests.document.strategies import places
from tests.fuzz.bases import bases
from tests.fuzz.cases import config, shrunk, told
from tests.fuzz.mutations import Json
from tests.models.referee import assert_agreement, errors_of, is_only_in_models, referee
from trellis_cfg.lint.class_use import are_sound, class_uses
from trellis_cfg.models import load_general_model
from trellis_cfg.models.config import Config
from trellis_cfg.models.errors import find_shape_errors
from trellis_cfg.sections import trainer_args

pytestmark = pytest.mark.slow

MANY = 10 * settings().max_examples
"""A thousand; with HYPOTHESIS_PROFILE=fuzz twenty thousand."""

Law = Callable[[Json], None]


def models_and_schema_agree(value: Json) -> None:
    assert_agreement(Config, referee("config"), value)


def faults_are_what_the_schema_rejects(value: Json) -> None:
    """Hold what a person is told of, place by place, against the schema's verdict."""
    found = find_shape_errors(value)
    if referee("config").is_valid(value):
        assert all(map(is_only_in_models, found)), found
    elif not found:
        errors = errors_of(Config, value)
        assert any(map(is_told_by_another_rule, errors)), errors
    assert {fault.path for fault in found} <= {path for path, _ in places(value)}


def arguments_agree(value: Json) -> None:
    if (args := trainer_args(value)) is not None:
        assert_agreement(load_general_model("trainer"), referee("trainer-args"), args)


def what_is_surely_sound_has_no_fault(value: Json) -> None:
    """Hold the quick judgement, from plain data, against the models."""
    assert not are_sound(value, class_uses(value)) or not find_shape_errors(value), (
        find_shape_errors(value)
    )


def is_told_by_another_rule(error: ErrorDetails) -> bool:
    return error["type"] == "no_stop_condition" or is_infinite(error["input"])


def is_infinite(value: object) -> bool:
    return isinstance(value, float) and not isfinite(value)


LAWS: tuple[Law, ...] = (
    models_and_schema_agree,
    faults_are_what_the_schema_rejects,
    arguments_agree,
    what_is_surely_sound_has_no_fault,
)


def broken(value: Json) -> str:
    """Return which of the laws a value breaks, and how; empty if none."""
    for law in LAWS:
        try:
            law(value)
        except AssertionError as error:
            return f"{law.__name__}: {error}"
    return ""


def test_the_configs_that_mutations_start_from_are_sound() -> None:
    for number, base in enumerate(bases()):
        assert errors_of(Config, base) == [], number
        assert referee("config").is_valid(base), number


def test_models_and_schemas_agree_on_mutated_configs() -> None:
    for number in range(MANY):
        value = config(number)
        if broken(value):
            small = shrunk(value, broken)
            raise AssertionError(told(number, small, broken(small)))


def test_many_of_the_mutated_configs_are_rejected_and_many_are_not() -> None:
    values = [config(number) for number in range(300)]
    for verdicts in (
        [referee("config").is_valid(value) for value in values],
        [are_sound(value, class_uses(value)) for value in values],
    ):
        assert 0.1 < sum(verdicts) / len(verdicts) < 0.9
