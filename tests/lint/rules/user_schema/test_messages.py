"""What is reported for each keyword and where; each with a value that passes."""

import json

import pytest

from tests.lint.rules.user_schema.applied import Json, of_draft, rejected, rows, said

OF_X = """
type | {"type": "string"} | 5 | ""
  x: x is 5, but must be a string
types | {"type": ["integer", "null"]} | true | 4.0
  x: x is true, but must be an integer or null
const | {"const": 4} | 5 | 4.0
  x: x is 5, but must be 4
const_of_an_object | {"const": {"a": null}} | {} | {"a": null}
  x: x is an object, but must be {"a": null}
enum | {"enum": ["bf16", "fp16"]} | "fp-16" | "fp16"
  x: x is "fp-16", but must be one of "bf16", "fp16"; did you mean "fp16"?
enum_of_none | {"enum": []} | 5 | …
  x: x is 5, which does not meet "enum" of the schema
minProperties | {"minProperties": 2} | {"a": 1} | {"a": 1, "b": 2}
  x: x is an object, but must have 2 or more keys
minimum | {"minimum": 6} | 5 | 6
  x: x is 5, but must be 6 or more
maximum | {"maximum": 4.5} | 5 | 4
  x: x is 5, but must be 4.5 or less
exclusiveMinimum | {"exclusiveMinimum": 5} | 5 | 5.1
  x: x is 5, but must be more than 5
multipleOf | {"multipleOf": 8} | 5 | 16
  x: x is 5, but must be a multiple of 8
pattern | {"pattern": "^v[0-9]"} | "1" | "v1"
  x: x is "1", but must match ^v[0-9]
minLength | {"minLength": 3} | "ab" | "abc"
  x: x is "ab", but must have 3 or more characters
uniqueItems | {"uniqueItems": true} | [1, 1] | [1, true]
  x: x is an array of length 2, but must have unique elements
no_uniqueItems_of_items | {"items": {"uniqueItems": false}, "maxItems": 1} | [1, 1] | [[1, 1]]
  x: x is an array of length 2, but must have 1 or fewer elements
contains | {"contains": {"const": 1}} | [2] | [1]
  x: x is an array of length 1, which does not meet "contains" of the schema
not_a_value | {"not": {"const": 5}} | 5 | 6
  x: x is 5, but must not be 5
not_whatever | {"not": {"type": "integer", "minimum": 3}} | 5 | 2
  x: x is 5, which does not meet "not" of the schema
nothing | false | 5 | …
  x!: x is 5, which the schema does not allow here
several_of_oneOf | {"oneOf": [{"minimum": 1}, {"maximum": 9}]} | 5 | 0
  x: x is 5, which matches several alternatives in the schema, but must match exactly one
else | {"if": {"type": "string"}, "else": {"minimum": 9}} | 5 | ""
  x: x is 5, but must be 9 or more
unknown_key | {"additionalProperties": false, "properties": {"lr": {}, "eps": {}}} | {"epss": 2} | {"lr": 1}
  x.epss!: the schema does not allow "epss" in x; did you mean "eps"?
key_of_no_pattern | {"additionalProperties": false, "patternProperties": {"^i_": {}, "^n_": {}}} | {"n_i": 1, "j": 2} | {"i_save": 1}
  x.j!: the schema does not allow "j" in x
unevaluated_key | {"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": false} | {"a": 1, "b": 2} | {"a": 1}
  x.b!: the schema does not allow "b" in x
unevaluated_keys_that_look_alike | {"properties": {"a": {}, "b": {}}, "unevaluatedProperties": false} | {"a": 1, "a', 'b": 2, "b": 3} | {"a": 1}
  x.a', 'b!: the schema does not allow "a', 'b" in x
unevaluated_keys_that_are_not_sure | {"unevaluatedProperties": {"type": "string", "enum": ["a"]}} | {"y": 1} | {"y": "a"}
  x: x is an object, which does not meet "unevaluatedProperties" of the schema
required | {"required": ["lr"]} | {} | {"lr": 1}
  x!: x has no "lr", which the schema requires
dependentRequired | {"dependentRequired": {"a": ["b"]}} | {"a": 1} | {"b": 1}
  x.a!: the schema requires "b" when a is set
forbidden_key | {"not": {"required": ["a"]}} | {"a": 1} | {}
  x.a!: the schema forbids "a" in x
propertyNames | {"propertyNames": {"enum": ["max_steps", "x"]}} | {"max_step": 1} | {"x": 1}
  x.max_step!: the key "max_step" must be one of "max_steps", "x"; did you mean "max_steps"?
items | {"prefixItems": [{}, {}], "items": false} | [1, 2, 3] | [1]
  x.2: x is an array of length 3, but the schema allows 2
prefixItems | {"prefixItems": [true, false]} | [1, 2] | [1]
  x.1: x[1] is 2, which the schema does not allow here
any_of_types | {"anyOf": [{"type": "integer"}, {"type": "null"}]} | "1" | 1
  x: x is "1", but must be an integer or null
type_or_choice | {"anyOf": [{"type": "null"}, {"enum": ["amp", "inflat_all"]}]} | "inflat-all" | null
  x: x is "inflat-all", but must be null or one of "amp", "inflat_all"; did you mean "inflat_all"?
no_alternative | {"anyOf": [false, false]} | 5 | …
  x: x is 5, which matches no alternative in the schema
equally_wrong | {"anyOf": [{"required": ["a", "b"]}, {"required": ["c", "d"]}]} | {} | 5
  x: x is an object, which matches no alternative in the schema
alternatives_of_keys | {"propertyNames": {"anyOf": [{"maxLength": 1}, {"pattern": "^i_"}]}} | {"save": 1} | {"i": 1}
  x.save!: the key "save" must have 1 or fewer characters or match ^i_
closest_of_the_right_type | {"anyOf": [{"type": "number"}, {"type": "object", "required": ["a", "b"]}]} | {} | …
  x!: x has no "a", which the schema requires & x!: x has no "b", which the schema requires
closest_named | {"oneOf": [{"properties": {"name": {"const": "AdamW"}, "lr": {"maximum": 1}, "betas": {"minItems": 2}}, "required": ["name", "lr"]}, {"properties": {"name": {"const": "SGD"}, "momentum": {"minimum": 0}}, "required": ["name"]}, {"properties": {"name": {"enum": ["RAdam", "NAdam"]}}}]} | {"name": "AdamW", "lr": 2, "betas": [0.9]} | …
  x.lr: lr is 2, but must be 1 or less & x.betas: betas is an array of length 1, but must have 2 or more elements
closest_of_no_such_name | {"oneOf": [{"properties": {"name": {"const": "AdamW"}, "lr": {"maximum": 1}, "betas": {"minItems": 2}}, "required": ["name", "lr"]}, {"properties": {"name": {"const": "SGD"}, "momentum": {"minimum": 0}}, "required": ["name"]}, {"properties": {"name": {"enum": ["RAdam", "NAdam"]}}}]} | {"name": "Radam", "lr": 2} | …
  x.name: x.name is "Radam", but must be "AdamW" or "SGD" or one of "RAdam", "NAdam"; did you mean "RAdam"?
closest_least_wrong | {"anyOf": [{"required": ["rate", "steps", "gamma"]}, {"properties": {"rate": {"items": {"type": "number"}}}}]} | {"rate": ["x"]} | …
  x.rate.0: rate[0] is "x", but must be a number
closest_within_another | {"anyOf": [{"type": "null"}, {"oneOf": [{"properties": {"name": {"const": "AdamW"}, "lr": {"maximum": 1}, "betas": {"minItems": 2}}, "required": ["name", "lr"]}, {"properties": {"name": {"const": "SGD"}, "momentum": {"minimum": 0}}, "required": ["name"]}]}]} | {"name": "SGD", "momentum": -1} | …
  x.momentum: momentum is -1, but must be 0 or more
"""
"""What it is about | a schema of x | a value that it rejects | one that it accepts, and the report."""
EARLIER = """
3 | {"properties": {"y": {"required": true}}} | {"x": 5} | {"y": 1}
  !: the config has no "y", which the schema requires
3 | {"dependencies": {"x": "y"}} | {"x": 5} | {"y": 1}
  x!: the schema requires "y" when x is set
3 | {"type": ["string", {"maximum": 4}]} | 5 | 4
  : the config is 5, but must be a string or what the schema describes
3 | {"extends": {"maximum": 4}, "divisibleBy": 2} | 6 | 4
  : the config is 6, but must be 4 or less
4 | {"minimum": 5, "exclusiveMinimum": true} | 5 | 6
  : the config is 5, but must be more than 5
4 | {"maximum": 5, "exclusiveMaximum": true} | 5 | 4
  : the config is 5, but must be less than 5
6 | {"items": true, "additionalItems": false, "maxItems": 1} | [1, 2] | [1]
  : the config is an array of length 2, but must have 1 or fewer elements
7 | {"properties": {"x": {"items": [{}], "additionalItems": false}}} | {"x": [1, 2]} | {"x": [1]}
  x.1: x is an array of length 2, but the schema allows 1
7 | {"properties": {"x": {"items": false}}} | {"x": [1]} | {"x": []}
  x.0: x[0] is 1, which the schema does not allow here
7 | {"dependencies": {"x": ["y", "z"], "y": {"required": ["a"]}}} | {"x": 1, "z": 1} | {"z": 1}
  x!: the schema requires "y" when x is set
2019 | {"maxItems": 1, "items": {"$recursiveRef": "#"}} | [[1, 2]] | [[1]]
  0: 0 is an array of length 2, but must have 1 or fewer elements
"""


@pytest.mark.parametrize("case", rows(OF_X), ids=lambda case: case[0])
def test_a_keyword(case: tuple[str, ...]) -> None:
    _, schema, value, accepted, report = case
    of_x = {"properties": {"x": json.loads(schema)}}
    assert said(of_x, {"x": json.loads(value)}) == report.split(" & ")
    assert said(of_x, {} if accepted == "…" else {"x": json.loads(accepted)}) == []


@pytest.mark.parametrize("case", rows(EARLIER), ids=lambda case: case[1])
def test_a_keyword_of_an_earlier_draft(case: tuple[str, ...]) -> None:
    draft, schema, value, accepted, report = case
    earlier = of_draft(int(draft), json.loads(schema))
    assert said(earlier, json.loads(value)) == [report]
    assert said(earlier, json.loads(accepted)) == []


SHAPED = {"anyOf": [{"required": ["a", "b"]}, {"properties": {"c": {"items": {"type": "null"}}}}]}


def test_a_guess_says_so_unless_the_schema_has_a_reason() -> None:
    (guess,) = rejected(SHAPED, {"c": [1]})
    assert guess.why == "the closest alternative in the schema; none matches"
    sure = {"anyOf": [{"type": "null"}, {"type": "array", "minItems": 2}]}
    assert [each.why for each in rejected(sure, [])] == [""]
    reason = {"items": {"type": "null", "description": "Per step."}}
    (explained,) = rejected(
        {"anyOf": [SHAPED["anyOf"][0], {"properties": {"c": reason}}]}, {"c": [1]}
    )
    assert explained.why == "Per step."


def test_all_is_reported_each_thing_once() -> None:
    schema = {
        "required": ["y", "z"],
        "$ref": "#/$defs/same",
        "$defs": {"same": {"required": ["z", "w"]}},
    }
    missing = [f'!: the config has no "{key}", which the schema requires' for key in "wyz"]
    assert sorted(said(schema, {"x": 5})) == missing


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"description": "Do not set it."}, "Do not set it."),
        ({"description": "a", "errorMessage": "no!"}, "no!"),
        ({"description": "a" * 161}, ""),
        ({"description": "a\nb"}, ""),
        ({"description": "\x1b[31m"}, ""),
        ({"errorMessage": 5}, ""),
        ({}, ""),
    ],
)
def test_the_schema_s_own_words_are_the_reason(schema: Json, why: str) -> None:
    assert [each.why for each in rejected({"type": "null"} | schema, 5)] == [why]
