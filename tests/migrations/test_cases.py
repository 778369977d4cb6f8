"""Each case folder: before.json becomes after.json, and comes back, compared as bytes.

A migration that is not built in is declared beside its cases, in ``migration.toml``.
"""

import json
from functools import reduce
from pathlib import Path

import pytest

from tests.migrations.plain import done
from trellis_cfg.document.document import Document
from trellis_cfg.errors import LeftAlone
from trellis_cfg.migrations import MIGRATIONS, Migration, migrate
from trellis_cfg.migrations.declared import declared
from trellis_cfg.settings import Settings

CASES = Path(__file__).parent / "cases"


def migration_of(folder: Path) -> Migration:
    """Return the migration whose cases stand in a folder."""
    if (folder / "migration.toml").exists():
        settings = Settings(file=str(folder / "pyproject.toml"), migrations="migration.toml")
        (found,) = declared(settings)
        return found
    return next(one for one in MIGRATIONS if one.name == folder.name.replace("_", "-"))


BY_FOLDER = {folder: migration_of(folder) for folder in sorted(CASES.iterdir())}
FOLDERS = [case for folder in BY_FOLDER for case in sorted(folder.iterdir()) if case.is_dir()]
UNDOABLE = [
    case for case in FOLDERS if all(step.is_undoable for step in BY_FOLDER[case.parent].operations)
]


def named(folder: Path) -> str:
    return f"{folder.parent.name}-{folder.name}"


cases = pytest.mark.parametrize("folder", FOLDERS, ids=named)
undoable = pytest.mark.parametrize("folder", UNDOABLE, ids=named)


def read(folder: Path) -> tuple[bytes, bytes, Migration]:
    before, after = ((folder / f"{name}.json").read_bytes() for name in ("before", "after"))
    return before, after, BY_FOLDER[folder.parent]


def test_each_migration_has_cases_in_a_folder_of_its_name() -> None:
    assert {migration.name for migration in MIGRATIONS} <= {one.name for one in BY_FOLDER.values()}
    for folder, migration in BY_FOLDER.items():
        assert folder.name == migration.name.replace("-", "_")
        assert any(case.parent == folder for case in FOLDERS)


@cases
def test_upgrade(folder: Path) -> None:
    before, after, migration = read(folder)
    assert migrate(Document(before), [migration]).data == after


@cases
def test_second_run_changes_nothing(folder: Path) -> None:
    _, after, migration = read(folder)
    document = Document(after)
    assert migrate(document, [migration]) is document


@undoable
def test_revert_brings_every_byte_back(folder: Path) -> None:
    before, after, migration = read(folder)
    assert migrate(Document(after), [migration], revert=True).data == before


@cases
def test_revert_of_what_was_not_upgraded_changes_nothing(folder: Path) -> None:
    before, _, migration = read(folder)
    document = Document(before)
    assert migrate(document, [migration], revert=True) is document


@pytest.mark.parametrize("folder", sorted({*FOLDERS} - {*UNDOABLE}), ids=named)
def test_what_cannot_be_undone_is_left_alone(folder: Path) -> None:
    _, after, migration = read(folder)
    with pytest.raises(LeftAlone, match="cannot be undone"):
        migrate(Document(after), [migration], revert=True)


@cases
def test_value_is_the_old_one_with_the_operations_done(folder: Path) -> None:
    before, after, migration = read(folder)
    old, new = (json.loads(data.decode("utf-8-sig")) for data in (before, after))
    expected = reduce(lambda value, step: done(step, value), migration.operations, old)
    assert json.dumps(new) == json.dumps(expected)


@pytest.mark.parametrize("folder", [one for one in FOLDERS if one.parent.name == "max_epoch"])
def test_text_grows_by_one_insertion(folder: Path) -> None:
    before, after, _ = read(folder)
    start = next(at for at in range(len(after)) if before[at : at + 1] != after[at : at + 1])
    added = len(after) - len(before)
    candidates = range(max(start - added, 0), start + 1)
    assert any(before == after[:at] + after[at + added :] for at in candidates)
