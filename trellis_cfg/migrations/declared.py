"""The migrations that a project declares."""

import re
from collections.abc import Callable
from typing import NamedTuple

from trellis_cfg.document.paths import Path, parse_path
from trellis_cfg.migrations import MIGRATIONS, Migration
from trellis_cfg.migrations.conditions import Operation
from trellis_cfg.migrations.declaration import CONDITIONS, DeclarationSource, Table, source
from trellis_cfg.migrations.operations import Insert, Remove, Rename, Replace
from trellis_cfg.settings import Settings


class _Kind(NamedTuple):
    """How an operation is read, and which keys it has beside its own and its conditions."""

    read: Callable[[Table], Operation]
    keys: tuple[str, ...] = ()


def operation(table: Table) -> Operation:
    """Return the operation; raises SettingsError where the table declares none, or several."""
    given = [name for name in _KINDS if name in table.values]
    if not given:
        raise table.refusal(f"nothing is to be done here: add one of {', '.join(_KINDS)}")
    if len(given) > 1:
        message = f"{' and '.join(given)} in one table: write operations = [{{ … }}, {{ … }}]"
        raise table.refusal(message, given[1])
    name, kind = given[0], _KINDS[given[0]]
    known = (*kind.keys, *CONDITIONS)
    for key in table.values:
        if key not in (name, *known):
            raise table.refusal(f"{name} takes no {key}; it takes {', '.join(known)}", key)
    return kind.read(table)


def _insert(table: Table) -> Insert:
    path = _of_one_key(table, "insert")
    if "after" in table.values and "before" in table.values:
        raise table.refusal("after and before are both given: keep one", "before")
    after, before = (table.beside(key, path) for key in ("after", "before"))
    return Insert(path, table.json("value"), after, before, table.conditions())


def _rename(table: Table) -> Rename:
    path = _of_one_key(table, "rename")
    to = table.beside("to", path)
    if to is None:
        raise table.refusal('to is missing: to = "fp16_mode"')
    return Rename(path, parse_path(to)[-1], table.conditions())


def _replace(table: Table) -> Replace:
    path, old, new = table.path("replace"), table.json_or_none("from"), table.json("to")
    if old and old.equals(new.value):
        given = next(key for key in ("to", "to-json") if key in table.values)
        raise table.refusal("from and to are the same value: nothing would change", given)
    return Replace(path, new, old, table.conditions())


def _remove(table: Table) -> Remove:
    return Remove(table.path("remove"), table.conditions())


def _of_one_key(table: Table, key: str) -> str:
    path = table.path(key)
    if parse_path(path)[-1] == "*":
        raise table.refusal(f"{key}: {path} names no key: its last part must not be *", key)
    return path


_KINDS = {
    "insert": _Kind(_insert, ("value", "value-json", "after", "before")),
    "rename": _Kind(_rename, ("to",)),
    "replace": _Kind(_replace, ("from", "from-json", "to", "to-json")),
    "remove": _Kind(_remove),
}
_PARTS = (key for name, kind in _KINDS.items() for key in (name, *kind.keys))
KEYS = (*dict.fromkeys(_PARTS), *CONDITIONS)

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


def _table(where: DeclarationSource, at: Path, values: object) -> Table:
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
