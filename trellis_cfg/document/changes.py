"""Insert, replace, rename and remove: each one edit, in the document's own spacing."""

import json
from typing import NamedTuple

from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit
from trellis_cfg.document.layout import Block, first_break, gap, has_break, line_end, separator
from trellis_cfg.document.paths import Key, Path, dotted
from trellis_cfg.document.walk import Entry
from trellis_cfg.errors import EditRefused


class _Slot(NamedTuple):
    """The place among its siblings that a new entry gets, and the one whose spacing it copies."""

    number: int
    model: int


def insert(
    document: Document, path: Path, raw: str, *, after: Key | None = None, before: Key | None = None
) -> Edit:
    """Return the edit that puts a new entry at ``path``, its value the JSON text ``raw``.

    In an object it goes ``after`` or ``before`` the sibling of that key, else last; in an array
    the last part of the path is the index that it gets. Raises EditRefused where the key stands
    already, and where no such parent or sibling does.
    """
    opening = document.start(path[:-1])
    siblings = document.entries(opening)
    slot = _slot(document, path, after, before)
    if not siblings:
        return _first(document, path, raw)
    model = siblings[slot.model]
    new = _written(path[-1], document.text[model.key_end : model.value], raw)
    return _among(document, opening, slot, new)


def replace(document: Document, path: Path, raw: str) -> Edit:
    """Return the edit that writes the JSON text ``raw`` over the value at ``path``."""
    if not path:
        return Edit(*document.root, raw)
    entry = document.entry(path)
    return Edit(entry.value, entry.end, raw)


def rename(document: Document, path: Path, key: str) -> Edit:
    """Return the edit that gives the member at ``path`` another key, in place.

    Raises EditRefused where a sibling has that key already, or where ``path`` leads to an element.
    """
    entry = document.entry(path)
    if isinstance(entry.key, int):
        raise EditRefused(f"{dotted(path)} is an array's element: it has no key to rename")
    _refuse_taken(document, (*path[:-1], key))
    return Edit(entry.start, entry.key_end, _quoted(key))


def remove(document: Document, path: Path) -> Edit:
    """Return the edit that takes out the entry at ``path``: the very text that ``insert`` adds."""
    entry = document.entry(path)
    opening = document.start(path[:-1])
    siblings = document.entries(opening)
    index = siblings.index(entry)
    left, right = siblings[:index][-1:], siblings[index + 1 :][:1]
    if left and right:
        return _from_between(document.text, left[0], entry, right[0])
    if left:
        return Edit(left[0].end, entry.end, "")
    if right:
        return Edit(entry.start, right[0].start, "")
    closing = document.closing(opening)
    lead, tail = document.text[opening + 1 : entry.start], document.text[entry.end : closing]
    return Edit(opening + 1 if has_break(lead) and has_break(tail) else entry.start, closing, "")


def _slot(document: Document, path: Path, after: Key | None, before: Key | None) -> _Slot:
    opening, key = document.start(path[:-1]), path[-1]
    siblings = document.entries(opening)
    if document.text[opening] == "[" and isinstance(key, int) and 0 <= key <= len(siblings):
        return _Slot(key, max(key - 1, 0))
    if document.text[opening] != "{" or not isinstance(key, str):
        parent = dotted(path[:-1]) or "the document"
        raise EditRefused(f"{dotted(path)} cannot be inserted: {parent} has no such room")
    _refuse_taken(document, path)
    beside = after if after is not None else before
    if beside is None:
        return _Slot(len(siblings), len(siblings) - 1)
    model = siblings.index(document.entry((*path[:-1], beside)))
    return _Slot(model + (after is not None), model)


def _refuse_taken(document: Document, path: Path) -> None:
    siblings = document.entries(document.start(path[:-1]))
    for taken in siblings:
        if taken.key == path[-1]:
            place = document.place(taken.start)
            raise EditRefused(f"{dotted(path)} is there already", **place._asdict())


def _first(document: Document, path: Path, raw: str) -> Edit:
    """Return the edit that fills an empty container: on a line of its own where its parent is."""
    opening = document.start(path[:-1])
    closing = document.closing(opening)
    parent = document.entry(path[:-1]) if len(path) > 1 else None
    colon = document.text[parent.key_end : parent.value] if parent else ""
    new = _written(path[-1], colon or ": ", raw)
    block = Block.of(document, path[:-1])
    if block is None or closing > opening + 1:
        return Edit(closing, closing, new)
    return Edit(closing, closing, block.inner + new + block.outer)


def _among(document: Document, opening: int, slot: _Slot, new: str) -> Edit:
    """Return the edit that puts ``new`` beside its siblings.

    Where entries stand on lines of their own, whole lines are inserted: the blanks that trail
    a neighbour's line stay on it.
    """
    text, siblings = document.text, document.entries(opening)
    before, after = separator(text, siblings, slot.model, opening, document.closing(opening))
    if slot.number == 0:
        start = siblings[0].start
        return Edit(start, start, f"{new}{before},{after}")
    left = siblings[slot.number - 1]
    start, added = left.end, f"{before},{after}{new}"
    if slot.number < len(siblings):
        found = gap(text, left, siblings[slot.number])
        if has_break(after) and has_break(found.after):
            start = line_end(left, found)
            added = f"{after}{new}{before},"
        elif has_break(before) and has_break(found.before):
            start += first_break(found.before)
    return Edit(start, start, added)


def _from_between(text: str, left: Entry, entry: Entry, right: Entry) -> Edit:
    """Return the edit that takes out an inner entry; whole lines where it stands on its own."""
    ahead, behind = gap(text, left, entry), gap(text, entry, right)
    if has_break(ahead.after) and has_break(behind.after):
        return Edit(line_end(left, ahead), line_end(entry, behind), "")
    if has_break(ahead.before) and has_break(behind.before):
        start = left.end + first_break(ahead.before)
        return Edit(start, entry.end + first_break(behind.before), "")
    return Edit(left.end, entry.end, "")


def _written(key: Key, colon: str, raw: str) -> str:
    return f"{_quoted(key)}{colon}{raw}" if isinstance(key, str) else raw


def _quoted(key: str) -> str:
    return json.dumps(key, ensure_ascii=False)
