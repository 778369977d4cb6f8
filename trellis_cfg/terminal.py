"""What text may go to a terminal or into a log, and how wide it is there."""

import re
from unicodedata import combining, east_asian_width

_CONTROL = (
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
)
_COMMAND = "##["
"""Where it stands in a log, GitHub's runner reads a command."""
_HARMFUL = rf"{_CONTROL}|(?<=#)#(?=\[)"
_TAB = "    "


def escape_controls(text: str, keep: str = "") -> str:
    """Return ``text`` with its control characters, and bytes that are no text, written out.

    So is the sign that would start a command in a log. Those of ``keep`` stay: what becomes of them
    is the caller's business.
    """
    if text.isprintable() and _COMMAND not in text:
        return text
    return re.sub(
        _HARMFUL,
        lambda match: match[0] if match[0] in keep else f"\\x{ord(match[0]):02x}",
        text,
    )


def displayed(line: str) -> str:
    """Return a line of a file as it is shown: tabs as blanks, the rest harmless."""
    return escape_controls(line.replace("\t", _TAB))


def width(text: str) -> int:
    """Return how many columns a terminal takes for a text: two for a Chinese character."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(one) else 1 + (east_asian_width(one) in "WF") for one in text)
