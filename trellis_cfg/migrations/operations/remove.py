"""Take out a key."""

from itertools import groupby
from typing import NamedTuple

from trellis_cfg.document import changes
from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit, apply
from trellis_cfg.document.paths import Path, dotted, matches, parse_path
from trellis_cfg.migrations.operations.conditions import When, described, elsewhere, holds, meant
from trellis_cfg.migrations.operations.refusals import left_alone, refuse_element


class Remove(NamedTuple):
    """Take out the key at ``path``, with its value."""

    path: str
    when: tuple[When, ...] = ()

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
        for path, parent in matches(document.value, tuple(parents)):
            if not isinstance(parent, dict) or key in parent:
                continue
            if holds(when, document.value, pattern, (*path, key)):
                said = f"the removal of {dotted((*path, key))} cannot be undone"
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
        return f"removes {self.path}{described(self.when)}"


def _without(document: Document, parent: Path, paths: list[Path]) -> Edit:
    """Return one edit that takes out keys of one object, as if one by one."""
    if len(paths) == 1:
        return changes.remove(document, paths[0])
    new = document
    for path in reversed(paths):
        new = Document(apply(new.text, [changes.remove(new, path)]).encode("utf-8"))
    start = document.start(parent)
    rest = new.text[start : new.closing(new.start(parent))]
    return Edit(start, document.closing(start), rest)
