"""JSON values, and the many ways in which people lay them out as text."""

import json
from dataclasses import dataclass
from typing import NamedTuple

from hypothesis import strategies as st

from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Key, Path

MARK = "\ufeff"
Children = list[tuple[Key, object]]
_NUMBERS = ("0", "-0", "-0.0", "1.0", "1e-4", "1E+5", "2E3", "0.5e-0", "12345678901234567890")
_KEYS = ("a", "b", "", "a.b", "max_steps", "*", "0", "键", "😀", 'quo"te', "back\\slash", "tab\t")
_STRINGS = ("", "x", "值", "😀", "a, b", "{", "]", "//", '"', "\\", "\n", "\x00", "é")
_LINE_ENDS = ("\n", "\r\n", "\r")
_BLANKS = ("", "", " ", "\t", "\n", "\r", "\r\n", "  \n", "\n\n    ", "\r\n\r\n\t", " \r \n ")


class Member(NamedTuple):
    """A key, as spelled with its quotes, and its value."""

    key: str
    value: "Tree"


@dataclass(frozen=True)
class Tree:
    """A value to be written: a scalar, or the members or elements of a container."""

    scalar: str = ""
    members: "tuple[Member, ...] | None" = None
    elements: "tuple[Tree, ...] | None" = None


class Layout(NamedTuple):
    """A consistent way to write containers; ``end`` is empty where all stands on one line."""

    end: str
    unit: str
    pad: str
    colon: str
    comma_first: bool


def spelled(text: str, escape: str) -> str:
    """Return a JSON string: characters as they are, only ASCII, or every one as an escape."""
    if escape == "all":
        units = text.encode("utf-16-be").hex()
        return '"' + "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4)) + '"'
    return json.dumps(text, ensure_ascii=escape == "ascii")


characters = st.characters(exclude_categories=["Cs"])
words = st.one_of(st.sampled_from(_STRINGS), st.text(characters, max_size=5))
keys = st.one_of(st.sampled_from(_KEYS), st.text(characters, max_size=4))
_escapes = st.sampled_from(("none", "none", "ascii", "all"))
_numbers = st.one_of(
    st.sampled_from(_NUMBERS),
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)
scalars = st.one_of(
    st.sampled_from(("null", "true", "false")), _numbers, st.builds(spelled, words, _escapes)
)


def _members(children: st.SearchStrategy[Tree], least: int = 0) -> st.SearchStrategy[Tree]:
    member = st.builds(Member, st.builds(spelled, keys, _escapes), children)
    distinct = st.lists(
        member, min_size=least, max_size=5, unique_by=lambda found: json.loads(found.key)
    )
    return distinct.map(lambda members: Tree(members=tuple(members)))


def _elements(children: st.SearchStrategy[Tree], least: int = 0) -> st.SearchStrategy[Tree]:
    elements = st.lists(children, min_size=least, max_size=5)
    return elements.map(lambda elements: Tree(elements=tuple(elements)))


trees = st.recursive(
    st.builds(Tree, scalars),
    lambda children: st.one_of(_members(children), _members(children), _elements(children)),
    max_leaves=12,
)
containers = st.one_of(_members(trees), _members(trees, 1), _elements(trees))
objects_of_three = _members(trees, 3)
arrays_of_three = _elements(trees, 3)

layouts = st.builds(
    Layout,
    end=st.sampled_from(("", *_LINE_ENDS)),
    unit=st.sampled_from(("  ", "    ", "\t", " ")),
    pad=st.sampled_from(("", " ")),
    colon=st.sampled_from((":", ": ", " : ", " :")),
    comma_first=st.booleans(),
)


def laid_out(tree: Tree, layout: Layout, level: int = 0) -> str:
    """Return the text of ``tree`` in one layout throughout; an empty container has no blank."""
    if tree.members is not None:
        opening, closing = "{}"
        parts = [
            f"{key}{layout.colon}{laid_out(value, layout, level + 1)}"
            for key, value in tree.members
        ]
    elif tree.elements is not None:
        opening, closing = "[]"
        parts = [laid_out(element, layout, level + 1) for element in tree.elements]
    else:
        return tree.scalar
    if not parts:
        return opening + closing
    inner, outer = (layout.end + layout.unit * depth for depth in (level + 1, level))
    if not layout.end:
        return f"{opening}{layout.pad}{f',{layout.pad}'.join(parts)}{layout.pad}{closing}"
    comma = f"{inner}, " if layout.comma_first else f",{inner}"
    return f"{opening}{inner}{comma.join(parts)}{outer}{closing}"


@st.composite
def _scattered(draw: st.DrawFn, tree: Tree) -> str:
    """Return the text of ``tree`` with white space of every kind wherever it may stand."""

    def blank() -> str:
        return draw(st.sampled_from(_BLANKS))

    if tree.members is not None:
        parts = [
            f"{blank()}{key}{blank()}:{blank()}{draw(_scattered(value))}{blank()}"
            for key, value in tree.members
        ]
        return "{" + (",".join(parts) or blank()) + "}"
    if tree.elements is not None:
        parts = [f"{blank()}{draw(_scattered(element))}{blank()}" for element in tree.elements]
        return "[" + (",".join(parts) or blank()) + "]"
    return tree.scalar


@st.composite
def texts(draw: st.DrawFn, roots: st.SearchStrategy[Tree] = trees) -> str:
    """Return JSON text: laid out or scattered, with or without a byte-order mark."""
    tree = draw(roots)
    body = draw(st.one_of(layouts.map(lambda layout: laid_out(tree, layout)), _scattered(tree)))
    ahead, behind = (draw(st.sampled_from(_BLANKS)) for _ in range(2))
    return draw(st.sampled_from(("", "", "", MARK))) + ahead + body + behind


documents = texts().map(lambda text: Document(text.encode()))
container_documents = texts(containers).map(lambda text: Document(text.encode()))


def value_of(text: str) -> object:
    """Return what ``text`` means, by the standard library."""
    return json.loads(text.removeprefix(MARK))


def children(value: object) -> Children:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


def places(value: object, path: Path = ()) -> list[tuple[Path, object]]:
    """Return path and value of the root and of everything below, in order."""
    found: list[tuple[Path, object]] = [(path, value)]
    for key, child in children(value):
        found += places(child, (*path, key))
    return found
