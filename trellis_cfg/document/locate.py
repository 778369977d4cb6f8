"""Positions in JSON text, which must be valid: lines, and the entries of containers."""

import re
from bisect import bisect_right
from itertools import accumulate
from json.decoder import JSONDecoder, scanstring  # type: ignore[attr-defined]
from typing import NamedTuple

BYTE_ORDER_MARK = "\ufeff"
LINE_BREAK = re.compile(r"\r\n|\r|\n")


class Place(NamedTuple):
    """A position as people read it: line and column count from 1, columns in code points."""

    line: int
    column: int


class Lines:
    """The lines of a text, which end at LF, CR LF or a lone CR, as editors count them."""

    __slots__ = ("_starts", "_text")

    def __init__(self, text: str) -> None:
        """Find where each line starts."""
        # Bytes end lines nowhere else, and with the blank, the last line has no end.
        lines = f"{text} ".encode("ascii", "replace").splitlines(keepends=True)
        self._text = text
        self._starts = [int(text.startswith(BYTE_ORDER_MARK)), *accumulate(map(len, lines[:-1]))]

    def place(self, offset: int) -> Place:
        """Return the place of an offset; a byte-order mark takes up no column."""
        line = bisect_right(self._starts, max(offset, self._starts[0]))
        return Place(line, max(offset - self._starts[line - 1], 0) + 1)

    def text(self, line: int, first: int, length: int) -> str:
        """Return at most ``length`` code points of a line, from column ``first`` on."""
        start = self._starts[line - 1] + first - 1
        return LINE_BREAK.split(self._text[start : start + length], maxsplit=1)[0]


_separator = re.compile(r"[ \t\n\r]*(?:[:,][ \t\n\r]*)?").match
# A key and a scalar without escapes, as far as there are such.
_member = re.compile(
    r'[ \t\n\r,]*(?:("[^"\\]*")[ \t\n\r]*:[ \t\n\r]*)?("[^"\\]*"|[^ \t\n\r,:"{}\[\]]+)?'
).match
# Only offsets are needed: numbers stay text, whatever their length.
_value = JSONDecoder(parse_int=str, parse_float=str).scan_once  # type: ignore[attr-defined]


class Span(NamedTuple):
    """Offsets of a value: its first character, and the one after its last."""

    start: int
    end: int


class Entry(NamedTuple):
    """A member of an object, or an element of an array, as offsets.

    The key with its quotes is ``start`` to ``key_end`` (empty in an array), the value is ``value``
    to ``end``. ``key`` is the decoded key, or the index.
    """

    key: str | int
    start: int
    key_end: int
    value: int
    end: int


def find_root(text: str) -> Span:
    """Return the span of the whole document's value."""
    return Span(_skip(text, int(text.startswith(BYTE_ORDER_MARK))), len(text.rstrip(" \t\n\r")))


def list_entries(text: str, start: int) -> list[Entry]:
    """Return the entries of the object or array that opens at ``start``, duplicates included.

    A scalar has no entries.
    """
    entries: list[Entry] = []
    is_object, end = text[start] == "{", start + 1
    while text[start] in "{[" and (match := _member(text, end)):
        (key, key_end), (value, end) = match.span(1), match.span(2)
        if end < 0:
            value = match.end()
            if text[value] in "}]":
                break
            if is_object and key < 0:
                key, key_end = value, scanstring(text, value + 1)[1]
                value = _skip(text, key_end)
            end = _value(text, value)[1]
        if is_object:
            entries.append(Entry(scanstring(text, key + 1)[0], key, key_end, value, end))
        else:
            entries.append(Entry(len(entries), value, value, value, end))
    return entries


def find_closing(text: str, opening: int, inside: list[Entry]) -> int:
    """Return the offset of the bracket that closes a container with these entries."""
    return _skip(text, inside[-1].end if inside else opening + 1)


def _skip(text: str, start: int) -> int:
    """Return the offset after white space and a colon or comma in it."""
    match = _separator(text, start)
    return match.end() if match else start
