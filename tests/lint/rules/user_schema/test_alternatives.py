"""Which alternative is told of where a value fits none: of the right type, and named right."""

import pytest

from tests.lint.rules.user_schema.applied import Json, found, told
from trellis_cfg.document.paths import Path

ADAM = {
    "properties": {"name": {"const": "AdamW"}, "lr": {"maximum": 1}, "betas": {"minItems": 2}},
    "required": ["name", "lr"],
}
SGD = {"properties": {"name": {"const": "SGD"}, "momentum": {"minimum": 0}}, "required": ["name"]}
ANY = {
    "properties": {"name": {"enum": ["RAdam", "NAdam"]}, "lr": {"type": "number"}},
    "required": ["name"],
}
BY_SHAPE = [
    {"required": ["rate", "steps", "gamma"]},
    {"properties": {"rate": {"items": {"type": "number"}}}, "required": ["rate"]},
]
TABLE: dict[str, tuple[Json, Json, list[tuple[Path, str]]]] = {
    "types": (
        {"anyOf": [{"type": "integer"}, {"type": "null"}, {"type": "string"}]},
        [1],
        [((), "the config is an array of length 1, but must be an integer or null or a string")],
    ),
    "type_or_choice": (
        {"anyOf": [{"type": "null"}, {"enum": ["amp", "inflat_all"]}]},
        "inflat-all",
        [
            (
                (),
                (
                    'the config is "inflat-all", but must be null or one of "amp", "inflat_all"; '
                    'did you mean "inflat_all"?'
                ),
            )
        ],
    ),
    "ranges": (
        {"anyOf": [{"maximum": 3}, {"minimum": 9}]},
        5,
        [((), "the config is 5, but must be 3 or less or 9 or more")],
    ),
    "other_demands_than_to_be": (
        {"anyOf": [{"pattern": "^a"}, {"minLength": 3}]},
        "b",
        [((), 'the config is "b", but must match ^a or have 3 characters or more')],
    ),
    "the_only_one_of_the_right_type": (
        {"anyOf": [{"type": "number"}, {"type": "object", "required": ["name", "args"]}]},
        {},
        [
            ((), 'the config has no "name", which the schema requires'),
            ((), 'the config has no "args", which the schema requires'),
        ],
    ),
    "the_one_that_is_named": (
        {"oneOf": [ADAM, SGD, ANY]},
        {"name": "AdamW", "lr": 2, "betas": [0.9]},
        [
            (("lr",), "lr is 2, but must be 1 or less"),
            (("betas",), "betas is an array of length 1, but must hold 2 elements or more"),
        ],
    ),
    "a_name_of_none": (
        {"oneOf": [ADAM, SGD, ANY]},
        {"name": "Radam", "lr": 2},
        [
            (
                ("name",),
                (
                    'name is "Radam", but must be "AdamW" or "SGD" or one of "RAdam", "NAdam"; '
                    'did you mean "RAdam"?'
                ),
            )
        ],
    ),
    "no_name_at_all": (
        {"oneOf": [ADAM, SGD]},
        {"lr": 0},
        [((), "the config is an object, which fits none of the 2 alternatives that the schema…")],
    ),
    "the_least_wrong_by_its_deepest": (
        {"anyOf": BY_SHAPE},
        {"rate": ["x"]},
        [(("rate", 0), 'rate[0] is "x", but must be a number')],
    ),
    "one_within_the_other": (
        {"properties": {"x": {"anyOf": [{"type": "null"}, {"oneOf": [ADAM, SGD]}]}}},
        {"x": {"name": "SGD", "momentum": -1}},
        [(("x", "momentum"), "momentum is -1, but must be 0 or more")],
    ),
    "one_that_allows_nothing": (
        {"anyOf": [False, {"type": "null"}]},
        5,
        [((), "the config is 5, but must be null")],
    ),
    "none_that_allows_anything": (
        {"anyOf": [False, False]},
        5,
        [((), "the config is 5, which fits none of the 2 alternatives that the schema gives")],
    ),
    "of_keys": (
        {"propertyNames": {"anyOf": [{"maxLength": 1}, {"pattern": "^i_"}]}},
        {"save": 1},
        [(("save",), 'the key "save" must have 1 character or less or match ^i_')],
    ),
    "equally_wrong": (
        {"anyOf": [{"required": ["a", "b"]}, {"required": ["c", "d"]}]},
        {},
        [((), "the config is an object, which fits none of the 2 alternatives that the schema…")],
    ),
}


@pytest.mark.parametrize("situation", TABLE)
def test_what_is_told(situation: str) -> None:
    schema, value, expected = TABLE[situation]
    said = told(schema, value)
    assert len(said) == len(expected)
    for (path, message), (at, words) in zip(said, expected, strict=True):
        assert path == at
        assert message.startswith(words[:-1]) if words.endswith("…") else message == words


def test_a_guess_says_that_it_is_one() -> None:
    (guess,) = found({"anyOf": BY_SHAPE}, {"rate": ["x"]})
    assert guess.why == "none of the 2 alternatives in the schema fits; this is said of the closest"


def test_what_is_sure_does_not() -> None:
    for schema, value in (
        ({"oneOf": [ADAM, SGD, ANY]}, {"name": "AdamW", "lr": 2}),
        ({"anyOf": [{"type": "null"}, {"type": "array", "minItems": 2}]}, []),
    ):
        assert [one.why for one in found(schema, value)] == [""]


def test_the_words_of_a_guess_in_the_schema_go_first() -> None:
    shape = {"properties": {"rate": {"items": {"type": "number", "description": "Per step."}}}}
    (guess,) = found({"anyOf": [BY_SHAPE[0], shape]}, {"rate": ["x"]})
    assert guess.why == "Per step."
