"""What folders and file systems answer to being synced, after everything was written."""

import errno
import os
import stat
from pathlib import Path

import pytest

from tests.files.runs import NEW, NOBODY, config, exit_code, ordinary_user
from trellis_cfg.files import writing


def answer(error: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each folder answer with an error; files are synced for real."""
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(error, os.strerror(error))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)


@pytest.mark.parametrize("error", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_syncs_no_folders(
    error: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(error, monkeypatch)
    target = config(tmp_path / "x.json")
    assert exit_code(target) == 0
    assert target.read_bytes() == NEW


def test_a_folder_that_fails_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(errno.EIO, monkeypatch)
    target = config(tmp_path / "x.json")
    assert exit_code(target) == 2
    assert target.read_bytes() == NEW
    told = capsys.readouterr().err
    assert f"{tmp_path}:1:1: error: written, but not safe from a power cut yet" in told


def test_the_group_of_the_folder_can_be_kept(open_folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(open_folder, 0, NOBODY - 1)
    open_folder.chmod(0o2777)
    with ordinary_user():
        target = config(open_folder / "x.json")
        assert target.stat().st_gid == NOBODY - 1
        writing.refuse_unless_replaceable(str(target))
        assert exit_code(target) == 0
    assert target.stat().st_gid == NOBODY - 1
    assert target.read_bytes() == NEW
