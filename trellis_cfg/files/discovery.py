"""Which files the paths of a command line mean."""

import os
import re
from collections.abc import Iterable, Iterator
from fnmatch import translate
from typing import NamedTuple


class Found(NamedTuple):
    """A file to read; ``named`` if the user gave its own path, not a folder above it."""

    path: str
    named: bool


class Exclude:
    """Shell patterns for files and folders to leave out.

    A pattern without a slash is held against each name on the way, one with a slash against the
    path from ``root`` on; ``*`` matches slashes, too.
    """

    def __init__(self, patterns: Iterable[str] = (), root: str = ".") -> None:
        """Compile the patterns; none excludes nothing."""
        self._root = root
        patterns = [pattern.rstrip("/") for pattern in patterns]
        self._name = _any(pattern for pattern in patterns if "/" not in pattern)
        self._path = _any(pattern for pattern in patterns if "/" in pattern)

    def leaves_out(self, path: str) -> bool:
        """Tell whether the file or folder itself is excluded, whatever stands above it."""
        if self._name and self._name.match(os.path.basename(path)):
            return True
        if not self._path:
            return False
        return bool(self._path.match(os.path.relpath(path, self._root).replace(os.sep, "/")))

    def leaves_out_below(self, path: str) -> bool:
        """Tell whether the file, or a folder above it, is excluded."""
        while path and not self.leaves_out(path):
            parent = os.path.dirname(path)
            path = "" if parent == path else parent
        return bool(path)


def _any(patterns: Iterable[str]) -> re.Pattern[str] | None:
    joined = "|".join(translate(pattern) for pattern in patterns)
    return re.compile(joined) if joined else None


def discover(paths: Iterable[str], exclude: Exclude, *, force: bool = False) -> Iterator[Found]:
    """Yield the files that ``paths`` mean: each file, and every ``*.json`` below each folder.

    Hidden folders and links to folders are not entered. What cannot be listed or is not there is
    yielded as it was named: reading it tells why. ``force`` excludes named files, too. The
    order within a folder is the file system's, so that no folder is held in memory.
    """
    for path in dict.fromkeys(paths):
        if force and exclude.leaves_out_below(path):
            continue
        if os.path.isdir(path):
            yield from _below(path.rstrip(os.sep) or os.sep, exclude)
        else:
            yield Found(path, named=True)


def _below(top: str, exclude: Exclude) -> Iterator[Found]:
    pending = [top]
    while pending:
        folder = pending.pop()
        prefix = "" if folder == "." else os.path.join(folder, "")
        try:
            scan = os.scandir(folder)
        except OSError:
            yield Found(folder, named=True)
            continue
        with scan:
            for entry in scan:
                name, path = entry.name, prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if not name.startswith(".") and not exclude.leaves_out(path):
                        pending.append(path)
                elif name.endswith(".json") and not (
                    exclude.leaves_out(path) or (entry.is_symlink() and os.path.isdir(path))
                ):
                    yield Found(path, named=False)
