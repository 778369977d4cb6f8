"""A file that the program makes: a report or a schema, whole or not at all."""

import os
import stat

from trellis_cfg.errors import FileRefused
from trellis_cfg.files.reading import read
from trellis_cfg.files.writing import digest, replace


def put(path: str, data: bytes) -> None:
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


def append(path: str, data: bytes) -> None:
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
    old = read(path)
    if old != data:
        replace(path, digest(old), lambda _: data)


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
