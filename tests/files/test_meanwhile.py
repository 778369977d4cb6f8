"""Files that other programs change during a run keep that change."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.files.runs import NEW, OLD, OTHER, config, exit_code, temporary_files, upgrade
from trellis_cfg.files import writing
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.rewrite import plan


def plan_changes(*paths: Path) -> list[plan.Change]:
    """Plan the upgrade of these files."""
    files = [ConfigFile(str(path), named=True) for path in paths]
    return plan.plan(files, upgrade, to_write=True).changes


def write(changes: list[plan.Change]) -> list[tuple[str, str]]:
    """Write the changes; return file name and message of each failure."""
    failed = plan.carry_out(changes, [])
    return [(os.path.basename(error.path), error.message) for error in failed]


def other_replaces(target: Path) -> None:
    config(target.parent / "others", OLD).replace(target)


MEANWHILE = [
    pytest.param(lambda path: path.write_bytes(OTHER), OTHER, id="rewritten"),
    pytest.param(lambda path: path.write_bytes(OLD + b"\n"), OLD + b"\n", id="appended_to"),
    pytest.param(lambda path: path.write_bytes(b""), b"", id="emptied"),
]


@pytest.mark.parametrize(("interfere", "theirs"), MEANWHILE)
def test_change_between_plan_and_write_is_kept(
    tmp_path: Path, interfere: Callable[[Path], object], theirs: bytes
) -> None:
    target, second = config(tmp_path / "x.json"), config(tmp_path / "y.json")
    changes = plan_changes(target, second)
    interfere(target)
    assert write(changes) == [("x.json", writing.CHANGED_MEANWHILE)]
    assert (target.read_bytes(), second.read_bytes()) == (theirs, NEW)
    assert temporary_files(tmp_path) == []


@pytest.mark.parametrize(
    ("interfere", "theirs"),
    [*MEANWHILE, pytest.param(other_replaces, OLD, id="replaced_by_its_like")],
)
def test_change_between_write_and_rename_is_kept(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    interfere: Callable[[Path], object],
    theirs: bytes,
) -> None:
    target = config(tmp_path / "x.json")
    real_fsync = os.fsync

    def fsync_and_interfere(descriptor: int) -> None:
        real_fsync(descriptor)
        interfere(target)

    monkeypatch.setattr(os, "fsync", fsync_and_interfere)
    assert exit_code(target) == 2
    assert target.read_bytes() == theirs
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("removed", "message"),
    [
        pytest.param("x.json", "cannot be read: No such file or directory", id="target"),
        pytest.param(".*.tmp", "cannot be written: No such file or directory", id="temporary"),
    ],
)
def test_file_removed_between_write_and_rename_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, removed: str, message: str
) -> None:
    target = config(tmp_path / "x.json")
    changes = plan_changes(target)
    monkeypatch.setattr(os, "fsync", lambda _: next(tmp_path.glob(removed)).unlink())
    assert write(changes) == [("x.json", message)]
    assert temporary_files(tmp_path) == []


def test_target_that_becomes_a_fifo_is_reported(tmp_path: Path) -> None:
    target = config(tmp_path / "x.json")
    changes = plan_changes(target)
    target.unlink()
    os.mkfifo(target)
    assert write(changes) == [("x.json", "not a regular file: it is a FIFO")]
    assert target.is_fifo()
