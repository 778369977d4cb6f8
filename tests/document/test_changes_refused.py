"""What the four edits refuse, and why."""

from collections.abc import Callable

import pytest

from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit, insert, remove, rename, replace
from trellis_cfg.errors import EditRefused

REFUSING = b"""{
  "args": {"max_steps": 1, "lr": 0.1},
  "list": [1, 2],
  "twice": {"x": 1},
  "twice": {"x": 2},
  "name": "scalar"
}"""
TWICE = "duplicate key twice, first at line 4: remove one of them"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        pytest.param(
            lambda doc: insert(doc, ("name",), "0"), "name is there already", id="key_taken"
        ),
        pytest.param(
            lambda doc: insert(doc, ("args", "lr"), "0", after="max_steps"),
            "args.lr is there already",
            id="key_taken_below",
        ),
        pytest.param(
            lambda doc: insert(doc, ("twice",), "0"), "twice is there already", id="key_taken_twice"
        ),
        pytest.param(
            lambda doc: insert(doc, ("no", "n"), "0"), "there is no no", id="missing_parent"
        ),
        pytest.param(
            lambda doc: insert(doc, ("args", "no", "n"), "0"),
            "there is no args.no",
            id="missing_parent_below",
        ),
        pytest.param(
            lambda doc: insert(doc, ("args", "n"), "0", after="no"),
            "there is no args.no",
            id="missing_sibling",
        ),
        pytest.param(
            lambda doc: insert(doc, ("args", "n"), "0", before="no"),
            "there is no args.no",
            id="missing_sibling_before",
        ),
        pytest.param(
            lambda doc: insert(doc, ("name", "n"), "0"),
            "name.n cannot be inserted: name has no such room",
            id="parent_is_a_scalar",
        ),
        pytest.param(
            lambda doc: insert(doc, ("list", 3), "0"),
            "list.3 cannot be inserted: list has no such room",
            id="index_out_of_range",
        ),
        pytest.param(
            lambda doc: insert(doc, ("list", -1), "0"),
            "list.-1 cannot be inserted: list has no such room",
            id="negative_index",
        ),
        pytest.param(
            lambda doc: insert(doc, ("list", "n"), "0"),
            "list.n cannot be inserted: list has no such room",
            id="key_in_an_array",
        ),
        pytest.param(
            lambda doc: insert(doc, (0,), "0"),
            "0 cannot be inserted: the document has no such room",
            id="index_in_an_object",
        ),
        pytest.param(
            lambda doc: insert(doc, ("twice", "n"), "0"), TWICE, id="insert_below_a_duplicate"
        ),
        pytest.param(
            lambda doc: insert(doc, ("n",), "0", after="twice"),
            TWICE,
            id="insert_after_a_duplicate",
        ),
        pytest.param(
            lambda doc: replace(doc, ("no",), "0"), "there is no no", id="replace_missing"
        ),
        pytest.param(
            lambda doc: replace(doc, ("name", "x"), "0"),
            "there is no name.x",
            id="replace_below_a_scalar",
        ),
        pytest.param(
            lambda doc: replace(doc, ("list", 2), "0"),
            "there is no list.2",
            id="replace_index_out_of_range",
        ),
        pytest.param(
            lambda doc: replace(doc, ("twice", "x"), "0"), TWICE, id="replace_below_a_duplicate"
        ),
        pytest.param(lambda doc: rename(doc, ("no",), "n"), "there is no no", id="rename_missing"),
        pytest.param(
            lambda doc: rename(doc, ("args", "lr"), "max_steps"),
            "args.max_steps is there already",
            id="rename_to_a_sibling",
        ),
        pytest.param(
            lambda doc: rename(doc, ("args", "lr"), "lr"),
            "args.lr is there already",
            id="rename_to_itself",
        ),
        pytest.param(
            lambda doc: rename(doc, ("list", 0), "n"),
            "list.0 is an array's element: it has no key to rename",
            id="rename_an_element",
        ),
        pytest.param(lambda doc: rename(doc, ("twice",), "n"), TWICE, id="rename_a_duplicate"),
        pytest.param(lambda doc: remove(doc, ("no",)), "there is no no", id="remove_missing"),
        pytest.param(
            lambda doc: remove(doc, ("list", -1)), "there is no list.-1", id="remove_negative_index"
        ),
        pytest.param(lambda doc: remove(doc, ("twice",)), TWICE, id="remove_a_duplicate"),
    ],
)
def test_an_edit_is_refused_for_a_stated_reason(
    edit: Callable[[Document], Edit], message: str
) -> None:
    with pytest.raises(EditRefused) as caught:
        edit(Document(REFUSING))
    assert caught.value.message == message


def test_a_key_taken_is_refused_at_its_place() -> None:
    with pytest.raises(EditRefused) as caught:
        insert(Document(REFUSING), ("args", "lr"), "0")
    assert (caught.value.line, caught.value.column) == (2, 28)


def test_a_duplicate_on_the_way_is_refused_at_the_second() -> None:
    with pytest.raises(EditRefused) as caught:
        replace(Document(REFUSING), ("twice", "x"), "0")
    assert (caught.value.line, caught.value.column, caught.value.code) == (5, 3, "TC003")
