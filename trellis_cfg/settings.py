"""The table ``[tool.trellis-cfg]`` of the nearest pyproject.toml."""

import os
import re
import sys
from typing import NamedTuple

from trellis_cfg.errors import FileRefused, SettingsError
from trellis_cfg.files.reading import read

_KNOWN = ("exclude", "paths")
_PLACE = r" \(at line (\d+), column (\d+)\)$"


class Settings(NamedTuple):
    """What a project has set; ``paths`` and ``exclude`` are relative to ``root``."""

    root: str = "."
    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


def load(folder: str) -> Settings:
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
        data = read(path)
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
    text = _decoded(data, path)
    table = _parsed(text, path).get("tool")
    ours = table.get("trellis-cfg", {}) if isinstance(table, dict) else {}
    if not isinstance(ours, dict):
        raise SettingsError("tool.trellis-cfg is no table", path)
    values: dict[str, tuple[str, ...]] = {}
    for key, value in ours.items():
        line = _line_of(text, key)
        if key not in _KNOWN:
            raise SettingsError(_unknown(key), path, line=line)
        if not isinstance(value, list) or not all(map(_is_path, value)):
            raise SettingsError(f"{key} must be a list of strings", path, line=line)
        values[key] = tuple(value)
    return Settings(root=os.path.relpath(os.path.dirname(path)), **values)


def _is_path(item: object) -> bool:
    return isinstance(item, str) and "\0" not in item


def _decoded(data: bytes, path: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError("not UTF-8", path, line=line) from None


def _parsed(text: str, path: str) -> dict[str, object]:
    """Parse TOML; imported here because most runs have no settings to read."""
    if sys.version_info >= (3, 11):
        import tomllib  # noqa: PLC0415
    else:
        import tomli as tomllib  # noqa: PLC0415
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = re.search(_PLACE, str(error))
        last = text.count("\n") + 1
        line, column = map(int, place.groups()) if place else (last, 1)
        raise SettingsError(
            re.sub(_PLACE, "", str(error)), path, line=line, column=column
        ) from None


def _unknown(key: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  a sound run has no use for it

    near = get_close_matches(key, _KNOWN, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"known: {', '.join(_KNOWN)}"
    return f'unknown setting "{key}"; {hint}'


def _line_of(text: str, key: str) -> int:
    """Return the line of a setting: that of its key below our table's header."""
    table = max(text.find("[tool.trellis-cfg"), 0)
    found = re.search(rf"^[ \t]*[\"']?{re.escape(key)}\b", text[table:], re.MULTILINE)
    return text.count("\n", 0, table + found.start()) + 1 if found else 1
