"""What is counted is what the trainer's own pandas keeps, or the error that it raises."""

import json
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metadata import oracle
from tests.metadata.strategies import CHUNK, WIDE_HEADER, Dataset, chunks, datasets, files
from trellis_cfg import metadata
from trellis_cfg.errors import MetadataError
from trellis_cfg.metadata import Step, count
from trellis_cfg.preview.messages import REASONS

MODEL = {"latent_model": "m"}
STRUCTURE, IMAGES = Dataset("SparseStructure", {}), "ImageConditionedSparseStructureLatent"
ENCODED = Dataset("SparseStructureLatent", {})
VIEWS, CAPTIONS = Dataset(IMAGES, MODEL), Dataset("TextConditionedSLat", MODEL)
SDF = Dataset("SparseSDF", {})
HEADER = "sha256,voxelized,aesthetic_score,captions\n"
ROWS = "a,True,6,\nb,False,7,x\nc,True,4,y\nd,True,5,z\n"
SCORES = "sha256,voxelized,aesthetic_score\n"
VIEWED = "sha256,ss_latent_m,aesthetic_score,cond_rendered\n"
CAPTIONED = "sha256,num_voxels,aesthetic_score,captions,latent_m\n"
NEW = "sha256,ss_latent_encoded,aesthetic_score\n"
BASE = "sha256,aesthetic_score\na,5\nb,6\nc,7\nd,1\n"
LATENTS = "sha256,ss_latent_encoded\nb,True\nc,False\nd,True\ne,True\n"


def write(folder: str | Path, *tables: str | bytes) -> list[str]:
    """Return the roots of tables with these texts."""
    roots = [Path(folder, str(number)) for number in range(len(tables))]
    for root, table in zip(roots, tables, strict=True):
        root.mkdir()
        (root / "metadata.csv").write_bytes(table if isinstance(table, bytes) else table.encode())
    return [str(root) for root in roots]


def assert_agree(dataset: Dataset, data_dir: str) -> int | str:
    """Return the samples, or the message, once they are known to be the trainer's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            trainers: int | str = oracle.samples(dataset.name, dataset.args, data_dir)
        except Exception as error:  # noqa: BLE001  whatever pandas raises
            trainers = type(error).__name__
    try:
        ours: int | str = count(dataset.name, dataset.args, data_dir).samples
    except MetadataError as error:
        ours = error.message if {*error.texts} <= REASONS["zh"].keys() else "no translation"
    if "has no column" in str(ours):
        assert isinstance(trainers, str)  # an earlier filter may fail before the column is missed
    else:
        assert (ours.rpartition("raise ")[2] if isinstance(ours, str) else ours) == trainers
    return ours


# A dataset, a table, and how many samples it keeps, or what the message says of it.
TABLES: dict[str, tuple[Dataset, str | bytes, int | str]] = {
    "plain": (STRUCTURE, HEADER + ROWS, 2),
    "crlf": (STRUCTURE, (HEADER + ROWS).replace("\n", "\r\n"), 2),
    "cr_only": (STRUCTURE, (HEADER + ROWS).replace("\n", "\r"), 2),
    "no_final_newline": (STRUCTURE, HEADER + ROWS.rstrip(), 2),
    "byte_order_mark": (STRUCTURE, "\ufeff" + HEADER + ROWS, 2),
    "blank_lines": (STRUCTURE, "\n \t\n" + HEADER + "\n" + ROWS.replace("\n", "\n  \n"), 2),
    "comma_after_blank_line": (STRUCTURE, HEADER + "\r,x,True,9\n\r,,True,9\n\r\n,False,9,\n", 2),
    "quoted_line_ends": (STRUCTURE, HEADER + ROWS.replace(",x", ',"one\ntwo\r\n\nthree"'), 2),
    "stray_quotes": (STRUCTURE, HEADER + ROWS.replace(",x", ',5" pipe').replace("y", 'a"b'), 2),
    "unescaped_quotes": (STRUCTURE, HEADER + ROWS.replace(",x", ',"a "b" c"'), 2),
    "short_rows": (STRUCTURE, HEADER + ROWS.replace(",\n", "\n").replace(",x", ""), 2),
    "column_twice": (STRUCTURE, SCORES[:-1] + ",voxelized\na,True,6,x\nb,True,6,y\n", 2),
    "words_in_any_case": (STRUCTURE, HEADER + "a,true,6,\nb,TRUE,7,\nc,fAlSe,7,\n", 2),
    "numbers_among_blanks": (STRUCTURE, HEADER + "a,True, 6 ,\nb,True,\t5.0,\nc,True,,\n", 2),
    "infinite_scores": (STRUCTURE, HEADER + "a,True,inf,\nb,True,Infinity,\nc,True,-inf,\n", 2),
    "quoted_blank_scores": (STRUCTURE, HEADER + 'a,True,6,\nb,True,"",\nc,True,"null",\n', 1),
    "long_cell": (STRUCTURE, HEADER + ROWS.replace(",x", ',"' + "x\n" * 100_000 + '"'), 2),
    "first_row_longer_than_header": (STRUCTURE, SCORES + "x,a,True,6\n", 1),
    "no_flag_is_true": (STRUCTURE, SCORES + "a,False,5\nb,False,5\n", 0),
    "blank_flag": (STRUCTURE, SCORES + "a,True,5\nb,,5\n", '"voxelized" is blank in rows'),
    "no_rows": (STRUCTURE, SCORES, "only True and False (0 of 0 rows have a value)"),
    "flags_all_blank": (STRUCTURE, SCORES + "a,,5\nb,,5\n", "(0 of 2 rows have a value)"),
    "flags_as_numbers": (STRUCTURE, SCORES + "a,1,5\nb,0,5\n", "True and False, not '1'"),
    "flags_as_letters": (STRUCTURE, SCORES + "a,t,5\nb,f,5\n", "True and False, not 't'"),
    "flags_and_one_number": (STRUCTURE, SCORES + "a,True,5\nb,1,5\n", "True and False, not '1'"),
    "flags_that_name_columns": (STRUCTURE, SCORES + "a,sha256,5\n", "has no column"),
    "text_score": (STRUCTURE, SCORES + "a,True,6\nb,True,high\n", "only numbers, not 'high'"),
    "text_score_lost_before": (STRUCTURE, SCORES + "a,True,\nb,False,high\n", 0),
    "text_score_makes_text": (STRUCTURE, SCORES + "a,True,6\nb,False,high\n", "raise TypeError"),
    "boolean_scores": (STRUCTURE, SCORES + "a,True,True\nb,True,False\n", 0),
    "boolean_and_number_scores": (STRUCTURE, SCORES + "a,True,True\nb,True,5\n", "not 'True'"),
    "large_scores": (STRUCTURE, SCORES + "a,True,9223372036854774784\nb,True,-9e99\n", 1),
    "blank_flag_lost_before": (VIEWS, VIEWED + "a,True,5,True\nb,True,1,\n", 1),
    "blank_flags_and_no_row_left": (VIEWS, VIEWED + "a,False,5,True\nb,True,1,\n", "KeyError"),
    "full_flags_and_no_row_left": (VIEWS, VIEWED + "a,False,5,True\nb,True,1,True\n", 0),
    "captions_of_null_words": (CAPTIONS, CAPTIONED + "c,1,5,None,True\nd,1,6,[],True\n", 1),
    "equal_to_true": (ENCODED, NEW + "a,True,5\nb,,5\nc,true,5\n", 2),
    "one_equals_true": (ENCODED, NEW + "a,1,5\nb,0,5\nc,1.0,5\nd,2,5\n", 2),
    "text_never_equals_true": (ENCODED, NEW + "a,True,5\nb,yes,5\n", 0),
    "no_rows_to_compare": (ENCODED, NEW, 0),
    "sdf_without_columns": (SDF, "sha256\na\nb\n", 2),
    "sdf_of_another_resolution": (SDF, "sha256,r512_num_points\na,1\nb,2\n", 2),
    "sdf_of_its_resolution": (SDF, "sha256,r64_num_points\na,10\nb,2\n", 1),
    "missing_column": (STRUCTURE, "sha256,voxelized\na,True\n", 'no column "aesthetic_score"'),
    "no_sha256": (STRUCTURE, "sha,voxelized,aesthetic_score\na,True,5\n", 'no column "sha256"'),
    "empty": (STRUCTURE, "", "is empty: not even a header"),
    "open_quote": (STRUCTURE, HEADER + ROWS.replace(",x", ',"x'), "EOF inside string"),
    "long_row": (STRUCTURE, HEADER + ROWS.replace(",x", ",x,y"), "in line 3, saw 5"),
    "latin_1": (STRUCTURE, (HEADER + ROWS).replace("x", "é", 1).encode("latin-1"), "is not UTF-8"),
    "utf_16": (STRUCTURE, (HEADER + ROWS).encode("utf-16"), "is not UTF-8"),
}


@pytest.mark.parametrize(("dataset", "text", "expected"), TABLES.values(), ids=TABLES.keys())
def test_a_table_counts_as_the_trainer_counts_it(
    tmp_path: Path, dataset: Dataset, text: str | bytes, expected: int | str
) -> None:
    ours = assert_agree(dataset, *write(tmp_path, text))
    assert ours == expected if isinstance(expected, int) else expected in str(ours)


SETS: dict[str, tuple[list[str], int | str]] = {
    "two_tables": ([BASE, LATENTS], 1),
    "sha256_twice_in_the_only_table": ([NEW + "a,True,5\na,True,6\n"], 2),
    "sha256_twice": ([BASE, LATENTS + "b,True\nb,True\n"], 3),
    "first_value_counts": ([BASE, LATENTS + "a,True\n", "sha256,aesthetic_score\na,1\n"], 2),
    "later_value_fills_a_blank": ([BASE.replace("b,6", "b,"), LATENTS, NEW + "b,False,9\n"], 1),
    "text_hides_a_later_true": ([BASE, LATENTS.replace("b,True", "b,yes"), LATENTS], 0),
    "no_rows_in_one": ([BASE, LATENTS, "sha256,ss_latent_encoded\n"], 1),
    "blank_ids_are_one": ([BASE + ",9\n", LATENTS + "NaN,True\n"], 2),
    "numbers_as_ids": ([BASE, "sha256,ss_latent_encoded\n1,True\n2,True\n"], 0),
    "text_score": ([BASE, LATENTS, "sha256,aesthetic_score\ne,x\n"], "only numbers, not 'x'"),
    "missing_column": ([BASE, "sha256\na\n"], 'data_dir["set"] has no column "ss_latent_encoded"'),
    "no_tables": ([], 'data_dir["set"] has no column "ss_latent_encoded"'),
    "no_sha256": ([BASE, "sha\na\n"], '1/metadata.csv has no column "sha256"'),
}


@pytest.mark.parametrize(("texts", "expected"), SETS.values(), ids=SETS.keys())
def test_a_set_is_merged_as_the_trainer_merges_it(
    tmp_path: Path, texts: list[str], expected: int | str
) -> None:
    ours = assert_agree(ENCODED, json.dumps({"set": dict(enumerate(write(tmp_path, *texts)))}))
    assert ours == expected if isinstance(expected, int) else expected in str(ours)


@given(st.data(), datasets())
def test_roots_count_as_the_trainer_counts_them(data: st.DataObject, dataset: Dataset) -> None:
    tables = [data.draw(files(dataset.columns)) for _ in range(data.draw(st.integers(1, 2)))]
    with TemporaryDirectory() as folder:
        assert_agree(dataset, ",".join(write(folder, *tables)))


@given(st.data(), datasets(new=True))
def test_sets_count_as_the_trainer_counts_them(data: st.DataObject, dataset: Dataset) -> None:
    tables = [data.draw(files(dataset.columns))]
    for _ in range(data.draw(st.integers(0, 2))):
        some = data.draw(st.sets(st.sampled_from(sorted(dataset.columns))))
        tables.append(data.draw(files({name: dataset.columns[name] for name in sorted(some)})))
    with TemporaryDirectory() as folder:
        assert_agree(dataset, json.dumps({"set": dict(enumerate(write(folder, *tables)))}))


@settings(max_examples=20)
@given(st.sampled_from((STRUCTURE, ENCODED, VIEWS)), chunks())
def test_many_chunks_count_as_the_trainer_counts_them(dataset: Dataset, text: str) -> None:
    with TemporaryDirectory() as folder:
        assert_agree(dataset, *write(folder, text))


# The rows after a whole chunk of rows that pass, and the numbers of rows that are read.
CHUNKS = {
    "alike": ("x,True,True,True,5,True,c\n" * 2, [CHUNK, 2]),
    "another_type": ("x,True,True,True,5.5,True,c\n", [CHUNK, CHUNK + 1]),
    "blank_flag": ("x,,,,5,True,c\n", [CHUNK, CHUNK + 1]),
    "captions_all_blank": ("x,True,True,True,5,True\n", [CHUNK, 1]),
}


@pytest.mark.parametrize(("rows", "expected"), CHUNKS.values(), ids=CHUNKS.keys())
def test_the_whole_is_read_only_where_chunks_differ(
    tmp_path: Path, rows: str, expected: list[int]
) -> None:
    (root,) = write(tmp_path, WIDE_HEADER + "a,True,True,True,5,True,c\n" * CHUNK + rows)
    read: list[int] = []
    with suppress(MetadataError):
        count("SparseStructure", {}, root, read.append)
    assert read == expected
    assert_agree(STRUCTURE, root)


def test_steps_are_reported_root_by_root(tmp_path: Path) -> None:
    first, second = write(tmp_path, HEADER + ROWS, HEADER + "x,True,9,\n")
    counted = count("SparseStructure", {}, f"{first},{second},{first}")
    assert [(table.path, table.rows, table.samples) for table in counted.tables] == [
        (f"{root}/metadata.csv", rows, samples)
        for root, rows, samples in ((first, 4, 2), (second, 1, 1), (first, 4, 2))
    ]
    assert counted.tables[0].steps == (Step("voxelized", 3), Step("aesthetic_score >= 5.0", 2))
    assert (counted.dataset, counted.samples) == ("SparseStructure", 5)


def test_steps_are_reported_set_by_set(tmp_path: Path) -> None:
    one = dict(enumerate(write(tmp_path, BASE, LATENTS)))
    counted = count("SparseStructureLatent", {}, json.dumps({"x": one, "y": one}))
    assert [table.path for table in counted.tables] == ["x", "y"]
    assert counted.tables[1].steps == (
        Step("ss_latent_encoded == True", 3),
        Step("aesthetic_score >= 5.0", 1),
    )
    assert counted.samples == 2
    assert count("SparseStructureLatent", {}, "{}").samples == 0


def test_every_dataset_of_the_trainers_is_known() -> None:
    assert metadata.TRELLIS.keys() == oracle.TRELLIS.keys()
    assert metadata.TRELLIS_2.keys() == oracle.TRELLIS_2.keys()


REFUSED: dict[str, tuple[str, dict[str, object], str, str]] = {
    "required": ("TextConditionedSLat", {}, "/", "latent_model: add it to dataset.args"),
    "text_limit": ("SLat", {"max_tokens": "8"}, "/", "max_tokens of SLat must be a number, not"),
    "null_limit": ("SLat", {"min_aesthetic_score": None}, "/", "must be a number, not None"),
    "no_table": ("CTWindowSparseSDF", {}, "/", "cannot count the samples of CTWindowSparseSDF"),
    "broken_json": ("SLat", {}, '{"a": ', "data_dir is not valid JSON: Expecting value: line 1"),
    "json_list": ("SLat", {}, '["a"]', 'data_dir is JSON, but not {"NAME": {"base": "PATH"}}'),
    "folder_named_by_a_number": ("SLat", {}, "2024", "(begin a folder with ./)"),
    "set_that_is_a_path": ("SLat", {}, '{"a": "b"}', 'data_dir["a"] is JSON, but not'),
    "root_that_is_a_number": (
        "SLat",
        {},
        '{"a": {"base": 5}}',
        'data_dir["a"] cannot be read (exp',
    ),
    "sets_for_trellis": ("SparseStructure", {}, '{"a": {}}', "cannot be read: no such file"),
    "missing_file": ("SparseStructure", {}, "gone", "gone/metadata.csv cannot be read: no such"),
    "no_path": ("SparseStructure", {}, "a\0", "cannot be read (embedded null byte)"),
    "url": ("SparseStructure", {}, "https://localhost", "cannot be read: no such file"),
}


@pytest.mark.parametrize(
    ("dataset", "args", "data_dir", "message"), REFUSED.values(), ids=REFUSED.keys()
)
def test_what_cannot_be_counted_is_explained(
    dataset: str, args: dict[str, object], data_dir: str, message: str
) -> None:
    with pytest.raises(MetadataError, match=re.escape(message)) as raised:
        count(dataset, args, data_dir)
    assert {*raised.value.texts} <= REASONS["zh"].keys()


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_only_regular_files_are_read(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "metadata.csv")
    with pytest.raises(MetadataError, match="cannot be read: it is not a regular file"):
        count("SparseStructure", {}, str(tmp_path))


def test_paths_mean_what_they_mean_to_the_trainer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    write(tmp_path, HEADER + ROWS)
    Path("0").rename("a[1]*?")
    assert count("SparseStructure", {}, "~/a[1]*?,a[1]*?").samples == 4


def test_pandas_is_imported_only_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = "import sys, trellis_cfg.metadata; print({'pandas', 'pydantic'} & {*sys.modules})"
    command = [sys.executable, "-c", program]
    assert subprocess.run(command, capture_output=True, check=True).stdout == b"set()\n"
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MetadataError, match=r"needs pandas: .*install"):
        count("SparseStructure", {}, str(tmp_path))
