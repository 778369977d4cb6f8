"""What polars counts is what the trainer's pandas keeps, or the error that it raises."""

import json
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metadata.oracle import samples
from tests.metadata.strategies import Dataset, Writer, datasets, files
from trellis_cfg.errors import MetadataError
from trellis_cfg.metadata import count, frames

UNDECIDED = ("for row labels", "the trainer would pair each", "each version of pandas")
"""What is refused although the trainer goes on, to a number that nobody can mean."""


def trainers(dataset: Dataset, data_dir: str) -> int | str:
    """Return what the trainer would have, or the name of its error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return samples(dataset.name, dataset.args, data_dir)
        except Exception as error:  # noqa: BLE001  whatever pandas raises
            return type(error).__name__


def ours(dataset: Dataset, data_dir: str) -> int | str:
    """Return the count, or the message."""
    try:
        return count(dataset.name, dataset.args, data_dir).samples
    except MetadataError as error:
        return error.message


def assert_agree(told: int | str, real: int | str) -> None:
    if real == "IndexError":
        return  # pandas 2 merges no table without rows with one of repeated keys; pandas 3 does
    if isinstance(told, int):
        assert told == real
    elif "there is no column" in told:
        assert isinstance(real, str)  # an earlier filter may fail before the column is missed
    elif not any(words in told for words in UNDECIDED):
        assert re.findall(r"fail with an? (\w+)", told) == [real]


def written(folder: str, texts: Sequence[str]) -> list[str]:
    """Return the roots of tables with these texts."""
    roots = [Path(folder, str(number)) for number in range(len(texts))]
    for root, text in zip(roots, texts, strict=True):
        root.mkdir()
        with (root / "metadata.csv").open("w", encoding="utf-8", newline="") as file:
            file.write(text)
    return [str(root) for root in roots]


@given(st.data(), datasets())
def test_a_root_counts_as_the_trainer_counts_it(data: st.DataObject, dataset: Dataset) -> None:
    with TemporaryDirectory() as folder:
        (root,) = written(folder, [data.draw(files(dataset.columns))])
        assert_agree(ours(dataset, root), trainers(dataset, root))


@given(st.data(), datasets())
def test_roots_add_up(data: st.DataObject, dataset: Dataset) -> None:
    with TemporaryDirectory() as folder:
        roots = written(folder, [data.draw(files(dataset.columns)) for _ in range(2)])
        counts = [ours(dataset, root) for root in roots]
        both = ours(dataset, ",".join(roots))
        first_refusal = next((one for one in counts if isinstance(one, str)), None)
        assert both == (first_refusal or sum(one for one in counts if isinstance(one, int)))


@given(st.data(), datasets(new=True))
def test_a_set_counts_as_the_trainer_counts_it(data: st.DataObject, dataset: Dataset) -> None:
    with TemporaryDirectory() as folder:
        texts = [data.draw(files(dataset.columns, unique=data.draw(st.booleans())))]
        for _ in range(data.draw(st.integers(0, 2))):
            some = data.draw(st.sets(st.sampled_from(sorted(dataset.columns))))
            own = {name: kind for name, kind in dataset.columns.items() if name in some}
            texts.append(data.draw(files(own, unique=True)))
        roots = written(folder, texts)
        data_dir = json.dumps({"set": dict(enumerate(roots))})
        assert_agree(ours(dataset, data_dir), trainers(dataset, data_dir))


@given(st.data(), datasets())
def test_steps_only_ever_lose_rows(data: st.DataObject, dataset: Dataset) -> None:
    with TemporaryDirectory() as folder:
        (root,) = written(folder, [data.draw(files(dataset.columns))])
        try:
            (table,) = count(dataset.name, dataset.args, root).tables
        except MetadataError:
            return
        rows = [table.rows, *(step.rows for step in table.steps)]
        assert rows == sorted(rows, reverse=True)
        assert table.samples == rows[-1]


CELLS = st.sampled_from(("a", "", "4.5", "True", " ", "a,b", 'say "so"', "值", '"', ",", "x\ty"))


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=5), st.integers(0, 2**32))
def test_a_file_is_read_alike_in_passing_and_taken_apart(rows: list[list[str]], seed: int) -> None:
    header = ["sha256", "voxelized", "file"]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        (root,) = written(folder, [Writer(seed).text(header, rows)])
        file = frames.opened("", f"{root}/metadata.csv")
        try:
            passing = frames.frame(file, header).collect()
        except (MetadataError, ValueError):  # too odd a row, or header
            return
        patch.setattr(frames, "_is_plain", lambda _: False)
        apart = frames.frame(file, header).collect()
        assert passing.fill_null("").equals(apart.fill_null(""))
