"""The white space between entries, so that new text looks like its neighbours."""

from typing import NamedTuple

from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path
from trellis_cfg.document.places import LINE_BREAK
from trellis_cfg.document.walk import Entry


class Separator(NamedTuple):
    """White space before and after the comma between two entries."""

    before: str
    after: str


def has_break(blank: str) -> bool:
    """Tell whether a piece of white space ends a line."""
    return "\n" in blank or "\r" in blank


def first_break(blank: str) -> int:
    """Return the offset of the first line end in ``blank``, or its length."""
    match = LINE_BREAK.search(blank)
    return match.start() if match else len(blank)


def gap(text: str, left: Entry, right: Entry) -> Separator:
    """Return what stands between two neighbouring entries."""
    before, _, after = text[left.end : right.start].partition(",")
    return Separator(before, after)


def line_end(left: Entry, following: Separator) -> int:
    """Return the offset where the line of ``left`` and its comma ends, trailing blanks included."""
    return left.end + len(following.before) + 1 + first_break(following.after)


def separator(
    text: str, siblings: list[Entry], model: int, opening: int, closing: int
) -> Separator:
    """Return the separator for a new neighbour of ``siblings[model]``, in its spacing.

    The container's brackets stand at ``opening`` and ``closing``. Blank lines and trailing blanks
    are not copied.
    """
    entry = siblings[model]
    if model > 0:
        found = gap(text, siblings[model - 1], entry)
    else:
        lead = text[opening + 1 : entry.start]
        if len(siblings) > 1:
            found = _beside_next(lead, gap(text, entry, siblings[1]))
        else:
            found = _alone(lead, text[entry.end : closing], text[entry.key_end : entry.value])
    return Separator(_last_line(found.before), _last_line(found.after))


def _beside_next(lead: str, following: Separator) -> Separator:
    """Return a first entry's separator: its own indentation, unless commas come first."""
    if has_break(lead) and not has_break(following.before):
        return following._replace(after=lead)
    return following


def _alone(lead: str, tail: str, colon: str) -> Separator:
    """Return the separator for the neighbour of an only entry."""
    if has_break(lead):
        return Separator("", lead)
    if has_break(tail):
        return Separator(tail, lead or " ")
    return Separator("", " " if lead or " " in colon else "")


def _last_line(blank: str) -> str:
    """Return ``blank`` from its last line end on, or all of it where no line ends."""
    breaks = list(LINE_BREAK.finditer(blank))
    return blank[breaks[-1].start() :] if breaks else blank


class Block(NamedTuple):
    """Line end and indentation inside a container's brackets, and before its closing one."""

    inner: str
    outer: str

    @classmethod
    def of(cls, document: Document, path: Path) -> "Block | None":
        """Return the block layout for an empty container; None if its parent is not laid out so."""
        outer = own_line(document, path)
        if not outer:
            return None
        above = own_line(document, path[:-1]) or outer.rstrip(" \t")
        unit = outer[len(above) :] if outer.startswith(above) else ""
        return cls(outer + (unit or "    "), outer)


def own_line(document: Document, path: Path) -> str:
    """Return line end and indentation before the entry at ``path``; empty if it starts no line."""
    start = document.entry(path).start if path else 0
    blank = document.text[len(document.text[:start].rstrip(" \t\r\n")) : start]
    return _last_line(blank) if has_break(blank) else ""
