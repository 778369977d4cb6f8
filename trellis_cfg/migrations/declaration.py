"""A table that declares operations, read and judged."""

import json
import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path, iterate_leaves, parse_path
from trellis_cfg.errors import ConfigError, FileRefused, SettingsError
from trellis_cfg.files import toml
from trellis_cfg.files.reading import read_file
from trellis_cfg.migrations.conditions import Condition, Json
from trellis_cfg.settings import Settings
from trellis_cfg.suggest import format_hint

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
            return toml.parse_toml(text, self.path)
        except SettingsError:
            return None


def of_pyproject(data: bytes, path: str, tables: Sequence[object]) -> TomlTables:
    """Return the tables that were found among the settings."""
    return TomlTables(path, toml.decode_toml(data, path), _IN_PYPROJECT, tables)


def of_file(data: bytes, path: str) -> TomlTables:
    """Return the tables of a file of their own; raises SettingsError where it has none."""
    text = toml.decode_toml(data, path)
    root = toml.parse_toml(text, path)
    for key in [key for key in root if key != _KEY]:
        hint = format_hint(key, [_KEY]) or "; known: migrations"
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


class DeclarationSource(Protocol):
    """Tables of a file; a path starts with the number of the table."""

    @property
    def path(self) -> str:
        """Where the file is."""
        ...

    @property
    def tables(self) -> Sequence[object]:
        """What is declared, as it stands."""
        ...

    def line(self, at: Path) -> int:
        """Return the line where something stands that is there."""
        ...

    def raw(self, at: Path, value: object) -> str:
        """Return the JSON text of a value; raises ValueError for what JSON has not."""
        ...


class JsonTables(NamedTuple):
    """Tables of a JSON file."""

    path: str
    document: Document
    tables: Sequence[object]

    def line(self, at: Path) -> int:
        """Return the line of a key, or of a table's bracket."""
        entry = self.document.find(at)
        return self.document.place(entry.start).line if entry else 1

    def raw(self, at: Path, value: object) -> str:
        """Return the text of a value, as it is spelled there."""
        del value
        entry = self.document.entry(at)
        return self.document.text[entry.value : entry.end]


def source(settings: Settings) -> DeclarationSource:
    """Return where the settings declare migrations: among them, or in the file that they name."""
    if not isinstance(settings.migrations, str):
        data = _content(settings, settings.file)
        return of_pyproject(data, settings.file, settings.migrations)
    path = os.path.join(os.path.dirname(settings.file), settings.migrations)
    if not path.endswith((".toml", ".json")):
        raise _unusable(settings, f"{settings.migrations}: its name must end in .toml or .json")
    data = _content(settings, path)
    return _json(data, path) if path.endswith(".json") else of_file(data, path)


def _content(settings: Settings, path: str) -> bytes:
    try:
        return read_file(path)
    except FileRefused as error:
        name = os.path.relpath(path, os.path.dirname(settings.file))
        raise _unusable(settings, f"{name}: {error.message}") from None


def _unusable(settings: Settings, why: str) -> SettingsError:
    """Return the error for a file, placed at the setting that means it."""
    line = settings.lines.get("migrations", 1)
    return SettingsError(f"migrations: {why}", settings.file, line=line)


def _json(data: bytes, path: str) -> JsonTables:
    try:
        document = Document(data)
        for place, _ in iterate_leaves(document.value) if document.has_duplicates else ():
            document.entry(place)
    except ConfigError as error:
        raise SettingsError(error.message, path, line=error.line, column=error.column) from None
    if not isinstance(document.value, list):
        raise SettingsError("a list of tables must stand here: [{…}, {…}]", path)
    return JsonTables(path, document, document.value)


CONDITIONS = ("when", "when-json")


class Table(NamedTuple):
    """A table of a declaration, and where it stands."""

    source: DeclarationSource
    at: Path
    values: dict[str, object]

    def refusal(self, message: str, *keys: str) -> SettingsError:
        """Return the error for a key, or for the whole table, at its line."""
        line = self.source.line((*self.at, *keys))
        return SettingsError(message, self.source.path, line=line)

    def refuse_unknown(self, known: Iterable[str]) -> None:
        """Raise the error for the first key that is none of the ``known``."""
        names = list(known)
        for key in self.values:
            if key not in names:
                hint = format_hint(key, names) or f"; known: {', '.join(names)}"
                raise self.refusal(f'unknown key "{key}"{hint}', key)

    def text(self, key: str, example: str) -> str:
        """Return a string that has to be there."""
        value = self.values.get(key)
        if key not in self.values:
            raise self.refusal(f'{key} is missing: {key} = "{example}"')
        if not isinstance(value, str) or not value:
            raise self.refusal(f'{key} must be a string, such as "{example}"', key)
        return value

    def path(self, key: str) -> str:
        """Return a dotted path that has to be there."""
        found = self.text(key, "trainer.args.num_workers")
        self._judge(found, key)
        return found

    def beside(self, key: str, path: str) -> str | None:
        """Return the key's value, a single key or a path, as a path with the parent of ``path``."""
        if key not in self.values:
            return None
        *parents, own = parse_path(path)
        *above, last = parse_path(self.path(key))
        if above not in ([], parents):
            parent = ".".join(parents) or "the top"
            raise self.refusal(f"{key} names a key of {'.'.join(above)}, not of {parent}", key)
        if last in {own, "*"}:
            raise self.refusal(f"{key} must name another key than {own}, and one only", key)
        return ".".join((*parents, last))

    def json(self, key: str) -> Json:
        """Return a value that has to be there, written as such or as JSON text."""
        found = self.json_or_none(key)
        if found is None:
            raise self.refusal(f'{key} is missing: {key} = 4, or {key}-json = "null"')
        return found

    def json_or_none(self, key: str) -> Json | None:
        """Return a value, None where it is not given."""
        other = f"{key}-json"
        if key in self.values and other in self.values:
            raise self.refusal(f"{key} and {other} are both given: keep one", other)
        if other in self.values:
            return self._parsed(self.text(other, "null"), other)
        if key in self.values:
            return self._raw(self.values[key], key)
        return None

    def conditions(self) -> tuple[Condition, ...]:
        """Return the conditions of an operation."""
        found = []
        for key in CONDITIONS:
            conditions = self.values.get(key, {})
            if not isinstance(conditions, dict) or (key in self.values and not conditions):
                message = f'{key} must be a table, such as {{ "dataset.name" = "SLat" }}'
                raise self.refusal(message, key)
            found += [self._condition(key, path, value) for path, value in conditions.items()]
        return tuple(found)

    def _condition(self, key: str, path: str, value: object) -> Condition:
        self._judge(path, key, path)
        if key == "when":
            if isinstance(value, dict):
                message = 'when: write the whole path in quotes, "dataset.name" = …; '
                raise self.refusal(f"{message}an object goes into when-json", key, path)
            return Condition(path, self._raw(value, key, path))
        if not isinstance(value, str):
            raise self.refusal(f'{key} must hold JSON in strings, such as "null"', key, path)
        return Condition(path, self._parsed(value, key, path))

    def _judge(self, path: str, *keys: str) -> None:
        if any(not part or part != part.strip() for part in parse_path(path)):
            message = f'"{path}" is no path: a part of it is empty, or has blanks around it'
            raise self.refusal(f"{keys[0]}: {message}", *keys)

    def _parsed(self, text: str, *keys: str) -> Json:
        try:
            document = Document(text.encode("utf-8"))
        except ConfigError as error:
            raise self.refusal(f"{keys[0]}: {text!r} is no JSON: {error.message}", *keys) from None
        if document.has_duplicates:
            raise self.refusal(f"{keys[0]}: a key stands twice in {text!r}", *keys)
        return Json(document.text[slice(*document.root)])

    def _raw(self, value: object, *keys: str) -> Json:
        try:
            return Json(self.source.raw((*self.at, *keys), value))
        except ValueError as error:
            raise self.refusal(f"{keys[0]}: {error}", *keys) from None
