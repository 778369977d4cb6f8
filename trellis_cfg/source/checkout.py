"""Where a checkout is: the nearest folder above a config that holds a package of trainers."""

import os
import stat
from functools import cache
from itertools import islice
from typing import NamedTuple

_FOLDER = "trainers"
_BESIDE = ("models", "datasets")
_MOST = 1000
"""Entries of a folder that are looked at."""


class Checkout(NamedTuple):
    """A folder and its packages that hold trainers; "" is the folder itself."""

    root: str
    packages: tuple[str, ...]


def checkout_at(folder: str) -> Checkout | None:
    """Return the checkout that a folder is, or that the package in it belongs to."""
    folder = os.path.abspath(folder)
    found = _packages(folder)
    if found:
        return Checkout(folder, found)
    if _is_package(folder):
        above, name = os.path.split(folder)
        return Checkout(above, (name,)) if name.isidentifier() else Checkout(folder, ("",))
    below = os.path.join(folder, "src")
    found = _packages(below)
    return Checkout(below, found) if found else None


def checkout_of(path: str) -> Checkout | None:
    """Return the checkout that a config stands in; None where there is none."""
    return _above(os.path.dirname(os.path.abspath(path)))


def forget() -> None:
    """Look at the folders again: for a program that runs on while they change."""
    _above.cache_clear()


@cache
def _above(folder: str) -> Checkout | None:
    """Seek from a folder on upwards, to the end of its repository; folders of all are passed."""
    above = os.path.dirname(folder)
    if above == folder:
        return None
    if not _is_shared(folder):
        found = checkout_at(folder) if not _is_package(folder) else None
        if found:
            return found
        if os.path.exists(os.path.join(folder, ".git")):
            return None
    return _above(above)


def _is_shared(folder: str) -> bool:
    """Tell whether everybody may write into a folder, or it cannot be read at all."""
    try:
        return bool(os.stat(folder).st_mode & stat.S_IWOTH)
    except OSError:
        return True


def _packages(folder: str) -> tuple[str, ...]:
    try:
        with os.scandir(folder) as scan:
            entries = list(islice(scan, _MOST + 1))
    except OSError:
        return ()
    if len(entries) > _MOST:
        return ()
    names = sorted(entry.name for entry in entries if entry.name.isidentifier())
    return tuple(name for name in names if _is_package(os.path.join(folder, name)))


def _is_package(folder: str) -> bool:
    return os.path.isdir(os.path.join(folder, _FOLDER)) and any(
        os.path.isdir(os.path.join(folder, name)) for name in _BESIDE
    )
