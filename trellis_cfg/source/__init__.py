"""What the classes of a checkout accept: read from its code, which is never run."""

import functools
import os
from typing import TYPE_CHECKING, NamedTuple

from trellis_cfg.source.checkout import Checkout, checkout_at, checkout_of

if TYPE_CHECKING:
    from trellis_cfg.source.class_spec import SourceFacts


__all__ = ["Checkout", "Where", "checkout_at", "source"]


class CheckoutFinder(NamedTuple):
    """Where the code of a config is: in checkouts that were named, else in one above it."""

    named: tuple[Checkout, ...] = ()
    is_sought: bool = True

    def checkout(self, path: str) -> Checkout | None:
        """Return the checkout of the config at a path; an empty path is nowhere.

        Of several that are named, it is the one that the config stands in.
        """
        if len(self.named) == 1:
            return self.named[0]
        if self.named:
            here = os.path.abspath(path)
            around = [one for one in self.named if here.startswith(os.path.join(one.root, ""))]
            return max(around, key=lambda one: len(one.root), default=None)
        return checkout_of(path) if self.is_sought and path else None


@functools.cache
def read_checkout(checkout: Checkout) -> "SourceFacts":
    """Return what the code of a checkout says, by the cache where that is still true."""
    from trellis_cfg.source.cache import cached  # noqa: PLC0415  only where one is found

    return cached(checkout, lambda: _read(checkout))


def _read(checkout: Checkout) -> "tuple[SourceFacts, dict[str, str | None]]":
    from trellis_cfg.source.modules import Sources  # noqa: PLC0415
    from trellis_cfg.source.package import read_source  # noqa: PLC0415  imports ast

    sources = Sources(checkout.root)
    return read_source(sources, checkout.packages), sources.seen
