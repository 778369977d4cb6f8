"""Owner, mode and extended attributes of a file, given to the one that takes its place."""

import errno
import os
import stat
import sys

_SYSTEM = ("security.", "trusted.")
_REFUSED = (errno.EPERM, errno.EACCES, errno.ENOTSUP)


def keep(real: str, descriptor: int, status: os.stat_result) -> None:
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
