"""JSON for programs, all ASCII: no terminal, locale or encoding on its way can spoil it."""

import json


def dumped(value: object) -> str:
    """Return a value as JSON text; DEL is the one control character that json leaves as it is."""
    return json.dumps(value, indent=2).replace("\x7f", "\\u007f") + "\n"


def readable(path: str) -> str:
    """Return a path with U+FFFD for each byte that is no text, as strict readers want it."""
    return path.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
