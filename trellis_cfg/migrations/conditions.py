"""JSON values, the conditions of operations, and the contract of an operation."""

import json
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit, edit_document, lay_out
from trellis_cfg.document.paths import Path, find_matches, parse_path

_LONGEST = 40

Pattern = tuple[str, ...]


class Json(NamedTuple):
    """A JSON value as the text that is written for it: ``1e-4`` stays ``1e-4``."""

    text: str

    @classmethod
    def of(cls, value: object) -> "Json":
        """Return a value in Python's spelling."""
        return cls(json.dumps(value, ensure_ascii=False))

    @property
    def value(self) -> object:
        """The value of the text."""
        return json.loads(self.text)

    def equals(self, value: object) -> bool:
        """Return whether a parsed value is this one: true is not 1, and 1.0 is not 1."""
        return json.dumps(value, sort_keys=True) == json.dumps(self.value, sort_keys=True)

    def lay_out(self, document: Document, path: Path) -> str:
        """Return the text in the layout of its place in ``document``."""
        return lay_out(document, path, self.text) if self.text[0] in "{[" else self.text

    def shorten(self) -> str:
        """Return the text, cut to a readable length."""
        return self.text if len(self.text) <= _LONGEST else f"{self.text[:_LONGEST]}…"


class Condition(NamedTuple):
    """A condition: some place that matches ``path`` has this value.

    A ``*`` of the operation's own path is the same key here, if the same keys precede it.
    """

    path: str
    value: Json


def all_hold(when: Sequence[Condition], value: object, pattern: Pattern, place: Path) -> bool:
    """Return whether all conditions hold for one place that matches an operation's ``pattern``."""
    return all(_holds(condition, value, pattern, place) for condition in when)


def _holds(condition: Condition, value: object, pattern: Pattern, place: Path) -> bool:
    keys = parse_path(condition.path)
    bound = [
        index
        for index, key in enumerate(keys[: len(pattern)])
        if key == "*" and keys[: index + 1] == pattern[: index + 1]
    ]
    return any(
        all(path[index] == place[index] for index in bound) and condition.value.equals(match)
        for path, match in find_matches(value, keys)
    )


def find_places(
    value: object, pattern: Pattern, when: Sequence[Condition]
) -> list[tuple[Path, object]]:
    """Return path and value of the places that match a pattern and the conditions."""
    matches = find_matches(value, pattern)
    return [match for match in matches if all_hold(when, value, pattern, match[0])]


def drop_own_conditions(when: Sequence[Condition], pattern: Pattern) -> list[Condition]:
    """Return the conditions that are not about the very place that an operation changes."""
    return [
        condition for condition in when if parse_path(condition.path)[: len(pattern)] != pattern
    ]


def select_undoing(
    document: Document, edits: dict[Path, Edit], pattern: Pattern, when: Sequence[Condition]
) -> dict[Path, Edit]:
    """Return the undoing edits, by the place that each restores, whose conditions did hold."""
    if not when:
        return edits
    value = edit_document(document, edits.values()).value
    return {path: edit for path, edit in edits.items() if all_hold(when, value, pattern, path)}


def describe_conditions(when: Sequence[Condition]) -> str:
    """Return the conditions as the end of a sentence; empty without any."""
    texts = [f"{condition.path} = {condition.value.shorten()}" for condition in when]
    return f" where {' and '.join(texts)}" if texts else ""


class Operation(Protocol):
    """The contract of an operation: edits that upgrade a document and that undo it.

    The edits of one direction never overlap. Both raise EditRefused for an ambiguous edit.
    """

    def upgrade(self, document: Document) -> list[Edit]:
        """Return the edits to make; none for a document that is current."""
        ...

    def downgrade(self, document: Document) -> list[Edit]:
        """Return the edits that undo it; raise LeftAlone if they would lose something."""
        ...

    def find_places(self, document: Document) -> list[Path]:
        """Return the existing places where ``upgrade`` makes edits."""
        ...

    def describe(self) -> str:
        """Return the operation in words."""
        ...
