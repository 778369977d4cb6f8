"""Finds the checkout: the nearest folder above a config with a package of trainers."""

import os
import stat
from functools import cache
from itertools import islice
from typing import NamedTuple

_FOLDER = "trainers"
_OTHER_FOLDERS = ("models", "datasets")
_MAX_ENTRIES = 1000  # of a folder


class Checkout(NamedTuple):
    """A folder and its packages that hold trainers; "" is the folder itself."""

    root: str
    packages: tuple[str, ...]


def find_checkout(folder: str) -> Checkout | None:
    """Return the checkout in a folder, in its ``src``, or around it if it is a package."""
    folder = os.path.abspath(folder)
    packages = _find_packages(folder)
    if packages:
        return Checkout(folder, packages)
    if _is_package(folder):
        above, name = os.path.split(folder)
        return Checkout(above, (name,)) if name.isidentifier() else Checkout(folder, ("",))
    below = os.path.join(folder, "src")
    packages = _find_packages(below)
    return Checkout(below, packages) if packages else None


@cache
def find_checkout_above(folder: str) -> Checkout | None:
    """Return the checkout in an absolute folder or above, up to the root of its repository."""
    above = os.path.dirname(folder)
    if above == folder:
        return None
    if not _is_shared(folder):
        checkout = find_checkout(folder) if not _is_package(folder) else None
        if checkout:
            return checkout
        if os.path.exists(os.path.join(folder, ".git")):
            return None
    return find_checkout_above(above)


def _is_shared(folder: str) -> bool:
    """Tell whether every user may write to a folder, or it cannot be read."""
    try:
        return bool(os.stat(folder).st_mode & stat.S_IWOTH)
    except OSError:
        return True


def _find_packages(folder: str) -> tuple[str, ...]:
    try:
        with os.scandir(folder) as scan:
            entries = list(islice(scan, _MAX_ENTRIES + 1))
    except OSError:
        return ()
    if len(entries) > _MAX_ENTRIES:
        return ()
    names = sorted(entry.name for entry in entries if entry.name.isidentifier())
    return tuple(name for name in names if _is_package(os.path.join(folder, name)))


def _is_package(folder: str) -> bool:
    return os.path.isdir(os.path.join(folder, _FOLDER)) and any(
        os.path.isdir(os.path.join(folder, name)) for name in _OTHER_FOLDERS
    )
