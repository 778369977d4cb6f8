"""Replace a file's content atomically and keep its attributes; write output files."""

import errno
import os
import re
import stat
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from time import sleep
from typing import BinaryIO

from trellis_cfg.errors import FileRefused
from trellis_cfg.files.reading import is_stream, read_file, read_with_status, unreadable

if sys.platform != "win32":
    from fcntl import LOCK_EX, LOCK_NB, flock

CHANGED_MEANWHILE = "changed by another program during this run: not written; run again"
_NO_SYNC = (errno.EACCES, errno.EPERM, errno.EINVAL, errno.ENOTSUP)
_ANY_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH

_SYSTEM = ("security.", "trusted.")
_REFUSED = (errno.EPERM, errno.EACCES, errno.ENOTSUP)


def copy_attributes(real: str, descriptor: int, status: os.stat_result) -> None:
    """Copy owner, extended attributes and mode of the file at ``real`` to the open new file.

    The order counts: a change of owner clears the set-user-id bit, and an inherited access list
    changes the mode. Raises OSError.
    """
    if sys.platform == "win32":
        return
    new = os.fstat(descriptor)
    if (new.st_uid, new.st_gid) != (status.st_uid, status.st_gid):
        os.fchown(descriptor, status.st_uid, status.st_gid)
    if sys.platform == "linux":
        _copy_extended(real, descriptor)
    os.fchmod(descriptor, stat.S_IMODE(status.st_mode))


def _copy_extended(real: str, descriptor: int) -> None:
    """Copy the extended attributes, except those that only the system may set."""
    names, inherited = _list_extended(real), _list_extended(descriptor)
    for name in names:
        try:
            os.setxattr(descriptor, name, os.getxattr(real, name))
        except OSError as error:
            if error.errno not in _REFUSED or not name.startswith(_SYSTEM):
                raise
    for name in inherited:
        if name not in names and not name.startswith(_SYSTEM):
            os.removexattr(descriptor, name)


def _list_extended(file: str | int) -> list[str]:
    """Return the names of a file's extended attributes; none if the file system has none."""
    try:
        return os.listxattr(file)
    except OSError as error:
        if error.errno != errno.ENOTSUP:
            raise
        return []


_NAME = r"\.trellis-cfg-[0-9a-f]{16}\.tmp"
_FLAGS = os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def create_temporary(folder: str) -> tuple[int, str]:
    """Return descriptor and path of a new locked file, which only its owner can read.

    Another run may remove it as stale before it is locked; then a new one is made.
    """
    while True:
        path = os.path.join(folder, f".trellis-cfg-{os.urandom(8).hex()}.tmp")
        descriptor = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            is_ours = _lock(descriptor)
        except OSError:  # a file system without locks
            is_ours = True
        if is_ours and os.path.exists(path):
            return descriptor, path
        os.close(descriptor)


def remove_stale(folders: Iterable[str]) -> list[str]:
    """Remove the temporary files that killed runs left in ``folders``; return their paths.

    A file that a live run has locked, or that cannot be removed, stays.
    """
    return [path for folder in folders for path in _list_temporary(folder) if _remove_stale(path)]


def _list_temporary(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as scan:
            return sorted(entry.path for entry in scan if re.fullmatch(_NAME, entry.name))
    except OSError:
        return []


def _remove_stale(path: str) -> bool:
    try:
        descriptor = os.open(path, _FLAGS | getattr(os, "O_NOFOLLOW", 0))
        try:
            is_stale = _lock(descriptor)
            if is_stale:
                os.unlink(path)
        finally:
            os.close(descriptor)
    except OSError:
        return False
    return is_stale


def _lock(descriptor: int) -> bool:
    """Lock a file; False if a live process has locked it. Windows protects open files itself."""
    if sys.platform == "win32":
        return True
    try:
        flock(descriptor, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    return True


def compute_digest(data: bytes) -> int:
    """Return 64 bits that identify content, in every process of a run."""
    return zlib.crc32(data) << 32 | zlib.adler32(data)


def read_expected(path: str, expected: int) -> tuple[bytes, os.stat_result]:
    """Return content and status of a file; raise FileRefused unless it has that digest."""
    data, status = read_with_status(path)
    if compute_digest(data) != expected:
        raise FileRefused(CHANGED_MEANWHILE)
    return data, status


def identify_file(path: str) -> tuple[int, int]:
    """Return device and inode: the same for every name of one file."""
    try:
        status = os.stat(path)
    except OSError as error:
        raise unreadable(error) from None
    return status.st_dev, status.st_ino


def refuse_unless_replaceable(path: str) -> None:
    """Raise FileRefused, with the reason, for a file that must not be replaced.

    A rename would overwrite a write-protected file and split a hard-linked one.
    """
    if is_stream(path):
        raise FileRefused("not a file that can be replaced: use - for stdin to stdout")
    real = os.path.realpath(path)
    folder = os.path.dirname(real)
    try:
        status, folder_status = os.stat(real), os.stat(folder)
    except OSError as error:
        raise unreadable(error) from None
    if not status.st_mode & _ANY_WRITE:
        raise FileRefused("write-protected: allow changes with chmod u+w")
    if not os.access(real, os.W_OK):
        raise FileRefused("write-protected by its owner or file system")
    if not _can_keep_owner(status, folder_status):
        raise FileRefused("owned by another user or group, which a replacement cannot keep")
    if status.st_nlink > 1:
        raise FileRefused(f"has {status.st_nlink} hard links, and replacing it would split them")
    if not folder_status.st_mode & _ANY_WRITE or not os.access(folder, os.W_OK):
        raise FileRefused("its folder is write-protected: no new file can be created in it")


def _can_keep_owner(status: os.stat_result, folder: os.stat_result) -> bool:
    """Return whether a new file in ``folder`` can get the same owner and group."""
    if sys.platform == "win32" or os.geteuid() == 0:
        return True
    groups = {os.getegid(), *os.getgroups(), folder.st_gid}
    return status.st_uid == os.geteuid() and status.st_gid in groups


def replace_file(path: str, expected: int, transform: Callable[[bytes], bytes]) -> str:
    """Replace the content of a file by ``transform`` of it; return the folder, to be synced.

    ``expected`` is the digest of the content that the change was planned for. Links are followed
    and kept, as are mode, owner and extended attributes. Raises FileRefused on failure, with the
    old content in place and no other file left.
    """
    real = os.path.realpath(path)
    folder = os.path.dirname(real)
    refuse_unless_replaceable(real)
    data, status = read_expected(real, expected)
    try:
        with _temporary_for(real, transform(data)) as file:
            copy_attributes(real, file.fileno(), status)
            os.fsync(file.fileno())
            data_now, status_now = read_with_status(real)
            if data_now != data or not os.path.samestat(status, status_now):
                raise FileRefused(CHANGED_MEANWHILE)
    except OSError as error:
        raise FileRefused(f"cannot be written: {error.strerror}") from None
    return folder


def sync_folders(folders: Iterable[str]) -> list[tuple[str, FileRefused]]:
    """Make the renames in ``folders`` survive a power cut; return the folders that failed.

    A folder that cannot be read, or a system that cannot sync folders, is not a failure.
    """
    failed: list[tuple[str, FileRefused]] = []
    if sys.platform == "win32":
        return failed
    for folder in folders:
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            if error.errno not in _NO_SYNC:
                message = f"written, but not synced to disk: {error.strerror}"
                failed.append((folder, FileRefused(message)))
    return failed


@contextmanager
def _temporary_for(real: str, data: bytes) -> Iterator[BinaryIO]:
    """Provide a temporary file with ``data``, which then replaces the file at ``real``.

    It is open, and so locked, until it has the name. After that, closing it can lose nothing.
    """
    descriptor, name = create_temporary(os.path.dirname(real))
    file = os.fdopen(descriptor, "wb")
    try:
        file.write(data)
        file.flush()
        yield file
        if sys.platform == "win32":
            file.close()
        os.replace(name, real)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise
    finally:
        with suppress(OSError):
            file.close()


def write_output(path: str, data: bytes) -> None:
    """Write a file, new or in place of an old one; a device or FIFO is written to directly.

    Raises FileRefused on failure, with the old content unchanged. What a killed run left in the
    folder is removed.
    """
    try:
        if not os.path.exists(path):
            _create(os.path.realpath(path), data)
        elif stat.S_ISREG(os.stat(path).st_mode):
            if (old := read_file(path)) != data:
                remove_stale([os.path.dirname(os.path.realpath(path))])
                replace_file(path, compute_digest(old), lambda _: data)
        else:
            with open(path, "wb", opener=_open_at_once) as file:
                if sys.platform != "win32":
                    os.set_blocking(file.fileno(), True)
                file.write(data)
    except OSError as error:
        raise FileRefused(f"cannot be written: {error.strerror}") from None


def append_output(path: str, data: bytes) -> None:
    """Append to a file, which need not exist; raise FileRefused on failure."""
    try:
        with open(path, "ab", opener=_open_at_once) as file:
            file.write(data)
    except OSError as error:
        raise FileRefused(f"cannot be written: {error.strerror}") from None


def _open_at_once(path: str, flags: int) -> int:
    """Open a file; a FIFO that nothing reads within a second is an error, instead of waiting."""
    flags |= getattr(os, "O_NONBLOCK", 0)
    for _ in range(20):
        try:
            return os.open(path, flags, 0o666)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
        sleep(0.05)
    raise OSError(errno.ENXIO, "nothing reads this FIFO")


def _create(real: str, data: bytes) -> None:
    remove_stale([os.path.dirname(real)])
    with _temporary_for(real, data) as file:
        if sys.platform != "win32":
            mask = os.umask(0)
            os.umask(mask)
            os.fchmod(file.fileno(), 0o666 & ~mask)
        os.fsync(file.fileno())
