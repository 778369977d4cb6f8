"""The paths of files in their repository, as services that show findings expect them."""

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

_CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


class Location(NamedTuple):
    """A path relative to the root of the repository, with slashes and links resolved.

    For a file outside the repository, ``path`` is unchanged and ``outside`` is the real path.
    """

    path: str
    outside: str = ""


def locate_files(paths: Iterable[str]) -> dict[str, Location]:
    """Return the location of each file.

    The root is the checkout of GitHub or GitLab; for other files, the working directory.
    """
    variables = filter(None, map(os.environ.get, _CHECKOUTS))
    roots: list[str] = []
    with suppress(OSError):  # the working directory may be deleted
        roots = [os.path.realpath(root) for root in (*variables, os.curdir)]
    return {path: _locate_file(path or os.curdir, roots) for path in dict.fromkeys(paths)}


def _locate_file(path: str, roots: list[str]) -> Location:
    try:
        real = _resolve(path)
    except (OSError, ValueError):  # likewise, or the path contains a NUL
        return Location(path, path)
    for root in roots:
        prefix = os.path.join(root, "")
        if real.startswith(prefix):
            return Location(real.removeprefix(prefix).replace(os.sep, "/"))
    return Location(path, real)


def _resolve(path: str) -> str:
    """Resolve links, but not a broken one: that is the file itself."""
    if os.path.exists(path):
        return os.path.realpath(path)
    folder, name = os.path.split(path)
    return os.path.normpath(os.path.join(os.path.realpath(folder), name))
