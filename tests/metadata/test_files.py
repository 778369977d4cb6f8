"""Manners of writing a metadata.csv, and what makes it unusable."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.metadata.oracle import samples
from tests.metadata.tables import HEADER, kept, refusal, table
from trellis_cfg.metadata.results import Step

ROWS = "a,True,6,\nb,False,7,x\nc,True,4,y\nd,True,5,z\n"

# The text of a file, of which SparseStructure keeps two rows.
ALIKE = {
    "plain": HEADER + ROWS,
    "crlf": (HEADER + ROWS).replace("\n", "\r\n"),
    "cr_only": (HEADER + ROWS).replace("\n", "\r"),
    "mixed_line_ends": HEADER + ROWS.replace("\n", "\r", 1).replace("\n", "\r\n", 1),
    "no_final_newline": HEADER + ROWS.rstrip(),
    "byte_order_mark": "\ufeff" + HEADER + ROWS,
    "byte_order_mark_and_quotes": '\ufeff"sha256"' + HEADER[6:] + ROWS,
    "blank_lines": "\n \t\n" + HEADER + "\n" + ROWS.replace("\n", "\n  \n"),
    "blank_lines_at_the_end": HEADER + ROWS + "\n\n  ",
    "a_comma_lost_behind_a_blank_line": HEADER + "\r,x,True,9\n\r,,True,9\n\r\n,False,9,\n",
    "a_blank_cell_behind_a_blank_line": HEADER + ROWS + '\n,True,1,\n\r"",True,1,"\n\r,"\n',
    "all_quoted": '"sha256","voxelized","aesthetic_score"\n"a","True","6"\n"b","True","5"\n',
    "quoted_json": HEADER + ROWS.replace(",x", ',"[""a chair"", ""b, c""]"'),
    "quoted_line_ends": HEADER + ROWS.replace(",x", ',"one\ntwo\r\n\nthree"'),
    "stray_quotes": HEADER + ROWS.replace(",x", ',5" pipe').replace(",y", ',"so" said'),
    "unescaped_quotes": HEADER + ROWS.replace(",x", ',"a "b" c"'),
    "short_rows": HEADER + ROWS.replace(",\n", "\n").replace(",x", ""),
    "columns_permuted": "aesthetic_score,file,sha256,voxelized\n5,,a,True\n9,,b,True\n",
    "a_column_twice": "sha256,voxelized,aesthetic_score,voxelized\na,True,6,x\nb,True,6,y\n",
    "two_columns_more": HEADER.replace("\n", ",é,\n") + ROWS.replace("\n", ",值,\n"),
    "words_in_any_case": HEADER + "a,true,6,\nb,TRUE,7,\nc,fAlSe,7,\n",
    "numbers_among_blanks": HEADER + "a,True, 6 ,\nb,True,\t5.0,\nc,True, 4,\n",
    "exponents_and_signs": HEADER + "a,True,+6,\nb,True,5e0,\nc,True,-5,\nd,True,.5e1x"[:-6],
    "infinite_scores": HEADER + "a,True,inf,\nb,True,Infinity,\nc,True,-inf,\n",
    "blank_scores": HEADER + "a,True,6,\nb,True,,\nc,True,NaN,\nd,True,N/A,\ne,True,7,\n",
    "quoted_blank_scores": HEADER + 'a,True,6,\nb,True,"",\nc,True,"null",\nd,True,5,\n',
    "a_cell_of_200_kilobytes": HEADER + ROWS.replace(",x", ',"' + "x\n" * 100_000 + '"'),
}


@pytest.mark.parametrize("text", ALIKE.values(), ids=ALIKE.keys())
def test_a_table_is_read_as_pandas_reads_it(tmp_path: Path, text: str) -> None:
    root = table(tmp_path, text)
    assert kept(root).samples == samples("SparseStructure", {}, root) == 2


BROKEN = {
    "empty": (
        "",
        (
            "ROOT/metadata.csv is empty: not even a header. "
            "The trainer would fail with an EmptyDataError"
        ),
    ),
    "blank": (
        "\n \n",
        (
            "ROOT/metadata.csv is empty: not even a header. "
            "The trainer would fail with an EmptyDataError"
        ),
    ),
    "an_open_quote": (
        HEADER + ROWS.replace(",x", ',"x'),
        (
            'ROOT/metadata.csv: the file ends inside a cell: a closing " is missing. '
            "The trainer would fail with a ParserError"
        ),
    ),
    "a_long_row": (
        HEADER + ROWS.replace(",x", ",x,y"),
        (
            "ROOT/metadata.csv: row 2 has 5 cells, and the header 4: the trainer would fail with a "
            "ParserError. Put quotes around a cell that holds a comma"
        ),
    ),
    "a_long_first_row": (
        HEADER + ROWS.replace(",\n", ",,\n"),
        (
            "ROOT/metadata.csv: row 1 has 5 cells, and the header 4: the trainer would take the "
            "first for row labels. Put quotes around a cell that holds a comma"
        ),
    ),
    "json_that_is_not_escaped": (
        HEADER + ROWS.replace(",x", ',"["a","b"]"'),
        (
            "ROOT/metadata.csv: row 2 has 5 cells, and the header 4: the trainer would fail with a "
            "ParserError. Put quotes around a cell that holds a comma"
        ),
    ),
    "latin_1": (
        (HEADER + ROWS.replace("x", "é")).encode("latin-1"),
        (
            "ROOT/metadata.csv is not UTF-8 (invalid continuation byte). "
            "The trainer would fail with a UnicodeDecodeError: save it as UTF-8"
        ),
    ),
    "utf_16": (
        (HEADER + ROWS).encode("utf-16"),
        (
            "ROOT/metadata.csv is not UTF-8 (invalid start byte). "
            "The trainer would fail with a UnicodeDecodeError: save it as UTF-8"
        ),
    ),
    "a_nul": (
        HEADER + ROWS.replace("x", "\0"),
        (
            "ROOT/metadata.csv: it holds a NUL character, which each version of pandas reads in "
            "another way: is it a CSV file?"
        ),
    ),
}


@pytest.mark.parametrize(("text", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_file_that_is_no_table_is_refused(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    assert refusal(table(tmp_path, text)) == message


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(str(tmp_path)) == (
        "ROOT/metadata.csv cannot be read: No such file or directory; "
        "is this the folder that holds metadata.csv?"
    )


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").mkdir()
    assert refusal(str(tmp_path)) == "ROOT/metadata.csv cannot be read: it is no regular file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has none")
def test_a_fifo_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "metadata.csv")
    assert refusal(str(tmp_path)) == "ROOT/metadata.csv cannot be read: it is no regular file"


def test_patterns_in_a_path_are_plain_characters(tmp_path: Path) -> None:
    root = table(tmp_path / "a[1]*?", HEADER + ROWS)
    assert kept(root).samples == 2


def test_the_home_folder_is_found_as_pandas_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    table(tmp_path / "data", HEADER + ROWS)
    (found,) = kept("~/data").tables
    assert (found.path, found.samples) == ("~/data/metadata.csv", 2)


def test_roots_are_counted_one_by_one_even_twice(tmp_path: Path) -> None:
    one, two = table(tmp_path / "a", HEADER + ROWS), table(tmp_path / "b", HEADER + "x,True,9,\n")
    found = kept(f"{one},{two},{one}")
    assert [found_table.path for found_table in found.tables] == [
        f"{root}/metadata.csv" for root in (one, two, one)
    ]
    assert [found_table.rows for found_table in found.tables] == [4, 1, 4]
    assert found.tables[0].steps == (Step("voxelized", 3), Step("aesthetic_score >= 5.0", 2))
    assert (found.dataset, found.samples) == ("SparseStructure", 5)


PROGRAM = """
import sys
import trellis_cfg.metadata
print(*{"polars", "pandas", "numpy", "pydantic"}.intersection(sys.modules))
"""


def test_importing_it_imports_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


def test_without_polars_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trellis_cfg.metadata.find_spec", lambda _: None)
    assert refusal(table(tmp_path, HEADER + ROWS)) == (
        'metadata.csv is read by polars: pip install "trellis-cfg[data]"'
    )
