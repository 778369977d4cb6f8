"""The migrations that a project declares."""

import re

from trellis_cfg.document.paths import Path
from trellis_cfg.migrations import MIGRATIONS, Migration
from trellis_cfg.migrations.declaration import Table
from trellis_cfg.migrations.sources import Source, source
from trellis_cfg.migrations.steps import KEYS, operation
from trellis_cfg.settings import Settings

_NAME = "[a-z0-9]+(?:-[a-z0-9]+)*"
_ABOUT = ("name", "description")
_SEVERAL = "operations"


def declared(settings: Settings) -> tuple[Migration, ...]:
    """Return the migrations that the settings declare, in order.

    Raises SettingsError, placed where they are declared, for what cannot be used.
    """
    where = source(settings)
    numbers: dict[str, int] = {}
    found = []
    for number, values in enumerate(where.tables):
        table = _table(where, (number,), values)
        table.refuse_unknown([*_ABOUT, _SEVERAL, *KEYS])
        name = _name(table, numbers)
        numbers[name] = number
        description = table.text("description", "…") if "description" in table.values else ""
        found.append(Migration(name, description, tuple(map(operation, _steps(table)))))
    return tuple(found)


def _table(where: Source, at: Path, values: object) -> Table:
    table = Table(where, at, values if isinstance(values, dict) else {})
    if not isinstance(values, dict):
        raise table.refusal('a table must stand here: { remove = "trainer.args.num_workers" }')
    return table


def _name(table: Table, numbers: dict[str, int]) -> str:
    """Return the name of a migration, if no other has it; ``numbers`` tells of those before."""
    name = table.text("name", "num-workers")
    if not re.fullmatch(_NAME, name):
        message = f'"{name}" is no name: use small letters, digits and hyphens, as in num-workers'
        raise table.refusal(message, "name")
    if name in (migration.name for migration in MIGRATIONS):
        raise table.refusal(f"{name} is the name of a built-in migration: use another", "name")
    if name in numbers:
        first = table.source.line((numbers[name], "name"))
        message = f"two migrations are named {name}, the first at line {first}: rename one of them"
        raise table.refusal(message, "name")
    return name


def _steps(table: Table) -> list[Table]:
    """Return the tables that declare one operation each: the migration's own, or several."""
    values = {key: value for key, value in table.values.items() if key not in _ABOUT}
    steps = values.pop(_SEVERAL, None)
    if steps is None:
        return [table._replace(values=values)]
    for key in values:
        raise table.refusal(f"{key} stands beside operations: move it into one of them", key)
    if not isinstance(steps, list) or not steps:
        raise table.refusal("operations must be a list of tables: [{ insert = … }]", _SEVERAL)
    found = [_table(table.source, (*table.at, _SEVERAL, at), step) for at, step in enumerate(steps)]
    for step in found:
        for key in [key for key in _ABOUT if key in step.values]:
            raise step.refusal(f"{key} is the migration's: move it out of operations", key)
        step.refuse_unknown(KEYS)
    return found
