"""Lines and columns, and the leaves of a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.document.strategies import MARK
from trellis_cfg.document.locate import Lines, Place
from trellis_cfg.document.paths import iterate_leaves

# Other separators end no line.
TEXTS = st.text(st.sampled_from("a中 \n\r\t😀\u2028\x0b\x0c\x85"), max_size=30)


def count_characters(text: str, offset: int) -> Place:
    """Count lines and columns one character at a time."""
    line, column = 1, 1
    for at, character in enumerate(text[:offset]):
        pair = character == "\r" and text[at + 1 : at + 2] == "\n"
        if character == "\n" or (character == "\r" and not pair):
            line, column = line + 1, 1
        elif not (at == 0 and character == MARK):
            column += 1
    return Place(line, column)


@given(st.sampled_from(("", MARK)), TEXTS)
def test_places_equal_a_count_of_characters(mark: str, rest: str) -> None:
    text = mark + rest
    lines = Lines(text)
    for offset in range(len(text) + 1):
        assert lines.place(offset) == count_characters(text, offset)


@given(TEXTS)
def test_the_lines_are_the_text_without_its_line_ends(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    measured = Lines(text)
    assert [measured.text(number, 1, 100) for number in range(1, len(lines) + 1)] == lines


def test_piece_of_a_line() -> None:
    lines = Lines("\ufeffab\ncdefg\n")
    pieces = [lines.text(*piece) for piece in ((1, 1, 9), (2, 2, 3), (2, 4, 9), (3, 1, 9))]
    assert pieces == ["ab", "def", "fg", ""]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, [((), 1)]),
        ({"a": {}, "b": []}, [(("a",), {}), (("b",), [])]),
        ({"a": [1, {"b": None}], "c": "x"}, [(("a", 0), 1), (("a", 1, "b"), None), (("c",), "x")]),
    ],
)
def test_leaves_come_in_order(value: object, expected: list[object]) -> None:
    assert list(iterate_leaves(value)) == expected


def test_leaves_of_deep_nesting() -> None:
    value: object = 1
    for _ in range(5_000):
        value = [value]
    assert list(iterate_leaves(value)) == [((0,) * 5_000, 1)]
