"""Migrations that are declared in TOML, with their lines."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from trellis_cfg.document.paths import Path
from trellis_cfg.errors import SettingsError
from trellis_cfg.files import toml
from trellis_cfg.near import did_you_mean, nearest

_IN_PYPROJECT = ("tool", "trellis-cfg", "migrations")
_KEY = "migrations"


class TomlTables(NamedTuple):
    """Tables of a TOML file, ``under`` the keys that lead to their array."""

    path: str
    text: str
    under: tuple[str, ...]
    tables: Sequence[object]

    def line(self, at: Path) -> int:
        """Return the first line of the statement, or of the inline table, that makes it be there.

        Ever more lines are parsed, an array that they leave open closed behind them.
        """
        lines = self.text.replace("\r\n", "\n").split("\n")
        first, wanted = self._start(lines, (*self.under, *at))
        last = first
        for number in range(first + 1, len(lines)):
            for closing in ("", "\n]"):
                found = self._parsed("\n".join(lines[first:number]) + closing)
                if found is not None and _is_there(found, wanted):
                    return last + 1
                if found is not None:
                    last = number
        return last + 1

    def _start(self, lines: list[str], wanted: Path) -> tuple[int, Path]:
        """Return how many lines can be left out ahead, and the path in what remains.

        Where each table has a header of its own, those are all lines above the one that is meant.
        """
        depth = len(self.under)
        headers = [number for number, line in enumerate(lines) if self._is_header(line)]
        table = wanted[depth]
        if len(headers) != len(self.tables) or not isinstance(table, int):
            return 0, wanted
        return headers[table], (*self.under, 0, *wanted[depth + 1 :])

    def _is_header(self, line: str) -> bool:
        found = self._parsed(line) if line.lstrip().startswith("[[") else None
        return found is not None and _is_there(found, (*self.under, 0))

    def raw(self, at: Path, value: object) -> str:
        """Return the JSON text of a value, in Python's spelling."""
        del at
        try:
            return json.dumps(value, ensure_ascii=False, allow_nan=False)
        except TypeError:
            raise ValueError("a date is no JSON value: write it as a string") from None
        except ValueError:
            raise ValueError("JSON has neither inf nor nan") from None

    def _parsed(self, text: str) -> dict[str, object] | None:
        try:
            return toml.parsed(text, self.path)
        except SettingsError:
            return None


def of_pyproject(data: bytes, path: str, tables: Sequence[object]) -> TomlTables:
    """Return the tables that were found among the settings."""
    return TomlTables(path, toml.decoded(data, path), _IN_PYPROJECT, tables)


def of_file(data: bytes, path: str) -> TomlTables:
    """Return the tables of a file of their own; raises SettingsError where it has none."""
    text = toml.decoded(data, path)
    root = toml.parsed(text, path)
    for key in [key for key in root if key != _KEY]:
        hint = did_you_mean(nearest(key, [_KEY])) or "; known: migrations"
        message = f'unknown key "{key}"{hint}'
        raise SettingsError(message, path, line=TomlTables(path, text, (), ()).line((key,)))
    tables = root.get(_KEY)
    if not isinstance(tables, list) or not tables:
        raise SettingsError("declare migrations here, each below a line [[migrations]]", path)
    return TomlTables(path, text, (_KEY,), tables)


def _is_there(value: object, path: Path) -> bool:
    """Tell whether a path leads somewhere in a parsed text."""
    for key in path:
        match value, key:
            case (dict(), str()) if key in value:
                value = value[key]
            case (list(), int()) if key < len(value):
                value = value[key]
            case _:
                return False
    return True
