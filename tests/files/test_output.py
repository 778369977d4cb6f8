"""Output files are written whole or not at all; a full disk leaves the old one."""

import os
import stat
from pathlib import Path

import pytest

from trellis_cfg.errors import FileRefused
from trellis_cfg.files.writing import append_output, write_output


def test_new_file_has_the_mode_of_new_files(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        write_output(str(tmp_path / "new"), b"text")
    finally:
        os.umask(old)
    assert (tmp_path / "new").read_bytes() == b"text"
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


def test_old_file_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    write_output(str(tmp_path / "link"), b"old")
    assert (tmp_path / "real").read_bytes() == b"old"
    (tmp_path / "real").chmod(0o600)
    write_output(str(tmp_path / "link"), b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"
    before = (tmp_path / "real").stat()
    assert stat.S_IMODE(before.st_mode) == 0o600
    write_output(str(tmp_path / "link"), b"new")
    after = (tmp_path / "real").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize("name", ["folder", "nowhere/file"])
def test_unwritable_path_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileRefused, match="cannot be written"):
        write_output(str(tmp_path / name), b"text")


@pytest.mark.parametrize("old", [None, b"old"])
def test_full_disk_keeps_the_old_file(old: bytes | None, small_disk: Path) -> None:
    target = small_disk / "report"
    if old is not None:
        target.write_bytes(old)
    with pytest.raises(FileRefused, match="cannot be written: No space left on device"):
        write_output(str(target), b"x" * 1_000_000)
    assert [path.name for path in small_disk.iterdir()] == ([] if old is None else ["report"])
    assert old is None or target.read_bytes() == old


def test_append_to_new_and_old_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("page")
    append_output(str(tmp_path / "page"), b"one\n")
    append_output(str(tmp_path / "link"), b"two\n")
    assert (tmp_path / "page").read_bytes() == b"one\ntwo\n"
    assert (tmp_path / "link").is_symlink()


def test_append_to_a_full_disk_is_refused(small_disk: Path) -> None:
    (small_disk / "page").write_bytes(b"old")
    with pytest.raises(FileRefused, match="cannot be written: No space left on device"):
        append_output(str(small_disk / "page"), b"x" * 1_000_000)
    assert (small_disk / "page").read_bytes().startswith(b"old")


def test_append_to_a_fifo_without_a_reader_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileRefused, match="cannot be written"):
        append_output(str(tmp_path / "pipe"), b"text")
