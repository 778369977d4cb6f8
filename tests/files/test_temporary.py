"""Temporary files: locked by a live run, removed once their run is dead, nothing else touched."""

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


def stale(folder: Path) -> Path:
    path = folder / STALE
    path.touch()
    return path


def test_new_file_is_empty_beside_its_target_and_for_its_owner_alone(tmp_path: Path) -> None:
    descriptor, path = writing.create_temporary(str(tmp_path))
    os.write(descriptor, b"written")
    os.close(descriptor)
    assert temporary_files(tmp_path) == [Path(path)]
    assert Path(path).read_bytes() == b"written"
    assert Path(path).stat().st_mode & 0o777 == 0o600


def test_new_files_differ_in_name(tmp_path: Path) -> None:
    made = [writing.create_temporary(str(tmp_path)) for _ in range(20)]
    for descriptor, _ in made:
        os.close(descriptor)
    assert len(temporary_files(tmp_path)) == len(made)


def test_file_of_a_live_run_stays_until_that_run_is_over(tmp_path: Path) -> None:
    descriptor, path = writing.create_temporary(str(tmp_path))
    assert writing.remove_stale([str(tmp_path)]) == []
    assert temporary_files(tmp_path) == [Path(path)]
    os.close(descriptor)
    assert writing.remove_stale([str(tmp_path)]) == [path]
    assert temporary_files(tmp_path) == []


def test_stale_files_of_all_folders_are_removed_and_told(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two", "untouched")]
    for folder in folders:
        folder.mkdir()
    paths = [str(stale(folder)) for folder in folders]
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
        pytest.param("x.tmp", id="somebody_elses"),
    ],
)
def test_file_of_another_name_stays(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert writing.remove_stale([str(tmp_path)]) == []
    assert (tmp_path / name).exists()


def test_folder_of_that_name_stays(tmp_path: Path) -> None:
    (tmp_path / STALE).mkdir()
    assert writing.remove_stale([str(tmp_path)]) == []
    assert (tmp_path / STALE).is_dir()


def test_link_of_that_name_stays_and_so_does_its_target(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.touch()
    (tmp_path / STALE).symlink_to(target)
    assert writing.remove_stale([str(tmp_path)]) == []
    assert (tmp_path / STALE).is_symlink()
    assert target.exists()


def test_folder_that_is_not_there_holds_nothing_to_clean(tmp_path: Path) -> None:
    assert writing.remove_stale([str(tmp_path / "missing")]) == []


def test_file_in_a_write_protected_folder_stays(open_folder: Path) -> None:
    with ordinary_user():
        path = stale(open_folder)
        open_folder.chmod(0o500)
        assert writing.remove_stale([str(open_folder)]) == []
        assert path.exists()


def test_file_that_another_run_cleans_before_it_is_locked_is_made_anew(
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


def test_file_that_another_run_has_just_locked_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_open = os.open
    others: list[int] = []
    taken: list[str] = []

    def open_and_lock_the_first(path: str, flags: int, mode: int = 0o777) -> int:
        descriptor = real_open(path, flags, mode)
        if not others:
            others.append(real_open(path, os.O_RDWR))
            fcntl.flock(others[0], fcntl.LOCK_EX)
            taken.append(path)
        return descriptor

    monkeypatch.setattr(os, "open", open_and_lock_the_first)
    descriptor, path = writing.create_temporary(str(tmp_path))
    os.close(descriptor)
    os.close(others[0])
    assert writing.remove_stale([str(tmp_path)]) == sorted([*taken, path])
    assert path not in taken


def test_file_system_without_locks_gets_files_and_keeps_stale_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(writing, "flock", no_locks)
    descriptor, path = writing.create_temporary(str(tmp_path))
    os.close(descriptor)
    assert writing.remove_stale([str(tmp_path)]) == []
    assert temporary_files(tmp_path) == [Path(path)]


def test_system_without_fcntl_needs_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "fcntl", None)
    module = runpy.run_path(writing.__file__)
    descriptor, path = module["create_temporary"](str(tmp_path))
    os.close(descriptor)
    assert module["remove_stale"]([str(tmp_path)]) == [path]


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    stale(tmp_path)
    first = os.dup(0)
    os.close(first)
    assert len(writing.remove_stale([str(tmp_path)])) == 1
    second = os.dup(0)
    os.close(second)
    assert second == first
