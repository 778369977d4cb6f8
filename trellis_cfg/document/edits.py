"""Insert, replace, rename and remove: each one edit, in the document's own spacing."""

import json
from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from trellis_cfg.document.document import Document
from trellis_cfg.document.locate import LINE_BREAK, Entry
from trellis_cfg.document.paths import Key, Path, format_path
from trellis_cfg.errors import EditRefused

_UNIT = "    "


class Edit(NamedTuple):
    """Replace the characters from ``start`` to ``end`` by ``text``."""

    start: int
    end: int
    text: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return ``text`` with all ``edits`` applied, every other character unchanged.

    Insertions at one offset keep their order. Raises ValueError if two edits overlap.
    """
    parts: list[str] = []
    done = 0
    for start, end, new in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if not done <= start <= end <= len(text):
            raise ValueError(f"edit {start}:{end} overlaps another or leaves the text")
        parts += text[done:start], new
        done = end
    return "".join(parts) + text[done:]


def find_difference(old: str, new: str) -> Edit:
    """Return the shortest edit that makes ``new`` of ``old``."""
    most = min(len(old), len(new))
    lengths = range(1, most + 1)
    start = bisect_left(lengths, 1, key=lambda size: not new.startswith(old[:size]))
    tails = lengths[: most - start]
    tail = bisect_left(tails, 1, key=lambda size: not new.endswith(old[-size:]))
    return Edit(start, len(old) - tail, new[start : len(new) - tail])


def edit_document(document: Document, edits: Iterable[Edit]) -> Document:
    """Return the document with all ``edits`` applied; the same object if there are none."""
    listed = list(edits)
    return Document(apply_edits(document.text, listed).encode("utf-8")) if listed else document


def insert(
    document: Document, path: Path, raw: str, *, after: Key | None = None, before: Key | None = None
) -> Edit:
    """Return the edit that adds an entry at ``path`` with the JSON text ``raw`` as its value.

    In an object it goes ``after`` or ``before`` the sibling of that key, else last; in an array
    the last part of the path is its index. Raises EditRefused if the key exists already, or the
    parent or the sibling does not.
    """
    container = _Container.at(document, document.start(path[:-1]))
    number, model_number = _find_slot(document, container, path, after, before)
    if not container.entries:
        return _fill_empty(document, container, path, raw)
    model = container.entries[model_number]
    new = _format_entry(path[-1], document.text[model.key_end : model.value], raw)
    return _insert_beside(container, number, container.copy_separator(model_number), new)


def replace(document: Document, path: Path, raw: str) -> Edit:
    """Return the edit that writes the JSON text ``raw`` over the value at ``path``."""
    if not path:
        return Edit(*document.root, raw)
    entry = document.entry(path)
    return Edit(entry.value, entry.end, raw)


def rename(document: Document, path: Path, key: str) -> Edit:
    """Return the edit that renames the member at ``path`` in place.

    Raises EditRefused if a sibling has that key already, or if ``path`` leads to an element.
    """
    entry = document.entry(path)
    if isinstance(entry.key, int):
        raise EditRefused(f"{format_path(path)} is an array element: it has no key to rename")
    _refuse_existing(document, (*path[:-1], key))
    return Edit(entry.start, entry.key_end, _format_entry(key, "", ""))


def remove(document: Document, path: Path) -> Edit:
    """Return the edit that removes the entry at ``path``: the very text that ``insert`` adds."""
    entry = document.entry(path)
    opening = document.start(path[:-1])
    return remove_entry(document, opening, document.entries(opening).index(entry))


def remove_entry(document: Document, opening: int, index: int) -> Edit:
    """Return the edit that removes an entry of the container at ``opening``: also a duplicate."""
    container, text = _Container.at(document, opening), document.text
    entry = container.entries[index]
    left = container.entries[index - 1]
    if 0 < index < len(container.entries) - 1:
        ahead, behind = container.gap_before(index), container.gap_before(index + 1)
        return Edit(_find_cut(left, ahead, behind), _find_cut(entry, behind, ahead), "")
    if index:
        return Edit(left.end, entry.end, "")
    if len(container.entries) > 1:
        return Edit(entry.start, container.entries[1].start, "")
    lead, tail = text[container.opening + 1 : entry.start], text[entry.end : container.closing]
    start = container.opening + 1 if _has_break(lead) and _has_break(tail) else entry.start
    return Edit(start, container.closing, "")


def lay_out(document: Document, path: Path, raw: str) -> str:
    """Return a JSON text in the layout of its place; scalars keep their spelling."""
    value = Document(raw.encode("utf-8"))
    return _format_value(value, Entry("", 0, 0, *value.root), _Layout.at(document, path))


class _Layout(NamedTuple):
    """How a container is written: line end with indentation, what a level adds, and the colon.

    ``line`` is empty if entries share a line.
    """

    line: str
    unit: str
    colon: str

    @classmethod
    def at(cls, document: Document, path: Path) -> "_Layout":
        """Return the layout of the entry at ``path``, or of a new one there."""
        parent = path[:-1]
        siblings = document.entries(document.start(parent))
        models = [entry for entry in siblings if entry.key == path[-1]] or siblings[-1:]
        if models:
            key, _, key_end, value, _ = models[0]
            line = _find_own_line(document, (*parent, key))
            colon = document.text[key_end:value] if isinstance(key, str) else ": "
            return cls(line, _find_unit(document, line, parent), colon)
        line = _find_own_line(document, parent)
        if not line:
            return cls("", "", ": ")
        unit = _find_unit(document, line, parent[:-1])
        return cls(line + unit, unit, ": ")


def _find_own_line(document: Document, path: Path) -> str:
    """Return line end and indentation before the entry at ``path``; empty if it starts no line."""
    start = document.entry(path).start if path else 0
    blank = document.text[len(document.text[:start].rstrip(" \t\r\n")) : start]
    return _last_line(blank) if _has_break(blank) else ""


def _find_unit(document: Document, line: str, parent: Path) -> str:
    """Return what ``line`` adds to the indentation of ``parent``."""
    above = _find_own_line(document, parent) or line.rstrip(" \t")
    return line[len(above) :] if line.startswith(above) and line != above else _UNIT


def _format_value(document: Document, entry: Entry, layout: _Layout) -> str:
    text = document.text
    if text[entry.value] not in "{[":
        return text[entry.value : entry.end]
    children = document.entries(entry.value)
    opening, closing = "{}" if text[entry.value] == "{" else "[]"
    if not children:
        return opening + closing
    is_flat = opening == "[" and not any(text[child.value] in "{[" for child in children)
    inner = "" if is_flat or not layout.line else layout.line + layout.unit
    deeper = layout._replace(line=inner)
    colon = layout.colon if opening == "{" else ""
    parts = [
        text[child.start : child.key_end] + colon + _format_value(document, child, deeper)
        for child in children
    ]
    body = f",{inner or layout.colon.rpartition(':')[2]}".join(parts)
    return f"{opening}{inner}{body}{layout.line if inner else ''}{closing}"


class _Separator(NamedTuple):
    """White space before and after the comma between two entries."""

    before: str
    after: str


class _Container(NamedTuple):
    """An object or array: its text, the offsets of its brackets, and its entries."""

    text: str
    opening: int
    closing: int
    entries: list[Entry]

    @classmethod
    def at(cls, document: Document, opening: int) -> "_Container":
        entries = document.entries(opening)
        return cls(document.text, opening, document.closing(opening), entries)

    def gap_before(self, index: int) -> _Separator:
        """Return the separator between an entry and the one before it."""
        left, right = self.entries[index - 1 : index + 1]
        before, _, after = self.text[left.end : right.start].partition(",")
        return _Separator(before, after)

    def copy_separator(self, model: int) -> _Separator:
        """Return the separator for a new neighbor of an entry, in its spacing.

        Blank lines and trailing blanks are not copied.
        """
        entry = self.entries[model]
        lead = self.text[self.opening + 1 : entry.start]
        if model > 0:
            copied = self.gap_before(model)
        elif len(self.entries) > 1:
            copied = self.gap_before(1)
            if _has_break(lead) and not _has_break(copied.before):
                copied = copied._replace(after=lead)
        else:
            tail = self.text[entry.end : self.closing]
            copied = _separate_only(lead, tail, self.text[entry.key_end : entry.value])
        return _Separator(_last_line(copied.before), _last_line(copied.after))


def _separate_only(lead: str, tail: str, colon: str) -> _Separator:
    if _has_break(lead):
        return _Separator("", lead)
    if _has_break(tail):
        return _Separator(tail, lead or " ")
    return _Separator("", " " if lead or " " in colon else "")


def _find_slot(
    document: Document, container: _Container, path: Path, after: Key | None, before: Key | None
) -> tuple[int, int]:
    """Return the number of a new entry, and that of the sibling whose spacing it copies."""
    siblings, bracket, key = container.entries, document.text[container.opening], path[-1]
    if bracket == "[" and isinstance(key, int) and 0 <= key <= len(siblings):
        return key, max(key - 1, 0)
    if bracket != "{" or not isinstance(key, str):
        parent = format_path(path[:-1]) or "the document"
        raise EditRefused(f"{format_path(path)} cannot be inserted: {parent} cannot hold it")
    _refuse_existing(document, path)
    sibling = after if after is not None else before
    if sibling is None:
        return len(siblings), len(siblings) - 1
    model = siblings.index(document.entry((*path[:-1], sibling)))
    return model + (after is not None), model


def _refuse_existing(document: Document, path: Path) -> None:
    for sibling in document.entries(document.start(path[:-1])):
        if sibling.key == path[-1]:
            place = document.place(sibling.start)
            raise EditRefused(f"{format_path(path)} already exists", *place)


def _fill_empty(document: Document, container: _Container, path: Path, raw: str) -> Edit:
    """Return the edit that fills an empty container: on a line of its own if its parent is."""
    parent = document.entry(path[:-1]) if len(path) > 1 else None
    colon = document.text[parent.key_end : parent.value] if parent else ""
    new = _format_entry(path[-1], colon or ": ", raw)
    inner = _Layout.at(document, path).line
    if inner and container.closing == container.opening + 1:
        new = inner + new + _find_own_line(document, path[:-1])
    return Edit(container.closing, container.closing, new)


def _insert_beside(container: _Container, number: int, separator: _Separator, new: str) -> Edit:
    """Return the edit that puts ``new`` next to its siblings.

    If entries have lines of their own, whole lines are inserted: the blanks at the end of
    a neighbor's line stay on it.
    """
    before, after = separator
    if number == 0:
        start = container.entries[0].start
        return Edit(start, start, f"{new}{before},{after}")
    left = container.entries[number - 1]
    start = left.end
    if number < len(container.entries):
        gap = container.gap_before(number)
        start = _find_cut(left, gap, separator)
        if start > left.end + len(gap.before):  # behind the comma
            return Edit(start, start, f"{after}{new}{before},")
    return Edit(start, start, f"{before},{after}{new}")


def _find_cut(left: Entry, gap: _Separator, reference: _Separator) -> int:
    """Return where to cut between ``left`` and the ``gap`` behind it: at a line end, if possible.

    Whole lines are cut if entries have lines of their own here and at the reference.
    """
    if _has_break(gap.after) and _has_break(reference.after):
        return left.end + len(gap.before) + 1 + _first_break(gap.after)
    if _has_break(gap.before) and _has_break(reference.before):
        return left.end + _first_break(gap.before)
    return left.end


def _has_break(blank: str) -> bool:
    return "\n" in blank or "\r" in blank


def _first_break(blank: str) -> int:
    """Return the offset of the first line end in ``blank``, or its length."""
    return len(LINE_BREAK.split(blank, maxsplit=1)[0])


def _last_line(blank: str) -> str:
    """Return ``blank`` from its last line end on, or all of it without one."""
    breaks = list(LINE_BREAK.finditer(blank))
    return blank[breaks[-1].start() :] if breaks else blank


def _format_entry(key: Key, colon: str, raw: str) -> str:
    return f"{json.dumps(key, ensure_ascii=False)}{colon}{raw}" if isinstance(key, str) else raw
