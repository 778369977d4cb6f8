"""Read the settings of a project: trellis-cfg.toml, or a table in pyproject.toml."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from trellis_cfg.errors import FileRefused, SettingsError
from trellis_cfg.files.reading import decode_toml, is_shared, parse_toml, read_with_status

_MAX = 2**63 - 1
_OWN_FILE, _SHARED_FILE = "trellis-cfg.toml", "pyproject.toml"


class Settings(NamedTuple):
    """The settings of a project; ``paths`` and all patterns are relative to ``root``.

    ``gpus`` counts those of a node, ``dataset_size`` samples, ``dataset_sizes`` those of a dataset
    by its name, or by a pattern of configs. ``migrations`` are tables, or the name of their file;
    ``schema`` names the file of a JSON Schema, ``baseline`` that of known findings. ``source``
    names folders with the code of the configs; False is none, True the nearest. Codes and tables of
    migrations are not validated here: ``lines`` has the line in ``file`` of each setting.
    """

    root: str = "."
    file: str = ""
    lines: Mapping[str, int] = MappingProxyType({})
    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    gitignore: bool = True
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
    baseline: str = ""
    source: bool | str | tuple[str, ...] = True


def _is_string(value: object) -> bool:
    return isinstance(value, str) and "\0" not in value


def _is_file(value: object) -> bool:
    return bool(value) and _is_string(value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MAX


def _is_list(value: object, is_item: Callable[[object], bool] = _is_string) -> bool:
    return isinstance(value, list) and all(map(is_item, value))


def _is_table(value: object, is_item: Callable[[object], bool]) -> bool:
    return isinstance(value, dict) and all(map(is_item, value.values()))


def _freeze(value: object) -> object:
    """Return a hashable list or table; tables in a list stay."""
    if isinstance(value, dict):
        return tuple((key, _freeze(item)) for key, item in value.items())
    return tuple(value) if isinstance(value, list) else value


_STRINGS = "a list of strings", _is_list
_COUNT = "a positive integer", _is_count
_FLAG = "true or false", lambda value: isinstance(value, bool)
_TYPES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "paths": _STRINGS,
    "exclude": _STRINGS,
    "gitignore": _FLAG,
    "select": _STRINGS,
    "ignore": _STRINGS,
    "per-file-ignores": ("a table of lists of strings", lambda value: _is_table(value, _is_list)),
    "strict": _FLAG,
    "gpus": _COUNT,
    "nodes": _COUNT,
    "dataset-size": _COUNT,
    "dataset-sizes": ("a table of positive integers", lambda value: _is_table(value, _is_count)),
    "migrations": (
        "a list of tables, or the name of a file that holds them",
        lambda value: _is_file(value) or _is_list(value, lambda item: isinstance(item, dict)),
    ),
    "runtime": _FLAG,
    "schema": ("the name of a file", _is_file),
    "baseline": ("the name of a file", _is_file),
    "source": (
        "a folder, a list of folders, or true or false",
        lambda value: isinstance(value, bool) or _is_file(value) or _is_list(value),
    ),
}
"""The expected value of each setting in words, and its check."""


def load_settings(folder: str) -> Settings:
    """Return the settings of the nearest folder in or above ``folder`` that has a file for them.

    ``trellis-cfg.toml`` overrides the table in ``pyproject.toml``. Raises SettingsError, at its
    line in that file, for an unknown or invalid setting, and for a file of another user in a folder
    that everyone may write to.
    """
    path = next(filter(os.path.exists, list_candidates(folder)), None)
    return _load(path, os.path.dirname(path)) if path else Settings()


def list_candidates(folder: str) -> Iterator[str]:
    """Yield where settings may be, for a folder and those above it; the first file counts."""
    try:
        folder = os.path.abspath(folder)
    except FileNotFoundError:  # the working folder itself was removed
        return
    above = ""
    while folder != above:
        yield from (os.path.join(folder, name) for name in (_OWN_FILE, _SHARED_FILE))
        above, folder = folder, os.path.dirname(folder)


def _load(path: str, folder: str) -> Settings:
    try:
        data, status = read_with_status(path)
    except FileRefused as error:
        raise SettingsError(error.message, path) from None
    if path.endswith(_SHARED_FILE) and b"trellis-cfg" not in data:
        return Settings()
    if _is_foreign(status, folder):
        message = "owned by another user, in a folder that everyone may write to: not used"
        raise SettingsError(message, path)
    return _parse(data, path)


def _is_foreign(status: os.stat_result, folder: str) -> bool:
    """Return whether another user may have left a file where this one happens to work."""
    if sys.platform == "win32":
        return False
    return is_shared(folder) and status.st_uid not in (0, os.geteuid())


def _parse(data: bytes, path: str) -> Settings:
    text = decode_toml(data, path)
    ours: object = parse_toml(text, path)
    if path.endswith(_SHARED_FILE) and isinstance(ours, dict):
        table = ours.get("tool")
        ours = table.get("trellis-cfg", {}) if isinstance(table, dict) else {}
    if not isinstance(ours, dict):
        raise SettingsError("tool.trellis-cfg is not a table", path)
    lines = {key: _find_line(text, key) for key in ours}
    for key, value in ours.items():
        if key not in _TYPES:
            from trellis_cfg.suggest import format_hint  # noqa: PLC0415  only for a mistake

            hint = format_hint(key, _TYPES) or f"; known: {', '.join(sorted(_TYPES))}"
            raise SettingsError(f'unknown setting "{key}"{hint}', path, line=lines[key])
        expected, is_valid = _TYPES[key]
        if not is_valid(value):
            raise SettingsError(f"{key} must be {expected}", path, line=lines[key])
    values: dict[str, Any] = {key.replace("-", "_"): _freeze(ours[key]) for key in ours}
    return Settings(os.path.relpath(os.path.dirname(path)), path, lines, **values)


def _find_line(text: str, key: str) -> int:
    """Return the line of a setting: of its key below the table's header, or of its own header."""
    header = re.search(r"^[ \t]*\[+tool\.trellis-cfg", text, re.MULTILINE)
    table = header.start() if header else 0
    pattern = rf"^[ \t]*(?:\[+(?:tool\.trellis-cfg\.)?)?[\"']?{re.escape(key)}\b"
    match = re.search(pattern, text[table:], re.MULTILINE)
    return text.count("\n", 0, table + match.start()) + 1 if match else 1
