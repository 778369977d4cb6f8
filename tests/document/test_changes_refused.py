"""Messages of edits that are refused."""

from typing import Any

import pytest

from trellis_cfg.document import edits
from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import parse_path
from trellis_cfg.errors import EditRefused

REFUSING = b"""{
  "args": {"max_steps": 1, "lr": 0.1},
  "list": [1, 2],
  "twice": {"x": 1},
  "twice": {"x": 2},
  "name": "scalar"
}"""
TWICE = "duplicate key twice, first at line 4: remove one of them"
REFUSED = [
    ("insert", "name", {}, "name already exists"),
    ("insert", "args.lr", {"after": "max_steps"}, "args.lr already exists"),
    ("insert", "twice", {}, "twice already exists"),
    ("insert", "no.n", {}, "no does not exist"),
    ("insert", "args.no.n", {}, "args.no does not exist"),
    ("insert", "args.n", {"after": "no"}, "args.no does not exist"),
    ("insert", "args.n", {"before": "no"}, "args.no does not exist"),
    ("insert", "name.n", {}, "name.n cannot be inserted: name cannot hold it"),
    ("insert", "list.3", {}, "list.3 cannot be inserted: list cannot hold it"),
    ("insert", "list.-1", {}, "list.-1 cannot be inserted: list cannot hold it"),
    ("insert", "list.n", {}, "list.n cannot be inserted: list cannot hold it"),
    ("insert", "0", {}, "0 cannot be inserted: the document cannot hold it"),
    ("insert", "twice.n", {}, TWICE),
    ("insert", "n", {"after": "twice"}, TWICE),
    ("replace", "no", {}, "no does not exist"),
    ("replace", "name.x", {}, "name.x does not exist"),
    ("replace", "list.2", {}, "list.2 does not exist"),
    ("replace", "twice.x", {}, TWICE),
    ("rename", "no", {}, "no does not exist"),
    ("rename", "args.lr", {"key": "max_steps"}, "args.max_steps already exists"),
    ("rename", "args.lr", {"key": "lr"}, "args.lr already exists"),
    ("rename", "list.0", {}, "list.0 is an array element: it has no key to rename"),
    ("rename", "twice", {}, TWICE),
    ("remove", "no", {}, "no does not exist"),
    ("remove", "list.-1", {}, "list.-1 does not exist"),
    ("remove", "twice", {}, TWICE),
]
ARGUMENTS: dict[str, dict[str, str]] = {
    "insert": {"raw": "0"},
    "replace": {"raw": "0"},
    "rename": {"key": "n"},
    "remove": {},
}


def refuse(edit: str, path: str, arguments: dict[str, str]) -> EditRefused:
    """Return the error; numbers in ``path`` are indices."""
    keys = tuple(int(key) if key.lstrip("-").isdigit() else key for key in parse_path(path))
    call: Any = getattr(edits, edit)
    with pytest.raises(EditRefused) as caught:
        call(Document(REFUSING), keys, **{**ARGUMENTS[edit], **arguments})
    return caught.value


@pytest.mark.parametrize(("edit", "path", "arguments", "message"), REFUSED)
def test_refused_edit_says_why(
    edit: str, path: str, arguments: dict[str, str], message: str
) -> None:
    assert refuse(edit, path, arguments).message == message


def test_refused_edit_has_a_place() -> None:
    existing = refuse("insert", "args.lr", {})
    assert (existing.line, existing.column) == (2, 28)
    duplicate = refuse("replace", "twice.x", {})
    assert (duplicate.line, duplicate.column, duplicate.code) == (5, 3, "TC003")
