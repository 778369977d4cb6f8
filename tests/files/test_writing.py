"""A replacement keeps everything else about the file, or is refused with the reason."""

import errno
import os
import socket
import stat
import struct
import sys
from pathlib import Path

import pytest

from tests.files.runs import NEW, NOBODY, OLD, config, exit_code, ordinary_user
from trellis_cfg.errors import FileRefused
from trellis_cfg.files import writing

WRITE_PROTECTED = "write-protected: allow changes with chmod u\\+w"
FOLDER_PROTECTED = "its folder is write-protected: no new file can be created in it"


def replace(path: Path, old: bytes = OLD) -> str:
    return writing.replace_file(
        str(path), writing.compute_digest(old), lambda data: data.replace(OLD, NEW)
    )


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return config(tmp_path / "folder" / "x.json")


def test_content_is_new_and_the_folder_is_returned(target: Path) -> None:
    os.utime(target, (1, 1))
    assert replace(target) == str(target.parent)
    assert target.read_bytes() == NEW
    assert target.stat().st_mtime > 1
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("mode", [0o755, 0o600, 0o666, 0o640, 0o2775])
def test_mode_is_kept(target: Path, mode: int) -> None:
    target.chmod(mode)
    mode = target.stat().st_mode
    replace(target)
    assert target.stat().st_mode == mode


def test_owner_and_set_user_id_bits_are_kept(target: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(target, NOBODY, NOBODY - 1)
    target.chmod(0o6755)
    replace(target)
    status = target.stat()
    assert (status.st_uid, status.st_gid) == (NOBODY, NOBODY - 1)
    assert stat.S_IMODE(status.st_mode) == 0o6755


@pytest.mark.skipif(sys.platform != "linux", reason="Python has no xattrs here")
class TestAttributes:
    def set_attribute(self, path: Path, name: str, value: bytes) -> None:
        try:
            os.setxattr(path, name, value)
        except OSError as error:
            pytest.skip(f"this file system has no {name}: {error}")

    def attributes(self, path: Path) -> dict[str, bytes]:
        return {name: os.getxattr(path, name) for name in os.listxattr(path)}

    def access_list(self, everyone: int) -> bytes:
        nobody = 0xFFFFFFFF
        rows = [(1, 6, nobody), (2, 6, NOBODY), (4, 4, nobody), (16, 6, nobody)]
        rows.append((32, everyone, nobody))
        return struct.pack("<I", 2) + b"".join(
            struct.pack("<HHI", tag, right, who) for tag, right, who in rows
        )

    def test_user_attributes_are_kept(self, target: Path) -> None:
        self.set_attribute(target, "user.origin", b"by hand\0\xff")
        self.set_attribute(target, "user.配置", b"")
        before = self.attributes(target)
        replace(target)
        assert self.attributes(target) == before
        assert target.read_bytes() == NEW

    def test_access_list_is_kept(self, target: Path) -> None:
        self.set_attribute(target, "system.posix_acl_access", self.access_list(4))
        before, mode = self.attributes(target), target.stat().st_mode
        replace(target)
        assert self.attributes(target) == before
        assert target.stat().st_mode == mode

    def test_inherited_access_list_is_removed(self, target: Path) -> None:
        self.set_attribute(target.parent, "system.posix_acl_default", self.access_list(0))
        before = self.attributes(target)
        replace(target)
        assert self.attributes(target) == before

    def test_attributes_of_the_system_are_ignored(self, target: Path, open_folder: Path) -> None:
        if os.geteuid() != 0:
            pytest.skip("only root can set them")
        path = config(open_folder / "x.json")
        self.set_attribute(path, "security.trellis", b"1")
        os.chown(path, NOBODY, NOBODY)
        with ordinary_user():
            replace(path)
        assert path.read_bytes() == NEW
        self.set_attribute(target, "security.trellis", b"1")
        replace(target)
        assert self.attributes(target)["security.trellis"] == b"1"

    @pytest.mark.parametrize(
        ("name", "fault"),
        [
            pytest.param("user.origin", errno.ENOSPC, id="no_room_for_it"),
            pytest.param("user.origin", errno.EPERM, id="not_permitted"),
            pytest.param("security.trellis", errno.EIO, id="disk_failure"),
        ],
    )
    def test_attribute_that_cannot_be_kept_stops_the_replacement(
        self, target: Path, monkeypatch: pytest.MonkeyPatch, name: str, fault: int
    ) -> None:
        def fail(*_: object) -> None:
            raise OSError(fault, os.strerror(fault))

        monkeypatch.setattr(os, "listxattr", lambda _: [name])
        monkeypatch.setattr(os, "getxattr", lambda *_: b"by hand")
        monkeypatch.setattr(os, "setxattr", fail)
        assert_refused(target, f"cannot be written: {os.strerror(fault)}")
        assert target.read_bytes() == OLD

    def test_label_from_the_system_stays_on_the_new_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        removed: list[str] = []
        names = {True: ["security.selinux", "user.inherited"], False: []}
        monkeypatch.setattr(os, "listxattr", lambda file: names[isinstance(file, int)])
        monkeypatch.setattr(os, "removexattr", lambda _, name: removed.append(name))
        with (tmp_path / "new").open("wb") as new:
            writing.copy_attributes(str(tmp_path / "old"), new.fileno(), os.fstat(new.fileno()))
        assert removed == ["user.inherited"]

    @pytest.mark.parametrize(("fault", "is_replaced"), [(errno.ENOTSUP, True), (errno.EIO, False)])
    def test_file_system_that_cannot_list_attributes(
        self, target: Path, monkeypatch: pytest.MonkeyPatch, fault: int, *, is_replaced: bool
    ) -> None:
        def fail(_: object) -> list[str]:
            raise OSError(fault, os.strerror(fault))

        monkeypatch.setattr(os, "listxattr", fail)
        if is_replaced:
            replace(target)
        else:
            assert_refused(target, f"cannot be written: {os.strerror(fault)}")
        assert target.read_bytes() == (NEW if is_replaced else OLD)


def test_system_without_attributes_keeps_mode_and_content(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target.chmod(0o755)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.delattr(os, "listxattr", raising=False)
    replace(target)
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (NEW, 0o755)


def test_links_are_followed_and_kept(target: Path, tmp_path: Path) -> None:
    second, first = target.parent / "second", tmp_path / "first.json"
    second.symlink_to("x.json")
    first.symlink_to("folder/second")
    assert replace(first) == str(target.parent)
    assert target.read_bytes() == NEW
    assert (os.readlink(first), os.readlink(second)) == ("folder/second", "x.json")


def test_identity_is_that_of_the_file_and_not_of_its_name(target: Path) -> None:
    link, copy = target.parent / "link", config(target.parent / "copy")
    link.symlink_to(target)
    assert writing.identify_file(str(link)) == writing.identify_file(str(target))
    assert writing.identify_file(str(copy)) != writing.identify_file(str(target))


def assert_refused(path: Path, reason: str, old: bytes = OLD) -> None:
    """Assert that the file is refused for this reason alone, and nothing else is touched."""
    before = sorted(path.parent.iterdir())
    with pytest.raises(FileRefused, match=f"^{reason}$"):
        replace(path, old)
    assert sorted(path.parent.iterdir()) == before


@pytest.mark.parametrize("mode", [0o444, 0o400, 0o555, 0o000])
def test_write_protected_file_is_refused(target: Path, mode: int) -> None:
    target.chmod(mode)
    assert_refused(target, WRITE_PROTECTED)
    target.chmod(0o644)
    assert target.read_bytes() == OLD


@pytest.mark.parametrize("mode", [0o555, 0o500])
def test_file_in_a_write_protected_folder_is_refused(
    target: Path, tmp_path: Path, mode: int
) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(target)
    target.parent.chmod(mode)
    for path in (target, link):
        assert_refused(path, FOLDER_PROTECTED)
    target.parent.chmod(0o755)
    assert target.read_bytes() == OLD


def test_hard_linked_file_is_refused(target: Path) -> None:
    other = target.parent / "other.json"
    os.link(target, other)
    assert_refused(target, "has 2 hard links, and replacing it would split them")
    assert target.samefile(other)
    other.unlink()
    replace(target)
    assert target.read_bytes() == NEW


def test_file_of_somebody_else_is_refused(open_folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make one")
    path = config(open_folder / "x.json")
    with ordinary_user():
        assert_refused(path, "write-protected by its owner or file system")
    path.chmod(0o666)
    with ordinary_user():
        assert_refused(path, "owned by another user or group, which a replacement cannot keep")
    assert path.read_bytes() == OLD


def test_missing_file_is_refused(target: Path) -> None:
    target.unlink()
    assert_refused(target, "cannot be read: No such file or directory")
    with pytest.raises(FileRefused, match=r"^cannot be read: No such file or directory$"):
        writing.identify_file(str(target))


def test_folder_and_fifo_and_socket_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    assert_refused(tmp_path / "fifo", "not a regular file: it is a FIFO")
    with pytest.raises(FileRefused):
        replace(tmp_path / "folder")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        assert_refused(tmp_path / "socket", "(cannot be read|not a regular file): .*")


@pytest.mark.parametrize(
    ("fault", "message"),
    [(errno.EINVAL, ""), (errno.ENOTSUP, ""), (errno.EIO, "written, but not synced to disk")],
)
def test_folder_that_cannot_be_synced(
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fault: int,
    message: str,
) -> None:
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(fault, os.strerror(fault))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    assert exit_code(target) == (2 if message else 0)
    assert target.read_bytes() == NEW
    error = f"{target.parent}:1:1: error: {message}"
    assert (error in capsys.readouterr().err) == bool(message)


def test_folder_without_read_permission_is_not_synced(open_folder: Path) -> None:
    with ordinary_user():
        path = config(open_folder / "x.json")
        open_folder.chmod(0o300)
        assert writing.sync_folders([replace(path)]) == []
        assert path.read_bytes() == NEW


def test_group_of_the_folder_can_be_kept(open_folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(open_folder, 0, NOBODY - 1)
    open_folder.chmod(0o2777)
    with ordinary_user():
        target = config(open_folder / "x.json")
        assert target.stat().st_gid == NOBODY - 1
        writing.refuse_unless_replaceable(str(target))
        replace(target)
    assert target.stat().st_gid == NOBODY - 1
    assert target.read_bytes() == NEW
