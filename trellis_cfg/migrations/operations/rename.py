"""Give a key another name."""

from typing import NamedTuple

from trellis_cfg.document import changes
from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit
from trellis_cfg.document.paths import Path, dotted, matches, parse_path
from trellis_cfg.migrations.operations.conditions import When, described, meant, undone
from trellis_cfg.migrations.operations.refusals import refuse_element, refused


class Rename(NamedTuple):
    """Give the key at ``path`` the name ``to``, in place; its value stays."""

    path: str
    to: str
    when: tuple[When, ...] = ()

    @property
    def is_undoable(self) -> bool:
        """Whether the old state is known."""
        return True

    def upgrade(self, document: Document) -> list[Edit]:
        """Rename each key that still has the old name."""
        found = self.places(document)
        for path in found:
            self._refuse_both(document, path)
        return [changes.rename(document, path, self.to) for path in found]

    def downgrade(self, document: Document) -> list[Edit]:
        """Rename back each key of the new name."""
        for path in self.places(document):
            self._refuse_both(document, path)
        pattern = parse_path(self.path)
        *parents, old = pattern
        edits = {
            (*path[:-1], old): changes.rename(document, path, old)
            for path, _ in matches(document.value, (*parents, self.to))
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
        return f"renames {self.path} to {self.to}{described(self.when)}"

    def _refuse_both(self, document: Document, path: Path) -> None:
        if document.find((*path[:-1], self.to)):
            message = f"{dotted(path)} and {self.to} are both there: remove one of them"
            raise refused(document, document.entry(path).start, message)
