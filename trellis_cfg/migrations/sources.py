"""Where migrations are declared: the tables of a TOML or JSON file, with their lines."""

import os
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path, leaves
from trellis_cfg.errors import ConfigError, FileRefused, SettingsError
from trellis_cfg.files.reading import read
from trellis_cfg.migrations import toml_tables
from trellis_cfg.settings import Settings


class Source(Protocol):
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


def source(settings: Settings) -> Source:
    """Return where the settings declare migrations: among them, or in the file that they name."""
    if not isinstance(settings.migrations, str):
        data = _content(settings, settings.file)
        return toml_tables.of_pyproject(data, settings.file, settings.migrations)
    path = os.path.join(os.path.dirname(settings.file), settings.migrations)
    if not path.endswith((".toml", ".json")):
        raise _unusable(settings, f"{settings.migrations}: its name must end in .toml or .json")
    data = _content(settings, path)
    return _json(data, path) if path.endswith(".json") else toml_tables.of_file(data, path)


def _content(settings: Settings, path: str) -> bytes:
    try:
        return read(path)
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
        for place, _ in leaves(document.value) if document.duplicates else ():
            document.entry(place)
    except ConfigError as error:
        raise SettingsError(error.message, path, line=error.line, column=error.column) from None
    if not isinstance(document.value, list):
        raise SettingsError("a list of tables must stand here: [{…}, {…}]", path)
    return JsonTables(path, document, document.value)
