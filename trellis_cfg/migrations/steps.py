"""What one table declares: an operation."""

from collections.abc import Callable
from typing import NamedTuple

from trellis_cfg.document.paths import parse_path
from trellis_cfg.migrations.declaration import CONDITIONS, Table
from trellis_cfg.migrations.operations import Insert, Operation
from trellis_cfg.migrations.operations.remove import Remove
from trellis_cfg.migrations.operations.rename import Rename
from trellis_cfg.migrations.operations.replace import Replace


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
