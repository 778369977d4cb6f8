"""Give a key another value."""

from typing import NamedTuple

from trellis_cfg.document import changes
from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit
from trellis_cfg.document.paths import Path, dotted, matches, parse_path
from trellis_cfg.migrations.operations.conditions import (
    When,
    described,
    elsewhere,
    meant,
    undone,
)
from trellis_cfg.migrations.operations.refusals import left_alone
from trellis_cfg.migrations.operations.values import Json


class Replace(NamedTuple):
    """Put ``value`` in place of the value ``old``, or of any; where nothing is, nothing comes."""

    path: str
    value: Json
    old: Json | None = None
    when: tuple[When, ...] = ()

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
                    said = f"{dotted(path)} = {self.value.shown()} cannot be undone"
                    raise left_alone(document, path, f"{said}: the value before is not known")
            return []
        edits = {
            path: self._edit(document, path, self.old)
            for path, value in matches(document.value, pattern)
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
        return f"changes {self.path}{old} to {self.value.shown()}{described(self.when)}"

    def _edit(self, document: Document, path: Path, value: Json) -> Edit:
        return changes.replace(document, path, value.laid_out(document, path))
