"""Each case folder: before.json becomes after.json, and comes back, compared as bytes."""

import json
from pathlib import Path

import pytest

from trellis_cfg.document.document import Document
from trellis_cfg.migrations import MIGRATIONS, Migration, migrate

CASES = Path(__file__).parent / "cases"
BY_NAME = {migration.name.replace("-", "_"): migration for migration in MIGRATIONS}
FOLDERS = sorted(folder for name in BY_NAME for folder in (CASES / name).iterdir())

cases = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def read(folder: Path) -> tuple[bytes, bytes, Migration]:
    before, after = ((folder / f"{name}.json").read_bytes() for name in ("before", "after"))
    return before, after, BY_NAME[folder.parent.name]


def test_each_migration_has_cases() -> None:
    assert {folder.name for folder in CASES.iterdir()} == set(BY_NAME)


@cases
def test_upgrade(folder: Path) -> None:
    before, after, migration = read(folder)
    assert migrate(Document(before), [migration]).data == after


@cases
def test_second_run_changes_nothing(folder: Path) -> None:
    _, after, migration = read(folder)
    document = Document(after)
    assert migrate(document, [migration]) is document


@cases
def test_revert_brings_every_byte_back(folder: Path) -> None:
    before, after, migration = read(folder)
    assert migrate(Document(after), [migration], revert=True).data == before


@cases
def test_revert_of_what_was_not_upgraded_changes_nothing(folder: Path) -> None:
    before, _, migration = read(folder)
    document = Document(before)
    assert migrate(document, [migration], revert=True) is document


@cases
def test_text_grows_by_one_insertion(folder: Path) -> None:
    before, after, _ = read(folder)
    start = next(at for at in range(len(after)) if before[at : at + 1] != after[at : at + 1])
    added = len(after) - len(before)
    candidates = range(max(start - added, 0), start + 1)
    assert any(before == after[:at] + after[at + added :] for at in candidates)


@cases
def test_value_gains_the_key_behind_max_steps(folder: Path) -> None:
    before, after, _ = read(folder)
    expected = json.loads(before.decode("utf-8-sig"))
    args = expected["trainer"]["args"]
    at = list(args).index("max_steps") + 1
    items = list(args.items())
    expected["trainer"]["args"] = dict([*items[:at], ("max_epoch", None), *items[at:]])
    upgraded = json.loads(after.decode("utf-8-sig"))
    assert upgraded == expected
    assert list(upgraded["trainer"]["args"]) == list(expected["trainer"]["args"])
