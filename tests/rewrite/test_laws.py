"""Laws of editing: what is set is read, nothing else changes, and what was can be again."""

import json

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.document.strategies import (
    container_documents,
    documents,
    objects_of_three,
    places,
    scalars,
    texts,
    trees,
    value_of,
)
from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path
from trellis_cfg.rewrite.assign import Assignment, assign, erase, meets_condition

objects = texts(objects_of_three).map(lambda text: Document(text.encode()))
raws = texts(trees).map(lambda text: Document(text.removeprefix("\ufeff").encode()).text)


def writable(document: Document) -> list[tuple[Path, object]]:
    """Return the places that a dotted path can name, duplicates and patterns left out."""
    if document.has_duplicates:
        return []
    return [
        (path, value)
        for path, value in places(document.value)
        if path and all(str(key) and str(key) != "*" and "." not in str(key) for key in path)
    ]


def named(path: Path, raw: str) -> Assignment:
    return Assignment(tuple(map(str, path)), raw)


@given(container_documents, raws, st.data())
def test_what_is_set_is_read(document: Document, raw: str, data: st.DataObject) -> None:
    found = writable(document)
    assume(found)
    path, _ = data.draw(st.sampled_from(found))
    new = assign(document, named(path, raw))
    (value,) = [value for place, value in places(new.value) if place == path]
    assert json.dumps(value) == json.dumps(value_of(raw))
    assert meets_condition(new, named(path, raw))
    assert assign(new, named(path, raw)) is new


@given(container_documents, raws, st.data())
def test_other_text_stays(document: Document, raw: str, data: st.DataObject) -> None:
    found = writable(document)
    assume(found)
    path, _ = data.draw(st.sampled_from(found))
    old, new = document.entry(path), assign(document, named(path, raw))
    assert new.text.startswith(document.text[: old.value])
    assert new.text.endswith(document.text[old.end :])


@given(container_documents, scalars, st.data())
def test_setting_the_old_value_brings_every_byte_back(
    document: Document, raw: str, data: st.DataObject
) -> None:
    found = [
        (path, value) for path, value in writable(document) if not isinstance(value, dict | list)
    ]
    assume(found)
    path, _ = data.draw(st.sampled_from(found))
    entry = document.entry(path)
    old = document.text[entry.value : entry.end]
    there = assign(document, named(path, raw))
    assert assign(there, named(path, old)).value == document.value
    if json.dumps(value_of(raw)) != json.dumps(value_of(old)):
        assert assign(there, named(path, old)).data == document.data


@given(objects, raws, st.data())
def test_a_new_key_comes_and_goes(document: Document, raw: str, data: st.DataObject) -> None:
    assume(not document.has_duplicates)
    assert isinstance(document.value, dict)
    after = data.draw(st.none() | st.sampled_from(list(document.value)))
    new = assign(document, named(("a brand new key",), raw), after)
    assert isinstance(new.value, dict)
    assert {**document.value, "a brand new key": value_of(raw)} == new.value
    keys = list(new.value)
    assert keys.index("a brand new key") == (
        len(keys) - 1 if after is None else keys.index(after) + 1
    )
    assert erase(new, ("a brand new key",)).data == document.data


@given(container_documents, scalars, scalars, st.data())
def test_the_order_of_independent_edits_does_not_matter(
    document: Document, one: str, two: str, data: st.DataObject
) -> None:
    leaves = [path for path, value in writable(document) if not isinstance(value, dict | list)]
    assume(len(leaves) > 1)
    first, second = data.draw(
        st.lists(st.sampled_from(leaves), min_size=2, max_size=2, unique=True)
    )
    edits = [named(first, one), named(second, two)]
    forward, back = document, document
    for edit in edits:
        forward = assign(forward, edit)
    for edit in reversed(edits):
        back = assign(back, edit)
    assert forward.data == back.data


@given(documents, st.data())
def test_what_is_not_there_is_not_taken_out(document: Document, data: st.DataObject) -> None:
    path = data.draw(st.lists(st.sampled_from(("x", "0", "a")), min_size=1, max_size=2).map(tuple))
    assume(not document.has_duplicates)
    known = {tuple(map(str, place)) for place, _ in places(document.value)}
    if path not in known:
        assert erase(document, path) is document
