"""Offsets in a text to the positions of the protocol, and back."""

from bisect import bisect_right
from functools import cached_property

from lsprotocol import types

from trellis_cfg.document.locate import BYTE_ORDER_MARK, LINE_BREAK

_WIDER = {"utf-8": "\x7f\u07ff\uffff", "utf-16": "\uffff", "utf-32": ""}
"""By encoding, the characters above which another one takes a unit more."""


class Positions:
    """The lines of a text, and the columns of a client: units of the encoding that it speaks."""

    def __init__(self, text: str, encoding: str) -> None:
        """Hold a text; the encoding is utf-8, utf-16 or utf-32."""
        self._text = text
        self._wider = "" if text.isascii() else _WIDER[encoding]

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in LINE_BREAK.finditer(self._text))]

    def find_position(self, offset: int) -> types.Position:
        """Return the position of an offset."""
        line = bisect_right(self._starts, offset) - 1
        before = self._text[self._starts[line] : offset]
        wide = sum(character > limit for limit in self._wider for character in before)
        return types.Position(line, len(before) + wide)

    def find_range(self, start: int, end: int) -> types.Range:
        """Return the range between two offsets."""
        return types.Range(self.find_position(start), self.find_position(end))

    def find_place(self, line: int, column: int) -> types.Position:
        """Return the position of a line and a column as findings have them: code points from 1.

        A byte-order mark is no column of theirs.
        """
        mark = line == 1 and self._text.startswith(BYTE_ORDER_MARK)
        return self.find_position(
            self._starts[min(line, len(self._starts)) - 1] + column - 1 + mark
        )

    def find_offset(self, position: types.Position) -> int:
        """Return the offset of a position, within its line and the text."""
        number: int = position.line
        column: int = position.character
        if number >= len(self._starts):
            return len(self._text)
        start = self._starts[number]
        end = LINE_BREAK.search(self._text, start)
        line = self._text[start : end.start() if end else len(self._text)]
        if not self._wider:
            return start + min(column, len(line))
        units = 0
        for at, character in enumerate(line):
            if units >= column:
                return start + at
            units += 1 + sum(character > limit for limit in self._wider)
        return start + len(line)
