"""Offsets to lines and columns, both counted in code points."""

import re
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
