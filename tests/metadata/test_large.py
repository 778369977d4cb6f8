"""Large files: only their first rows are proven, and the count is that of the whole proof."""

from pathlib import Path

import pytest

from trellis_cfg.errors import MetadataError
from trellis_cfg.metadata import count, frames
from trellis_cfg.metadata.results import Count

HEADER = "sha256,voxelized,aesthetic_score,captions\n"
REGULAR = [f'{number:04},True,{number % 8}.5,"[""a"", ""b""]"\n' for number in range(400)]
KEPT = sum(number % 8 >= 5 for number in range(400))


@pytest.fixture(autouse=True)
def smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a file of some thousand bytes for a large one, and prove the first hundred rows."""
    monkeypatch.setattr(frames, "_PROVEN", 100)


def counted(folder: Path, rows: list[str]) -> Count:
    (folder / "metadata.csv").write_text(HEADER + "".join(rows))
    return count("SparseStructure", {}, str(folder))


def test_a_regular_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken_apart(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(frames, "_batches", taken_apart)
    monkeypatch.setattr("trellis_cfg.metadata.counting.frame", taken_apart)
    found = counted(tmp_path, REGULAR)
    assert [step.rows for step in found.tables[0].steps] == [400, KEPT]


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        ("\n", 0),
        ("x,True,5.5\n", 1),
        ("x,True\n", 0),
        ("x,True,5.5,\n", 1),
        ("x,True,,word\n", 0),
        ("x,False,5.5,word\n", 0),
        ('x,True,5.5,"two\nlines"\n', 1),
    ],
)
def test_an_odd_row_far_down_is_taken_as_pandas_takes_it(
    row: str, kept: int, tmp_path: Path
) -> None:
    assert counted(tmp_path, [*REGULAR, row, *REGULAR]).samples == 2 * KEPT + kept


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("x,True,5.5,word,more\n", "fail with a ParserError"),
        ("x,,5.5,word\n", "ValueError"),
        ("x,1,5.5,word\n", "KeyError"),
    ],
)
def test_an_odd_row_far_down_that_the_trainer_fails_on(row: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(MetadataError, match=told):
        counted(tmp_path, [*REGULAR, row, *REGULAR])


def test_what_is_not_seen_far_down_is_a_stray_quote(tmp_path: Path) -> None:
    stray = 'x,True,5.5,"["a","b"]"\n'
    assert counted(tmp_path, [*REGULAR, stray, *REGULAR]).samples == 2 * KEPT + 1
    with pytest.raises(MetadataError, match="5 cells"):
        counted(tmp_path, [stray, *REGULAR])
