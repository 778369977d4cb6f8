"""Insert a key that is absent."""

from collections.abc import Iterator
from itertools import groupby
from types import ModuleType
from typing import Any, NamedTuple

from trellis_cfg.document import edits as edits_module
from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit, apply_edits
from trellis_cfg.document.paths import Path, find_matches, format_path, parse_path
from trellis_cfg.errors import EditRefused, LeftAlone
from trellis_cfg.migrations.conditions import (
    Condition,
    Json,
    describe_value,
    elsewhere,
    holds,
    left_alone,
    meant,
    refuse_element,
    refused,
    undone,
)

_KINDS = {list: "an array", str: "a string", bool: "true or false", type(None): "null"}


class Insert(NamedTuple):
    """Give a key that is absent its ``value``: beside the sibling ``after`` or ``before``.

    Without such a sibling it goes last. ``path`` is dotted, ``*`` in it stands for any one key. A
    key that is there keeps its value.
    """

    path: str
    value: Json
    after: str | None = None
    before: str | None = None
    when: "tuple[Condition, ...]" = ()

    @property
    def is_undoable(self) -> bool:
        """Whether the old state is known."""
        return True

    def upgrade(self, document: Document) -> list[Edit]:
        """Insert the key into each parent that lacks it."""
        return [self._insert(document, *found) for found in self._lacking(document)]

    def downgrade(self, document: Document) -> list[Edit]:
        """Remove the key wherever it still has the value that was inserted."""
        pattern = parse_path(self.path)
        found = {
            path: value
            for path, value in find_matches(document.value, pattern)
            if isinstance(path[-1], str)
        }
        edits = {path: edits_module.remove(document, path) for path in found}
        if self.when:
            edits = _conditions().undone(document, edits, pattern, self.when)
        for path in edits:
            self._keep_another(document, path, found[path])
        return list(edits.values())

    def places(self, document: Document) -> list[Path]:
        """Return the siblings beside which the key will stand, else the parents."""
        return [
            path if sibling is None else (*path, sibling)
            for path, sibling in self._lacking(document)
        ]

    def describe(self) -> str:
        """Return the operation in words."""
        beside = f" after {self.after}" if self.after else ""
        beside = f" before {self.before}" if self.before else beside
        where = _conditions().describe_value(self.when) if self.when else ""
        return f"inserts {self.path} = {self.value.shown()}{beside}{where}"

    def _lacking(self, document: Document) -> Iterator[tuple[Path, str | None]]:
        """Yield each parent that lacks the key, with the sibling beside which it goes."""
        pattern = parse_path(self.path)
        *parents, key = pattern
        beside = self.after or self.before
        sibling = parse_path(beside)[-1] if beside else None
        for path, parent in find_matches(document.value, tuple(parents)):
            if isinstance(parent, dict) and key in parent:
                continue
            if self.when and not _conditions().holds(
                self.when, document.value, pattern, (*path, key)
            ):
                continue
            if not isinstance(parent, dict):
                raise _no_object(document, path, parent)
            yield path, sibling if sibling in parent else None

    def _insert(self, document: Document, parent: Path, sibling: str | None) -> Edit:
        path = (*parent, parse_path(self.path)[-1])
        raw = self.value.laid_out(document, path)
        side: dict[str, Any] = {"after" if self.after else "before": sibling}
        return edits_module.insert(document, path, raw, **side)

    def _keep_another(self, document: Document, path: Path, value: object) -> None:
        """Raise LeftAlone for a value that is not the inserted one."""
        if not self.value.equals(value):
            found = f"{format_path(path)} is {Json.of(value).shown()}, not {self.value.shown()}"
            raise LeftAlone(f"{found}: somebody set it", **document.place_of_value(path)._asdict())


def _conditions() -> ModuleType:
    """Return what judges conditions; imported here, because built-in migrations have none."""
    from trellis_cfg.migrations import conditions  # noqa: PLC0415

    return conditions


def _no_object(document: Document, path: Path, value: object) -> EditRefused:
    message = f"{format_path(path)} is {_KINDS.get(type(value), 'a number')}, not an object"
    return EditRefused(message, **document.place_of_value(path)._asdict(), code="TC005")


class Remove(NamedTuple):
    """Take out the key at ``path``, with its value."""

    path: str
    when: tuple[Condition, ...] = ()

    @property
    def is_undoable(self) -> bool:
        """Whether the old state is known."""
        return False

    def upgrade(self, document: Document) -> list[Edit]:
        """Take out each such key that is still there."""
        by_parent = groupby(self.places(document), lambda path: path[:-1])
        return [_without(document, parent, list(paths)) for parent, paths in by_parent]

    def downgrade(self, document: Document) -> list[Edit]:
        """Raise LeftAlone where the key may have been taken out; where it stands, it was not."""
        pattern = parse_path(self.path)
        *parents, key = pattern
        when = elsewhere(self.when, pattern)
        for path, parent in find_matches(document.value, tuple(parents)):
            if not isinstance(parent, dict) or key in parent:
                continue
            if holds(when, document.value, pattern, (*path, key)):
                said = f"the removal of {format_path((*path, key))} cannot be undone"
                raise left_alone(document, path, f"{said}: the value before is not known")
        return []

    def places(self, document: Document) -> list[Path]:
        """Return the keys that are still there."""
        found = meant(document.value, parse_path(self.path), self.when)
        for path, _ in found:
            refuse_element(document, path, "removed")
        return [path for path, _ in found]

    def describe(self) -> str:
        """Return the operation in words."""
        return f"removes {self.path}{describe_value(self.when)}"


def _without(document: Document, parent: Path, paths: list[Path]) -> Edit:
    """Return one edit that takes out keys of one object, as if one by one."""
    if len(paths) == 1:
        return edits_module.remove(document, paths[0])
    new = document
    for path in reversed(paths):
        new = Document(apply_edits(new.text, [edits_module.remove(new, path)]).encode("utf-8"))
    start = document.start(parent)
    rest = new.text[start : new.closing(new.start(parent))]
    return Edit(start, document.closing(start), rest)


class Rename(NamedTuple):
    """Give the key at ``path`` the name ``to``, in place; its value stays."""

    path: str
    to: str
    when: tuple[Condition, ...] = ()

    @property
    def is_undoable(self) -> bool:
        """Whether the old state is known."""
        return True

    def upgrade(self, document: Document) -> list[Edit]:
        """Rename each key that still has the old name."""
        found = self.places(document)
        for path in found:
            self._refuse_both(document, path)
        return [edits_module.rename(document, path, self.to) for path in found]

    def downgrade(self, document: Document) -> list[Edit]:
        """Rename back each key of the new name."""
        for path in self.places(document):
            self._refuse_both(document, path)
        pattern = parse_path(self.path)
        *parents, old = pattern
        edits = {
            (*path[:-1], old): edits_module.rename(document, path, old)
            for path, _ in find_matches(document.value, (*parents, self.to))
            if isinstance(path[-1], str) and document.find((*path[:-1], old)) is None
        }
        return list(undone(document, edits, pattern, self.when).values())

    def places(self, document: Document) -> list[Path]:
        """Return the keys that still have the old name."""
        found = meant(document.value, parse_path(self.path), self.when)
        for path, _ in found:
            refuse_element(document, path, "renamed")
        return [path for path, _ in found]

    def describe(self) -> str:
        """Return the operation in words."""
        return f"renames {self.path} to {self.to}{describe_value(self.when)}"

    def _refuse_both(self, document: Document, path: Path) -> None:
        if document.find((*path[:-1], self.to)):
            message = f"{format_path(path)} and {self.to} are both there: remove one of them"
            raise refused(document, document.entry(path).start, message)


class Replace(NamedTuple):
    """Put ``value`` in place of the value ``old``, or of any; where nothing is, nothing comes."""

    path: str
    value: Json
    old: Json | None = None
    when: tuple[Condition, ...] = ()

    @property
    def is_undoable(self) -> bool:
        """Whether the value that was there is known."""
        return self.old is not None

    def upgrade(self, document: Document) -> list[Edit]:
        """Replace each value that is still an old one."""
        return [self._edit(document, path, self.value) for path in self.places(document)]

    def downgrade(self, document: Document) -> list[Edit]:
        """Bring back the old value wherever the new one stands."""
        pattern = parse_path(self.path)
        if self.old is None:
            when = elsewhere(self.when, pattern)
            for path, value in meant(document.value, pattern, when):
                if self.value.equals(value):
                    said = f"{format_path(path)} = {self.value.shown()} cannot be undone"
                    raise left_alone(document, path, f"{said}: the value before is not known")
            return []
        edits = {
            path: self._edit(document, path, self.old)
            for path, value in find_matches(document.value, pattern)
            if self.value.equals(value)
        }
        return list(undone(document, edits, pattern, self.when).values())

    def places(self, document: Document) -> list[Path]:
        """Return where a value is still an old one."""
        return [
            path
            for path, value in meant(document.value, parse_path(self.path), self.when)
            if not self.value.equals(value) and (self.old is None or self.old.equals(value))
        ]

    def describe(self) -> str:
        """Return the operation in words."""
        old = f" from {self.old.shown()}" if self.old else ""
        return f"changes {self.path}{old} to {self.value.shown()}{describe_value(self.when)}"

    def _edit(self, document: Document, path: Path, value: Json) -> Edit:
        return edits_module.replace(document, path, value.laid_out(document, path))
