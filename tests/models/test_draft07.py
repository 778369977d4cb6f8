"""The schema of draft-07 accepts the configs that the newer one accepts, and no others."""

from functools import cache

import pytest
from hypothesis import given
from jsonschema import Draft7Validator

from tests.fuzz.cases import config
from tests.models.referee import referee
from tests.models.samples import FULL, SMALL
from tests.models.strategies import configs, json_values, spoilt
from trellis_cfg.models.json_schema import build_schema, convert_to_draft07

pytestmark = pytest.mark.slow


@cache
def older() -> Draft7Validator:
    made = convert_to_draft07(build_schema("config"))
    Draft7Validator.check_schema(made)
    return Draft7Validator(made)


def agree(value: object) -> None:
    assert older().is_valid(value) == referee("config").is_valid(value)


@given(configs | spoilt(configs) | json_values)
def test_the_two_judge_alike(value: object) -> None:
    agree(value)


def test_mutated_configs_are_judged_alike() -> None:
    found = [config(number) for number in range(300)]
    for one in found:
        agree(one)
    assert {older().is_valid(one) for one in found} == {True, False}


@pytest.mark.parametrize("value", [SMALL, FULL], ids=["small", "full"])
def test_the_samples_are_accepted(value: object) -> None:
    assert older().is_valid(value)


def test_beside_a_reference_stands_nothing() -> None:
    made = {
        "$defs": {"A": {"type": "integer"}},
        "allOf": [{"minimum": 1}],
        "$ref": "#/$defs/A",
        "title": "T",
        "errorMessage": "no",
        "default": {"$ref": "a value, no reference"},
    }
    assert convert_to_draft07(made) == {
        "definitions": {"A": {"type": "integer"}},
        "allOf": [{"$ref": "#/definitions/A"}, {"minimum": 1}],
        "title": "T",
        "default": {"$ref": "a value, no reference"},
    }


def test_a_reference_alone_stays_one() -> None:
    assert convert_to_draft07({"items": {"$ref": "#/$defs/A"}}) == {
        "items": {"$ref": "#/definitions/A"}
    }


def test_what_speaks_of_properties_speaks_of_objects() -> None:
    assert convert_to_draft07({"if": {"required": ["a"]}}) == {
        "if": {"type": "object", "required": ["a"]}
    }
    assert convert_to_draft07({"properties": {"required": {}}, "type": "array"}) == {
        "type": "array",
        "properties": {"required": {}},
    }
