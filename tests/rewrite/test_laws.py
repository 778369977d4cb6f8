"""Laws of ``assign`` and ``erase`` on any document."""

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


def find_writable(document: Document) -> list[tuple[Path, object]]:
    """Return the places that a dotted path can name, duplicates and patterns left out."""
    if document.has_duplicates:
        return []
    return [
        (path, value)
        for path, value in places(document.value)
        if path and all(str(key) and str(key) != "*" and "." not in str(key) for key in path)
    ]


def find_scalars(document: Document) -> list[Path]:
    return [path for path, value in find_writable(document) if not isinstance(value, dict | list)]


def make_assignment(path: Path, raw: str) -> Assignment:
    return Assignment(tuple(map(str, path)), raw)


@given(container_documents, raws, st.data())
def test_value_is_set_and_other_text_stays(
    document: Document, raw: str, data: st.DataObject
) -> None:
    writable = find_writable(document)
    assume(writable)
    path, _ = data.draw(st.sampled_from(writable))
    wanted = make_assignment(path, raw)
    new = assign(document, wanted)
    assert json.dumps(dict(places(new.value))[path]) == json.dumps(value_of(raw))
    assert meets_condition(new, wanted)
    assert assign(new, wanted) is new
    old = document.entry(path)
    assert new.text.startswith(document.text[: old.value])
    assert new.text.endswith(document.text[old.end :])


@given(container_documents, scalars, st.data())
def test_setting_the_old_value_brings_every_byte_back(
    document: Document, raw: str, data: st.DataObject
) -> None:
    scalar_paths = find_scalars(document)
    assume(scalar_paths)
    path = data.draw(st.sampled_from(scalar_paths))
    entry = document.entry(path)
    old = document.text[entry.value : entry.end]
    changed = assign(document, make_assignment(path, raw))
    assert assign(changed, make_assignment(path, old)).value == document.value
    if json.dumps(value_of(raw)) != json.dumps(value_of(old)):
        assert assign(changed, make_assignment(path, old)).data == document.data


@given(objects, raws, st.data())
def test_new_key_is_inserted_and_erased(document: Document, raw: str, data: st.DataObject) -> None:
    assume(not document.has_duplicates)
    assert isinstance(document.value, dict)
    after = data.draw(st.none() | st.sampled_from(list(document.value)))
    new = assign(document, make_assignment(("a brand new key",), raw), after=after)
    assert isinstance(new.value, dict)
    assert {**document.value, "a brand new key": value_of(raw)} == new.value
    keys = list(new.value)
    assert keys.index("a brand new key") == (
        len(keys) - 1 if after is None else keys.index(after) + 1
    )
    assert erase(new, ("a brand new key",)).data == document.data


@given(container_documents, st.tuples(scalars, scalars), st.data())
def test_order_of_independent_assignments_does_not_matter(
    document: Document, raws: tuple[str, str], data: st.DataObject
) -> None:
    scalar_paths = find_scalars(document)
    assume(len(scalar_paths) > 1)
    paths = data.draw(st.lists(st.sampled_from(scalar_paths), min_size=2, max_size=2, unique=True))
    first, second = map(make_assignment, paths, raws)
    forward = assign(assign(document, first), second)
    assert forward.data == assign(assign(document, second), first).data


@given(documents, st.data())
def test_erasing_an_absent_key_changes_nothing(document: Document, data: st.DataObject) -> None:
    path = data.draw(st.lists(st.sampled_from(("x", "0", "a")), min_size=1, max_size=2).map(tuple))
    assume(not document.has_duplicates)
    known = {tuple(map(str, place)) for place, _ in places(document.value)}
    if path not in known:
        assert erase(document, path) is document
