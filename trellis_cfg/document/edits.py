"""Edits as values: which text goes where, offsets into the original."""

from collections.abc import Iterable
from typing import NamedTuple


class Edit(NamedTuple):
    """Put ``text`` in place of the characters from ``start`` up to ``end``."""

    start: int
    end: int
    text: str


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return ``text`` with all ``edits`` made, every other character untouched.

    Insertions at one offset keep their order. Raises ValueError where two edits overlap.
    """
    parts: list[str] = []
    done = 0
    for start, end, new in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if not done <= start <= end <= len(text):
            raise ValueError(f"edit {start}:{end} overlaps another or leaves the text")
        parts += text[done:start], new
        done = end
    return "".join(parts) + text[done:]
