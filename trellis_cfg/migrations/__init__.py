"""The table of migrations, and the engine that runs them."""

from collections.abc import Sequence
from typing import NamedTuple

from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import apply
from trellis_cfg.migrations.operations import Insert, Operation


class Migration(NamedTuple):
    """A change that every config of a project is brought through, once."""

    name: str
    description: str
    operations: tuple[Operation, ...]


MIGRATIONS = (
    Migration(
        "max-epoch",
        "Trainers learned to stop after max_epoch epochs.",
        (Insert("trainer.args.max_epoch", value=None, after="trainer.args.max_steps"),),
    ),
)


def migrate(
    document: Document, migrations: Sequence[Migration], *, revert: bool = False
) -> Document:
    """Return the document with all migrations made, or undone; the same object if none changes it.

    Each operation sees the finished result of the one before. Raises EditRefused where an edit
    would be a guess, LeftAlone where undoing would lose a value that somebody set.
    """
    operations = [operation for migration in migrations for operation in migration.operations]
    for operation in reversed(operations) if revert else operations:
        edits = operation.downgrade(document) if revert else operation.upgrade(document)
        if edits:
            document = Document(apply(document.text, edits).encode("utf-8"))
    return document


def with_value(migration: Migration, value: object) -> Migration:
    """Return the migration with another value in what it inserts."""
    operations = (
        operation._replace(value=value) if isinstance(operation, Insert) else operation
        for operation in migration.operations
    )
    return migration._replace(operations=tuple(operations))
