"""What GitHub's runner makes of a step's log: the rules of its ActionCommand, written anew."""

import re
from typing import NamedTuple

COMMANDS = {
    *("error", "warning", "notice", "debug", "group", "endgroup", "echo", "add-mask"),
    *("add-path", "set-env", "set-output", "save-state", "stop-commands"),
    *("add-matcher", "remove-matcher"),
}
LONGEST = 4096
"""UTF-16 code units of a message, before it is cut."""
_OF_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_OF_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


class Command(NamedTuple):
    """A command with its properties and its message, unescaped."""

    name: str
    properties: dict[str, str]
    message: str


def commands(log: str) -> list[Command]:
    """Return every command in a log, of the new form (``::``) or the old (``##[``)."""
    lines = re.split("\r\n|\r|\n", log)
    return [one for one in (_new(line) or _old(line) for line in lines) if one]


def _new(line: str) -> Command | None:
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, properties = line[2:end].partition(" ")
    if name.lower() not in COMMANDS:
        return None
    message = _unescaped(line[end + 2 :], _OF_DATA)
    return Command(name, _properties(properties.strip()), message)


def _properties(text: str) -> dict[str, str]:
    """Return the properties; empty parts are dropped, also an "=" too many before the value."""
    found = {}
    for part in filter(None, text.split(",")):
        name, equals, value = part.lstrip("=").partition("=")
        value = value.lstrip("=")
        if equals and value:
            found[name] = _unescaped(value, _OF_PROPERTY)
    return found


def _old(line: str) -> Command | None:
    match = re.search(r"##\[([^ \]]*)[^\]]*\](.*)", line)
    if not match or match[1].lower() not in COMMANDS:
        return None
    return Command(match[1], {}, match[2])


def _unescaped(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for escape, sign in escapes:
        text = text.replace(escape, sign)
    return text
