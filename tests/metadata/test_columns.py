"""What a column may hold: each situation that the trainer fails on, with its twin that it takes."""

import json
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from tests.metadata.oracle import TRELLIS, TRELLIS_2, samples
from tests.metadata.tables import kept, refusal, table
from trellis_cfg.metadata import tables as built_in


class Case(NamedTuple):
    """A table, a dataset, and how many samples it keeps, or the message and the trainer's error."""

    text: str
    dataset: str
    told: int | str
    error: type[Exception] | None = None


NO_KEY = "the trainer would fail with a KeyError"
WIDE = "sha256,voxelized,aesthetic_score\n"
VIEWS = "sha256,ss_latent_m,aesthetic_score,cond_rendered\n"
NEW = "sha256,ss_latent_encoded,aesthetic_score\n"


def column(name: str, rest: str) -> str:
    return f'ROOT/metadata.csv: column "{name}" {rest}'


CASES = {
    "flags": Case(WIDE + "a,True,5\nb,False,5\n", "SparseStructure", 1),
    "no_flag_is_true": Case(WIDE + "a,False,5\nb,False,5\n", "SparseStructure", 0),
    "a_blank_flag": Case(
        WIDE + "a,True,5\nb,,5\n",
        "SparseStructure",
        column(
            "voxelized",
            "is blank in 1 of the rows that are left: the trainer would fail with a ValueError. "
            "Write False there",
        ),
        ValueError,
    ),
    "no_rows": Case(
        WIDE, "SparseStructure", column("voxelized", f"has no rows: {NO_KEY}"), KeyError
    ),
    "flags_as_numbers": Case(
        WIDE + "a,1,5\nb,0,5\n",
        "SparseStructure",
        column("voxelized", f"holds something else than True and False: {NO_KEY}"),
        KeyError,
    ),
    "flags_as_letters": Case(
        WIDE + "a,t,5\nb,f,5\n",
        "SparseStructure",
        column("voxelized", f'holds something else than True and False, such as "t": {NO_KEY}'),
        KeyError,
    ),
    "flags_all_blank": Case(
        WIDE + "a,,5\nb,,5\n",
        "SparseStructure",
        column("voxelized", f"holds something else than True and False: {NO_KEY}"),
        KeyError,
    ),
    "flags_and_one_number": Case(
        WIDE + "a,True,5\nb,1,5\n",
        "SparseStructure",
        column(
            "voxelized",
            f"holds something else than True and False, numbers beside True and False: {NO_KEY}",
        ),
        KeyError,
    ),
    "a_score_of_text": Case(
        WIDE + "a,True,5\nb,True,high\n",
        "SparseStructure",
        column(
            "aesthetic_score", 'holds text, such as "high": the trainer would fail with a TypeError'
        ),
        TypeError,
    ),
    "a_score_of_text_that_is_lost_before": Case(
        WIDE + "a,True,\nb,False,high\n", "SparseStructure", 0
    ),
    "a_number_is_text_for_the_sake_of_another_row": Case(
        WIDE + "a,True,6\nb,False,high\n",
        "SparseStructure",
        column(
            "aesthetic_score", 'holds text, such as "high": the trainer would fail with a TypeError'
        ),
        TypeError,
    ),
    "scores_of_true": Case(WIDE + "a,True,True\nb,True,False\n", "SparseStructure", 0),
    "scores_of_true_and_numbers": Case(
        WIDE + "a,True,True\nb,True,5\n",
        "SparseStructure",
        column(
            "aesthetic_score",
            "holds text, numbers beside True and False: the trainer would fail with a TypeError",
        ),
        TypeError,
    ),
    "an_infinity_among_blanks_is_text": Case(
        WIDE + "a,True, inf\n",
        "SparseStructure",
        column("aesthetic_score", "holds text: the trainer would fail with a TypeError"),
        TypeError,
    ),
    "an_infinity_without_blanks": Case(WIDE + "a,True,inf\nb,True,5\n", "SparseStructure", 2),
    "a_blank_flag_that_is_lost_before": Case(
        VIEWS + "a,True,5,True\nb,True,1,\n", "ImageConditionedSparseStructureLatent", 1
    ),
    "a_blank_flag_that_is_left": Case(
        VIEWS + "a,True,5,True\nb,True,5,\nc,True,5,\n",
        "ImageConditionedSparseStructureLatent",
        column(
            "cond_rendered",
            "is blank in 2 of the rows that are left: the trainer would fail with a ValueError. "
            "Write False there",
        ),
        ValueError,
    ),
    "blank_flags_and_no_row_left": Case(
        VIEWS + "a,False,5,True\nb,True,1,\n",
        "ImageConditionedSparseStructureLatent",
        column("cond_rendered", f"has blanks, and no row is left: {NO_KEY}"),
        KeyError,
    ),
    "full_flags_and_no_row_left": Case(
        VIEWS + "a,False,5,True\nb,True,1,True\n", "ImageConditionedSparseStructureLatent", 0
    ),
    "captions_of_null_words": Case(
        "sha256,latent_m,aesthetic_score,num_voxels,captions\n"
        'a,True,5,1,"[""x""]"\nb,True,5,1,\nc,True,5,1,None\nd,True,5,1,""\ne,True,5,1,[]\n',
        "TextConditionedSLat",
        2,
    ),
    "equal_to_true": Case(NEW + "a,True,5\nb,,5\nc,true,5\n", "SparseStructureLatent", 2),
    "one_equals_true": Case(NEW + "a,1,5\nb,0,5\nc,1.0,5\nd,2,5\n", "SparseStructureLatent", 2),
    "text_never_equals_true": Case(NEW + "a,True,5\nb,yes,5\n", "SparseStructureLatent", 0),
    "no_rows_to_compare": Case(NEW, "SparseStructureLatent", 0),
    "a_number_that_is_true": Case(
        "sha256,sparse_sdf_computed,r64_num_points\na,1,10\nb,True,9\n", "SparseSDF", 0
    ),
    "sdf_without_columns": Case("sha256\na\nb\n", "SparseSDF", 2),
    "sdf_of_another_resolution": Case("sha256,r512_num_points\na,1\nb,2\n", "SparseSDF", 2),
    "sdf_of_its_resolution": Case("sha256,r64_num_points\na,10\nb,2\n", "SparseSDF", 1),
    "a_column_is_missing": Case(
        "sha256,voxelized\na,True\n",
        "SparseStructure",
        'ROOT/metadata.csv: there is no column "aesthetic_score", which SparseStructure needs: '
        f"{NO_KEY}. The step of the data preparation that adds it is still to be run",
        KeyError,
    ),
    "no_sha256": Case(
        "sha,voxelized,aesthetic_score\na,True,5\n",
        "SparseStructure",
        'ROOT/metadata.csv: there is no column "sha256", which SparseStructure needs: '
        f"{NO_KEY}. The step of the data preparation that adds it is still to be run",
        KeyError,
    ),
}


def args_of(text: str) -> dict[str, object]:
    return {"latent_model": "m"} if "latent_m," in text else {}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_column_is_taken_as_pandas_takes_it(tmp_path: Path, case: Case) -> None:
    root, args = table(tmp_path, case.text), args_of(case.text)
    if case.error:
        assert refusal(root, case.dataset, **args) == case.told
        with pytest.raises(case.error) as caught:
            samples(case.dataset, args, root)
        assert caught.type is case.error
    else:
        assert kept(root, case.dataset, **args).samples == case.told
        assert samples(case.dataset, args, root) == case.told


def test_both_tables_of_datasets_are_those_of_the_trainers() -> None:
    assert built_in.TRELLIS.datasets.keys() == TRELLIS.keys()
    assert built_in.TRELLIS_2.datasets.keys() == TRELLIS_2.keys()


@pytest.mark.parametrize(
    "cell", ["9223372036854775808", "-9" + "9" * 19, " 1" + "0" * 400, "1e400"]
)
def test_a_number_beyond_64_bits_is_refused(tmp_path: Path, cell: str) -> None:
    root = table(tmp_path, f"{WIDE}a,True,{cell}\n")
    assert refusal(root) == column(
        "aesthetic_score",
        "holds a number beyond 64 bits, which each version of pandas reads in another way: "
        "correct it",
    )


@pytest.mark.parametrize("cell", ["9223372036854774784", "9e300", "inf", "-9e99"])
def test_a_large_number_is_compared(tmp_path: Path, cell: str) -> None:
    root = table(tmp_path, f"{WIDE}a,True,{cell}\n")
    assert kept(root).samples == samples("SparseStructure", {}, root) == (cell[0] != "-")


@pytest.mark.filterwarnings("ignore::pandas.errors.DtypeWarning")
@pytest.mark.parametrize(("rows", "is_refused"), [(262_144, False), (262_145, True)])
def test_a_mixed_column_is_refused_where_pandas_would_read_it_in_pieces(
    tmp_path: Path,
    rows: int,
    is_refused: bool,  # noqa: FBT001
) -> None:
    header = "sha256,sparse_sdf_computed,x\n"
    root = table(tmp_path, header + "a,1,\n" * (rows - 1) + "a,x,\n")
    if is_refused:
        assert refusal(root, "SparseSDF") == column(
            "sparse_sdf_computed",
            "mixes numbers, True and False, or text: pandas would tell which anew every 262,144 "
            "rows. Make them one kind",
        )
        assert {*map(type, pd.read_csv(f"{root}/metadata.csv")["sparse_sdf_computed"])} == {
            int,
            str,
        }
    else:
        assert kept(root, "SparseSDF").samples == samples("SparseSDF", {}, root) == 0


def test_a_table_of_one_kind_is_counted_however_long(tmp_path: Path) -> None:
    root = table(tmp_path, "sha256,sparse_sdf_computed,x\n" + "a,True,\n" * 300_000 + "a,,\n")
    assert kept(root, "SparseSDF").samples == 300_000
    assert json.dumps(kept(root, "SparseSDF").tables[0].rows) == "300001"
