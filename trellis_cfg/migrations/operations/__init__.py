"""What a migration can do to a config; each operation a small value with two directions.

Only what the built-in migrations do is imported here: most runs have no use for the others.
"""

from typing import Protocol

from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit
from trellis_cfg.document.paths import Path
from trellis_cfg.migrations.operations.insert import Insert

__all__ = ["Insert", "Operation"]


class Operation(Protocol):
    """The contract of an operation: edits that bring a document forward, and back.

    The edits of one direction never overlap.
    """

    @property
    def is_undoable(self) -> bool:
        """Whether the old state is known, so that ``downgrade`` can bring it back."""
        ...

    def upgrade(self, document: Document) -> list[Edit]:
        """Return the edits that are still to be made; none for a document that is current."""
        ...

    def downgrade(self, document: Document) -> list[Edit]:
        """Return the edits that undo it; raises LeftAlone where they would lose something."""
        ...

    def places(self, document: Document) -> list[Path]:
        """Return where ``upgrade`` still has edits to make: a place that is there already."""
        ...

    def describe(self) -> str:
        """Return the operation in words."""
        ...
