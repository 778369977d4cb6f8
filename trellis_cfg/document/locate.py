"""Positions in JSON text, which must be valid: lines, and the entries of containers."""

import re
from bisect import bisect_right
from collections.abc import Iterator
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

    __slots__ = ("_ends", "_starts", "_text")

    def __init__(self, text: str) -> None:
        """Find where each line starts and ends."""
        ends, starts = _find_breaks(text)
        self._text = text
        self._starts = [int(text.startswith(BYTE_ORDER_MARK)), *starts]
        self._ends = [*ends, len(text)]

    def place(self, offset: int) -> Place:
        """Return the place of an offset; a byte-order mark takes up no column."""
        line = bisect_right(self._starts, max(offset, self._starts[0]))
        return Place(line, max(offset - self._starts[line - 1], 0) + 1)

    def text(self, line: int, first: int, length: int) -> str:
        """Return at most ``length`` code points of a line, from column ``first`` on."""
        start = self._starts[line - 1] + first - 1
        return self._text[start : min(start + length, self._ends[line - 1])]


def _find_breaks(text: str) -> tuple[list[int], list[int]]:
    """Return where line breaks start and end."""
    if "\r" in text:
        breaks = [match.span() for match in LINE_BREAK.finditer(text)]
        return [start for start, _ in breaks], [end for _, end in breaks]
    # Splitting is several times as fast as the pattern.
    ends = list(accumulate(len(line) + 1 for line in text.split("\n")[:-1]))
    return [end - 1 for end in ends], ends


_blank = re.compile(r"[ \t\n\r]*").match
_colon = re.compile(r"[ \t\n\r]*:[ \t\n\r]*").match
_comma = re.compile(r"[ \t\n\r]*(?:,[ \t\n\r]*)?").match
# Only offsets are needed: numbers stay text, whatever their length.
_value = JSONDecoder(parse_int=str, parse_float=str).raw_decode


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


class Index:
    """The entries of a container by key, parsed only as far as needed."""

    __slots__ = ("_by_key", "_rest")

    def __init__(self, entries: Iterator[Entry], *, has_duplicates: bool) -> None:
        """Take entries in order; of duplicate keys, the last counts."""
        self._rest = entries
        self._by_key: dict[str | int, Entry] = {}
        if has_duplicates:
            self._by_key.update((entry.key, entry) for entry in entries)

    def find(self, key: str | int) -> Entry | None:
        """Return the entry with a key, if any."""
        if key not in self._by_key:
            for entry in self._rest:
                self._by_key[entry.key] = entry
                if entry.key == key:
                    break
        return self._by_key.get(key)


def find_root(text: str) -> Span:
    """Return the span of the whole document's value."""
    start = _skip(text, int(text.startswith(BYTE_ORDER_MARK)))
    return Span(start, _value(text, start)[1])


def iterate_entries(text: str, start: int) -> Iterator[Entry]:
    """Yield the entries of the object or array that opens at ``start``, duplicates included.

    A scalar has no entries.
    """
    if text[start] == "{":
        yield from _members(text, start)
    elif text[start] == "[":
        yield from _elements(text, start)


def find_closing(text: str, opening: int, inside: list[Entry]) -> int:
    """Return the offset of the bracket that closes a container with these entries."""
    return _skip(text, inside[-1].end if inside else opening + 1)


def _members(text: str, start: int) -> Iterator[Entry]:
    at = _skip(text, start + 1)
    while text[at] != "}":
        key, key_end = scanstring(text, at + 1)
        value = _end(_colon(text, key_end), key_end)
        end = _value(text, value)[1]
        yield Entry(key, at, key_end, value, end)
        at = _next(text, end)


def _elements(text: str, start: int) -> Iterator[Entry]:
    at, index = _skip(text, start + 1), 0
    while text[at] != "]":
        end = _value(text, at)[1]
        yield Entry(index, at, at, at, end)
        at, index = _next(text, end), index + 1


def _next(text: str, end: int) -> int:
    """Return the offset of the next entry, or of the closing bracket."""
    return _end(_comma(text, end), end)


def _skip(text: str, start: int) -> int:
    return _end(_blank(text, start), start)


def _end(match: re.Match[str] | None, start: int) -> int:
    return match.end() if match else start
