"""How a picture writes numbers and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis_cfg.preview.plot.sentences import (
    counted,
    printable,
    scientific,
    short,
    shortened,
    wrapped,
)
from trellis_cfg.terminal import width


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        *((0.0, "0"), (1e-4, "1e-4"), (2.5e-5, "2.5e-5"), (-1e-4, "-1e-4"), (9.9999e-4, "1e-3")),
        *((0.05, "5e-2"), (0.1, "0.1"), (1.0, "1"), (2.0959e15, "2.1e+15")),
    ],
)
def test_learning_rates(rate: float, text: str) -> None:
    assert scientific(rate) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        *((0, "0"), (0.5, "0.5"), (999, "999"), (1_000, "1k"), (2_500, "2.5k"), (10**6, "1M")),
        *((10**9, "1G"), (5 * 10**14, "500T"), (10**17, "1e+17")),
    ],
)
def test_ticks(number: float, text: str) -> None:
    assert short(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (105_200, "105,200"),
        (10**15, "≈10^15"),
        (2**63, "≈10^19"),
    ],
)
def test_counts(number: int, text: str) -> None:
    assert counted(number) == text


def test_counts_that_python_does_not_write() -> None:
    assert counted(10**5_000) == "≈10^5000"


@given(st.text(), st.integers(4, 60))
def test_a_shortened_name_fits_and_keeps_both_ends(name: str, columns: int) -> None:
    found = shortened(name, columns)
    assert width(found) <= columns
    start, cut, end = found.partition("…")
    assert found == name or (cut and name.startswith(start) and name.endswith(end))


@given(st.text(st.characters(exclude_categories=["Z", "C"])), st.integers(4, 60))
def test_a_wrapped_text_is_the_text(text: str, columns: int) -> None:
    lines = wrapped(text, columns)
    assert "".join(lines) == text
    assert all(width(line) <= columns for line in lines if not line.isascii())


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("the last steps", ["the last", "steps"]),
        ("最后一些步骤", ["最后一些", "步骤"]),
        ("step 5,200 步", ["step", "5,200 步"]),
        ("indivisible word", ["indivisible", "word"]),
        ("", [""]),
    ],
)
def test_lines_are_parted_between_words(text: str, lines: list[str]) -> None:
    assert wrapped(text, 8) == lines


@given(st.text(st.characters()))
def test_what_is_printed_is_printable(name: str) -> None:
    assert printable(name).isprintable()
    assert not name.isprintable() or printable(name) == name
