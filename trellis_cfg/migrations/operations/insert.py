"""Insert a key that is absent."""

from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from trellis_cfg.document import changes
from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit
from trellis_cfg.document.paths import Path, dotted, matches, parse_path
from trellis_cfg.errors import EditRefused, LeftAlone
from trellis_cfg.migrations.operations.values import Json

if TYPE_CHECKING:
    from trellis_cfg.migrations.operations.conditions import When

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
    when: "tuple[When, ...]" = ()

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
            for path, value in matches(document.value, pattern)
            if isinstance(path[-1], str)
        }
        edits = {path: changes.remove(document, path) for path in found}
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
        where = _conditions().described(self.when) if self.when else ""
        return f"inserts {self.path} = {self.value.shown()}{beside}{where}"

    def _lacking(self, document: Document) -> Iterator[tuple[Path, str | None]]:
        """Yield each parent that lacks the key, with the sibling beside which it goes."""
        pattern = parse_path(self.path)
        *parents, key = pattern
        beside = self.after or self.before
        sibling = parse_path(beside)[-1] if beside else None
        for path, parent in matches(document.value, tuple(parents)):
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
        return changes.insert(document, path, raw, **side)

    def _keep_another(self, document: Document, path: Path, value: object) -> None:
        """Raise LeftAlone for a value that is not the inserted one."""
        if not self.value.equals(value):
            found = f"{dotted(path)} is {Json.of(value).shown()}, not {self.value.shown()}"
            raise LeftAlone(f"{found}: somebody set it", **document.place_of_value(path)._asdict())


def _conditions() -> ModuleType:
    """Return what judges conditions; imported here, because built-in migrations have none."""
    from trellis_cfg.migrations.operations import conditions  # noqa: PLC0415

    return conditions


def _no_object(document: Document, path: Path, value: object) -> EditRefused:
    message = f"{dotted(path)} is {_KINDS.get(type(value), 'a number')}, not an object"
    return EditRefused(message, **document.place_of_value(path)._asdict(), code="TC005")
