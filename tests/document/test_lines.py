"""Lines agree with the place of a single offset, wherever that is, but amid a CR LF."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis_cfg.document.locate import Lines, Place, place_of
from trellis_cfg.document.paths import leaves

TEXTS = st.text(st.sampled_from(["a", "中", " ", "\n", "\r", "\t", "😀"]), max_size=30)


@given(TEXTS, st.booleans(), st.data())
def test_each_offset_has_one_place(text: str, marked: bool, data: st.DataObject) -> None:  # noqa: FBT001
    text = ("\ufeff" if marked else "") + text
    offset = data.draw(st.integers(0, len(text)))
    if text[offset - 1 : offset + 1] != "\r\n":
        assert Lines(text).place(offset) == place_of(text, offset)


@given(TEXTS)
def test_the_lines_are_the_text_without_its_line_ends(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = Lines(text)
    assert [found.text(number, 1, 100) for number in range(1, len(lines) + 1)] == lines


def test_a_piece_of_a_line() -> None:
    lines = Lines("\ufeffab\ncdefg\n")
    assert lines.place(0) == lines.place(1) == Place(1, 1)
    assert lines.text(1, 1, 9) == "ab"
    assert lines.text(2, 2, 3) == "def"
    assert lines.text(2, 4, 9) == "fg"
    assert lines.text(3, 1, 9) == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, [((), 1)]),
        ({}, []),
        ([], []),
        (
            {"a": [1, {"b": None}], "c": "x"},
            [(("a", 0), 1), (("a", 1, "b"), None), (("c",), "x")],
        ),
    ],
)
def test_leaves_come_in_order(value: object, expected: list[object]) -> None:
    assert list(leaves(value)) == expected


def test_leaves_of_deep_nesting() -> None:
    value: object = 1
    for _ in range(5_000):
        value = [value]
    assert list(leaves(value)) == [((0,) * 5_000, 1)]
