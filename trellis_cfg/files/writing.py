"""The replacement of a file's content: whole or not at all, everything else about it kept."""

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterable

from trellis_cfg.errors import FileRefused
from trellis_cfg.files import attributes, temporary
from trellis_cfg.files.reading import read_with_status, unreadable

CHANGED_MEANWHILE = "changed by another program during this run: it was left as it is; run again"
_NO_SYNC = (errno.EACCES, errno.EPERM, errno.EINVAL, errno.ENOTSUP)
_ANY_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def digest(data: bytes) -> int:
    """Return 64 bits that tell, within this process, whether content is still what was read."""
    return hash(data)


def read_expected(path: str, expected: int) -> tuple[bytes, os.stat_result]:
    """Return content and status of a file; raises FileRefused unless it has that digest."""
    data, status = read_with_status(path)
    if digest(data) != expected:
        raise FileRefused(CHANGED_MEANWHILE)
    return data, status


def identity(path: str) -> tuple[int, int]:
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
    real = os.path.realpath(path)
    folder = os.path.dirname(real)
    try:
        status, folder_status = os.stat(real), os.stat(folder)
    except OSError as error:
        raise unreadable(error) from None
    if not status.st_mode & _ANY_WRITE:
        raise FileRefused("write-protected: chmod u+w lets it be changed")
    if not os.access(real, os.W_OK):
        raise FileRefused("write-protected: its owner or file system does not let you change it")
    if not attributes.may_keep_owner(status, folder_status):
        raise FileRefused("belongs to another user or group, which a new file could not keep")
    if status.st_nlink > 1:
        raise FileRefused(f"has {status.st_nlink} hard links, and replacing it would split them")
    if not folder_status.st_mode & _ANY_WRITE or not os.access(folder, os.W_OK):
        raise FileRefused("its folder is write-protected: the new content has no place to go")


def replace(path: str, expected: int, transform: Callable[[bytes], bytes]) -> str:
    """Replace the file's content by ``transform`` of it; return the folder, to be synced.

    ``expected`` is the digest of the content that the change was planned for. Links are followed
    and kept, as are mode, owner and extended attributes. Raises FileRefused, with the old
    content in place and no other file left, where that cannot be done.
    """
    real = os.path.realpath(path)
    folder = os.path.dirname(real)
    refuse_unless_replaceable(real)
    data, status = read_expected(real, expected)
    try:
        _swap(real, transform(data), data, status)
    except OSError as error:
        raise FileRefused(f"cannot be written: {error.strerror}") from None
    return folder


def sync(folders: Iterable[str]) -> list[tuple[str, FileRefused]]:
    """Make the renames in ``folders`` last through a power cut; return where that failed.

    Not where the user may not read the folder, or its file system, or Windows, knows no such call.
    """
    failed = []
    for folder in folders:
        try:
            _sync(folder)
        except OSError as error:
            if error.errno not in _NO_SYNC:
                message = f"written, but not safe from a power cut yet: {error.strerror}"
                failed.append((folder, FileRefused(message)))
    return failed


def _sync(folder: str) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _swap(real: str, new: bytes, old: bytes, status: os.stat_result) -> None:
    descriptor, name = temporary.create(os.path.dirname(real))
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            _write(file.fileno(), new)
            attributes.keep(real, file.fileno(), status)
            os.fsync(file.fileno())
            _refuse_if_changed(real, old, status)
            if sys.platform == "win32":
                file.close()
            os.replace(name, real)
    except BaseException:
        _unlink(name)
        raise


def _refuse_if_changed(real: str, old: bytes, status: os.stat_result) -> None:
    data, status_now = read_with_status(real)
    if data != old or not os.path.samestat(status, status_now):
        raise FileRefused(CHANGED_MEANWHILE)


def _unlink(name: str) -> None:
    try:
        os.unlink(name)
    except FileNotFoundError:
        return


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
