"""What a name may mean: something of the checkout, of another package, or nothing known."""

import ast
from enum import Enum
from typing import NamedTuple

from trellis_cfg.signatures.modules import Definition, Module


class Defined(NamedTuple):
    """A class or a function of the checkout."""

    module: Module
    node: Definition


class Value(NamedTuple):
    """An expression that a name stands for."""

    module: Module
    node: ast.expr


class External(NamedTuple):
    """Something of another package, by its dotted name."""

    name: str


class Unclear(Enum):
    """What cannot be told, and a name that its module surely does not have."""

    UNKNOWN = 1
    ABSENT = 2


UNKNOWN, ABSENT = Unclear
Meaning = Defined | Value | Module | External | Unclear


def is_none(meaning: Meaning) -> bool:
    """Tell whether a name stands for None."""
    match meaning:
        case Value(node=ast.Constant(value=None)):
            return True
    return False
