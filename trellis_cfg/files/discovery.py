"""Find the configs that the paths of a command line name."""

import os
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from trellis_cfg.files.git import GitIgnored

_DOT_PREFIX = r"^(?:\./+)+"


class ConfigFile(NamedTuple):
    """A file to read; ``named`` if the user named it itself, not a folder above it."""

    path: str
    named: bool


class Exclude:
    """Shell patterns for files and folders to leave out.

    A pattern without a slash matches any name in the path from ``root``, one with a slash matches
    the whole path from there; ``*`` matches slashes, too.
    """

    def __init__(self, patterns: Iterable[str] = (), root: str = ".") -> None:
        """Compile the patterns; without any, nothing is excluded."""
        self._root = root
        self._patterns = tuple(patterns)
        patterns = [self._from_root(pattern.rstrip("/")) for pattern in self._patterns]
        self._name = _compile_any(pattern for pattern in patterns if "/" not in pattern)
        self._path = _compile_any(pattern for pattern in patterns if "/" in pattern)

    def __repr__(self) -> str:
        """Return what it was made of."""
        return f"Exclude({self._patterns}, {self._root!r})"

    def _from_root(self, path: str) -> str:
        if os.path.isabs(path):
            path = os.path.relpath(path, self._root)
        return path.replace(os.sep, "/").removeprefix("./")

    def leaves_out(self, path: str) -> bool:
        """Return whether the file or folder itself is excluded, regardless of those above it."""
        return bool(
            (self._name and self._name.match(os.path.basename(path)))
            or (self._path and self._path.match(self._from_root(os.path.abspath(path))))
        )

    def leaves_out_below(self, path: str) -> bool:
        """Return whether the file, or a folder above it up to the root, is excluded."""
        if not (path and (self._name or self._path)):
            return False
        below = os.path.relpath(path, self._root)
        while below and os.path.basename(below) not in ("", os.pardir, os.curdir):
            if self.leaves_out(os.path.join(self._root, below)):
                return True
            below = os.path.dirname(below)
        return False


def _compile_any(patterns: Iterable[str]) -> re.Pattern[str] | None:
    if not (listed := list(patterns)):
        return None
    from fnmatch import translate  # noqa: PLC0415  most runs have no pattern

    return re.compile("|".join(map(translate, listed)))


def discover(
    paths: Iterable[str],
    exclude: Exclude,
    *,
    force: bool = False,
    ignored: GitIgnored | None = None,
) -> Iterator[ConfigFile]:
    """Yield the files that ``paths`` name: each file, and every ``*.json`` below each folder.

    Hidden folders and links to folders are not entered, and what git ignores is left out below
    folders, unless ``ignored`` is None. Of a folder that then has none, nor any excluded, the
    pattern is yielded, which cannot be read. A path that does not exist and a folder that cannot be
    listed are yielded as files: reading them says why. With ``force``, named files are like those
    below a folder. The order in a folder is the file system's, so that no folder is held in memory.
    """
    wanted = [
        path for path in dict.fromkeys(paths) if not (force and exclude.leaves_out_below(path))
    ]
    folders = dict.fromkeys(filter(os.path.isdir, wanted))
    if ignored and not (folders and ignored.ask(folders)):
        ignored = None
    files = chain(
        (ConfigFile(path, named=not force) for path in wanted if path not in folders),
        *(
            _walk(folder.rstrip(os.sep) or os.sep, exclude, ignored and ignored.below(folder))
            for folder in folders
        ),
    )
    return _drop_repeats(files) if folders and len(wanted) > 1 else files


def _drop_repeats(files: Iterable[ConfigFile]) -> Iterator[ConfigFile]:
    """Yield each file once, even if paths overlap."""
    known = set()
    for file in files:
        real = os.path.realpath(file.path)
        if real not in known:
            known.add(real)
            yield file


def _walk(top: str, exclude: Exclude, ignored: GitIgnored | None) -> Iterator[ConfigFile]:
    is_empty = not exclude.leaves_out_below(top)
    pending = [(top, os.path.realpath(top) if ignored else "")]
    while pending:
        folder, real = pending.pop()
        prefix, real = re.sub(_DOT_PREFIX, "", os.path.join(folder, "")), os.path.join(real, "")
        if ignored and folder != top and os.path.lexists(real + ".git"):
            ignored.ask([real])
        try:
            with os.scandir(folder) as scan:
                for entry in scan:
                    path, is_folder = prefix + entry.name, entry.is_dir(follow_symlinks=False)
                    if not _is_wanted(entry, path, is_folder=is_folder):
                        continue
                    if exclude.leaves_out(path):
                        is_empty = False
                    elif ignored and ignored.leaves_out(real + entry.name, is_folder=is_folder):
                        continue
                    elif is_folder:
                        pending.append((path, real + entry.name))
                    else:
                        is_empty = False
                        yield ConfigFile(path, named=False)
        except OSError:
            is_empty = False
            yield ConfigFile(folder, named=True)
    if is_empty:
        yield ConfigFile(os.path.join(top, "*.json"), named=True)


def _is_wanted(entry: os.DirEntry[str], path: str, *, is_folder: bool) -> bool:
    """Return whether it is a folder to enter, or a file to read, as far as its name says."""
    if is_folder:
        return not entry.name.startswith(".")
    return entry.name.endswith(".json") and not (entry.is_symlink() and os.path.isdir(path))
