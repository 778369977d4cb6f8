"""Where files stand in their repository, as services that show findings name them."""

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

_CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


class Location(NamedTuple):
    """A file by its path from the root of the repository on, slashes between, links resolved.

    Of a file outside of it, ``path`` is what was given, and ``outside`` its real path.
    """

    path: str
    outside: str = ""


def locate_file(paths: Iterable[str]) -> dict[str, Location]:
    """Return where each file stands.

    The root is the checkout of GitHub or GitLab, else, or for files elsewhere, the working folder.
    """
    roots = _roots()
    return {path: _location(path or os.curdir, roots) for path in dict.fromkeys(paths)}


def _roots() -> list[str]:
    given = [os.environ[name] for name in _CHECKOUTS if os.environ.get(name)]
    with suppress(OSError):  # the working folder may be gone
        return [os.path.realpath(root) for root in (*given, os.curdir)]
    return []


def _location(path: str, roots: list[str]) -> Location:
    try:
        real = _real(path)
    except (OSError, ValueError):  # likewise, or the path of a folder holds a NUL
        return Location(path, path)
    for root in roots:
        prefix = os.path.join(root, "")
        if real.startswith(prefix):
            return Location(real.removeprefix(prefix).replace(os.sep, "/"))
    return Location(path, real)


def _real(path: str) -> str:
    """Return a path without links, but for one that leads nowhere: it is what stands there."""
    if os.path.exists(path):
        return os.path.realpath(path)
    folder, name = os.path.split(path)
    return os.path.normpath(os.path.join(os.path.realpath(folder), name))
