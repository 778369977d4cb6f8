"""The table of migrations, and the engine that runs them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import edit_document
from trellis_cfg.errors import EditRefused, LeftAlone
from trellis_cfg.migrations.operations import Insert, Json, Operation, Remove, Replace

if TYPE_CHECKING:
    from trellis_cfg.settings import Settings


class Migration(NamedTuple):
    """A named change of all configs of a project: operations in order."""

    name: str
    description: str
    operations: tuple[Operation, ...]

    @property
    def is_undoable(self) -> bool:
        """Whether the old state is known, so that it can be restored."""
        return not any(
            isinstance(step, Remove) or (isinstance(step, Replace) and step.old is None)
            for step in self.operations
        )


MIGRATIONS = (
    Migration(
        "max-epoch",
        "Adds a limit: training stops after max_epoch epochs.",
        (Insert("trainer.args.max_epoch", Json("null"), after="trainer.args.max_steps"),),
    ),
)


def project_migrations(settings: "Settings") -> tuple[Migration, ...]:
    """Return the built-in migrations, then those that a project declares.

    Raises SettingsError, at its line in the file, for an invalid declaration.
    """
    if not settings.migrations:
        return MIGRATIONS
    from trellis_cfg.migrations.declared import load_declared  # noqa: PLC0415  most projects have none

    return (*MIGRATIONS, *load_declared(settings))


def migrate(
    document: Document, migrations: Sequence[Migration], *, revert: bool = False
) -> Document:
    """Return the document with all migrations applied or undone; the same object if unchanged.

    Each operation gets the result of the one before. Raises EditRefused for an ambiguous edit, and
    LeftAlone if undoing would lose a value; of several migrations, the message names the one.
    """
    original = document
    for migration in reversed(migrations) if revert else migrations:
        steps = migration.operations
        try:
            for operation in reversed(steps) if revert else steps:
                edits = operation.downgrade(document) if revert else operation.upgrade(document)
                document = edit_document(document, edits)
        except (EditRefused, LeftAlone) as error:
            if len(migrations) == 1:
                raise
            message = f"{migration.name}: {error.message}"
            raise type(error)(message, error.line, error.column, code=error.code) from None
    return document if document.text != original.text else original


def with_value(migration: Migration, value: object) -> Migration:
    """Return the migration with another value for the keys that it inserts."""
    operations = (
        operation._replace(value=Json.of(value)) if isinstance(operation, Insert) else operation
        for operation in migration.operations
    )
    return migration._replace(operations=tuple(operations))
