"""Insert, replace, rename and remove: each one edit, in the document's own spacing."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from trellis_cfg.document.document import Document
from trellis_cfg.document.locate import LINE_BREAK, Entry
from trellis_cfg.document.paths import Key, Path, dotted
from trellis_cfg.errors import EditRefused


class Edit(NamedTuple):
    """Put ``text`` in place of the characters from ``start`` up to ``end``."""

    start: int
    end: int
    text: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
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


_UNIT = "    "


class Layout(NamedTuple):
    """Line end and indentation of the line that an entry stands on, what a level adds, the colon.

    ``line`` is empty where entries share a line.
    """

    line: str
    unit: str
    colon: str

    @classmethod
    def at(cls, document: Document, path: Path) -> "Layout":
        """Return the look of the entry at ``path``, or of a new one there."""
        siblings = document.entries(document.start(path[:-1]))
        model = _model(siblings, path)
        if model is None:
            block = Block.of(document, path[:-1])
            return cls(block.inner, _unit(block.inner, block.outer), ": ") if block else _FLAT
        line = own_line(document, (*path[:-1], model.key))
        colon = document.text[model.key_end : model.value] if isinstance(model.key, str) else ": "
        above = own_line(document, path[:-1]) or line.rstrip(" \t")
        return cls(line, _unit(line, above), colon)


_FLAT = Layout("", "", ": ")


def lay_out(raw: str, look: Layout) -> str:
    """Return a JSON text in the layout of its place; scalars are spelled as they are."""
    document = Document(raw.encode("utf-8"))
    return _text(document, Entry("", 0, 0, *document.root), look)


def _model(siblings: list[Entry], path: Path) -> Entry | None:
    own = [entry for entry in siblings if entry.key == path[-1]]
    return next(iter([*own, *siblings[-1:]]), None)


def _unit(line: str, above: str) -> str:
    return line[len(above) :] if line.startswith(above) and line != above else _UNIT


def _text(document: Document, entry: Entry, look: Layout) -> str:
    opening = document.text[entry.value]
    if opening not in "{[":
        return document.text[entry.value : entry.end]
    children = document.entries(entry.value)
    is_flat = opening == "[" and not any(_is_container(document, child) for child in children)
    inner = "" if is_flat or not look.line else look.line + look.unit
    deeper = look._replace(line=inner)
    separator = f",{inner}" if inner else "," + look.colon.rpartition(":")[2]
    written = [
        _key(document, child, look.colon) + _text(document, child, deeper) for child in children
    ]
    closing = look.line if inner and children else ""
    body = separator.join(written)
    return f"{opening}{inner if children else ''}{body}{closing}{'}' if opening == '{' else ']'}"


def _is_container(document: Document, entry: Entry) -> bool:
    return document.text[entry.value] in "{["


def _key(document: Document, entry: Entry, colon: str) -> str:
    return document.text[entry.start : entry.key_end] + colon if isinstance(entry.key, str) else ""
