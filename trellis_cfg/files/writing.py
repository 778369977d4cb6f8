"""The replacement of a file's content: whole or not at all, everything else about it kept."""

import errno
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable

from trellis_cfg.errors import FileRefused
from trellis_cfg.files.reading import read_file, read_with_status, unreadable

_SYSTEM = ("security.", "trusted.")
_REFUSED = (errno.EPERM, errno.EACCES, errno.ENOTSUP)


def copy_attributes(real: str, descriptor: int, status: os.stat_result) -> None:
    """Give the open new file what the old one at ``real`` has; raises OSError where it cannot.

    In this order: a change of owner clears the set-user-id bit, and an access list that the new
    file inherited changes its mode.
    """
    if sys.platform == "win32":
        return
    new = os.fstat(descriptor)
    if (new.st_uid, new.st_gid) != (status.st_uid, status.st_gid):
        os.fchown(descriptor, status.st_uid, status.st_gid)
    if sys.platform == "linux":
        _keep_extended(real, descriptor)
    os.fchmod(descriptor, stat.S_IMODE(status.st_mode))


def may_keep_owner(status: os.stat_result, folder: os.stat_result) -> bool:
    """Tell whether this process can make a file with the same owner and group in ``folder``.

    A new file may get the folder's group.
    """
    if sys.platform == "win32" or os.geteuid() == 0:
        return True
    groups = {os.getegid(), *os.getgroups(), folder.st_gid}
    return status.st_uid == os.geteuid() and status.st_gid in groups


def _keep_extended(real: str, descriptor: int) -> None:
    kept, inherited = _names(real), _names(descriptor)
    for name in kept:
        _keep_one(real, descriptor, name)
    for name in inherited:
        if name not in kept and not name.startswith(_SYSTEM):
            os.removexattr(descriptor, name)


def _names(file: str | int) -> list[str]:
    """Return the names of a file's extended attributes; none where the file system has none."""
    try:
        return os.listxattr(file)
    except OSError as error:
        if error.errno != errno.ENOTSUP:
            raise
        return []


def _keep_one(real: str, descriptor: int, name: str) -> None:
    """Copy one extended attribute; those that only the system sets are its own affair."""
    try:
        os.setxattr(descriptor, name, os.getxattr(real, name))
    except OSError as error:
        if error.errno not in _REFUSED or not name.startswith(_SYSTEM):
            raise


if sys.platform != "win32":
    from fcntl import LOCK_EX, LOCK_NB, flock

_NAME = r"\.trellis-cfg-[0-9a-f]{16}\.tmp"
_FLAGS = os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def create_temporary(folder: str) -> tuple[int, str]:
    """Return descriptor and path of a new locked file, readable by nobody else yet.

    Between its creation and its lock another run may take it for a stale one: then once more.
    """
    while True:
        path = os.path.join(folder, f".trellis-cfg-{os.urandom(8).hex()}.tmp")
        descriptor = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            ours = _lock(descriptor)
        except OSError:  # a file system without locks
            ours = True
        if ours and os.path.exists(path):
            return descriptor, path
        os.close(descriptor)


def remove_stale(folders: Iterable[str]) -> list[str]:
    """Remove the temporary files that killed runs left in ``folders``; return their paths.

    A file that a live run holds, and one that may not be removed, stays.
    """
    return [path for folder in folders for path in _left_in(folder) if _remove_stale(path)]


def _left_in(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as scan:
            return sorted(entry.path for entry in scan if re.fullmatch(_NAME, entry.name))
    except OSError:
        return []


def _remove_stale(path: str) -> bool:
    try:
        descriptor = os.open(path, _FLAGS | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return False
    try:
        if not _lock(descriptor):
            return False
        os.unlink(path)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _lock(descriptor: int) -> bool:
    """Take the lock; False where a live process holds it. Windows keeps open files by itself."""
    if sys.platform == "win32":
        return True
    try:
        flock(descriptor, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    return True


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
    if not may_keep_owner(status, folder_status):
        raise FileRefused("belongs to another user or group, which a new file could not keep")
    if status.st_nlink > 1:
        raise FileRefused(f"has {status.st_nlink} hard links, and replacing it would split them")
    if not folder_status.st_mode & _ANY_WRITE or not os.access(folder, os.W_OK):
        raise FileRefused("its folder is write-protected: the new content has no place to go")


def replace_file(path: str, expected: int, transform: Callable[[bytes], bytes]) -> str:
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


def sync_folders(folders: Iterable[str]) -> list[tuple[str, FileRefused]]:
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
    descriptor, name = create_temporary(os.path.dirname(real))
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            _write(file.fileno(), new)
            copy_attributes(real, file.fileno(), status)
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


def write_output(path: str, data: bytes) -> None:
    """Write a file, new or in place of an old one; a device or FIFO is written to as it is.

    Raises FileRefused, with an old content untouched, where that cannot be done.
    """
    try:
        if not os.path.exists(path):
            _create(os.path.realpath(path), data)
        elif stat.S_ISREG(os.stat(path).st_mode):
            _replace(path, data)
        else:
            with open(path, "wb") as file:
                file.write(data)
    except OSError as error:
        raise FileRefused(f"cannot be written: {error.strerror}") from None


def append_output(path: str, data: bytes) -> None:
    """Write at the end of a file, new or old; raises FileRefused where that cannot be done."""
    try:
        with open(path, "ab", opener=_opened) as file:
            file.write(data)
    except OSError as error:
        raise FileRefused(f"cannot be written: {error.strerror}") from None


def keep_newest(folder: str, prefix: str, most: int) -> None:
    """Remove the files of a folder that start so, but for the ``most`` that were written last."""
    with os.scandir(folder) as scan:
        found = [(one.stat().st_mtime_ns, one.path) for one in scan if one.name.startswith(prefix)]
    for _, path in sorted(found)[:-most]:
        os.unlink(path)


def _opened(path: str, flags: int) -> int:
    """Open a file; a FIFO that nobody reads is refused, instead of waited for."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o666)


def _replace(path: str, data: bytes) -> None:
    old = read_file(path)
    if old != data:
        replace_file(path, digest(old), lambda _: data)


def _create(path: str, data: bytes) -> None:
    """Write a new file; nothing is left of it where that fails."""
    with open(path, "xb") as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            os.unlink(path)
            raise
