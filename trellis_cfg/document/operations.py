"""Changes of one place of a document, as values: what a fix does, before it is placed."""

import json
from typing import NamedTuple, Protocol

from trellis_cfg.document import edits
from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit, lay_out
from trellis_cfg.document.paths import Key, Path


class Operation(Protocol):
    """Something that a document can be changed by."""

    def find_edits(self, document: Document) -> list[Edit]:
        """Return the edits; raises EditRefused if the document has no place for them."""


class SetValue(NamedTuple):
    """Replace the value at ``path``."""

    path: Path
    value: object

    def find_edits(self, document: Document) -> list[Edit]:
        """Return the edit."""
        raw = lay_out(document, self.path, _dump(self.value))
        return [edits.replace(document, self.path, raw)]


class InsertKey(NamedTuple):
    """Insert the key at ``path`` before a sibling, or last."""

    path: Path
    value: object
    before: Key | None = None

    def find_edits(self, document: Document) -> list[Edit]:
        """Return the edit."""
        raw = lay_out(document, self.path, _dump(self.value))
        return [edits.insert(document, self.path, raw, before=self.before)]


class RenameKey(NamedTuple):
    """Rename the key at ``path``; its value stays."""

    path: Path
    key: str

    def find_edits(self, document: Document) -> list[Edit]:
        """Return the edit."""
        return [edits.rename(document, self.path, self.key)]


class RemoveKey(NamedTuple):
    """Remove the key at ``path``, with its value."""

    path: Path

    def find_edits(self, document: Document) -> list[Edit]:
        """Return the edit."""
        return [edits.remove(document, self.path)]


class MoveKey(NamedTuple):
    """Move the key at ``path``, with its value, to the end of another object, as ``target``."""

    path: Path
    target: Path

    def find_edits(self, document: Document) -> list[Edit]:
        """Return the edits of both places."""
        entry = document.entry(self.path)
        raw = lay_out(document, self.target, document.text[entry.value : entry.end])
        removed = edits.remove(document, self.path)
        return [removed, edits.insert(document, self.target, raw)]


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
