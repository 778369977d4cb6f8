"""JSON for programs, all ASCII: no terminal, log, locale or encoding on its way can spoil it."""

import json

_ESCAPES = {"\x7f": "\\u007f", "##[": "#\\u0023["}
"""The one control character that json leaves as it is, and what GitHub would take for a command."""


def dumped(value: object) -> str:
    """Return a value as JSON text."""
    text = json.dumps(value, indent=2)
    for sign, escape in _ESCAPES.items():
        text = text.replace(sign, escape)
    return f"{text}\n"


def readable(path: str) -> str:
    """Return a path with U+FFFD for each byte that is no text, as strict readers want it."""
    return path.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
