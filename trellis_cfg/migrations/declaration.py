"""Read and validate the tables that declare migrations, in TOML or JSON."""

import json
import os
from collections.abc import Sequence
from typing import Any, NamedTuple

from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path, iterate_leaves, parse_path
from trellis_cfg.errors import ConfigError, FileRefused, SettingsError
from trellis_cfg.files.reading import decode_toml, parse_toml, read_file
from trellis_cfg.migrations.operations import Condition, Json
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

    def find_line(self, at: Path) -> int:
        """Return the first line of the statement, or of the inline table, that defines a key.

        Parses more and more lines until the key exists; an open array is closed for that.
        """
        lines = self.text.replace("\r\n", "\n").split("\n")
        first, path = self._skip_tables(lines, (*self.under, *at))
        last = first
        for number in range(first + 1, len(lines)):
            for closing in ("", "\n]"):
                is_defined = self._is_defined(path, "\n".join(lines[first:number]) + closing)
                if is_defined:
                    return last + 1
                if is_defined is False:
                    last = number
        return last + 1

    def _skip_tables(self, lines: list[str], path: Path) -> tuple[int, Path]:
        """Return how many lines to skip, and the path in the rest.

        If each table has its own header, that is all lines above the table of ``path``.
        """
        depth = len(self.under)
        headers = [
            number
            for number, line in enumerate(lines)
            if line.lstrip().startswith("[[") and self._is_defined((*self.under, 0), line)
        ]
        table = path[depth]
        if len(headers) != len(self.tables) or not isinstance(table, int):
            return 0, path
        return headers[table], (*self.under, 0, *path[depth + 1 :])

    def _is_defined(self, path: Path, text: str) -> bool | None:
        """Return whether a part of the file defines a key; None if it is not valid alone."""
        try:
            value: Any = parse_toml(text, self.path)
            for key in path:
                value = value[key]
        except SettingsError:
            return None
        except (LookupError, TypeError):
            return False
        return True

    def format_json(self, at: Path, value: object) -> str:
        """Return the JSON text of a value, in Python's spelling."""
        del at
        try:
            return json.dumps(value, ensure_ascii=False, allow_nan=False)
        except TypeError:
            raise ValueError("JSON has no dates: write it as a string") from None
        except ValueError:
            raise ValueError("JSON has neither inf nor nan") from None


class JsonTables(NamedTuple):
    """Tables of a JSON file."""

    path: str
    document: Document
    tables: Sequence[object]

    def find_line(self, at: Path) -> int:
        """Return the line of a key, or of a table's bracket."""
        entry = self.document.find(at)
        return self.document.place(entry.start).line if entry else 1

    def format_json(self, at: Path, value: object) -> str:
        """Return the text of a value, in its own spelling."""
        del value
        entry = self.document.entry(at)
        return self.document.text[entry.value : entry.end]


DeclarationSource = TomlTables | JsonTables
"""Tables of a file; a path in it starts with the number of the table."""


def open_declarations(settings: Settings) -> DeclarationSource:
    """Return the tables of migrations in the settings, or in the file that they name."""
    if not isinstance(settings.migrations, str):
        text = decode_toml(_read(settings, settings.file), settings.file)
        under = _IN_PYPROJECT if settings.file.endswith("pyproject.toml") else (_KEY,)
        return TomlTables(settings.file, text, under, settings.migrations)
    path = os.path.join(os.path.dirname(settings.file), settings.migrations)
    if not path.endswith((".toml", ".json")):
        raise _refuse(settings, f"{settings.migrations}: its name must end in .toml or .json")
    data = _read(settings, path)
    return _parse_json(data, path) if path.endswith(".json") else _parse_toml(data, path)


def _read(settings: Settings, path: str) -> bytes:
    try:
        return read_file(path)
    except FileRefused as error:
        name = os.path.relpath(path, os.path.dirname(settings.file))
        raise _refuse(settings, f"{name}: {error.message}") from None


def _refuse(settings: Settings, why: str) -> SettingsError:
    """Return the error for a file, at the setting that names it."""
    line = settings.lines.get(_KEY, 1)
    return SettingsError(f"{_KEY}: {why}", settings.file, line=line)


def _parse_toml(data: bytes, path: str) -> TomlTables:
    text = decode_toml(data, path)
    root = parse_toml(text, path)
    Table(TomlTables(path, text, (), ()), (), root).refuse_unknown([_KEY])
    tables = root.get(_KEY)
    if not isinstance(tables, list) or not tables:
        raise SettingsError("no migrations: declare each under [[migrations]]", path)
    return TomlTables(path, text, (_KEY,), tables)


def _parse_json(data: bytes, path: str) -> JsonTables:
    try:
        document = Document(data)
        for place, _ in iterate_leaves(document.value) if document.has_duplicates else ():
            document.entry(place)
    except ConfigError as error:
        raise SettingsError(error.message, path, line=error.line, column=error.column) from None
    if not isinstance(document.value, list):
        raise SettingsError("expected a list of tables: [{…}, {…}]", path)
    return JsonTables(path, document, document.value)


CONDITIONS = ("when", "when-json")


class Table(NamedTuple):
    """A table of a declaration, and its place in the source."""

    source: DeclarationSource
    at: Path
    values: dict[str, object]

    def refusal(self, message: str, *keys: str) -> SettingsError:
        """Return the error for a key, or for the whole table, at its line."""
        line = self.source.find_line((*self.at, *keys))
        return SettingsError(message, self.source.path, line=line)

    def refuse_unknown(self, known: Sequence[str]) -> None:
        """Raise the error for the first unknown key."""
        for key in self.values:
            if key not in known:
                hint = format_hint(key, known) or f"; known: {', '.join(known)}"
                raise self.refusal(f'unknown key "{key}"{hint}', key)

    def require_text(self, key: str, example: str) -> str:
        """Return a required string."""
        value = self.values.get(key)
        if key not in self.values:
            raise self.refusal(f'{key} is missing: write {key} = "{example}"')
        if not isinstance(value, str) or not value:
            raise self.refusal(f'{key} must be a string, such as "{example}"', key)
        return value

    def require_path(self, key: str) -> str:
        """Return a required dotted path."""
        path = self.require_text(key, "trainer.args.num_workers")
        self._refuse_invalid_path(path, key)
        return path

    def find_sibling(self, key: str, path: str) -> str | None:
        """Return the key's value, a single key or a path, as a path with the parent of ``path``."""
        if key not in self.values:
            return None
        *parents, own = parse_path(path)
        *above, last = parse_path(self.require_path(key))
        if above not in ([], parents):
            parent = ".".join(parents) or "the top level"
            raise self.refusal(f"{key} names a key of {'.'.join(above)}, not of {parent}", key)
        if last in {own, "*"}:
            raise self.refusal(f"{key} must name one key, and not {own} itself", key)
        return ".".join((*parents, last))

    def require_json(self, key: str) -> Json:
        """Return a required value, written as such or as JSON text."""
        value = self.parse_json(key)
        if value is None:
            raise self.refusal(f'{key} is missing: write {key} = 4, or {key}-json = "null"')
        return value

    def parse_json(self, key: str) -> Json | None:
        """Return a value, or None if neither ``key`` nor ``key``-json is set."""
        json_key = f"{key}-json"
        if key in self.values and json_key in self.values:
            raise self.refusal(f"{key} and {json_key} are both set: keep one", json_key)
        if json_key in self.values:
            return self._parse_text(self.require_text(json_key, "null"), json_key)
        return self._convert(self.values[key], key) if key in self.values else None

    def parse_conditions(self) -> tuple[Condition, ...]:
        """Return the conditions of an operation."""
        parsed = []
        for key in CONDITIONS:
            conditions = self.values.get(key, {})
            if not isinstance(conditions, dict) or (key in self.values and not conditions):
                message = f'{key} must be a table, such as {{ "dataset.name" = "SLat" }}'
                raise self.refusal(message, key)
            parsed += [self._parse_condition(key, *item) for item in conditions.items()]
        return tuple(parsed)

    def _parse_condition(self, key: str, path: str, value: object) -> Condition:
        self._refuse_invalid_path(path, key, path)
        if key == "when":
            if isinstance(value, dict):
                message = 'when: write the whole path in quotes, "dataset.name" = …; '
                raise self.refusal(f"{message}an object goes into when-json", key, path)
            return Condition(path, self._convert(value, key, path))
        if not isinstance(value, str):
            raise self.refusal(f'{key} must hold JSON in strings, such as "null"', key, path)
        return Condition(path, self._parse_text(value, key, path))

    def _refuse_invalid_path(self, path: str, *keys: str) -> None:
        if any(not part or part != part.strip() for part in parse_path(path)):
            message = f'invalid path "{path}": a part is empty or has spaces around it'
            raise self.refusal(f"{keys[0]}: {message}", *keys)

    def _parse_text(self, text: str, *keys: str) -> Json:
        try:
            document = Document(text.encode("utf-8"))
        except ConfigError as error:
            message = f"{text!r} is not valid JSON: {error.message}"
            raise self.refusal(f"{keys[0]}: {message}", *keys) from None
        if document.has_duplicates:
            raise self.refusal(f"{keys[0]}: duplicate key in {text!r}", *keys)
        return Json(document.text[slice(*document.root)])

    def _convert(self, value: object, *keys: str) -> Json:
        try:
            return Json(self.source.format_json((*self.at, *keys), value))
        except ValueError as error:
            raise self.refusal(f"{keys[0]}: {error}", *keys) from None
