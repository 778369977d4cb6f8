"""A cell by itself, and a column of few, is to us what it is to pandas."""

import io
import math

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metadata.strategies import BLANKS, CAPTIONS, FLAGS, NUMBERS, ODD_NUMBERS, TEXTS
from trellis_cfg.errors import MetadataError
from trellis_cfg.metadata import cells
from trellis_cfg.metadata.engine import aggregated

ODD = (
    *("1e", "e5", "+", "-", ".", "5.", "+.5", "--5", "+ 5", "5e+", "5e+1", "5E-1", "5_0", "0x1"),
    *("1,5", "5f", "1d5", "inf", "+inf", "-INF", "iNfInItY", "infinit", "NAN", "+nan", "- 5"),
    *("\v5\f", "\xa05", "٣", "1j", "True ", "T", "on", "TRUE", "nul", "NaN ", "n/A", "none"),
)
KNOWN = st.sampled_from((*FLAGS, *BLANKS, *NUMBERS, *ODD_NUMBERS, *TEXTS, *CAPTIONS, *ODD))
SHORT = st.text("05.+-eE \t_naifTrue", max_size=5)


def pandas_column(values: list[str]) -> list[object]:
    """Return the cells as pandas reads a column of them."""
    frame = pd.DataFrame({"k": "k", "v": values})
    text = frame.to_csv(index=False, quoting=1)
    column: list[object] = pd.read_csv(io.StringIO(text))["v"].tolist()
    return column


def our_column(values: list[str]) -> tuple[list[float | None], cells.Tally]:
    """Return the value of each cell, and the tally of the column."""
    frame = pl.LazyFrame({"v": values}, {"v": pl.String})
    column = pl.col("v")
    tally = cells.Tally(*aggregated(frame, cells.tally(column, cells.value(column))))
    read = cells.text(column) if tally.is_text else cells.value(column)
    return frame.select(read.cast(pl.Float64)).collect().to_series().to_list(), tally


def same(ours: float | None, theirs: object) -> bool:
    """Tell whether a value of ours stands for one of theirs."""
    if isinstance(theirs, str):
        return ours is not None and math.isnan(ours)
    if isinstance(theirs, float) and math.isnan(theirs):
        return ours is None
    assert isinstance(theirs, bool | int | float)
    return ours is not None and (ours == theirs or math.isclose(ours, theirs, rel_tol=1e-14))


@given(st.lists(KNOWN | SHORT, min_size=1, max_size=3))
def test_a_column_has_the_values_that_pandas_gives_it(values: list[str]) -> None:
    ours, tally = our_column(values)
    if not tally.huge:
        theirs = pandas_column(values)
        assert [same(*pair) for pair in zip(ours, theirs, strict=True)] == [True] * len(values)


@pytest.mark.parametrize("cell", ODD)
def test_an_odd_cell_is_what_pandas_takes_it_for(cell: str) -> None:
    (ours,), _ = our_column([cell])
    assert same(ours, pandas_column([cell])[0])


@given(st.lists(KNOWN, max_size=5))
def test_a_guess_that_is_right_is_the_value(values: list[str]) -> None:
    frame = pl.LazyFrame({"v": values}, {"v": pl.String})
    exact, tally = our_column(values)
    for guess in (cells.guess_flag, cells.guess_number):
        guesses = guess(pl.col("v"))
        (is_right,) = aggregated(frame, [cells.guessed(pl.col("v"), guesses)])
        if is_right:
            assert frame.select(guesses).collect().to_series().to_list() == exact
            assert not tally.is_text


def test_an_error_of_polars_is_told_in_one_line() -> None:
    with pytest.raises(MetadataError) as caught:
        aggregated(pl.LazyFrame({"v": [1]}), [pl.col("nowhere").sum()])
    assert caught.value.message.startswith("polars cannot read the table: ")
    assert "\n" not in caught.value.message
