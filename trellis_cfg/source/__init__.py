"""What the classes of a checkout accept: read from its code, which is never run."""

import gc
import os
import sys
from functools import cache, cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from trellis_cfg.files.reading import Stamps, is_shared

if TYPE_CHECKING:
    from trellis_cfg.source.facts import SourceFacts

_FOLDER = "trainers"
_OTHER_FOLDERS = ("models", "datasets")
_MAX_ENTRIES = 1000  # of a folder


class Checkout(NamedTuple):
    """A folder and its packages that hold trainers; "" is the folder itself."""

    root: str
    packages: tuple[str, ...]


class CheckoutFinder(NamedTuple):
    """Finds the code of a config: in the checkouts that the user names, else above the config."""

    checkouts: tuple[Checkout, ...] = ()
    is_enabled: bool = True

    def checkout(self, path: str) -> Checkout | None:
        """Return the checkout of the config at a path; None for an empty path.

        Of several named checkouts, it is the innermost that the config is in.
        """
        if len(self.checkouts) == 1:
            return self.checkouts[0]
        if self.checkouts:
            full = os.path.abspath(path)
            around = [
                each for each in self.checkouts if full.startswith(os.path.join(each.root, ""))
            ]
            return max(around, key=lambda each: len(each.root), default=None)
        if not (self.is_enabled and path):
            return None
        return find_checkout_above(os.path.dirname(os.path.abspath(path)))


class Reading:
    """What is read of a checkout; ``stamps`` are the states of the files that this depends on."""

    def __init__(self, checkout: Checkout) -> None:
        """Start with nothing read."""
        self._checkout = checkout
        self.stamps = Stamps()

    @cached_property
    def facts(self) -> "SourceFacts":
        """What the code says."""
        from trellis_cfg.source.facts import SourceFacts  # noqa: PLC0415  imports ast

        return SourceFacts(self._checkout.root, self._checkout.packages, self.stamps)

    @property
    def is_incomplete(self) -> bool:
        """Whether code was too large to be read."""
        return "facts" in vars(self) and self.facts.tracer.is_exhausted


@cache
def get_reading(checkout: Checkout) -> Reading:
    """Return what is read of a checkout: the same until it is forgotten."""
    return Reading(checkout)


def read_checkout(checkout: Checkout) -> "SourceFacts":
    """Return what the code of a checkout says."""
    return get_reading(checkout).facts


def forget_checkouts() -> None:
    """Forget all that was read of checkouts: whatever any module here caches, with its cycles."""
    for name, module in list(sys.modules.items()):
        if f"{name}.".startswith(f"{__name__}."):
            for value in list(vars(module).values()):
                if getattr(value, "__module__", "") == name and hasattr(value, "cache_clear"):
                    value.cache_clear()
    gc.collect()


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
    if not is_shared(folder):
        checkout = find_checkout(folder) if not _is_package(folder) else None
        if checkout:
            return checkout
        if os.path.exists(os.path.join(folder, ".git")):
            return None
    return find_checkout_above(above)


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
