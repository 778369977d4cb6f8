"""Each case folder: before.json becomes after.json, and comes back, compared as bytes.

A migration that is not built in is declared next to its cases, in ``migration.toml``.
"""

import json
from functools import reduce
from pathlib import Path

import pytest

from tests.migrations.plain import apply
from trellis_cfg.document.document import Document
from trellis_cfg.errors import LeftAlone
from trellis_cfg.migrations import MIGRATIONS, Migration, migrate
from trellis_cfg.migrations.declared import load_declared
from trellis_cfg.settings import Settings

CASES = Path(__file__).parent / "cases"


def load_migration(folder: Path) -> Migration:
    """Return the migration that a folder holds cases of."""
    if (folder / "migration.toml").exists():
        settings = Settings(file=str(folder / "pyproject.toml"), migrations="migration.toml")
        (migration,) = load_declared(settings)
        return migration
    return next(known for known in MIGRATIONS if known.name == folder.name.replace("_", "-"))


BY_FOLDER = {folder: load_migration(folder) for folder in sorted(CASES.iterdir())}
FOLDERS = [case for folder in BY_FOLDER for case in sorted(folder.iterdir()) if case.is_dir()]
IDS = [f"{case.parent.name}-{case.name}" for case in FOLDERS]
cases = pytest.mark.parametrize("folder", FOLDERS, ids=IDS)


def read(folder: Path) -> tuple[bytes, bytes, Migration]:
    before, after = ((folder / f"{name}.json").read_bytes() for name in ("before", "after"))
    return before, after, BY_FOLDER[folder.parent]


def test_each_migration_has_cases_in_a_folder_of_its_name() -> None:
    assert {migration.name for migration in MIGRATIONS} <= {
        known.name for known in BY_FOLDER.values()
    }
    for folder, migration in BY_FOLDER.items():
        assert folder.name == migration.name.replace("-", "_")
        assert any(case.parent == folder for case in FOLDERS)


@cases
def test_upgrade(folder: Path) -> None:
    before, after, migration = read(folder)
    new = migrate(Document(before), [migration])
    assert new.data == after
    assert migrate(new, [migration]) is new


@cases
def test_revert(folder: Path) -> None:
    before, after, migration = read(folder)
    old = Document(before)
    assert migrate(old, [migration], revert=True) is old
    if migration.is_undoable:
        assert migrate(Document(after), [migration], revert=True).data == before
    else:
        with pytest.raises(LeftAlone, match="cannot be undone"):
            migrate(Document(after), [migration], revert=True)


@cases
def test_value_equals_the_plain_operations(folder: Path) -> None:
    before, after, migration = read(folder)
    old, new = (json.loads(data.decode("utf-8-sig")) for data in (before, after))
    expected = reduce(lambda value, step: apply(step, value), migration.operations, old)
    assert json.dumps(new) == json.dumps(expected)
