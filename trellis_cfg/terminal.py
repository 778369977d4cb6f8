"""Escape text for terminals and logs; measure its width."""

import re

_CONTROL = (
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
)
_COMMAND = "##["
"""In a log, GitHub's runner reads it as a command."""
_HARMFUL = rf"{_CONTROL}|(?<=#)#(?=\[)"
_TAB = "    "


def escape_controls(text: str, keep: str = "") -> str:
    """Return ``text`` with control characters and invalid bytes escaped, except those in ``keep``.

    The sign that would start a command in a log is escaped, too.
    """
    if text.isprintable() and _COMMAND not in text:
        return text
    return re.sub(
        _HARMFUL,
        lambda match: match[0] if match[0] in keep else f"\\x{ord(match[0]):02x}",
        text,
    )


def escape_line(line: str) -> str:
    """Return a line of a file for display: tabs as spaces, the rest escaped."""
    return escape_controls(line.replace("\t", _TAB))


def width(text: str) -> int:
    """Return how many columns a text takes in a terminal: two for a Chinese character."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width  # noqa: PLC0415  most text is ASCII

    return sum(
        0 if combining(character) else 1 + (east_asian_width(character) in "WF")
        for character in text
    )
