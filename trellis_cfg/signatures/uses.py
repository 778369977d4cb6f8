"""What can be done with a keyword dictionary: it is read, passed on, or goes out of sight."""

import ast
from typing import NamedTuple

Keys = tuple[str, ...]


class Read(NamedTuple):
    """Keys that are read, with the default of ``get`` and ``pop``, and maybe taken out."""

    keys: Keys
    node: ast.expr
    default: ast.expr | None
    is_required: bool
    removes: bool
    is_conditional: bool


class Held(NamedTuple):
    """Keys that the function puts in by itself; no keys for what cannot be told."""

    keys: Keys


class Passed(NamedTuple):
    """A call that gets the whole dictionary."""

    call: ast.Call
    is_conditional: bool


class Refused(NamedTuple):
    """What is left in the dictionary is an error."""

    node: ast.stmt
    is_conditional: bool


class Escaped(NamedTuple):
    """The dictionary goes where it cannot be followed."""

    node: ast.AST


Use = Read | Held | Passed | Refused | Escaped
