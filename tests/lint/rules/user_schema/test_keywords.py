"""What is said for each keyword, and where; each with a value that passes."""

import pytest
from jsonschema.exceptions import ValidationError

from tests.lint.rules.user_schema.applied import Json, found, of_draft, told
from trellis_cfg.document.paths import Path
from trellis_cfg.lint.rules.user_schema.errors import findings

# Schema, a value that it rejects, the path and the message, a value that it accepts.
Row = tuple[Json, Json, Path, str, Json]
X = {"x": 5}


def in_x(schema: Json) -> dict[str, Json]:
    """Return a schema of the value at x."""
    return {"properties": {"x": schema}}


VALUES: dict[str, Row] = {
    "type": (in_x({"type": "string"}), X, ("x",), "x is 5, but must be a string", {"x": ""}),
    "types": (
        in_x({"type": ["integer", "null"]}),
        {"x": True},
        ("x",),
        "x is true, but must be an integer or null",
        X,
    ),
    "type_in_an_array": (
        in_x({"items": {"type": "boolean"}}),
        {"x": [True, 1]},
        ("x", 1),
        "x[1] is 1, but must be true or false",
        {"x": [True]},
    ),
    "const": (in_x({"const": 4}), X, ("x",), "x is 5, but must be 4", {"x": 4.0}),
    "const_of_an_object": (
        in_x({"const": {"a": 1}}),
        {"x": {"a": 2}},
        ("x",),
        "x is an object, but must be the object that the schema gives",
        {"x": {"a": 1}},
    ),
    "enum": (
        in_x({"enum": ["bf16", "fp16", None]}),
        {"x": "fp-16"},
        ("x",),
        'x is "fp-16", but must be one of "bf16", "fp16", null; did you mean "fp16"?',
        {"x": None},
    ),
    "enum_of_one": (in_x({"enum": [[1]]}), X, ("x",), "x is 5, but must be the array that…", {}),
    "enum_of_none": (in_x({"enum": []}), X, ("x",), "x is 5, but must not be here", {}),
    "unevaluatedProperties_with_more_than_one_fault_each": (
        in_x({"unevaluatedProperties": {"type": "string", "enum": ["a"]}}),
        {"x": {"y": 1}},
        ("x",),
        "x is an object, but must hold no keys but those that the schema means",
        {"x": {"y": "a"}},
    ),
    "enum_of_many": (
        in_x({"enum": list(range(100, 150))}),
        X,
        ("x",),
        f"x is 5, but must be one of {', '.join(map(str, range(100, 140)))} or 10 more",
        {"x": 149},
    ),
    "minimum": (in_x({"minimum": 6}), X, ("x",), "x is 5, but must be 6 or more", {"x": 6}),
    "maximum": (in_x({"maximum": 4.5}), X, ("x",), "x is 5, but must be 4.5 or less", {"x": 4}),
    "exclusiveMinimum": (
        in_x({"exclusiveMinimum": 5}),
        X,
        ("x",),
        "x is 5, but must be more than 5",
        {"x": 5.1},
    ),
    "exclusiveMaximum": (
        in_x({"exclusiveMaximum": 5}),
        X,
        ("x",),
        "x is 5, but must be less than 5",
        {"x": 4},
    ),
    "multipleOf": (
        in_x({"multipleOf": 8}),
        X,
        ("x",),
        "x is 5, but must be a multiple of 8",
        {"x": 16},
    ),
    "pattern": (
        in_x({"pattern": "^v[0-9]+$"}),
        {"x": "1"},
        ("x",),
        'x is "1", but must match ^v[0-9]+$',
        {"x": "v1"},
    ),
    "minLength": (
        in_x({"minLength": 3}),
        {"x": "ab"},
        ("x",),
        'x is "ab", but must have 3 characters or more',
        {"x": "abc"},
    ),
    "minLength_of_one": (
        in_x({"minLength": 1}),
        {"x": ""},
        ("x",),
        'x is "", but must not be empty',
        {"x": "a"},
    ),
    "maxLength": (
        in_x({"maxLength": 1}),
        {"x": "abc"},
        ("x",),
        'x is "abc", but must have 1 character or less',
        {"x": "a"},
    ),
    "minItems": (
        in_x({"minItems": 2.0}),
        {"x": [1]},
        ("x",),
        "x is an array of length 1, but must hold 2 elements or more",
        {"x": [1, 2]},
    ),
    "maxItems": (
        in_x({"maxItems": 0}),
        {"x": [1]},
        ("x",),
        "x is an array of length 1, but must be empty",
        {"x": []},
    ),
    "uniqueItems": (
        in_x({"uniqueItems": True}),
        {"x": [1, 2, 1]},
        ("x",),
        "x is an array of length 3, but must hold no element twice",
        {"x": [1, True]},
    ),
    "minProperties": (
        in_x({"minProperties": 1}),
        {"x": {}},
        ("x",),
        "x is an object, but must not be empty",
        {"x": {"a": 1}},
    ),
    "maxProperties": (
        in_x({"maxProperties": 1}),
        {"x": {"a": 1, "b": 2}},
        ("x",),
        "x is an object, but must hold 1 key or less",
        {"x": {"a": 1}},
    ),
    "contains": (
        in_x({"contains": {"const": 1}}),
        {"x": [2]},
        ("x",),
        "x is an array of length 1, but must hold an element of the kind that the schema asks for",
        {"x": [2, 1]},
    ),
    "minContains": (
        in_x({"contains": {"const": 1}, "minContains": 2}),
        {"x": [1, 2]},
        ("x",),
        "x is an array of length 2, but must hold 2 elements of the kind that the schema asks for",
        {"x": [1, 1]},
    ),
    "maxContains": (
        in_x({"contains": {"const": 1}, "maxContains": 1}),
        {"x": [1, 1]},
        ("x",),
        (
            "x is an array of length 2, but must hold 1 element at most of the kind that the "
            "schema means"
        ),
        {"x": [1]},
    ),
    "unevaluatedItems": (
        in_x({"prefixItems": [{}], "unevaluatedItems": False}),
        {"x": [1, 1]},
        ("x",),
        "x is an array of length 2, but must hold no elements but those that the schema means",
        {"x": [1]},
    ),
    "not_a_type": (
        in_x({"not": {"type": "null"}}),
        {"x": None},
        ("x",),
        "x is null, but must not be null",
        X,
    ),
    "not_a_value": (in_x({"not": {"const": 5}}), X, ("x",), "x is 5, but must not be 5", {}),
    "not_of_some": (
        in_x({"not": {"enum": [4, 5]}}),
        X,
        ("x",),
        "x is 5, but must not be one of 4, 5",
        {"x": 6},
    ),
    "not_like": (
        in_x({"not": {"pattern": "^PATH"}}),
        {"x": "PATH_TO"},
        ("x",),
        'x is "PATH_TO", but must not match ^PATH',
        {"x": "/data"},
    ),
    "not_whatever": (
        in_x({"not": {"type": "integer", "minimum": 3}}),
        X,
        ("x",),
        "x is 5, but must not be what the schema forbids here",
        {"x": 2},
    ),
    "several_of_oneOf": (
        in_x({"oneOf": [{"minimum": 1}, {"maximum": 9}]}),
        X,
        ("x",),
        "x is 5, which fits several alternatives that the schema gives, but must fit one only",
        {"x": 0},
    ),
    "then": (
        {"if": {"required": ["y"]}, "then": in_x({"minimum": 9})},
        {"y": 0, "x": 5},
        ("x",),
        "x is 5, but must be 9 or more",
        X,
    ),
    "else_with_a_condition_on_the_same": (
        in_x({"if": {"type": "string"}, "else": {"minimum": 9}}),
        X,
        ("x",),
        "x is 5, but must be 9 or more",
        {"x": ""},
    ),
    "reference": (
        {"$defs": {"p": {"exclusiveMinimum": 9}}} | in_x({"$ref": "#/$defs/p"}),
        X,
        ("x",),
        "x is 5, but must be more than 9",
        {"x": 10},
    ),
    "dependentSchemas": (
        {"dependentSchemas": {"y": in_x({"type": "null"})}},
        {"y": 1, "x": 5},
        ("x",),
        "x is 5, but must be null",
        X,
    ),
}
KEYS: dict[str, Row] = {
    "additionalProperties": (
        in_x({"additionalProperties": False, "properties": {"lr": {}, "eps": {}}}),
        {"x": {"lr": 1, "epss": 2}},
        ("x", "epss"),
        'the schema knows no "epss" in x; did you mean "eps"?',
        {"x": {"lr": 1}},
    ),
    "additionalProperties_with_patterns": (
        in_x({"additionalProperties": False, "patternProperties": {"^i_": {}, "^n_": {}}}),
        {"x": {"n_i": 1, "j_save": 2}},
        ("x", "j_save"),
        'the schema knows no "j_save" in x',
        {"x": {"i_save": 1}},
    ),
    "unevaluatedProperties": (
        {"allOf": [{"properties": {"y": {}}}], "unevaluatedProperties": False},
        {"y": 1, "x": 5},
        ("x",),
        'the schema knows no "x" in the config',
        {"y": 1},
    ),
    "unevaluatedProperties_of_a_kind": (
        {"properties": {"y": {}}, "unevaluatedProperties": {"type": "string"}},
        {"y": 1, "x": 5},
        ("x",),
        'the schema does not name "x" in the config, nor allow its value there',
        {"x": "s"},
    ),
    "required": (
        in_x({"required": ["lr"]}),
        {"x": {}},
        ("x",),
        'x has no "lr", which the schema requires',
        {"x": {"lr": 1}},
    ),
    "dependentRequired": (
        {"dependentRequired": {"x": ["y"]}},
        X,
        ("x",),
        'x needs "y" beside it, says the schema',
        {"y": 1},
    ),
    "false": ({"properties": {"x": False}}, X, ("x",), "x is 5, which the schema does not…", {}),
    "false_pattern": (
        {"patternProperties": {"^_": False}},
        {"_comment": 1},
        ("_comment",),
        "_comment is 1, which the schema does not allow here",
        X,
    ),
    "forbidden": (
        {"not": {"required": ["x"]}},
        X,
        ("x",),
        'the schema forbids "x" in the config',
        {},
    ),
    "propertyNames": (
        {"propertyNames": {"pattern": "^[a-z_]+$"}},
        {"maxSteps": 1},
        ("maxSteps",),
        'the key "maxSteps" must match ^[a-z_]+$',
        X,
    ),
    "propertyNames_of_some": (
        {"propertyNames": {"enum": ["max_steps", "x"]}},
        {"max_step": 1},
        ("max_step",),
        'the key "max_step" must be one of "max_steps", "x"; did you mean "max_steps"?',
        X,
    ),
}
ELEMENTS: dict[str, Row] = {
    "items": (
        in_x({"prefixItems": [{}, {}], "items": False}),
        {"x": [1, 2, 3, 4]},
        ("x", 2),
        "x is an array of 4, but the schema allows 2",
        {"x": [1]},
    ),
    "prefixItems": (
        in_x({"prefixItems": [True, False]}),
        {"x": [1, 2]},
        ("x", 1),
        "x[1] is 2, which the schema does not allow here",
        {"x": [1]},
    ),
}
EARLIER: dict[str, Row] = {
    "additionalItems": (
        of_draft(7, in_x({"items": [{}], "additionalItems": False})),
        {"x": [1, 2]},
        ("x", 1),
        "x is an array of 2, but the schema allows 1",
        {"x": [1]},
    ),
    "items_that_are_false": (
        of_draft(7, in_x({"items": False})),
        {"x": [1]},
        ("x", 0),
        "x[0] is 1, which the schema does not allow here",
        {"x": []},
    ),
    "additionalItems_of_any_items": (
        of_draft(6, in_x({"items": True, "additionalItems": False})),
        {"x": [], "y": []},
        (),
        "",
        {"x": [1, 2]},
    ),
    "dependencies": (
        of_draft(7, {"dependencies": {"x": ["y", "z"], "y": {"required": ["a"]}}}),
        {"x": 1, "z": 1},
        ("x",),
        'x needs "y" beside it, says the schema',
        {"z": 1},
    ),
    "dependencies_on_a_schema": (
        of_draft(7, {"dependencies": {"x": {"required": ["y"]}}}),
        X,
        (),
        'the config has no "y", which the schema requires',
        {},
    ),
    "exclusiveMinimum_that_is_true": (
        of_draft(4, in_x({"minimum": 5, "exclusiveMinimum": True})),
        X,
        ("x",),
        "x is 5, but must be more than 5",
        {"x": 6},
    ),
    "exclusiveMaximum_that_is_true": (
        of_draft(4, in_x({"maximum": 5, "exclusiveMaximum": True})),
        X,
        ("x",),
        "x is 5, but must be less than 5",
        {"x": 4},
    ),
    "required_that_is_true": (
        of_draft(3, {"properties": {"y": {"required": True}}}),
        X,
        (),
        'the config has no "y", which the schema requires',
        {"y": 1},
    ),
    "dependency": (
        of_draft(3, {"dependencies": {"x": "y"}}),
        X,
        ("x",),
        'x needs "y" beside it, says the schema',
        {},
    ),
    "divisibleBy": (
        of_draft(3, in_x({"divisibleBy": 2})),
        X,
        ("x",),
        "x is 5, but must be a multiple of 2",
        {"x": 4},
    ),
    "disallow": (
        of_draft(3, in_x({"disallow": ["integer", "null"]})),
        X,
        ("x",),
        "x is 5, but must not be an integer or null",
        {"x": "5"},
    ),
    "extends": (
        of_draft(3, in_x({"extends": {"maximum": 4}})),
        X,
        ("x",),
        "x is 5, but must be 4 or less",
        {"x": 4},
    ),
    "schemas_among_types": (
        of_draft(3, in_x({"type": ["string", {"maximum": 4}]})),
        X,
        ("x",),
        "x is 5, but must be a string or what the schema describes",
        {"x": 4},
    ),
    "recursiveRef": (
        of_draft(2019, {"maxProperties": 1, "additionalProperties": {"$recursiveRef": "#"}}),
        {"x": {"y": 1, "z": 2}},
        ("x",),
        "x is an object, but must hold 1 key or less",
        {"x": {"y": 1}},
    ),
}
TABLE = VALUES | KEYS | ELEMENTS | EARLIER


@pytest.mark.parametrize("situation", TABLE)
def test_what_is_rejected(situation: str) -> None:
    schema, rejected, path, message, _ = TABLE[situation]
    if not message:
        assert told(schema, rejected) == []
        return
    ((at, said),) = told(schema, rejected)
    assert at == path
    assert said.startswith(message[:-1]) if message.endswith("…") else said == message


@pytest.mark.parametrize("situation", TABLE)
def test_what_passes(situation: str) -> None:
    schema, *_, accepted = TABLE[situation]
    assert told(schema, accepted) == []


@pytest.mark.parametrize("situation", KEYS)
def test_a_key_is_meant_where_one_is_wrong(situation: str) -> None:
    schema, rejected, *_ = TABLE[situation]
    assert [one.on_key for one in found(schema, rejected)] == [True]


@pytest.mark.parametrize("situation", VALUES)
def test_a_value_is_meant_where_one_is_wrong(situation: str) -> None:
    schema, rejected, *_ = TABLE[situation]
    assert [one.on_key for one in found(schema, rejected)] == [False]


def test_all_that_is_wrong_is_told_each_thing_once() -> None:
    schema = in_x({"type": "string"}) | {"required": ["y", "z"], "$ref": "#/$defs/same"}
    schema["$defs"] = {"same": {"required": ["z", "w"]}}
    assert told(schema, X) == [
        (("x",), "x is 5, but must be a string"),
        ((), 'the config has no "y", which the schema requires'),
        ((), 'the config has no "z", which the schema requires'),
        ((), 'the config has no "w", which the schema requires'),
    ]


def test_keys_that_a_message_of_the_library_could_confuse() -> None:
    value = {"a": 1, "a', 'b": 2, "b": 3}
    paths = [path for path, _ in told({"unevaluatedProperties": False}, value)]
    assert sorted(paths) == [("a",), ("a', 'b",), ("b",)]
    schema = {"properties": {"a": {}, "b": {}}, "unevaluatedProperties": False}
    assert [path for path, _ in told(schema, value)] == [("a', 'b",)]


WHY = {
    "a_description": ({"type": "null", "description": "Nobody may set it."}, "Nobody may set it."),
    "a_message": ({"type": "null", "description": "a", "errorMessage": "no!"}, "no!"),
    "a_message_for_the_keyword": ({"type": "null", "errorMessage": {"type": "no!"}}, "no!"),
    "a_message_for_another": ({"type": "null", "errorMessage": {"enum": "no!"}}, ""),
    "a_long_one": ({"type": "null", "description": "a" * 161}, ""),
    "one_of_several_lines": ({"type": "null", "description": "a\nb"}, ""),
    "one_with_control_characters": ({"type": "null", "description": "\x1b[31m"}, ""),
    "one_that_is_no_text": ({"type": "null", "errorMessage": 5}, ""),
    "none": ({"type": "null"}, ""),
}


@pytest.mark.parametrize("situation", WHY)
def test_the_schema_s_own_words_are_the_reason(situation: str) -> None:
    schema, why = WHY[situation]
    assert [one.why for one in found(in_x(schema), X)] == [why]


def test_a_keyword_that_a_later_library_may_have() -> None:
    error = ValidationError(
        "a message with all of the value",
        validator="isPrime",
        validator_value=True,
        path=["x"],
        instance=[4] * 100,
        schema={"isPrime": True},
        schema_path=["properties", "x", "isPrime"],
    )
    assert [(one.path, one.message) for one in findings(error, {"x": [4] * 100})] == [
        (
            ("x",),
            (
                'x is an array of length 100, which does not pass "isPrime" of the schema, at '
                "properties.x.isPrime"
            ),
        )
    ]
