"""The table of migrations, and the engine that runs them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import apply_edits
from trellis_cfg.errors import EditRefused, LeftAlone
from trellis_cfg.migrations.conditions import Json, Operation
from trellis_cfg.migrations.operations import Insert

if TYPE_CHECKING:
    from trellis_cfg.settings import Settings


class Migration(NamedTuple):
    """A change that every config of a project is brought through, once."""

    name: str
    description: str
    operations: tuple[Operation, ...]


MIGRATIONS = (
    Migration(
        "max-epoch",
        "Trainers learned to stop after max_epoch epochs.",
        (Insert("trainer.args.max_epoch", Json("null"), after="trainer.args.max_steps"),),
    ),
)


def project_migrations(settings: "Settings") -> tuple[Migration, ...]:
    """Return the built-in migrations, then those that a project declares.

    Raises SettingsError, placed in the file that declares them, for what cannot be used.
    """
    if not settings.migrations:
        return MIGRATIONS
    from trellis_cfg.migrations.declared import declared  # noqa: PLC0415  most projects have none

    return (*MIGRATIONS, *declared(settings))


def migrate(
    document: Document, migrations: Sequence[Migration], *, revert: bool = False
) -> Document:
    """Return the document with all migrations made, or undone; the same object if none changes it.

    Each operation sees the finished result of the one before. Raises EditRefused where an edit
    would be a guess, LeftAlone where undoing would lose a value that somebody set; of several
    migrations, the message names the one.
    """
    for migration in reversed(migrations) if revert else migrations:
        try:
            document = _through(document, migration, revert=revert)
        except (EditRefused, LeftAlone) as error:
            if len(migrations) == 1:
                raise
            message = f"{migration.name}: {error.message}"
            raise type(error)(
                message, line=error.line, column=error.column, code=error.code
            ) from None
    return document


def _through(document: Document, migration: Migration, *, revert: bool) -> Document:
    steps = migration.operations
    for operation in reversed(steps) if revert else steps:
        edits = operation.downgrade(document) if revert else operation.upgrade(document)
        if edits:
            document = Document(apply_edits(document.text, edits).encode("utf-8"))
    return document


def with_value(migration: Migration, value: object) -> Migration:
    """Return the migration with another value in what it inserts."""
    operations = (
        operation._replace(value=Json.of(value)) if isinstance(operation, Insert) else operation
        for operation in migration.operations
    )
    return migration._replace(operations=tuple(operations))
