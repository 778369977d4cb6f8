"""The bytes of a file, or the reason why there are none."""

import errno
import os
import stat

from trellis_cfg.errors import FileRefused

# O_NONBLOCK: opening a FIFO must not wait for its writer. O_BINARY: Windows keeps its CR LF.
_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)

_KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def read_file(path: str) -> bytes:
    """Return the whole content of a regular file.

    Raises FileRefused where there is none, or it cannot be read, or it is of another kind.
    """
    return read_with_status(path)[0]


def read_at_most(path: str, most: int) -> bytes:
    """Return the whole content of a regular file that is not larger than ``most`` bytes.

    Raises FileRefused as ``read`` does; without a code for one that is larger.
    """
    try:
        descriptor = os.open(path, _FLAGS)
        try:
            status = os.fstat(descriptor)
            _refuse_unless_regular(status)
            data = os.read(descriptor, most + 1) if status.st_size <= most else None
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        raise unreadable(error) from None
    if data is None or len(data) > most:
        raise FileRefused(f"larger than {most:,} bytes")
    return data


def read_with_status(path: str) -> tuple[bytes, os.stat_result]:
    """Return content and status of a regular file, both of the one that was opened."""
    try:
        descriptor = os.open(path, _FLAGS)
        try:
            status = os.fstat(descriptor)
            _refuse_unless_regular(status)
            return _all(descriptor, status.st_size), status
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno == errno.ENXIO:
            _refuse_unless_regular(os.stat(path))
        raise unreadable(error) from None
    except ValueError as error:
        raise unreadable(error) from None


def _refuse_unless_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), "of an unknown kind")
        raise FileRefused(f"not a regular file: it is {kind}", code="TC006")


def _all(descriptor: int, expected: int) -> bytes:
    """Read to the end, which a file of the expected size has shown in the first call."""
    data = os.read(descriptor, expected + 1)
    while len(data) != expected and (more := os.read(descriptor, 1 << 20)):
        data += more
    return data


def unreadable(error: OSError | ValueError) -> FileRefused:
    """Return the error for a file that the system would not give.

    A ValueError is one of its name: a NUL, or what the system's encoding does not have.
    """
    why = error.strerror if isinstance(error, OSError) else "no file can have this name"
    return FileRefused(f"cannot be read: {why}", code="TC006")
