"""A schema applied to a value, as short as a test can say it."""

import json
from typing import Any

import pytest

from trellis_cfg.errors import SettingsError
from trellis_cfg.lint.config import Finding
from trellis_cfg.lint.options import UserSchema
from trellis_cfg.lint.rules.user_schema import compile_schema

Json = Any
DRAFTS = {
    **{number: f"http://json-schema.org/draft-0{number}/schema#" for number in (3, 4, 6, 7)},
    2019: "https://json-schema.org/draft/2019-09/schema",
    2020: "https://json-schema.org/draft/2020-12/schema",
}


def of_draft(draft: int, schema: dict[str, Json]) -> dict[str, Json]:
    """Return a schema that names its draft."""
    return {"$schema": DRAFTS[draft], **schema}


def source(schema: Json, indent: int | None = None) -> UserSchema:
    """Return a schema as the file that holds it; infinity is written as a number too large."""
    if isinstance(schema, bytes):
        return UserSchema("team.json", schema)
    text = json.dumps(schema, indent=indent).replace("Infinity", "1e400")
    return UserSchema("team.json", text.encode())


def rejected(schema: Json, value: Json) -> list[Finding]:
    """Return what a schema rejects."""
    return list(compile_schema(source(schema)).apply(value))


def said(schema: Json, value: Json) -> list[str]:
    """Return what a schema rejects as ``path: message``; an exclamation mark means the key."""
    return [
        f"{'.'.join(map(str, each.path))}{'!' * each.on_key}: {each.message}"
        for each in rejected(schema, value)
    ]


def refused(schema: Json, value: Json = None) -> str:
    """Return place and message of the refusal of a schema; bytes as they stand."""
    with pytest.raises(SettingsError) as raised:
        compile_schema(source(schema, 1)).apply(value)
    assert raised.value.path == "team.json"
    return f"{raised.value.line}:{raised.value.column} {raised.value.message}"


def rows(table: str) -> list[tuple[str, ...]]:
    """Return the cases of a table: each has two lines."""
    lines = table.strip().splitlines()
    pairs = zip(lines[::2], lines[1::2], strict=True)
    return [(*case.split(" | "), report.strip()) for case, report in pairs]
