"""Decode and parse TOML files, with errors at their line."""

import re
import sys

from trellis_cfg.errors import SettingsError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_PLACE = r" \(at line (\d+), column (\d+)\)$"


def decode_toml(data: bytes, path: str) -> str:
    """Return the text of the file at ``path``; raise SettingsError if it is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError("not UTF-8", path, line=line) from None


def parse_toml(text: str, path: str) -> dict[str, object]:
    """Return the root table; raise SettingsError at its line in the file at ``path``."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = re.search(_PLACE, str(error))
        last = text.count("\n") + 1
        line, column = map(int, place.groups()) if place else (last, 1)
        raise SettingsError(
            re.sub(_PLACE, "", str(error)), path, line=line, column=column
        ) from None
