"""Other programs at the same files: what they wrote stays, and the run says so."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.files.runs import NEW, OLD, OTHER, config, exit_code, temporary_files, upgrade
from trellis_cfg.files import writing
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.rewrite import plan


def changes(*paths: Path) -> list[plan.Change]:
    """Plan the upgrade of these files."""
    files = [ConfigFile(str(path), named=True) for path in paths]
    return plan.plan(files, upgrade, to_write=True).changes


def written(planned: list[plan.Change]) -> list[tuple[str, str]]:
    """Write what was planned; return path and message of what could not be."""
    failed = plan.carry_out(planned, [])
    return [(os.path.basename(found.path), found.message) for found in failed]


def other_replaces(target: Path) -> None:
    config(target.parent / "others", OLD).replace(target)


MEANWHILE = [
    pytest.param(lambda path: path.write_bytes(OTHER), OTHER, id="rewritten"),
    pytest.param(lambda path: path.write_bytes(OLD + b"\n"), OLD + b"\n", id="appended_to"),
    pytest.param(lambda path: path.write_bytes(b""), b"", id="emptied"),
]


@pytest.mark.parametrize(("meddle", "theirs"), MEANWHILE)
def test_change_between_plan_and_write_is_respected(
    tmp_path: Path, meddle: Callable[[Path], object], theirs: bytes
) -> None:
    target, second = config(tmp_path / "x.json"), config(tmp_path / "y.json")
    planned = changes(target, second)
    meddle(target)
    assert written(planned) == [("x.json", writing.CHANGED_MEANWHILE)]
    assert (target.read_bytes(), second.read_bytes()) == (theirs, NEW)
    assert temporary_files(tmp_path) == []


@pytest.mark.parametrize(
    ("meddle", "theirs"), [*MEANWHILE, pytest.param(other_replaces, OLD, id="replaced_by_its_like")]
)
def test_change_between_write_and_rename_is_respected(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    meddle: Callable[[Path], object],
    theirs: bytes,
) -> None:
    target = config(tmp_path / "x.json")
    real_fsync = os.fsync

    def fsync_and_meddle(descriptor: int) -> None:
        real_fsync(descriptor)
        meddle(target)

    monkeypatch.setattr(os, "fsync", fsync_and_meddle)
    assert exit_code(target) == 2
    assert target.read_bytes() == theirs
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("lost", "message"),
    [
        pytest.param("x.json", "cannot be read: No such file or directory", id="target"),
        pytest.param(".*.tmp", "cannot be written: No such file or directory", id="temporary"),
    ],
)
def test_file_removed_between_write_and_rename_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: str, message: str
) -> None:
    target = config(tmp_path / "x.json")
    planned = changes(target)
    monkeypatch.setattr(os, "fsync", lambda _: next(tmp_path.glob(lost)).unlink())
    assert written(planned) == [("x.json", message)]
    assert temporary_files(tmp_path) == []


def test_target_that_becomes_a_fifo_is_told(tmp_path: Path) -> None:
    target = config(tmp_path / "x.json")
    planned = changes(target)
    target.unlink()
    os.mkfifo(target)
    assert written(planned) == [("x.json", "not a regular file: it is a FIFO")]
    assert target.is_fifo()
