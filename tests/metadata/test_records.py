"""Text of any kind is taken apart into the records that pandas finds."""

import csv
import io
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from trellis_cfg.errors import MetadataError
from trellis_cfg.metadata.records import records

PIECES = st.sampled_from(
    ("a", "b", ",", ",", '"', '""', '",', ',"', "\n", "\n", "\r\n", "\r", "\n\n", " ", "\t", "值")
)
TEXTS = st.lists(PIECES, max_size=25).map("".join)


def pandas_records(text: str) -> list[list[str]] | None:
    """Return what pandas finds below and in the first record, or None where it fails."""
    try:
        found = pd.read_csv(io.StringIO(text), header=None, dtype=str, na_filter=False)
    except pd.errors.EmptyDataError:
        return []
    except pd.errors.ParserError:
        return None
    rows: list[list[str]] = found.to_numpy().tolist()
    return rows


def our_records(text: str) -> list[list[str]] | None:
    """Return what we find, short records filled up, or None where a record is too long."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.csv")
        path.write_bytes(text.encode())
        try:
            found = list(records("x.csv", str(path)))
        except MetadataError:
            return None
    width = len(found[0]) if found else 0
    rows = [row + [""] * (width - len(row)) for row in found]
    return None if any(len(row) > width for row in rows) else rows


@given(TEXTS)
@example('a,b\n"c\n')
@example('a,b\nc,d\n"')
@example('a,b\nc"d,"e"f"\n')
@example("a,b\r\r,c\r")
@example('a,b\n""\n \n" "\n')
def test_records_are_those_of_pandas(text: str) -> None:
    assume(not re.search(r"\r[ \t]", text))  # pandas 2 loses its way there
    found = our_records(text)
    if found and len(found[0]) > 1:
        assert found == pandas_records(text)
    elif found is None:
        assert pandas_records(text) is None


@given(TEXTS)
def test_the_limit_of_the_csv_module_is_left_as_it_was(text: str) -> None:
    before = csv.field_size_limit()
    our_records(text)
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_end_within_quotes_belongs_to_the_cell(end: str) -> None:
    assert our_records(f'a,b{end}"c{end}{end} ",d{end}') == [["a", "b"], [f"c{end}{end} ", "d"]]


def test_a_quoted_blank_is_a_record_and_an_unquoted_one_is_none() -> None:
    assert our_records('a,b\n" "\n \n""\n\n') == [["a", "b"], [" ", ""], ["", ""]]
