"""The temporary file beside a target: locked while its run lives, cleaned once it does not."""

import os
import re
import sys
from collections.abc import Iterable

if sys.platform != "win32":
    from fcntl import LOCK_EX, LOCK_NB, flock

_NAME = r"\.trellis-cfg-[0-9a-f]{16}\.tmp"
_FLAGS = os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def create(folder: str) -> tuple[int, str]:
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


def clean(folders: Iterable[str]) -> list[str]:
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
