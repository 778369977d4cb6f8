"""Changes of one place of a document, as functions: what a fix does, before it is placed."""

import json
from collections.abc import Callable

from trellis_cfg.document import edits
from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit, lay_out
from trellis_cfg.document.paths import Key, Path

Operation = Callable[[Document], list[Edit]]
"""Returns the edits; raises EditRefused if the document has no place for them."""


def set_value(path: Path, value: object) -> Operation:
    """Replace the value at ``path``."""
    return lambda document: [edits.replace(document, path, _write(document, path, value))]


def insert_key(path: Path, value: object, before: Key) -> Operation:
    """Insert the key at ``path`` before a sibling."""
    return lambda document: [
        edits.insert(document, path, _write(document, path, value), before=before)
    ]


def rename_key(path: Path, key: str) -> Operation:
    """Rename the key at ``path``; its value stays."""
    return lambda document: [edits.rename(document, path, key)]


def remove_key(path: Path) -> Operation:
    """Remove the key at ``path``, with its value."""
    return lambda document: [edits.remove(document, path)]


def move_key(path: Path, target: Path) -> Operation:
    """Move the key at ``path``, with its value, to the end of another object, as ``target``."""

    def find_edits(document: Document) -> list[Edit]:
        entry = document.entry(path)
        raw = lay_out(document, target, document.text[entry.value : entry.end])
        return [edits.remove(document, path), edits.insert(document, target, raw)]

    return find_edits


def _write(document: Document, path: Path, value: object) -> str:
    return lay_out(document, path, json.dumps(value, ensure_ascii=False))
