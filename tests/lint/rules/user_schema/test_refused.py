"""Schemas that cannot be applied: each is refused with its place, and nothing is fetched."""

import json
import pickle
import socket
import threading
from typing import NoReturn
from unittest.mock import MagicMock

import pytest

from tests.lint.rules.user_schema.applied import Json, refused, rows, said, source
from trellis_cfg.errors import SettingsError
from trellis_cfg.lint.rules import user_schema
from trellis_cfg.lint.rules.user_schema import compile_schema

OUT = "is not in this file, and no other is read"
ENDLESS = "leads back to itself, or a config is nested too deeply"
REFUSED = """
array | [] | null
  1:1 a schema is an object, true or false, not an empty array
type | {"properties": {"x": {"type": "strin"}}} | null
  4:12 not a valid JSON Schema: type is "strin", but must be one of "array", "boolean", "integer", "nul
unknown_draft | {"$schema": "https://example.org/my-dialect"} | null
  2:13 unknown JSON Schema draft; known: 3, 4, 6, 7, 2019-09 and 2020-12, as json-schema.
misspelled_draft | {"$schema": "https://json-schema.org/draft-07/schema#"} | null
  2:13 unknown JSON Schema draft; did you mean "http://json-schema.org/draft-07/schema"?
another_document | {"properties": {"x": {"$ref": "https://127.0.0.1:1/a.json"}}} | null
  4:12 "https://127.0.0.1:1/a.json" is not in this file, and no other is read
another_file | {"$ref": "common.json#/a"} | null
  2:10 "common.json#/a" is not in this file, and no other is read
never_used | {"$defs": {"x": {"$ref": "urn:x"}}} | null
  4:12 "urn:x" is not in this file, and no other is read
no_definition | {"$ref": "#/$defs/x"} | null
  2:10 "#/$defs/x" is not in this file, and no other is read
no_anchor | {"$ref": "#x"} | null
  2:10 "#x" is not in this file, and no other is read
to_a_string | {"$ref": "#/title", "title": "a"} | null
  2:10 "#/title" cannot be applied: check types and patterns
not_a_uri | {"$ref": "http://["} | null
  2:10 "http://[" is not in this file, and no other is read
to_itself | {"$ref": "#"} | null
  2:10 "#" leads back to itself, or a config is nested too deeply
through_a_condition | {"if": {"$ref": "#"}} | null
  3:11 "#" leads back to itself, or a config is nested too deeply
pattern | {"properties": {"x": {"pattern": "[a-"}}} | null
  4:15 not a valid JSON Schema: pattern is "[a-", but must be a regular expression that Python can re
pattern_of_keys | {"patternProperties": {"^a": {}, "(": {}}} | null
  4:3 not a valid JSON Schema: the key "(" must be a regular expression that Python can read
pattern_too_large | {"pattern": "a{99999999999}"} | null
  1:1 nested too deeply, or has a number
type_of_draft_3 | {"$schema": "http://json-schema.org/draft-03/schema#", "type": "objekt"} | 5
  3:10 "objekt" cannot be applied: check types and patterns
patterns_of_draft_4 | {"$schema": "http://json-schema.org/draft-04/schema#", "patternProperties": {"(": {}}} | {"a": 1}
  3:23 cannot be applied: check types and patterns
patterns_taken_together | {"additionalProperties": false, "patternProperties": {"(?P<a>a)": {}, "(?P<a>b)": {}}} | {"c": 1}
  3:23 cannot be applied: check types and patterns
part_of_another_type | {"$ref": "#/x", "x": {"minimum": "a"}} | 5
  2:10 "#/x" cannot be applied: check types and patterns
below_an_identifier | {"$defs": {"x": {"$id": "https://a.org/x", "$ref": "y"}}, "$ref": "https://a.org/x"} | 5
  5:12 "y" is not in this file, and no other is read
"""
"""What it is about | a schema | a value that it is used for, and how the refusal starts."""
WORKING = """
definitions | {"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}}
anchor | {"$ref": "#a", "$defs": {"x": {"$anchor": "a", "type": "null"}}}
dynamic_anchor | {"$dynamicRef": "#a", "$defs": {"x": {"$dynamicAnchor": "a", "const": 0}}}
identifier | {"$ref": "b", "$defs": {"x": {"$id": "b", "type": "null"}}}
identifiers | {"$ref": "https://a.org/b/", "$defs": {"x": {"$id": "https://a.org/b/", "$ref": "c"}, "y": {"$id": "https://a.org/b/c", "type": "null"}}}
no_keyword | {"$ref": "#/x/0", "x": [{"type": "null"}]}
escapes | {"$ref": "#/$defs/a~1b%25", "$defs": {"a/b%": {"type": "null"}}}
false | {"$ref": "#/$defs/a", "$defs": {"a": false}}
another_draft | {"$ref": "b", "$defs": {"x": {"$schema": "http://json-schema.org/draft-07/schema#", "$id": "b", "type": "null"}}}
metaschema | {"$ref": "https://json-schema.org/draft/2020-12/schema"}
"""
"""What it is about | a schema that rejects one thing in [[1]], by what it refers to."""


@pytest.mark.parametrize("case", rows(REFUSED), ids=lambda case: case[0])
def test_it_is_refused(case: tuple[str, ...]) -> None:
    _, schema, value, expected = case
    assert refused(json.loads(schema), json.loads(value)).startswith(expected)


@pytest.mark.parametrize("case", WORKING.strip().splitlines(), ids=lambda case: case.split()[0])
def test_it_is_applied(case: str) -> None:
    assert len(said(json.loads(case.split(" | ")[1]), [[1]])) == 1


def test_a_file_that_is_not_json_and_one_that_is_too_deep() -> None:
    assert refused(b"") == "1:1 the file is empty: expected a JSON object"
    assert refused(b'{"type": "object",}').startswith("1:19 trailing comma")
    assert refused(b'{"title": "\xff"}').startswith("1:12 not UTF-8 (byte 0xff)")
    schema: Json = {}
    for _ in range(190):
        schema = {"not": schema}
    assert refused(schema).startswith("1:1 nested too deeply")


def test_data_that_look_like_references() -> None:
    schema = {
        "const": {"$ref": "https://example.org/", "items": False},
        "properties": {"$ref": {"type": "string"}, "default": {"const": {"items": False}}},
    }
    assert said(schema, {"$ref": "https://example.org/", "items": False}) == []


def test_no_connection_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a connection")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, no_network)
    for reference in ("http://127.0.0.1:1/a.json", "file:///etc/hostname"):
        assert refused({"$ref": reference}).endswith(OUT)
    assert refused({"$id": "http://127.0.0.1:1/", "$ref": "a"}).endswith(OUT)


def test_what_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user_schema, "SECONDS", 0.2)
    slow = "takes more than 0.2 seconds for one config: simplify it"
    pattern = {"properties": {"x": {"pattern": "^(a+)+$"}}}
    assert refused(pattern, {"x": "a" * 64 + "!"}) == f'4:15 "^(a+)+$" {slow}'
    assert said(pattern, {"x": "a" * 64}) == []
    assert refused({"patternProperties": {"^(b|b)+$": {}}}, {"b" * 64 + "!": 1}) == f"2:23 {slow}"
    doubled = {str(at): {"allOf": [{"$ref": f"#/$defs/{at + 1}"}] * 2} for at in range(30)}
    assert refused({"$defs": {**doubled, "30": {}}}) == f"1:1 {slow}"


def test_a_thread_has_no_limit() -> None:
    reports: list[str] = []
    thread = threading.Thread(target=lambda: reports.extend(said({"pattern": "^a"}, "b")))
    thread.start()
    thread.join()
    assert reports == [': the config is "b", but must match ^a']


def test_a_config_too_deep_for_a_recursive_schema() -> None:
    turns: Json = {"$ref": "#"}
    value: Json = 5
    for _ in range(20):
        turns = {"allOf": [turns]}
    assert said({"items": turns, "type": "array"}, [value]) == ["0: 0 is 5, but must be an array"]
    for _ in range(190):
        value = [value]
    assert refused({"items": turns}, value).endswith(ENDLESS)


def test_a_recursion_that_ends_in_a_library() -> None:
    value = MagicMock(spec=dict)
    value.__contains__.side_effect = type("PanicException", (BaseException,), {})  # as of rpds
    assert refused({"required": ["a"]}, value).endswith(ENDLESS)
    value.__contains__.side_effect = KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        said({"required": ["a"]}, value)


@pytest.mark.parametrize("number", [10**400, float("inf"), float("nan"), 1e308, 5e-324], ids=str)
@pytest.mark.parametrize("step", [0.1, 5e-324, 1e308, 7, 10**400], ids=str)
def test_numbers_without_measure(number: float, step: float) -> None:
    schema = {"properties": {"y": {"type": "null"}, "x": {"multipleOf": step}}}
    first, *others = said(schema, {"x": number, "y": 1})
    assert first == "y: y is 1, but must be null"
    assert all(each.startswith((": contains a number too large", "x: x is ")) for each in others)


def test_a_schema_and_its_refusal_travel_between_processes() -> None:
    schema = source({"$ref": "#/x"})
    assert pickle.loads(pickle.dumps(schema)) == schema  # noqa: S301  our own
    with pytest.raises(SettingsError) as raised:
        compile_schema(schema)
    again = pickle.loads(pickle.dumps(raised.value))  # noqa: S301  our own
    assert vars(again) == vars(raised.value)
    assert compile_schema(source({"title": "a"})) is compile_schema(source({"title": "a"}))
