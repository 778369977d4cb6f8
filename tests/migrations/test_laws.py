"""Laws of operations, on any value in any layout."""

import json
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.document.strategies import (
    Member,
    Tree,
    container_documents,
    laid_out,
    layouts,
    places,
    scalars,
)
from tests.migrations.plain import apply
from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit, apply_edits
from trellis_cfg.document.paths import find_matches, parse_path
from trellis_cfg.errors import EditRefused
from trellis_cfg.migrations import Migration, migrate
from trellis_cfg.migrations.operations import (
    Condition,
    Insert,
    Json,
    Operation,
    Remove,
    Rename,
    Replace,
)

_KEYS = ("a", "b", "c", "*")
_FEW = st.sampled_from(("0", "1", "1.0", "true", '"x"', "1e-4"))
few_values = st.builds(Json, _FEW)
values = st.builds(Json, st.one_of(_FEW, scalars))


def objects(children: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    keys = st.sampled_from(_KEYS).map(json.dumps)
    members = st.lists(
        st.builds(Member, keys, children),
        min_size=1,
        max_size=4,
        unique_by=lambda member: member.key,
    )
    return members.map(lambda drawn: Tree(members=tuple(drawn)))


leaves = st.one_of(st.builds(Tree, _FEW), st.builds(Tree, _FEW), objects(st.builds(Tree, _FEW)))
branches = st.one_of(objects(leaves), objects(leaves), objects(leaves), leaves)
documents = st.builds(
    lambda tree, layout: Document(laid_out(tree, layout).encode()), objects(branches), layouts
)


@st.composite
def draw_path(draw: st.DrawFn, document: Document) -> tuple[list[str], Json]:
    """Return a path into a document, some of its keys as stars, and the value there."""
    path = draw(st.sampled_from([path for path, _ in places(document.value) if path]))
    entry = document.entry(path)
    pattern = [draw(st.sampled_from((str(key), str(key), "*"))) for key in path]
    return pattern, Json(document.text[entry.value : entry.end])


@st.composite
def draw_conditions(draw: st.DrawFn, document: Document) -> tuple[Condition, ...]:
    """Return conditions, most of which hold somewhere."""
    drawn = draw(st.lists(draw_path(document), max_size=2))
    return tuple(
        Condition(".".join(path), draw(st.one_of(st.just(value), few_values)))
        for path, value in drawn
    )


@st.composite
def examples(draw: st.DrawFn, *, undoable: bool = False) -> tuple[Operation, Document]:
    """Return a document, and an operation that often has something to do there."""
    document = draw(documents)
    (*parents, key), value = draw(draw_path(document))
    first, second, third = draw(st.permutations(("a", "b", "c")))
    names = ("insert", "rename", "replace") + (() if undoable else ("any", "remove"))
    name, when = draw(st.sampled_from(names)), draw(draw_conditions(document))
    path, sibling = ".".join((*parents, key)), ".".join((*parents, first))
    match name:
        case "insert":
            side = draw(st.sampled_from(("after", "before")))
            beside = {side: ".".join((*parents, second))}
            return Insert(sibling, draw(few_values), **beside, when=when), document
        case "rename":
            return Rename(sibling, draw(st.sampled_from((second, third, "new"))), when), document
        case "remove":
            return Remove(path, when), document
    old = None if name == "any" else draw(st.one_of(st.just(value), few_values))
    return Replace(path, draw(values), old, when), document


def run(operation: Operation, document: Document, *, revert: bool = False) -> Document:
    """Return the document after an operation; skip examples that are refused."""
    try:
        return migrate(document, [Migration("it", "", (operation,))], revert=revert)
    except EditRefused:
        assume(False)  # noqa: FBT003  hypothesis's own
        raise


def has_result(operation: Operation, document: Document) -> bool:
    """Return whether the document has a result of the operation, whatever its conditions."""
    match operation:
        case Insert():
            return bool(find_matches(document.value, parse_path(operation.path)))
        case Rename():
            *parents, _ = parse_path(operation.path)
            return bool(find_matches(document.value, (*parents, operation.to)))
        case Replace():
            matches = find_matches(document.value, parse_path(operation.path))
            return any(operation.value.equals(value) for _, value in matches)
    raise AssertionError(operation)


def split_around(text: str, edits: list[Edit]) -> list[str]:
    """Return the pieces of a text that the edits leave."""
    ends = [0, *(edit.end for edit in edits)]
    starts = [*(edit.start for edit in edits), len(text)]
    return [text[end:start] for end, start in zip(ends, starts, strict=True)]


@given(examples())
def test_value_equals_the_plain_operation(
    example: tuple[Operation, Document],
) -> None:
    operation, document = example
    new = run(operation, document)
    assert json.dumps(new.value) == json.dumps(apply(operation, document.value))


@given(examples())
def test_second_run_changes_nothing(example: tuple[Operation, Document]) -> None:
    operation, document = example
    new = run(operation, document)
    assert operation.upgrade(new) == []
    assert run(operation, new) is new


@given(examples())
def test_edits_do_not_overlap_and_other_text_stays(example: tuple[Operation, Document]) -> None:
    operation, document = example
    try:
        edits = sorted(operation.upgrade(document))
    except EditRefused:
        return
    assert all(left.end <= right.start for left, right in pairwise(edits))
    new, at = apply_edits(document.text, edits), 0
    for piece in split_around(document.text, edits):
        at = new.index(piece, at) + len(piece)
    assert new.startswith(document.text[: edits[0].start] if edits else document.text)


@given(examples())
def test_places_exist_if_and_only_if_there_are_edits(example: tuple[Operation, Document]) -> None:
    operation, document = example
    try:
        edits = operation.upgrade(document)
    except EditRefused:
        return
    places = operation.find_places(document)
    assert bool(places) == bool(edits)
    for place in places:
        assert document.find(place) or not place


@given(examples(undoable=True), st.sampled_from(("", "\ufeff")))
def test_undoing_restores_every_byte(example: tuple[Operation, Document], mark: str) -> None:
    """If nothing was like a result before; an object is laid out anew."""
    operation, document = example[0], Document((mark + example[1].text).encode())
    assume(not has_result(operation, document))
    back = run(operation, run(operation, document), revert=True)
    assert json.dumps(back.value) == json.dumps(document.value)
    if not (isinstance(operation, Replace) and operation.old and operation.old.text[0] == "{"):
        assert back.data == document.data


@given(examples(), container_documents)
def test_result_of_any_json_is_json(
    example: tuple[Operation, Document], document: Document
) -> None:
    new = run(example[0], document)
    assert example[0].upgrade(new) == []
