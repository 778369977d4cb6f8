"""Offsets to lines and columns, both counted in code points."""

import re
from bisect import bisect_right
from itertools import accumulate
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
