"""Which files the paths of a command line mean."""

import os
import re
from collections.abc import Iterable, Iterator
from fnmatch import translate
from typing import NamedTuple

_HERE = r"^(?:\./+)+"


class ConfigFile(NamedTuple):
    """A file to read; ``named`` if the user gave its own path, not a folder above it."""

    path: str
    named: bool


class Exclude:
    """Shell patterns for files and folders to leave out.

    A pattern without a slash is held against each name on the way from ``root``, one with a slash
    against the path from there; ``*`` matches slashes, too.
    """

    def __init__(self, patterns: Iterable[str] = (), root: str = ".") -> None:
        """Compile the patterns; none excludes nothing."""
        self._root = root
        patterns = [self._from_root(pattern.rstrip("/")) for pattern in patterns]
        self._name = _any(pattern for pattern in patterns if "/" not in pattern)
        self._path = _any(pattern for pattern in patterns if "/" in pattern)

    def _from_root(self, path: str) -> str:
        """Return a path, or a pattern of one, as it reads from the root on."""
        if os.path.isabs(path):
            path = os.path.relpath(path, self._root)
        return path.replace(os.sep, "/").removeprefix("./")

    def leaves_out(self, path: str) -> bool:
        """Tell whether the file or folder itself is excluded, whatever stands above it."""
        if self._name and self._name.match(os.path.basename(path)):
            return True
        if not self._path:
            return False
        return bool(self._path.match(self._from_root(os.path.abspath(path))))

    def leaves_out_below(self, path: str) -> bool:
        """Tell whether the file, or a folder above it up to the root, is excluded."""
        if not (self._name or self._path):
            return False
        below = os.path.relpath(path, self._root)
        while below and os.path.basename(below) not in ("", os.pardir, os.curdir):
            if self.leaves_out(os.path.join(self._root, below)):
                return True
            below = os.path.dirname(below)
        return False


def _any(patterns: Iterable[str]) -> re.Pattern[str] | None:
    joined = "|".join(translate(pattern) for pattern in patterns)
    return re.compile(joined) if joined else None


def discover(
    paths: Iterable[str], exclude: Exclude, *, force: bool = False
) -> Iterator[ConfigFile]:
    """Return the files that ``paths`` mean: each file, and every ``*.json`` below each folder.

    Hidden folders and links to folders are not entered. What cannot be listed or is not there is
    returned as it was named: reading it tells why. ``force`` excludes named files, too. The
    order within a folder is the file system's, so that no folder is held in memory.
    """
    given = [
        path for path in dict.fromkeys(paths) if not (force and exclude.leaves_out_below(path))
    ]
    folders = [path for path in given if os.path.isdir(path)]
    found = _each(given, exclude)
    return _once(found) if folders and len(given) > 1 else found


def _each(paths: list[str], exclude: Exclude) -> Iterator[ConfigFile]:
    folders = dict.fromkeys(path for path in paths if os.path.isdir(path))
    yield from (ConfigFile(path, named=True) for path in paths if path not in folders)
    for folder in folders:
        yield from _below(folder.rstrip(os.sep) or os.sep, exclude)


def _once(files: Iterable[ConfigFile]) -> Iterator[ConfigFile]:
    """Yield each file once, where paths overlap."""
    seen = set()
    for found in files:
        real = os.path.realpath(found.path)
        if real not in seen:
            seen.add(real)
            yield found


def _below(top: str, exclude: Exclude) -> Iterator[ConfigFile]:
    pending = [top]
    while pending:
        folder = pending.pop()
        prefix = re.sub(_HERE, "", os.path.join(folder, ""))
        try:
            with os.scandir(folder) as scan:
                for entry in scan:
                    path = prefix + entry.name
                    if entry.is_dir(follow_symlinks=False):
                        if not entry.name.startswith(".") and not exclude.leaves_out(path):
                            pending.append(path)
                    elif entry.name.endswith(".json") and not (
                        exclude.leaves_out(path) or (entry.is_symlink() and os.path.isdir(path))
                    ):
                        yield ConfigFile(path, named=False)
        except OSError:
            yield ConfigFile(folder, named=True)
