"""Schemas that cannot be applied: each is refused with its place, and nothing is fetched."""

import json
import pickle
import socket
import threading
from typing import NoReturn

import pytest

from tests.lint.rules.user_schema.applied import ADDRESSES, Json, of_draft, refused, source, told
from trellis_cfg.errors import SettingsError
from trellis_cfg.lint.config import UserSchema
from trellis_cfg.lint.rules.user_schema import applying
from trellis_cfg.lint.rules.user_schema.compiled import compiled

IN_PLACE: dict[str, Json] = {
    "allOf": [{"$ref": "#"}],
    "anyOf": [True, {"$ref": "#"}],
    "oneOf": [True, {"$ref": "#"}],
    "not": {"$ref": "#"},
    "if": {"$ref": "#"},
    "then": {"$ref": "#"},
    "else": {"$ref": "#"},
    "dependentSchemas": {"a": {"$ref": "#"}},
}
NO_END = "this leads back to itself, and never deeper into the value: it has no end"
OUT = "which is never read: copy what is meant into this file"
DEEP: Json = True
for _ in range(60):
    DEEP = {"properties": {"x": DEEP}}
TOO_DEEP: Json = {}
for _ in range(190):
    TOO_DEEP = {"not": TOO_DEEP}
REFUSED: dict[str, tuple[Json, str]] = {
    "nothing": (b"", "1:1 the file is empty: expected a JSON object"),
    "no_json": (b'{"type": "object",}', "1:19 trailing comma: …"),
    "no_utf_8": (b'{"title": "\xff"}', "1:12 not UTF-8 (byte 0xff): save the file as UTF-8"),
    "not_a_number": (b'{"minimum": NaN}', "1:13 NaN is not JSON: write a finite number, or null"),
    "no_schema": ([], "1:1 a schema is an object, true or false; this is an empty array"),
    "null": (None, "1:1 a schema is an object, true or false; this is null"),
    "unknown_type": (
        {"properties": {"x": {"type": "strin"}}},
        (
            '4:12 this is no valid JSON Schema: type is "strin", but must be one of "array", '
            '"boolean", "integer", "null", "number", "object", "string" or an array; did you mean '
            '"string"?'
        ),
    ),
    "wrong_kind_of_value": (
        {"minimum": "1"},
        '2:13 this is no valid JSON Schema: minimum is "1", but must be a number',
    ),
    "earlier_draft_than_it_says": (
        {"minimum": 1, "exclusiveMinimum": True},
        "3:22 this is no valid JSON Schema: exclusiveMinimum is true, but must be a number",
    ),
    "draft_that_nobody_knows": (
        {"$schema": "https://example.org/my-dialect"},
        (
            "2:13 no draft of JSON Schema that is known: 3, 4, 6, 7, 2019-09 and 2020-12 are, by "
            "their address at json-schema.org"
        ),
    ),
    "draft_with_a_slip": (
        {"$schema": "https://json-schema.org/draft-07/schema#"},
        (
            "2:13 no draft of JSON Schema that is known; did you mean "
            '"http://json-schema.org/draft-07/schema#"?'
        ),
    ),
    "draft_that_is_no_text": ({"$schema": 7}, "2:13 no draft of JSON Schema that is known…"),
    "another_document": (
        {"properties": {"x": {"$ref": "https://127.0.0.1:1/a.json"}}},
        f'4:12 $ref leads to another document, "https://127.0.0.1:1/a.json", {OUT}',
    ),
    "another_file": (
        {"$ref": "common.json#/$defs/a"},
        f'2:10 $ref leads to another document, "common.json#/$defs/a", {OUT}',
    ),
    "a_file_by_its_uri": (
        {"$ref": "file:///etc/hostname"},
        f'2:10 $ref leads to another document, "file:///etc/hostname", {OUT}',
    ),
    "another_document_beside_the_own": (
        {"$id": "https://example.org/a/", "$ref": "b"},
        f'3:10 $ref leads to another document, "b", {OUT}',
    ),
    "a_definition_that_nobody_uses": (
        {"$defs": {"x": {"$ref": "urn:x"}}},
        f'4:12 $ref leads to another document, "urn:x", {OUT}',
    ),
    "dynamic_reference": (
        {"$dynamicRef": "https://example.org/a#b"},
        f'2:17 $dynamicRef leads to another document, "https://example.org/a#b", {OUT}',
    ),
    "no_such_definition": (
        {"$ref": "#/$defs/x"},
        '2:10 $ref leads nowhere: "#/$defs/x" is not here',
    ),
    "no_such_anchor": ({"$ref": "#x"}, '2:10 $ref leads nowhere: "#x" is not here'),
    "into_a_string": (
        {"$ref": "#/title/x", "title": "a"},
        '2:10 $ref leads nowhere: "#/title/x" is not here',
    ),
    "to_a_string": (
        {"$ref": "#/title", "title": "a"},
        '2:10 $ref leads to no schema: "#/title" is no object',
    ),
    "to_what_is_no_schema": (
        {"$ref": "#/x", "x": {"y": 1, "minimum": "a"}},
        '5:14 this is no valid JSON Schema: minimum is "a", but must be a number',
    ),
    "to_what_leads_out": (
        {"$ref": "#/x", "x": {"items": {"$ref": "a.json"}}},
        f'5:12 $ref leads to another document, "a.json", {OUT}',
    ),
    "no_uri": ({"$ref": "http://["}, f'2:10 $ref leads to another document, "http://[", {OUT}'),
    "identifier_that_is_no_uri": (
        {"properties": {"x": {"$id": "http://["}}},
        '4:11 "http://[" is no URI',
    ),
    "identifier_that_is_no_text": (
        {"$id": 5},
        "2:9 this is no valid JSON Schema: $id is 5, but must be a string",
    ),
    "reference_to_itself": ({"$ref": "#"}, f"2:10 {NO_END}"),
    "references_to_each_other": (
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
        f"8:12 {NO_END}",
    ),
    "pattern": (
        {"properties": {"x": {"pattern": "[a-"}}},
        "4:15 the pattern [a- cannot be read by Python: unterminated character set",
    ),
    "pattern_of_another_language": (
        {"pattern": "^\\p{L}+$"},
        "2:13 the pattern ^\\p{L}+$ cannot be read by Python: bad escape \\p",
    ),
    "pattern_that_is_too_large": (
        {"pattern": "a{99999999999}"},
        "2:13 the pattern a{99999999999} cannot be read by Python: it is too large",
    ),
    "pattern_that_is_too_deep": (
        {"pattern": "(" * 900 + ")" * 900},
        (
            "2:13 the pattern ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((… "
            "cannot be read by Python: it is too large"
        ),
    ),
    "pattern_of_keys": (
        {"patternProperties": {"^a": {}, "(": {}}},
        "4:3 the pattern ( cannot be read by Python: missing ), unterminated subpattern",
    ),
    "patterns_that_do_not_go_together": (
        {"patternProperties": {"a": {}, "b)|(": {}}},
        "4:3 the pattern b)|( cannot be read by Python: unbalanced parenthesis",
    ),
    "type_of_draft_3": (of_draft(3, {"type": "objekt"}), '3:10 there is no type "objekt"'),
    "disallowed_of_draft_3": (of_draft(3, {"disallow": ["x"]}), '3:14 there is no type "x"'),
    "definitions_of_draft_3": (
        of_draft(3, {"definitions": 5}),
        "3:17 this is no valid JSON Schema: definitions is 5, but must be an object",
    ),
    "reference_of_draft_4": (
        of_draft(4, {"$ref": 5}),
        "3:10 this is no valid JSON Schema: $ref is 5, but must be a string",
    ),
    "identifier_of_draft_4": (
        of_draft(4, {"items": {"id": "//[/"}}),
        '4:9 "//[/" is no URI',
    ),
    "earlier_definitions": (
        of_draft(7, {"definitions": {"x": {"$ref": "a.json"}}}),
        f'5:12 $ref leads to another document, "a.json", {OUT}',
    ),
    "too_deep": (TOO_DEEP, "1:1 this is nested too deeply to be checked"),
    "anchor_within_an_identifier": ({"$id": "a#b"}, "2:9 this is no valid JSON Schema: $id is…"),
}


@pytest.mark.parametrize("situation", REFUSED)
def test_it_is_refused(situation: str) -> None:
    schema, expected = REFUSED[situation]
    said = refused(schema)
    assert said.startswith(expected[:-1]) if expected.endswith("…") else said == expected


@pytest.mark.parametrize("keyword", IN_PLACE)
def test_a_circle_through_what_judges_the_same_value(keyword: str) -> None:
    schema: Json = {"if": True} | {keyword: IN_PLACE[keyword]}
    assert refused(schema).endswith(NO_END)


@pytest.mark.parametrize("draft", [2019, 2020])
def test_a_circle_beside_a_reference(draft: int) -> None:
    schema = {"$ref": "#/$defs/a", "allOf": [{"$ref": "#"}], "$defs": {"a": {}}}
    assert refused(of_draft(draft, schema)).endswith(NO_END)


@pytest.mark.parametrize("draft", [4, 6, 7])
def test_what_stands_beside_a_reference_counted_for_nothing(draft: int) -> None:
    schema = {"$ref": "#/definitions/a", "allOf": [{"$ref": "#"}], "definitions": {"a": {}}}
    assert told(of_draft(draft, schema), {}) == []


def test_patterns_that_cannot_be_taken_together() -> None:
    one, other = "(?P<a>a)", "(?P<a>b)"
    schema: Json = {"patternProperties": {one: {}, other: {}}}
    told_together = f"2:2 taken together, the pattern {one}|{other} cannot be read by Python: "
    assert refused(schema).startswith(told_together)
    assert told({"patternProperties": {one: {}}}, {"a": 1}) == []


WORKING: dict[str, Json] = {
    "definitions": {"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}},
    "anchor": {"$ref": "#a", "$defs": {"x": {"$anchor": "a", "type": "null"}}},
    "dynamic_anchor": {"$dynamicRef": "#a", "$defs": {"x": {"$dynamicAnchor": "a", "const": 0}}},
    "identifier": {"$ref": "b", "$defs": {"x": {"$id": "b", "type": "null"}}},
    "identifier_from_a_base": {
        "$id": "https://example.org/a/",
        "$ref": "/b",
        "$defs": {"x": {"$id": "https://example.org/b", "type": "null"}},
    },
    "twice_to_no_keyword": {"allOf": [{"$ref": "#/x"}, {"$ref": "#/x"}], "x": {"type": "null"}},
    "to_no_keyword": {"$ref": "#/x/0", "x": [{"type": "null"}]},
    "with_escapes": {"$ref": "#/$defs/a~1b%25", "$defs": {"a/b%": {"type": "null"}}},
    "to_false": {"$ref": "#/$defs/a", "$defs": {"a": False}},
    "metaschema": {"$ref": ADDRESSES[2020]},
    "metaschema_of_another_draft": {"$ref": ADDRESSES[7]},
    "another_draft_within": {"items": {}, "$ref": "b", "$defs": {"x": of_draft(7, {"$id": "b"})}},
    "data_that_look_like_references": {
        "const": {"$ref": "https://example.org/"},
        "default": {"$ref": "x.json"},
        "properties": {"$ref": {"type": "string"}, "pattern": {"enum": ["("]}},
    },
    "deep": DEEP,
    "what_other_drafts_mean": {
        "extends": {"$ref": "#"},
        "disallow": 5,
        "dependencies": {"a": {"$ref": "#"}},
    },
}


@pytest.mark.parametrize("situation", WORKING)
def test_it_is_applied(situation: str) -> None:
    assert all(message for _, message in told(WORKING[situation], [[1]]))


def test_a_circle_that_goes_deeper_ends_with_the_value() -> None:
    schema = {"maxItems": 1, "items": {"$ref": "#"}, "additionalProperties": {"$ref": "#"}}
    assert told(schema, {"x": [[1, 2]]}) == [
        (("x", 0), "x[0] is an array of 2, but must hold 1 element or less")
    ]


def test_a_value_too_deep_for_a_schema_of_many_turns() -> None:
    turns: Json = {"$ref": "#"}
    for _ in range(20):
        turns = {"allOf": [turns]}
    value: Json = []
    for _ in range(190):
        value = [value]
    expected = "this is nested too deeply for the schema, which refers to itself, to be applied"
    assert told({"items": turns}, value) == [((), expected)]


def test_no_name_is_looked_up_and_no_connection_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a connection")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, no_network)
    for schema in (
        {"$ref": "http://127.0.0.1:1/a.json"},
        {"$schema": "http://127.0.0.1:1/schema"},
        {"$id": "http://127.0.0.1:1/", "$ref": "a"},
    ):
        assert refused(schema)


BOMB = {
    "$ref": "#/$defs/0",
    "$defs": {
        str(at): {"allOf": [{"$ref": f"#/$defs/{at + 1}"}, {"$ref": f"#/$defs/{at + 1}"}]}
        for at in range(30)
    }
    | {"30": {}},
}


class TestWhatTakesTooLong:
    @pytest.fixture(autouse=True)
    def _impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(applying, "SECONDS", 0.2)

    def test_a_pattern(self) -> None:
        schema = {"properties": {"x": {"pattern": "^(a+)+$"}}}
        assert refused(schema, {"x": "a" * 64 + "!"}) == (
            "4:15 the pattern ^(a+)+$ takes more than 0.2 seconds on "
            f'"{"a" * 40}…": write it without a repeat inside a repeat'
        )
        assert told(schema, {"x": "a" * 64}) == []

    def test_a_pattern_of_keys(self) -> None:
        schema: Json = {"patternProperties": {"^(b|b)+$": {}}}
        assert refused(schema, {"b" * 64 + "!": 1}).startswith("3:3 the pattern ^(b|b)+$ takes")

    def test_patterns_that_only_the_library_puts_together(self) -> None:
        schema: Json = {
            "additionalProperties": False,
            "patternProperties": {"^x": {}, "^(b|b)+$": {}},
        }
        said = refused(schema, {"b" * 64 + "!": 1})
        assert said.startswith("1:1 the pattern ^x|^(b|b)+$ takes more than 0.2 seconds")

    def test_references_that_double(self) -> None:
        expected = "1:1 this takes more than 0.2 seconds for a single config: simplify it"
        assert refused(BOMB) == expected

    def test_a_thread_cannot_be_stopped_but_works(self) -> None:
        said: list[object] = []
        schema = {"pattern": "^a"}
        thread = threading.Thread(target=lambda: said.append(told(schema, "b")))
        thread.start()
        thread.join()
        assert said == [[((), 'the config is "b", but must match ^a')]]


def test_a_reference_that_only_leads_nowhere_on_the_way() -> None:
    inner = {"items": {"$recursiveRef": "#"}, "unevaluatedItems": False}
    tree = {"$id": "./tree", "$recursiveAnchor": True, "type": "array", **inner}
    schema = {"$recursiveAnchor": True, "$ref": "./tree", "$defs": {"tree": tree}}
    said = refused(of_draft(2019, schema), [[[1]]])
    assert said == '1:1 a reference leads nowhere: "./tree"'


NUMBERS = [10**400, -(10**400), float("inf"), float("-inf"), float("nan"), 1e308, 5e-324]


@pytest.mark.parametrize("step", [0.1, 5e-324, 1e308, 7, 10**400], ids=lambda step: str(step)[:6])
@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: str(number)[:6])
@pytest.mark.parametrize("draft", [3, 4, 7, 2020])
def test_numbers_without_measure(number: float, step: float, draft: int) -> None:
    keyword = "divisibleBy" if draft == 3 else "multipleOf"
    schema = of_draft(draft, {keyword: step, "maximum": 5, "enum": [10**400], "uniqueItems": True})
    for value in (number, [number, number]):
        assert all(len(message) < 200 for _, message in told(schema, value))


def test_a_huge_integer_is_a_multiple_or_not() -> None:
    assert told({"multipleOf": 0.5}, 10**400) == []
    assert [path for path, _ in told({"multipleOf": 0.3}, 10**400)] == [()]


def test_a_number_too_large_for_a_draft_within_another() -> None:
    within = of_draft(7, {"$id": "b", "multipleOf": 0.5})
    schema = {"$ref": "b", "$defs": {"x": within}}
    assert told(schema, 10**400) == [
        ((), "a number in here is too large for the schema to be applied")
    ]


def test_a_schema_is_made_ready_once() -> None:
    schema = source({"title": "once"})
    assert compiled(schema) is compiled(UserSchema(*schema))


def test_what_travels_to_another_process_is_the_text_alone() -> None:
    schema = source({"title": "travels"})
    size = len(pickle.dumps(schema))
    compiled(schema)
    assert len(pickle.dumps(schema)) == size < 200
    assert pickle.loads(pickle.dumps(schema)) == schema  # noqa: S301  our own


def test_a_refusal_comes_back_from_another_process() -> None:
    with pytest.raises(SettingsError) as raised:
        compiled(source({"$ref": "#/x"}))
    again = pickle.loads(pickle.dumps(raised.value))  # noqa: S301  our own
    assert type(again) is SettingsError
    assert vars(again) == vars(raised.value)
    assert json.dumps(again.message)
