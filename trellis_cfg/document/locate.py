"""Where the entries of an object or an array stand; may assume valid JSON."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from json.decoder import JSONDecoder, scanstring  # type: ignore[attr-defined]
from typing import NamedTuple

BYTE_ORDER_MARK = "\ufeff"
LINE_BREAK = re.compile(r"\r\n|\r|\n")


class Place(NamedTuple):
    """A position that people read: line and column count from 1, columns in code points."""

    line: int
    column: int


def place_of(text: str, offset: int) -> Place:
    """Return the place of an offset; a byte-order mark takes up no column.

    Lines end at LF, CR LF or a lone CR, as editors count them.
    """
    line, start = 1, int(text.startswith(BYTE_ORDER_MARK))
    for match in LINE_BREAK.finditer(text, 0, offset):
        # A CR LF that ``offset`` cuts in two has not ended its line yet.
        if match.group() == "\r" and text.startswith("\n", match.end()):
            break
        line, start = line + 1, match.end()
    return Place(line, max(offset - start, 0) + 1)


class Lines:
    """The lines of a text, for many places in it; they end as ``place_of`` says."""

    __slots__ = ("_ends", "_starts", "_text")

    def __init__(self, text: str) -> None:
        """Find where each line starts and ends."""
        ends, starts = _by_lf(text) if "\r" not in text else _by_any(text)
        self._text = text
        self._starts = [int(text.startswith(BYTE_ORDER_MARK)), *starts]
        self._ends = [*ends, len(text)]

    def place(self, offset: int) -> Place:
        """Return the place of an offset that cuts no line end in two."""
        line = bisect_right(self._starts, max(offset, self._starts[0]))
        return Place(line, max(offset - self._starts[line - 1], 0) + 1)

    def text(self, line: int, first: int, length: int) -> str:
        """Return ``length`` code points at most of a line, from column ``first`` on."""
        start = self._starts[line - 1] + first - 1
        return self._text[start : min(start + length, self._ends[line - 1])]


def _by_any(text: str) -> tuple[list[int], list[int]]:
    """Return where line breaks start and end."""
    breaks = [match.span() for match in LINE_BREAK.finditer(text)]
    return [start for start, _ in breaks], [end for _, end in breaks]


def _by_lf(text: str) -> tuple[list[int], list[int]]:
    """Return the same of a text without CR, several times as fast."""
    starts = list(accumulate(len(line) + 1 for line in text.split("\n")[:-1]))
    return [start - 1 for start in starts], starts


_blank = re.compile(r"[ \t\n\r]*").match
_colon = re.compile(r"[ \t\n\r]*:[ \t\n\r]*").match
_comma = re.compile(r"[ \t\n\r]*(?:,[ \t\n\r]*)?").match
# Only offsets are asked for: numbers stay text, however long.
_value = JSONDecoder(parse_int=str, parse_float=str).raw_decode


class Span(NamedTuple):
    """Offsets of a value: its first character, and the one after its last."""

    start: int
    end: int


class Entry(NamedTuple):
    """A member of an object, or an element of an array, as offsets.

    From ``start`` to ``key_end`` stands the key with its quotes (nothing, in an array), from
    ``value`` to ``end`` the value. ``key`` is the decoded key, or the index.
    """

    key: str | int
    start: int
    key_end: int
    value: int
    end: int


class Index:
    """The entries of a container by key, measured as far as they were asked for."""

    __slots__ = ("_by_key", "_rest")

    def __init__(self, entries: Iterator[Entry], *, has_duplicates: bool) -> None:
        """Take entries as they stand; of duplicate keys, the last is meant."""
        self._rest = entries
        self._by_key: dict[str | int, Entry] = {}
        if has_duplicates:
            self._by_key.update((entry.key, entry) for entry in entries)

    def find(self, key: str | int) -> Entry | None:
        """Return the entry with a key; None where there is none."""
        if key not in self._by_key:
            for entry in self._rest:
                self._by_key[entry.key] = entry
                if entry.key == key:
                    break
        return self._by_key.get(key)


def root(text: str) -> Span:
    """Return the span of the whole document's value."""
    start = _skip(text, int(text.startswith(BYTE_ORDER_MARK)))
    return Span(start, _value(text, start)[1])


def entries(text: str, start: int) -> Iterator[Entry]:
    """Yield the entries of the object or array whose bracket opens at ``start``.

    Duplicate keys are yielded as they stand. A scalar has no entries.
    """
    if text[start] == "{":
        yield from _members(text, start)
    elif text[start] == "[":
        yield from _elements(text, start)


def closing(text: str, opening: int, inside: list[Entry]) -> int:
    """Return where the bracket stands that closes a container with these entries."""
    return _skip(text, inside[-1].end if inside else opening + 1)


def _members(text: str, start: int) -> Iterator[Entry]:
    here = _skip(text, start + 1)
    while text[here] != "}":
        key, key_end = scanstring(text, here + 1)
        value = _end(_colon(text, key_end), key_end)
        end = _value(text, value)[1]
        yield Entry(key, here, key_end, value, end)
        here = _next(text, end)


def _elements(text: str, start: int) -> Iterator[Entry]:
    here, index = _skip(text, start + 1), 0
    while text[here] != "]":
        end = _value(text, here)[1]
        yield Entry(index, here, here, here, end)
        here, index = _next(text, end), index + 1


def _next(text: str, end: int) -> int:
    """Return where the next entry, or the closing bracket, stands."""
    return _end(_comma(text, end), end)


def _skip(text: str, start: int) -> int:
    return _end(_blank(text, start), start)


def _end(match: re.Match[str] | None, start: int) -> int:
    return match.end() if match else start
