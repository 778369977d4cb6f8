"""Regular files are read whole; all others are refused without waiting."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.files.runs import OLD, config, exit_code, ordinary_user
from trellis_cfg.errors import FileRefused
from trellis_cfg.files.reading import read_file, read_with_status


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(OLD, id="small"),
        pytest.param(b"\xef\xbb\xbf\r\n\r\x1a\x00\xff", id="bytes_that_text_mode_would_change"),
        pytest.param(b"0123456789" * 300_000, id="three_megabytes"),
    ],
)
def test_content_and_status(tmp_path: Path, data: bytes) -> None:
    path = config(tmp_path / "x.json", data)
    assert read_file(str(path)) == data
    assert read_with_status(str(path)) == (data, path.stat())


@pytest.mark.parametrize(
    "rewrite",
    [
        pytest.param(lambda path: path.write_bytes(OLD * 3), id="grows"),
        pytest.param(lambda path: path.write_bytes(OLD[:7]), id="shrinks"),
        pytest.param(lambda path: path.write_bytes(b""), id="is_emptied"),
    ],
)
def test_file_that_changes_size_is_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rewrite: Callable[[Path], object]
) -> None:
    path = config(tmp_path / "x.json")
    real_fstat = os.fstat

    def fstat_then_rewrite(descriptor: int) -> os.stat_result:
        status = real_fstat(descriptor)
        rewrite(path)
        return status

    monkeypatch.setattr(os, "fstat", fstat_then_rewrite)
    data = read_file(str(path))
    assert data == path.read_bytes()
    assert data != OLD


def test_short_reads_are_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = config(tmp_path / "x.json")
    real_read = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, count: real_read(descriptor, min(count, 3)))
    assert read_file(str(path)) == OLD


def test_file_of_unknown_size_is_read() -> None:
    path = Path("/proc/self/environ")
    if not path.exists():
        pytest.skip("no /proc here")
    assert path.stat().st_size == 0
    assert read_file(str(path)) == path.read_bytes() != b""


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path.name)


@pytest.mark.parametrize(
    ("make", "file_type"),
    [
        pytest.param(Path.mkdir, "a directory", id="folder"),
        pytest.param(os.mkfifo, "a FIFO", id="fifo_without_a_writer"),
        pytest.param(make_socket, "a socket", id="socket"),
        pytest.param(lambda path: path.symlink_to(os.devnull), "a device", id="device"),
    ],
)
def test_file_that_is_not_regular_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Path], object],
    file_type: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    make(Path("x.json"))
    with pytest.raises(FileRefused) as refused:
        read_file("x.json")
    assert refused.value.message == f"not a regular file: it is {file_type}"
    assert refused.value.code == "TC006"


def test_fifo_in_a_folder_is_a_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fifo = tmp_path / "x.json"
    os.mkfifo(fifo)
    assert exit_code(tmp_path) == 2
    assert f"{fifo}:1:1: error[TC006] not a regular file" in capsys.readouterr().err


@pytest.mark.parametrize("is_growing", [False, True])
def test_large_file_is_refused_at_once_or_when_it_grows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_growing: bool
) -> None:
    path = config(tmp_path / "x.json")
    assert read_file(str(path), len(OLD)) == OLD
    status = path.stat()
    config(path, OLD + b" ")
    if is_growing:
        monkeypatch.setattr(os, "fstat", lambda _: status)
    with pytest.raises(FileRefused, match=rf"^larger than {len(OLD)} bytes: not read$") as refused:
        read_file(str(path), len(OLD))
    assert refused.value.code == "TC006"


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        pytest.param("missing", "No such file or directory", id="missing"),
        pytest.param("loop.json", "Too many levels of symbolic links", id="link_to_itself"),
        pytest.param("d.json/x", "Not a directory", id="below_a_file"),
        pytest.param("x" * 300, "File name too long", id="name_too_long"),
    ],
)
def test_link_to_unreadable_path_is_refused(tmp_path: Path, target: str, reason: str) -> None:
    config(tmp_path / "d.json")
    path = tmp_path / "loop.json"
    path.symlink_to(target)
    with pytest.raises(FileRefused, match=f"^cannot be read: {reason}$") as refused:
        read_file(str(path))
    assert refused.value.code == "TC006"


def test_file_without_read_permission_is_refused(open_folder: Path) -> None:
    with ordinary_user():
        path = config(open_folder / "x.json")
        path.chmod(0o200)
        with pytest.raises(FileRefused, match=r"^cannot be read: Permission denied$"):
            read_file(str(path))


def test_path_with_a_nul_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"^cannot be read: invalid file name$"):
        read_file(f"{tmp_path}/a\0b.json")


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    path = config(tmp_path / "x.json")
    first = os.dup(0)
    os.close(first)
    read_file(str(path))
    with pytest.raises(FileRefused):
        read_file(str(tmp_path))
    second = os.dup(0)
    os.close(second)
    assert second == first
