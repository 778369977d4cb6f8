"""What holds for every JSON text, in every layout: spans, and each of the four edits."""

import json
from collections.abc import Callable

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.document.strategies import (
    MARK,
    Children,
    Layout,
    Member,
    Tree,
    arrays_of_three,
    children,
    container_documents,
    documents,
    keys,
    laid_out,
    layouts,
    objects_of_three,
    places,
    scalars,
    texts,
    value_of,
)
from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit, apply_edits, insert, remove, rename, replace
from trellis_cfg.document.paths import Key, Path

raws = st.one_of(scalars, texts().map(lambda text: text.removeprefix(MARK).strip(" \t\r\n")))


def changed(value: object, path: Path, change: Callable[[Children], Children]) -> object:
    """Return ``value`` with the children of the container at ``path`` changed."""
    found = children(value)
    if path:
        found = [
            (key, changed(child, path[1:], change) if key == path[0] else child)
            for key, child in found
        ]
    else:
        found = change(found)
    return dict(found) if isinstance(value, dict) else [child for _, child in found]


def same(one: object, other: object) -> bool:
    """Compare what ``==`` does not: types, the order of keys, the sign of zero."""
    return repr(one) == repr(other)


def at(value: object, path: Path) -> object:
    return dict(places(value))[path]


def edited(document: Document, edit: Edit) -> Document:
    return Document(apply_edits(document.text, [edit]).encode())


@st.composite
def insertions(draw: st.DrawFn) -> tuple[Document, Path, str, dict[str, Key], int]:
    """Return a document, what to insert where in it, and at which number it has to appear."""
    document = draw(container_documents)
    containers = [place for place in places(document.value) if isinstance(place[1], dict | list)]
    parent, value = draw(st.sampled_from(containers))
    raw = draw(raws)
    if isinstance(value, list):
        number = draw(st.integers(0, len(value)))
        return document, (*parent, number), raw, {}, number
    assert isinstance(value, dict)
    key, names = draw(keys), list(value)
    assume(key not in value)
    side = draw(st.sampled_from(("after", "before", "last") if names else ("last",)))
    if side == "last":
        return document, (*parent, key), raw, {}, len(names)
    number = draw(st.integers(0, len(names) - 1))
    return document, (*parent, key), raw, {side: names[number]}, number + (side == "after")


@st.composite
def entry_paths(draw: st.DrawFn) -> tuple[Document, Path]:
    document = draw(container_documents)
    paths = [path for path, _ in places(document.value) if path]
    assume(paths)
    return document, draw(st.sampled_from(paths))


@given(documents)
def test_value_and_root_are_those_of_the_standard_library(document: Document) -> None:
    assert same(document.value, value_of(document.text))
    start, end = document.root
    assert same(json.loads(document.text[start:end]), document.value)
    assert not document.text[:start].removeprefix(MARK).strip(" \t\r\n")
    assert not document.text[end:].strip(" \t\r\n")


@given(container_documents)
def test_every_span_parses_back_to_its_key_and_value(document: Document) -> None:
    for path, value in places(document.value)[1:]:
        entry = document.entry(path)
        assert same(json.loads(document.text[entry.value : entry.end]), value)
        written = document.text[entry.start : entry.key_end]
        assert (json.loads(written) if written else entry.key) == path[-1] == entry.key


@given(container_documents)
def test_entries_are_all_of_the_children_and_none_besides(document: Document) -> None:
    for path, value in places(document.value):
        found = document.entries(document.start(path))
        assert [entry.key for entry in found] == [key for key, _ in children(value)]
        if isinstance(value, dict | list):
            closing = document.closing(document.start(path))
            assert document.text[closing] == ("}" if isinstance(value, dict) else "]")


@given(insertions())
def test_an_insertion_adds_one_entry_and_one_piece_of_text_which_a_removal_takes(
    case: tuple[Document, Path, str, dict[str, Key], int],
) -> None:
    document, path, raw, beside, number = case
    edit = insert(document, path, raw, **beside)
    new = (path[-1], json.loads(raw))

    expected = changed(
        document.value, path[:-1], lambda found: [*found[:number], new, *found[number:]]
    )
    assert edit.start == edit.end
    after = edited(document, edit)
    assert same(after.value, expected)
    assert raw in edit.text
    assert edited(after, remove(after, path)).text == document.text


@given(entry_paths())
def test_a_removal_takes_one_entry_and_one_piece_of_text(case: tuple[Document, Path]) -> None:
    document, path = case
    edit = remove(document, path)
    rest = edited(document, edit).value
    expected = changed(
        document.value, path[:-1], lambda found: [pair for pair in found if pair[0] != path[-1]]
    )
    assert edit.text == ""
    assert same(rest, expected)


@given(entry_paths())
def test_replacing_a_value_by_its_own_text_is_the_identity(case: tuple[Document, Path]) -> None:
    document, path = case
    entry = document.entry(path)
    edit = replace(document, path, document.text[entry.value : entry.end])
    assert apply_edits(document.text, [edit]) == document.text


@given(entry_paths(), raws)
def test_a_replacement_changes_one_value(case: tuple[Document, Path], raw: str) -> None:
    document, path = case
    after = edited(document, replace(document, path, raw))
    expected = changed(
        document.value,
        path[:-1],
        lambda found: [(key, json.loads(raw) if key == path[-1] else old) for key, old in found],
    )
    assert same(after.value, expected)


@given(documents, raws)
def test_the_root_is_replaced_within_its_white_space(document: Document, raw: str) -> None:
    edit = replace(document, (), raw)
    assert (edit.start, edit.end) == document.root
    assert same(edited(document, edit).value, json.loads(raw))


@given(entry_paths(), keys)
def test_a_rename_keeps_value_and_order_and_is_undone_by_another(
    case: tuple[Document, Path], key: str
) -> None:
    document, path = case
    old, siblings = path[-1], at(document.value, path[:-1])
    assume(isinstance(old, str) and isinstance(siblings, dict) and key not in siblings)
    assert isinstance(old, str)
    after = edited(document, rename(document, path, key))
    back = edited(after, rename(after, (*path[:-1], key), old))

    expected = changed(
        document.value,
        path[:-1],
        lambda found: [(key if name == old else name, child) for name, child in found],
    )
    entry = document.entry(path)
    text, plain = document.text, json.dumps(old, ensure_ascii=False)
    assert same(after.value, expected)
    assert back.text == text[: entry.start] + plain + text[entry.key_end :]


@given(objects_of_three, layouts, st.data())
def test_a_member_comes_and_goes_as_if_its_object_had_been_laid_out_so(
    tree: Tree, layout: Layout, data: st.DataObject
) -> None:
    members = list(tree.members or ())
    number = data.draw(st.integers(0, len(members) - 1))
    names: list[str] = [json.loads(member.key) for member in members]
    members[number] = Member(json.dumps(names[number], ensure_ascii=False), members[number].value)
    whole = laid_out(Tree(members=tuple(members)), layout)
    rest = laid_out(Tree(members=tuple(members[:number] + members[number + 1 :])), layout)
    raw = laid_out(members[number].value, layout, 1)
    document, path = Document(rest.encode()), (names[number],)

    if number > 0:
        edit = insert(document, path, raw, after=names[number - 1])
        assert apply_edits(rest, [edit]) == whole
    if number < len(members) - 1:
        edit = insert(document, path, raw, before=names[number + 1])
        assert apply_edits(rest, [edit]) == whole
    assert apply_edits(whole, [remove(Document(whole.encode()), path)]) == rest


@given(arrays_of_three, layouts, st.data())
def test_an_element_comes_and_goes_as_if_its_array_had_been_laid_out_so(
    tree: Tree, layout: Layout, data: st.DataObject
) -> None:
    elements = list(tree.elements or ())
    number = data.draw(st.integers(0, len(elements) - 1))
    whole = laid_out(tree, layout)
    rest = laid_out(Tree(elements=tuple(elements[:number] + elements[number + 1 :])), layout)

    edit = insert(Document(rest.encode()), (number,), laid_out(elements[number], layout, 1))
    assert apply_edits(rest, [edit]) == whole
    assert apply_edits(whole, [remove(Document(whole.encode()), (number,))]) == rest
