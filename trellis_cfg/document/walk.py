"""Where the entries of an object or an array stand; may assume valid JSON."""

import re
from collections.abc import Iterator
from json.decoder import JSONDecoder, scanstring  # type: ignore[attr-defined]
from typing import NamedTuple

from trellis_cfg.document.places import BYTE_ORDER_MARK

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
