"""A JSON value as text, laid out like the neighbours of its place."""

from typing import NamedTuple

from trellis_cfg.document.document import Document
from trellis_cfg.document.layout import Block, own_line
from trellis_cfg.document.paths import Path
from trellis_cfg.document.walk import Entry

_UNIT = "    "


class Look(NamedTuple):
    """Line end and indentation of the line that an entry stands on, what a level adds, the colon.

    ``line`` is empty where entries share a line.
    """

    line: str
    unit: str
    colon: str

    @classmethod
    def at(cls, document: Document, path: Path) -> "Look":
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


_FLAT = Look("", "", ": ")


def laid_out(raw: str, look: Look) -> str:
    """Return a JSON text in the layout of its place; scalars are spelled as they are."""
    document = Document(raw.encode("utf-8"))
    return _text(document, Entry("", 0, 0, *document.root), look)


def _model(siblings: list[Entry], path: Path) -> Entry | None:
    own = [entry for entry in siblings if entry.key == path[-1]]
    return next(iter([*own, *siblings[-1:]]), None)


def _unit(line: str, above: str) -> str:
    return line[len(above) :] if line.startswith(above) and line != above else _UNIT


def _text(document: Document, entry: Entry, look: Look) -> str:
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
