"""What follows calls, as the meaning of one asks it to go on."""

import ast
from typing import Protocol

from trellis_cfg.signatures.frames import Scope
from trellis_cfg.signatures.lineage import Lineages
from trellis_cfg.signatures.meanings import Defined
from trellis_cfg.signatures.resolution import Resolution
from trellis_cfg.signatures.taken import Given, Taken


class Follower(Protocol):
    """Follows the call of a class, of a method or of a function: ``Following`` does."""

    resolution: Resolution
    lineages: Lineages

    def construct(self, found: Defined, given: Given) -> Taken:
        """Follow the call of a class."""
        ...

    def method(self, scope: Scope, name: str, given: Given) -> Taken:
        """Follow a method of an instance, sought behind a class of its order."""
        ...

    def function(self, found: Defined | ast.AST, scope: Scope | None, given: Given) -> Taken:
        """Follow the call of a function; of a method, ``scope`` says whose it is."""
        ...
