"""The schema of draft-07 accepts the configs that the newer one accepts, and no others."""

from functools import cache
from typing import Any

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
def older_referee() -> Draft7Validator:
    schema = convert_to_draft07(build_schema("config"))
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


@given(configs | spoilt(configs) | json_values)
def test_both_drafts_agree(value: object) -> None:
    assert older_referee().is_valid(value) == referee("config").is_valid(value)


def test_both_drafts_agree_on_mutated_configs() -> None:
    values = [SMALL, FULL, *map(config, range(300))]
    results = [older_referee().is_valid(value) for value in values]
    assert results == [referee("config").is_valid(value) for value in values]
    assert results[:2] == [True, True]
    assert False in results


@pytest.mark.parametrize(
    ("schema", "converted"),
    [
        (
            {
                "$defs": {"A": {"type": "integer"}},
                "allOf": [{"minimum": 1}],
                "$ref": "#/$defs/A",
                "title": "T",
                "errorMessage": "no",
                "default": {"$ref": "a value, not a reference"},
            },
            {
                "definitions": {"A": {"type": "integer"}},
                "allOf": [{"$ref": "#/definitions/A"}, {"minimum": 1}],
                "title": "T",
                "default": {"$ref": "a value, not a reference"},
            },
        ),
        ({"items": {"$ref": "#/$defs/A"}}, {"items": {"$ref": "#/definitions/A"}}),
        ({"if": {"required": ["a"]}}, {"if": {"type": "object", "required": ["a"]}}),
        (
            {"properties": {"required": {}}, "type": "array"},
            {"type": "array", "properties": {"required": {}}},
        ),
    ],
    ids=["beside_a_reference", "reference_alone", "keyword_for_objects", "keyword_as_a_name"],
)
def test_conversion(schema: dict[str, Any], converted: dict[str, Any]) -> None:
    assert convert_to_draft07(schema) == converted
