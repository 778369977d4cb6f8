"""What a migration can do to a config; each operation a small value with two directions."""

import json
from typing import NamedTuple, Protocol

from trellis_cfg.document import changes
from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit
from trellis_cfg.document.paths import dotted, matches, parse_path
from trellis_cfg.errors import EditRefused, LeftAlone

_SHOWN = 40
_KINDS = {list: "an array", str: "a string", bool: "true or false", type(None): "null"}


class Operation(Protocol):
    """The contract of an operation: edits that bring a document forward, and back."""

    def upgrade(self, document: Document) -> list[Edit]:
        """Return the edits that are still to be made; none for a document that is current."""
        ...

    def downgrade(self, document: Document) -> list[Edit]:
        """Return the edits that undo it; raises LeftAlone where they would lose something."""
        ...

    def describe(self) -> str:
        """Return the operation in words."""
        ...


class Insert(NamedTuple):
    """Give a key that is absent its ``value``: after the sibling ``after``, else last.

    ``path`` is dotted, ``*`` in it stands for any one key. A key that is there keeps its value.
    """

    path: str
    value: object
    after: str | None = None

    def upgrade(self, document: Document) -> list[Edit]:
        """Insert the key into each parent that lacks it."""
        *parents, key = parse_path(self.path)
        edits = []
        for path, parent in matches(document.value, tuple(parents)):
            if not isinstance(parent, dict):
                raise self._no_object(document, path, parent)
            if key not in parent:
                sibling = parse_path(self.after)[-1] if self.after else None
                after = sibling if sibling in parent else None
                raw = json.dumps(self.value, ensure_ascii=False)
                edits.append(changes.insert(document, (*path, key), raw, after=after))
        return edits

    def downgrade(self, document: Document) -> list[Edit]:
        """Remove the key wherever it still has the value that was inserted."""
        edits = []
        for path, value in matches(document.value, parse_path(self.path)):
            found, inserted = json.dumps(value, ensure_ascii=False), json.dumps(self.value)
            if found != inserted:
                place = document.place(document.entry(path).value)
                shown = found if len(found) <= _SHOWN else f"{found[:_SHOWN]}…"
                message = f"{dotted(path)} is {shown}, not {inserted}"
                raise LeftAlone(f"{message}: somebody set it", **place._asdict())
            edits.append(changes.remove(document, path))
        return edits

    def describe(self) -> str:
        """Return the operation in words."""
        beside = f" after {self.after}" if self.after else ""
        return f"inserts {self.path} = {json.dumps(self.value)}{beside}"

    def _no_object(
        self, document: Document, path: tuple[str | int, ...], value: object
    ) -> EditRefused:
        place = document.place(document.start(path))
        kind = _KINDS.get(type(value), "a number")
        return EditRefused(
            f"{dotted(path)} is {kind}, not an object", **place._asdict(), code="TC005"
        )
