"""The operations of migrations: insert, remove and rename keys, replace values.

Each has the edits that upgrade a document, none if it is current, and those that undo it; the edits
of one direction never overlap. Both raise EditRefused for an ambiguous edit, and ``downgrade``
raises LeftAlone where it would lose something.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, TypeVar

from trellis_cfg.document import edits as edits_module
from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit, edit_document, lay_out
from trellis_cfg.document.paths import Path, find_matches, format_path, parse_path
from trellis_cfg.errors import EditRefused, LeftAlone

_TYPES = {list: "an array", str: "a string", bool: "true or false", type(None): "null"}
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


class Insert(NamedTuple):
    """Insert a key with ``value`` where it is absent, next to the sibling ``after`` or ``before``.

    Without that sibling it goes last. ``path`` is dotted, ``*`` in it matches any key. An existing
    key keeps its value.
    """

    path: str
    value: Json
    after: str | None = None
    before: str | None = None
    when: tuple[Condition, ...] = ()

    def upgrade(self, document: Document) -> list[Edit]:
        """Insert the key into each parent that lacks it."""
        return [self._insert(document, *gap) for gap in self._find_gaps(document)]

    def downgrade(self, document: Document) -> list[Edit]:
        """Remove the key wherever it still has the inserted value."""
        matches = find_matches(document.value, parse_path(self.path))
        values = {path: value for path, value in matches if isinstance(path[-1], str)}
        removals = {path: edits_module.remove(document, path) for path in values}
        edits = _select_undoing(self, document, removals)
        for path in edits:
            if not self.value.equals(values[path]):
                actual = f"{format_path(path)} is {Json.of(values[path]).shorten()}"
                message = f"{actual}, not {self.value.shorten()}: left alone"
                raise LeftAlone(message, *document.place_of_value(path))
        return list(edits.values())

    def find_places(self, document: Document) -> list[Path]:
        """Return the siblings next to which the key is inserted, else the parents."""
        gaps = self._find_gaps(document)
        return [path if sibling is None else (*path, sibling) for path, sibling in gaps]

    def describe(self) -> str:
        """Return the operation in words."""
        side = f" after {self.after}" if self.after else ""
        side = f" before {self.before}" if self.before else side
        return _describe(f"inserts {self.path} = {self.value.shorten()}{side}", self.when)

    def _find_gaps(self, document: Document) -> Iterator[tuple[Path, str | None]]:
        """Yield each parent that lacks the key, and the sibling next to which it goes."""
        beside = self.after or self.before
        sibling = parse_path(beside)[-1] if beside else None
        for path, parent in _find_parents_without(self, document):
            if not isinstance(parent, dict):
                actual = _TYPES.get(type(parent), "a number")
                message = f"{format_path(path)} is {actual}, not an object"
                raise EditRefused(message, *document.place_of_value(path), code="TC005")
            yield path, sibling if sibling in parent else None

    def _insert(self, document: Document, parent: Path, sibling: str | None) -> Edit:
        path = (*parent, parse_path(self.path)[-1])
        after, before = (sibling, None) if self.after else (None, sibling)
        raw = self.value.lay_out(document, path)
        return edits_module.insert(document, path, raw, after=after, before=before)


class Remove(NamedTuple):
    """Remove the key at ``path``, with its value."""

    path: str
    when: tuple[Condition, ...] = ()

    def upgrade(self, document: Document) -> list[Edit]:
        """Remove each such key."""
        by_parent = groupby(self.find_places(document), lambda path: path[:-1])
        return [_remove_keys(document, parent, list(paths)) for parent, paths in by_parent]

    def downgrade(self, document: Document) -> list[Edit]:
        """Raise LeftAlone where the key is absent: it may have been removed."""
        key = parse_path(self.path)[-1]
        for path, parent in _find_parents_without(_drop_own_conditions(self), document):
            if isinstance(parent, dict):
                removal = f"the removal of {format_path((*path, key))}"
                raise _leave_unknown(document, path, removal)
        return []

    def find_places(self, document: Document) -> list[Path]:
        """Return the keys to remove."""
        return _find_keys(self, document, "removed")

    def describe(self) -> str:
        """Return the operation in words."""
        return _describe(f"removes {self.path}", self.when)


def _remove_keys(document: Document, parent: Path, paths: list[Path]) -> Edit:
    """Return one edit that removes keys of one object, as if one by one."""
    if len(paths) == 1:
        return edits_module.remove(document, paths[0])
    new = document
    for path in reversed(paths):
        new = edit_document(new, [edits_module.remove(new, path)])
    start = document.start(parent)
    rest = new.text[start : new.closing(new.start(parent))]
    return Edit(start, document.closing(start), rest)


class Rename(NamedTuple):
    """Rename the key at ``path`` to ``to``, in place; its value stays."""

    path: str
    to: str
    when: tuple[Condition, ...] = ()

    def upgrade(self, document: Document) -> list[Edit]:
        """Rename each key that has the old name."""
        return [edits_module.rename(document, path, self.to) for path in self.find_places(document)]

    def downgrade(self, document: Document) -> list[Edit]:
        """Rename each key of the new name back."""
        self.find_places(document)  # refuses two names in one object
        *parents, old = parse_path(self.path)
        edits = {
            (*path[:-1], old): edits_module.rename(document, path, old)
            for path, _ in find_matches(document.value, (*parents, self.to))
            if isinstance(path[-1], str) and document.find((*path[:-1], old)) is None
        }
        return list(_select_undoing(self, document, edits).values())

    def find_places(self, document: Document) -> list[Path]:
        """Return the keys that have the old name; raise EditRefused where both names are."""
        paths = _find_keys(self, document, "renamed")
        for path in paths:
            if document.find((*path[:-1], self.to)):
                message = f"{format_path(path)} and {self.to} both exist: remove one of them"
                raise EditRefused(message, *document.place(document.entry(path).start))
        return paths

    def describe(self) -> str:
        """Return the operation in words."""
        return _describe(f"renames {self.path} to {self.to}", self.when)


class Replace(NamedTuple):
    """Replace the value ``old``, or any value, at ``path`` by ``value``; nothing is inserted."""

    path: str
    value: Json
    old: Json | None = None
    when: tuple[Condition, ...] = ()

    def upgrade(self, document: Document) -> list[Edit]:
        """Replace each old value."""
        return [self._edit(document, path, self.value) for path in self.find_places(document)]

    def downgrade(self, document: Document) -> list[Edit]:
        """Restore the old value wherever the new one is."""
        if self.old is None:
            for path, value in _find_matching(_drop_own_conditions(self), document.value):
                if self.value.equals(value):
                    change = f"{format_path(path)} = {self.value.shorten()}"
                    raise _leave_unknown(document, path, change)
            return []
        edits = {
            path: self._edit(document, path, self.old)
            for path, value in find_matches(document.value, parse_path(self.path))
            if self.value.equals(value)
        }
        return list(_select_undoing(self, document, edits).values())

    def find_places(self, document: Document) -> list[Path]:
        """Return the places of old values."""
        return [
            path
            for path, value in _find_matching(self, document.value)
            if not self.value.equals(value) and (self.old is None or self.old.equals(value))
        ]

    def describe(self) -> str:
        """Return the operation in words."""
        old = f" from {self.old.shorten()}" if self.old else ""
        return _describe(f"changes {self.path}{old} to {self.value.shorten()}", self.when)

    def _edit(self, document: Document, path: Path, value: Json) -> Edit:
        return edits_module.replace(document, path, value.lay_out(document, path))


Operation = Insert | Remove | Rename | Replace
_Removing = TypeVar("_Removing", Remove, Replace)


def _all_hold(operation: Operation, value: object, place: Path) -> bool:
    """Return whether all conditions hold for one place that matches an operation's path."""
    pattern = parse_path(operation.path)
    return all(_holds(condition, value, pattern, place) for condition in operation.when)


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


def _find_matching(operation: Operation, value: object) -> list[tuple[Path, object]]:
    matches = find_matches(value, parse_path(operation.path))
    return [match for match in matches if _all_hold(operation, value, match[0])]


def _drop_own_conditions(operation: _Removing) -> _Removing:
    """Return the operation without conditions about the very place that it changes."""
    own = parse_path(operation.path)
    when = (each for each in operation.when if parse_path(each.path)[: len(own)] != own)
    return operation._replace(when=tuple(when))


def _select_undoing(
    operation: Operation, document: Document, edits: dict[Path, Edit]
) -> dict[Path, Edit]:
    """Return the undoing edits, by the place that each restores, whose conditions did hold."""
    if not operation.when:
        return edits
    value = edit_document(document, edits.values()).value
    return {path: edit for path, edit in edits.items() if _all_hold(operation, value, path)}


def _describe(change: str, when: Sequence[Condition]) -> str:
    texts = [f"{condition.path} = {condition.value.shorten()}" for condition in when]
    return f"{change} where {' and '.join(texts)}" if texts else change


def _find_parents_without(
    operation: Operation, document: Document
) -> Iterator[tuple[Path, object]]:
    """Yield path and value of each parent that lacks a key, if the conditions hold for the key."""
    *above, key = parse_path(operation.path)
    for path, parent in find_matches(document.value, tuple(above)):
        is_absent = not (isinstance(parent, dict) and key in parent)
        if is_absent and _all_hold(operation, document.value, (*path, key)):
            yield path, parent


def _find_keys(operation: Operation, document: Document, verb: str) -> list[Path]:
    """Return the places of keys; raise EditRefused for an array element, which has no key."""
    paths = [place for place, _ in _find_matching(operation, document.value)]
    for place in paths:
        if isinstance(place[-1], int):
            message = f"{format_path(place)} is an array element; only keys can be {verb}"
            raise EditRefused(message, *document.place_of_value(place))
    return paths


def _leave_unknown(document: Document, path: Path, change: str) -> LeftAlone:
    """Return the error for a change whose old value is unknown."""
    message = f"{change} cannot be undone: the previous value is unknown"
    return LeftAlone(message, *document.place_of_value(path))
