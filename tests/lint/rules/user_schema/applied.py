"""A schema applied to a value, as short as a test can say it."""

import json
from typing import Any

import pytest

from trellis_cfg.document.paths import Path
from trellis_cfg.errors import SettingsError
from trellis_cfg.lint.config import Finding, UserSchema
from trellis_cfg.lint.rules.user_schema.applying import rejections

Json = Any
ADDRESSES = {
    3: "http://json-schema.org/draft-03/schema#",
    4: "http://json-schema.org/draft-04/schema#",
    6: "http://json-schema.org/draft-06/schema#",
    7: "http://json-schema.org/draft-07/schema#",
    2019: "https://json-schema.org/draft/2019-09/schema",
    2020: "https://json-schema.org/draft/2020-12/schema",
}


def of_draft(draft: int, schema: dict[str, Json]) -> dict[str, Json]:
    """Return a schema that names its draft."""
    return {"$schema": ADDRESSES[draft], **schema}


def source(schema: Json, indent: int | None = None) -> UserSchema:
    """Return a schema as the file that holds it; infinity is written as a number too large."""
    text = json.dumps(schema, indent=indent).replace("Infinity", "1e400")
    return UserSchema("team.json", text.encode())


def found(schema: Json, value: Json) -> list[Finding]:
    """Return what a schema rejects."""
    return list(rejections(source(schema), value))


def told(schema: Json, value: Json) -> list[tuple[Path, str]]:
    """Return what a schema rejects, as paths and messages."""
    return [(one.path, one.message) for one in found(schema, value)]


def refused(schema: Json, value: Json = None) -> str:
    """Return place and message of the refusal of a schema; bytes as they stand."""
    given = UserSchema("team.json", schema) if isinstance(schema, bytes) else source(schema, 1)
    with pytest.raises(SettingsError) as raised:
        list(rejections(given, value))
    assert raised.value.path == "team.json"
    return f"{raised.value.line}:{raised.value.column} {raised.value.message}"
