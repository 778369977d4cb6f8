"""Temporary files: locked by a live run, removed after a dead one."""

import errno
import fcntl
import os
import runpy
import sys
from pathlib import Path

import pytest

from tests.files.runs import ordinary_user, temporary_files
from trellis_cfg.files import writing

STALE = ".trellis-cfg-0123456789abcdef.tmp"


def make_stale(folder: Path) -> Path:
    path = folder / STALE
    path.touch()
    return path


def test_new_files_have_own_names_and_are_for_their_owner_alone(tmp_path: Path) -> None:
    made = [writing.create_temporary(str(tmp_path)) for _ in range(20)]
    for descriptor, _ in made:
        os.write(descriptor, b"written")
        os.close(descriptor)
    paths = temporary_files(tmp_path)
    assert paths == sorted(Path(path) for _, path in made)
    assert {path.read_bytes() for path in paths} == {b"written"}
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}


def test_file_of_a_live_run_stays_until_that_run_is_over(tmp_path: Path) -> None:
    descriptor, path = writing.create_temporary(str(tmp_path))
    assert writing.remove_stale([str(tmp_path)]) == []
    assert temporary_files(tmp_path) == [Path(path)]
    os.close(descriptor)
    assert writing.remove_stale([str(tmp_path)]) == [path]
    assert temporary_files(tmp_path) == []


def test_stale_files_of_all_folders_are_removed_and_returned(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two", "untouched")]
    for folder in folders:
        folder.mkdir()
    paths = [str(make_stale(folder)) for folder in folders]
    assert writing.remove_stale(map(str, folders[:2])) == paths[:2]
    assert temporary_files(tmp_path) == [Path(paths[2])]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(".trellis-cfg-0123456789abcde.tmp", id="digit_missing"),
        pytest.param(".trellis-cfg-0123456789abcdef0.tmp", id="digit_too_many"),
        pytest.param(".trellis-cfg-0123456789ABCDEF.tmp", id="capitals"),
        pytest.param(".trellis-cfg-0123456789abcdef.tmp.json", id="longer"),
        pytest.param(f"x{STALE}", id="prefixed"),
        pytest.param(f"{STALE}\n", id="newline_at_the_end"),
        pytest.param("x.tmp", id="of_another_program"),
    ],
)
def test_file_of_another_name_stays(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert writing.remove_stale([str(tmp_path)]) == []
    assert (tmp_path / name).exists()


def test_folder_or_link_of_that_name_stays(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "links" / STALE
    target.touch()
    link.parent.mkdir()
    link.symlink_to(target)
    (tmp_path / STALE).mkdir()
    folders = [str(tmp_path), str(link.parent), str(tmp_path / "missing")]
    assert writing.remove_stale(folders) == []
    assert (tmp_path / STALE).is_dir()
    assert link.is_symlink()
    assert target.exists()


def test_file_in_a_write_protected_folder_stays(open_folder: Path) -> None:
    with ordinary_user():
        path = make_stale(open_folder)
        open_folder.chmod(0o500)
        assert writing.remove_stale([str(open_folder)]) == []
        assert path.exists()


def test_file_removed_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_open = os.open
    made: list[str] = []

    def open_and_clean_the_first(path: str, flags: int, mode: int = 0o777) -> int:
        descriptor = real_open(path, flags, mode)
        if flags & os.O_CREAT:
            made.append(path)
            if len(made) == 1:
                assert writing.remove_stale([str(tmp_path)]) == [path]
        return descriptor

    monkeypatch.setattr(os, "open", open_and_clean_the_first)
    descriptor, path = writing.create_temporary(str(tmp_path))
    os.close(descriptor)
    assert made[1:] == [path]
    assert temporary_files(tmp_path) == [Path(path)]


def test_file_locked_by_another_run_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_open = os.open
    others: list[int] = []
    locked: list[str] = []

    def open_and_lock_the_first(path: str, flags: int, mode: int = 0o777) -> int:
        descriptor = real_open(path, flags, mode)
        if not others:
            others.append(real_open(path, os.O_RDWR))
            fcntl.flock(others[0], fcntl.LOCK_EX)
            locked.append(path)
        return descriptor

    monkeypatch.setattr(os, "open", open_and_lock_the_first)
    descriptor, path = writing.create_temporary(str(tmp_path))
    os.close(descriptor)
    os.close(others[0])
    assert writing.remove_stale([str(tmp_path)]) == sorted([*locked, path])
    assert path not in locked


def test_file_system_without_locks_keeps_stale_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(writing, "flock", no_locks)
    descriptor, path = writing.create_temporary(str(tmp_path))
    os.close(descriptor)
    assert writing.remove_stale([str(tmp_path)]) == []
    assert temporary_files(tmp_path) == [Path(path)]


def test_system_without_fcntl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "fcntl", None)
    module = runpy.run_path(writing.__file__)
    descriptor, path = module["create_temporary"](str(tmp_path))
    os.close(descriptor)
    assert module["remove_stale"]([str(tmp_path)]) == [path]


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    make_stale(tmp_path)
    first = os.dup(0)
    os.close(first)
    assert len(writing.remove_stale([str(tmp_path)])) == 1
    second = os.dup(0)
    os.close(second)
    assert second == first
