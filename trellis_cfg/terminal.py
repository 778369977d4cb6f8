"""Text for terminals and logs: escaped, measured, and numbers with their nouns."""

import re

_CONTROL = (
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_COMMANDS = ("##[", "##vso[")
"""In a log, the runners of GitHub and Azure read these as commands."""
_HARMFUL = rf"{_CONTROL}|(?<=#)#(?=\[|vso\[)"
_BYTES = 0xDC00
"""What Python adds to a byte that is not UTF-8."""
_TAB = "    "


def escape_controls(text: str, keep: str = "") -> str:
    """Return ``text`` with control characters and invalid bytes escaped, except those in ``keep``.

    The sign that would start a command in a log is escaped, too.
    """
    if text.isprintable() and not any(command in text for command in _COMMANDS):
        return text
    return re.sub(
        _HARMFUL,
        lambda match: match[0] if match[0] in keep else _escape(match[0]),
        text,
    )


def _escape(character: str) -> str:
    """Return an escape; for a byte of a file name that is not UTF-8, the byte."""
    code = ord(character)
    return f"\\x{code - _BYTES if _BYTES < code <= _BYTES + 0xFF else code:02x}"


def escape_json(text: str) -> str:
    """Return a JSON text in which harmful characters of strings are escapes; it means the same."""
    return re.sub(_HARMFUL, lambda match: _escape_json(match[0]), text)


def _escape_json(character: str) -> str:
    from json import dumps  # noqa: PLC0415  most runs print no JSON

    return character if character == "\n" else dumps(character)[1:-1].replace("#", "\\u0023")


def start_line(path: str) -> str:
    """Return a path that cannot start a command to GitHub's runner, though it starts a line."""
    return f"./{path}" if path.lstrip().startswith("::") else path


def escape_bytes(path: str) -> str:
    """Return a path in which each byte that is not UTF-8 is escaped."""
    return re.sub("[\udc80-\udcff]", lambda match: _escape(match[0]), path)


def escape_line(line: str) -> str:
    """Return a line of a file for display: tabs as spaces, the rest escaped."""
    return escape_controls(line.replace("\t", _TAB))


def format_count(number: int | str, noun: str) -> str:
    """Return a number, which may be a text, with its noun: "1 config", "10,000 configs"."""
    text = number if isinstance(number, str) else f"{number:,}"
    return f"{text} {noun}{'' if text == '1' else 's'}"


def width(text: str) -> int:
    """Return how many columns a text takes in a terminal: two for a Chinese character."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width  # noqa: PLC0415  most text is ASCII

    return sum(
        0 if combining(character) else 1 + (east_asian_width(character) in "WF")
        for character in text
    )
