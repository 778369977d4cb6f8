"""What tells a file, or a folder's Python files, from what they were before."""

import os
from hashlib import blake2b
from itertools import islice

from trellis_cfg.errors import FileRefused
from trellis_cfg.files.reading import read_at_most

_LARGEST = 1 << 18
_DIRECTORY = 2000
"""Bytes of a file, and entries of a folder."""


def fingerprint(path: str) -> tuple[bytes | None, str | None]:
    """Return the content of a file, and what tells it from another.

    Without content, it is a file that is too large or may not be read; None is no file.
    """
    try:
        data = read_at_most(path, _LARGEST)
    except FileRefused:
        return None, "unreadable" if os.path.isfile(path) else None
    return data, blake2b(data, digest_size=12).hexdigest()


def listing(folder: str) -> tuple[list[str], str | None]:
    """Return the sorted names of a folder's Python files, and what tells them from others."""
    try:
        with os.scandir(folder) as scan:
            some = list(islice(scan, _DIRECTORY + 1))
    except OSError:
        return [], None
    if len(some) > _DIRECTORY:
        return [], "large"
    names = sorted(entry.name for entry in some if entry.name.endswith(".py"))
    return names, blake2b("\0".join(names).encode("utf-8", "replace"), digest_size=12).hexdigest()
