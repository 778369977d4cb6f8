"""What the classes of a checkout accept: read from its code, which is never run."""

import functools
import os
from typing import TYPE_CHECKING, NamedTuple

from trellis_cfg.source.checkout import Checkout, find_checkout_above

if TYPE_CHECKING:
    from trellis_cfg.source.facts import SourceFacts

__all__ = ["Checkout", "CheckoutFinder", "read_checkout"]


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


@functools.cache
def read_checkout(checkout: Checkout) -> "SourceFacts":
    """Return what the code of a checkout says."""
    from trellis_cfg.source.facts import SourceFacts  # noqa: PLC0415  imports ast

    return SourceFacts(checkout.root, checkout.packages)
