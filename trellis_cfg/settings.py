"""The table ``[tool.trellis-cfg]`` of the nearest pyproject.toml."""

import os
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from trellis_cfg.errors import FileRefused, SettingsError
from trellis_cfg.files.reading import read_file

_MAX = 2**63 - 1


class Settings(NamedTuple):
    """What a project has set; ``paths`` and all patterns are relative to ``root``.

    ``gpus`` counts those of a node, ``dataset_size`` samples, ``dataset_sizes`` those of a dataset
    by its name, or of the configs that a pattern means. ``migrations`` are tables as they stand,
    or the name of the file that holds them; ``schema`` names the file of a JSON Schema. ``source``
    names folders with the code of the configs; False is none, True the nearest. Whether the codes
    are those of rules, and the tables migrations, is not judged here: ``lines`` tells where in
    ``file`` each setting stands.
    """

    root: str = "."
    file: str = ""
    lines: Mapping[str, int] = MappingProxyType({})
    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    strict: bool = False
    gpus: int | None = None
    nodes: int | None = None
    dataset_size: int | None = None
    dataset_sizes: tuple[tuple[str, int], ...] = ()
    migrations: str | tuple[dict[str, object], ...] = ()
    runtime: bool = False
    schema: str = ""
    source: bool | str | tuple[str, ...] = True


class _Kind(NamedTuple):
    """What a setting must be: in words, and as a test; and what is made of it."""

    words: str
    fits: Callable[[Any], bool]
    read: Callable[[Any], object]


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_string, value))


def _is_string(item: object) -> bool:
    return isinstance(item, str) and "\0" not in item


def _is_file(value: object) -> bool:
    return bool(value) and _is_string(value)


def _is_declared(value: object) -> bool:
    if isinstance(value, str):
        return _is_file(value)
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MAX


def _is_lists(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_strings, value.values()))


def _is_counts(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_count, value.values()))


_STRINGS = _Kind("a list of strings", _is_strings, tuple)
_FOLDERS = _Kind(
    "a folder, a list of folders, or true or false",
    lambda value: isinstance(value, bool) or (_is_string(value) and value) or _is_strings(value),
    lambda value: tuple(value) if isinstance(value, list) else value,
)
_COUNT = _Kind("a positive integer", _is_count, int)
_FLAG = _Kind("true or false", lambda value: isinstance(value, bool), bool)
_LISTS = _Kind(
    "a table of lists of strings",
    _is_lists,
    lambda value: tuple((pattern, tuple(codes)) for pattern, codes in value.items()),
)
_COUNTS = _Kind("a table of positive integers", _is_counts, lambda value: tuple(value.items()))
_DECLARED = _Kind(
    "a list of tables, or the name of a file that holds them",
    _is_declared,
    lambda value: value if isinstance(value, str) else tuple(value),
)
_FILE = _Kind("the name of a file", _is_file, str)
_KINDS = {
    "paths": _STRINGS,
    "exclude": _STRINGS,
    "select": _STRINGS,
    "ignore": _STRINGS,
    "per-file-ignores": _LISTS,
    "strict": _FLAG,
    "gpus": _COUNT,
    "nodes": _COUNT,
    "dataset-size": _COUNT,
    "dataset-sizes": _COUNTS,
    "migrations": _DECLARED,
    "runtime": _FLAG,
    "schema": _FILE,
    "source": _FOLDERS,
}


def load_settings(folder: str) -> Settings:
    """Return the settings of the nearest pyproject.toml in or above ``folder``.

    Raises SettingsError, placed in that file, for what cannot be used.
    """
    try:
        path = _nearest(os.path.abspath(folder))
    except FileNotFoundError:  # the working folder itself was removed
        path = None
    if path is None:
        return Settings()
    try:
        data = read_file(path)
    except FileRefused as error:
        raise SettingsError(error.message, path) from None
    return _settings(data, path) if b"trellis-cfg" in data else Settings()


def _nearest(folder: str) -> str | None:
    while True:
        path = os.path.join(folder, "pyproject.toml")
        if os.path.exists(path):
            return path
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _settings(data: bytes, path: str) -> Settings:
    from trellis_cfg.files import toml  # noqa: PLC0415  most runs have no settings to read

    text = toml.decode_toml(data, path)
    table = toml.parse_toml(text, path).get("tool")
    ours = table.get("trellis-cfg", {}) if isinstance(table, dict) else {}
    if not isinstance(ours, dict):
        raise SettingsError("tool.trellis-cfg is no table", path)
    values: dict[str, Any] = {}
    lines = {key: _line_of(text, key) for key in ours}
    for key, value in ours.items():
        kind = _KINDS.get(key)
        if kind is None:
            raise SettingsError(_unknown(key), path, line=lines[key])
        if not kind.fits(value):
            raise SettingsError(f"{key} must be {kind.words}", path, line=lines[key])
        values[key.replace("-", "_")] = kind.read(value)
    return Settings(os.path.relpath(os.path.dirname(path)), path, lines, **values)


def _unknown(key: str) -> str:
    from trellis_cfg.suggest import format_hint  # noqa: PLC0415  only for a mistake

    hint = format_hint(key, _KINDS) or f"; known: {', '.join(sorted(_KINDS))}"
    return f'unknown setting "{key}"{hint}'


def _line_of(text: str, key: str) -> int:
    """Return the line of a setting: that of its key below our table's header, or of its own."""
    header = re.search(r"^[ \t]*\[+tool\.trellis-cfg", text, re.MULTILINE)
    table = header.start() if header else 0
    pattern = rf"^[ \t]*(?:\[+tool\.trellis-cfg\.)?[\"']?{re.escape(key)}\b"
    found = re.search(pattern, text[table:], re.MULTILINE)
    return text.count("\n", 0, table + found.start()) + 1 if found else 1
