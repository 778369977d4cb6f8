"""Named sets of roots, whose tables are merged on sha256."""

import json
from pathlib import Path

import pytest

from tests.metadata.oracle import samples
from tests.metadata.tables import kept, refusal, table
from trellis_cfg.metadata.results import Step

BASE = "sha256,aesthetic_score\na,5\nb,6\nc,7\nd,1\n"
LATENTS = "sha256,ss_latent_encoded\nb,True\nc,False\nd,True\ne,True\n"
DATASET = "SparseStructureLatent"


def data_dir(folder: Path, *texts: str) -> str:
    """Return one set of roots with these tables."""
    roots = {str(n): table(folder / str(n), text) for n, text in enumerate(texts)}
    return json.dumps({"set": roots})


def test_a_set_is_one_table(tmp_path: Path) -> None:
    root = data_dir(tmp_path, BASE, LATENTS)
    (found,) = kept(root, DATASET).tables
    assert (found.path, found.rows, found.samples) == ("set", 5, 1)
    assert found.steps == (
        Step("sha256 merged", 5),
        Step("ss_latent_encoded", 3),
        Step("aesthetic_score >= 5.0", 1),
    )
    assert samples(DATASET, {}, root) == 1


# The tables of a set, and how many samples it keeps.
ALIKE: dict[str, tuple[list[str], int]] = {
    "one_table": (
        [LATENTS.replace("\n", ",6\n").replace("encoded,6", "encoded,aesthetic_score")],
        3,
    ),
    "a_repetition_in_the_only_table": (
        ["sha256,ss_latent_encoded,aesthetic_score\na,True,5\na,True,6\n"],
        2,
    ),
    "the_first_value_counts": ([BASE, LATENTS + "a,True\n", "sha256,aesthetic_score\na,1\n"], 2),
    "a_later_value_fills_a_blank": (
        [BASE.replace("b,6", "b,"), LATENTS, "sha256,aesthetic_score\nb,9\n"],
        1,
    ),
    "text_hides_a_later_true": ([BASE, LATENTS.replace("b,True", "b,yes"), LATENTS], 0),
    "one_table_has_no_rows": ([BASE, LATENTS, "sha256,ss_latent_encoded\n"], 1),
    "one_table_is_of_no_use": ([BASE, "sha256\nz\n", LATENTS], 1),
    "blank_ids_are_one": ([BASE + ",9\n", LATENTS + "NaN,True\n"], 2),
    "other_line_ends": ([BASE.replace("\n", "\r"), LATENTS + "\n\n"], 1),
    "text_that_is_hidden": ([BASE, LATENTS, "sha256,aesthetic_score\nb,x\n"], 1),
}


@pytest.mark.parametrize(("texts", "number"), ALIKE.values(), ids=ALIKE.keys())
def test_a_set_is_merged_as_pandas_merges_it(tmp_path: Path, texts: list[str], number: int) -> None:
    root = data_dir(tmp_path, *texts)
    assert kept(root, DATASET).samples == samples(DATASET, {}, root) == number


def test_sets_add_up(tmp_path: Path) -> None:
    one = {"a": table(tmp_path / "a", BASE), "b": table(tmp_path / "b", LATENTS)}
    both = json.dumps({"x": one, "y": one})
    found = kept(both, DATASET)
    assert [found_table.path for found_table in found.tables] == ["x", "y"]
    assert found.samples == samples(DATASET, {}, both) == 2
    assert kept("{}", DATASET).samples == samples(DATASET, {}, "{}") == 0


def test_text_in_a_merged_column_fails_where_it_is_compared(tmp_path: Path) -> None:
    root = data_dir(tmp_path, BASE, LATENTS, "sha256,aesthetic_score\ne,x\n")
    assert refusal(root, DATASET) == (
        'the set "set": column "aesthetic_score" holds text: '
        "the trainer would fail with a TypeError"
    )
    with pytest.raises(TypeError):
        samples(DATASET, {}, root)


def test_a_column_that_no_table_has_is_missed(tmp_path: Path) -> None:
    root = data_dir(tmp_path, BASE, "sha256\na\n")
    assert refusal(root, DATASET).startswith(
        'the set "set": there is no column "ss_latent_encoded", which SparseStructureLatent needs'
    )
    assert refusal('{"set": {}}', DATASET).startswith(
        'the set "set": there is no column "ss_latent_encoded", which SparseStructureLatent needs'
    )


def test_a_repetition_is_refused(tmp_path: Path) -> None:
    root = data_dir(tmp_path, BASE, LATENTS + "b,True\nb,True\n")
    assert refusal(root, DATASET).replace(str(tmp_path), "") == (
        "/1/metadata.csv: a sha256 stands there 3 times, and the trainer would pair each with "
        "each of the other tables: remove the repetitions"
    )


def test_ids_that_are_numbers_are_refused(tmp_path: Path) -> None:
    root = data_dir(tmp_path, BASE, "sha256,ss_latent_encoded\n1,True\n2,True\n")
    assert refusal(root, DATASET).replace(str(tmp_path), "") == (
        "/1/metadata.csv: sha256 holds nothing but numbers, and the trainer would merge them as "
        "such: is this the right file?"
    )
    root = data_dir(tmp_path, BASE, "sha256,ss_latent_encoded\n1,True\n2,True\nx,True\n")
    assert kept(root, DATASET).samples == 0


EXAMPLE = '{"NAME": {"base": "PATH"}}'
REFUSED: dict[str, tuple[str, str, str]] = {
    "broken_json": (
        DATASET,
        '{"a": ',
        "data_dir looks like JSON, but is none: Expecting value: line 1 column 7 (char 6)",
    ),
    "a_list": (
        DATASET,
        '["a"]',
        (
            f'data_dir ["a"] is JSON, but no object such as {EXAMPLE}: the trainer would fail with '
            "an AttributeError. Write ./ before the name of a folder"
        ),
    ),
    "a_folder_with_the_name_of_a_number": (
        DATASET,
        "2024",
        (
            f"data_dir 2024 is JSON, but no object such as {EXAMPLE}: the trainer would fail with "
            "an AttributeError. Write ./ before the name of a folder"
        ),
    ),
    "a_set_that_is_a_path": (
        DATASET,
        '{"a": "b"}',
        f'the set "a" of data_dir must be an object of paths: {EXAMPLE}',
    ),
    "a_root_that_is_no_path": (
        DATASET,
        '{"a": {"base": 5}}',
        f'the set "a" of data_dir must be an object of paths: {EXAMPLE}',
    ),
    "sets_for_a_dataset_of_trellis": (
        "SparseStructure",
        '{"a": {"base": "b"}}',
        "SparseStructure takes no named sets: give its roots, comma-separated",
    ),
}


@pytest.mark.parametrize(("dataset", "root", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_data_dir_that_cannot_be_meant_is_refused(dataset: str, root: str, message: str) -> None:
    assert refusal(root, dataset).replace("ROOT", root) == message


def test_trellis_takes_a_folder_with_the_name_of_a_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    table(tmp_path / "2024", "sha256,voxelized,aesthetic_score\na,True,5\n")
    assert kept("2024").samples == 1
