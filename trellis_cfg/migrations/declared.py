"""The migrations that a project declares."""

import re
from collections.abc import Callable

from trellis_cfg.document.paths import Path, parse_path
from trellis_cfg.migrations import MIGRATIONS, Migration
from trellis_cfg.migrations.declaration import (
    CONDITIONS,
    DeclarationSource,
    Table,
    open_declarations,
)
from trellis_cfg.migrations.operations import Insert, Operation, Remove, Rename, Replace
from trellis_cfg.settings import Settings


def _parse_insert(table: Table) -> Insert:
    path = _require_key(table, "insert")
    if "after" in table.values and "before" in table.values:
        raise table.refusal("after and before are both set: keep one", "before")
    after, before = (table.find_sibling(key, path) for key in ("after", "before"))
    return Insert(path, table.require_json("value"), after, before, table.parse_conditions())


def _parse_rename(table: Table) -> Rename:
    path = _require_key(table, "rename")
    to = table.find_sibling("to", path)
    if to is None:
        raise table.refusal('to is missing: write to = "fp16_mode"')
    return Rename(path, parse_path(to)[-1], table.parse_conditions())


def _parse_replace(table: Table) -> Replace:
    path, old = table.require_path("replace"), table.parse_json("from")
    new = table.require_json("to")
    if old and old.equals(new.value):
        key = "to" if "to" in table.values else "to-json"
        raise table.refusal("from and to are the same value: nothing would change", key)
    return Replace(path, new, old, table.parse_conditions())


def _parse_remove(table: Table) -> Remove:
    return Remove(table.require_path("remove"), table.parse_conditions())


def _require_key(table: Table, key: str) -> str:
    path = table.require_path(key)
    if parse_path(path)[-1] == "*":
        raise table.refusal(f"{key}: the last part of {path} must be a key, not *", key)
    return path


PARSERS: dict[str, tuple[Callable[[Table], Operation], tuple[str, ...]]] = {
    "insert": (_parse_insert, ("value", "value-json", "after", "before")),
    "rename": (_parse_rename, ("to",)),
    "replace": (_parse_replace, ("from", "from-json", "to", "to-json")),
    "remove": (_parse_remove, ()),
}
"""How an operation is parsed, and its keys besides its own and its conditions."""
_OPERATION_KEYS = (key for name, (_, keys) in PARSERS.items() for key in (name, *keys))
KEYS = (*dict.fromkeys(_OPERATION_KEYS), *CONDITIONS)

_NAME = "[a-z0-9]+(?:-[a-z0-9]+)*"
_ABOUT = ("name", "description")
_SEVERAL = "operations"


def load_declared(settings: Settings) -> tuple[Migration, ...]:
    """Return the migrations that the settings declare, in order.

    Raises SettingsError, at its line in the file, for an invalid declaration.
    """
    source = open_declarations(settings)
    numbers: dict[str, int] = {}
    migrations = []
    for number, values in enumerate(source.tables):
        table = _open_table(source, (number,), values)
        table.refuse_unknown([*_ABOUT, _SEVERAL, *KEYS])
        name = _parse_name(table, numbers)
        numbers[name] = number
        description = (
            table.require_text("description", "…") if "description" in table.values else ""
        )
        operations = tuple(map(_parse_operation, _list_operations(table)))
        migrations.append(Migration(name, description, operations))
    return tuple(migrations)


def _open_table(source: DeclarationSource, at: Path, values: object) -> Table:
    table = Table(source, at, values if isinstance(values, dict) else {})
    if not isinstance(values, dict):
        raise table.refusal('expected a table: { remove = "trainer.args.num_workers" }')
    return table


def _parse_name(table: Table, numbers: dict[str, int]) -> str:
    """Return the name of a migration; raise if an earlier one, listed in ``numbers``, has it."""
    name = table.require_text("name", "num-workers")
    if not re.fullmatch(_NAME, name):
        advice = "use lowercase letters, digits and hyphens, as in num-workers"
        raise table.refusal(f'invalid name "{name}": {advice}', "name")
    if name in (migration.name for migration in MIGRATIONS):
        raise table.refusal(f"{name} is the name of a built-in migration: use another", "name")
    if name in numbers:
        first = table.source.find_line((numbers[name], "name"))
        message = f"two migrations are named {name}, the first at line {first}: rename one of them"
        raise table.refusal(message, "name")
    return name


def _list_operations(table: Table) -> list[Table]:
    """Return the tables that declare one operation each: the migration's own, or several."""
    values = {key: value for key, value in table.values.items() if key not in _ABOUT}
    several = values.pop(_SEVERAL, None)
    if several is None:
        return [table._replace(values=values)]
    for key in values:
        raise table.refusal(f"{key} is next to operations: move it into one of them", key)
    if not isinstance(several, list) or not several:
        raise table.refusal("operations must be a list of tables: [{ insert = … }]", _SEVERAL)
    operations = [
        _open_table(table.source, (*table.at, _SEVERAL, number), operation)
        for number, operation in enumerate(several)
    ]
    for operation in operations:
        for key in [key for key in _ABOUT if key in operation.values]:
            message = f"{key} belongs to the migration: move it out of operations"
            raise operation.refusal(message, key)
        operation.refuse_unknown(KEYS)
    return operations


def _parse_operation(table: Table) -> Operation:
    """Return the operation of a table; raise SettingsError if it has none, or several."""
    names = [name for name in PARSERS if name in table.values]
    if not names:
        raise table.refusal(f"no operation: add one of {', '.join(PARSERS)}")
    if len(names) > 1:
        message = f"{' and '.join(names)} in one table: write operations = [{{ … }}, {{ … }}]"
        raise table.refusal(message, names[1])
    name = names[0]
    parse, keys = PARSERS[name]
    known = (*keys, *CONDITIONS)
    for key in table.values:
        if key not in (name, *known):
            message = f'unknown key "{key}" for {name}; known: '
            raise table.refusal(message + ", ".join(known), key)
    return parse(table)
