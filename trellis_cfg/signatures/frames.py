"""A function that keywords come to: where it stands, and what its call gives it."""

import ast
from typing import NamedTuple

from trellis_cfg.signatures.lineage import Entry
from trellis_cfg.signatures.meanings import Defined
from trellis_cfg.signatures.modules import Function, Module
from trellis_cfg.signatures.parameters import parameter
from trellis_cfg.signatures.resolution import Resolution
from trellis_cfg.signatures.signature import Parameter
from trellis_cfg.signatures.taken import Given


class Scope(NamedTuple):
    """The resolution order of an instance, and which of its classes a method stands in."""

    order: list[Entry]
    at: int


class Frame(NamedTuple):
    """A function that is followed: where it stands, what its call gives."""

    found: Defined
    scope: Scope | None
    given: Given

    @property
    def module(self) -> Module:
        """The module of the function."""
        return self.found.module

    @property
    def arguments(self) -> ast.arguments:
        """The parameters of the function."""
        assert isinstance(self.found.node, Function)  # noqa: S101  only functions are framed
        return self.found.node.args


def scope_of(scope: Scope, meaning: object) -> Scope | None:
    """Return where a class stands in the order of an instance."""
    for index, entry in enumerate(scope.order):
        if entry.defined and entry.defined == meaning:
            return Scope(scope.order, index)
    return None


def own_name(frame: Frame) -> str:
    """Return what a method calls its instance; empty for a function."""
    first = [*frame.arguments.posonlyargs, *frame.arguments.args][:1]
    return first[0].arg if frame.scope and first else ""


def starts_with_self(frame: Frame, call: ast.Call) -> bool:
    """Tell whether a call gives the instance first."""
    name = own_name(frame)
    return bool(name and call.args and getattr(call.args[0], "id", None) == name)


def fitted(frame: Frame, positional: int, names: set[str]) -> Frame:
    """Return a frame whose call fits: one that does not is another than the one that is meant."""
    given, arguments = frame.given, frame.arguments
    is_fit = (given.positional or 0) <= positional or arguments.vararg
    if is_fit and (arguments.kwarg or given.keywords <= names):
        return frame
    given = Given(None, given.keywords & names, given.place, is_certain=False)
    return frame._replace(given=given)


def own_parameters(
    resolution: Resolution, frame: Frame, positional: list[ast.arg], filled: int
) -> dict[str, Parameter]:
    """Return the parameters of a function that are still to be given, by keyword."""
    arguments, given = frame.arguments, frame.given
    defaults: dict[str, ast.expr | None] = {
        one.arg: default
        for one, default in zip(reversed(positional), reversed(arguments.defaults), strict=False)
    }
    defaults |= {
        one.arg: default
        for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    }
    is_known = given.positional is not None
    free = positional[filled:] if is_known else positional
    own = {}
    for one in (*free, *arguments.kwonlyargs):
        if one.arg in given.keywords or one in arguments.posonlyargs:
            continue
        found = parameter(resolution, frame.module, one, defaults.get(one.arg))
        is_sure = given.is_certain and (is_known or one in arguments.kwonlyargs)
        own[one.arg] = found._replace(is_required=found.is_required and is_sure)
    return own


def counted(args: list[ast.expr], vararg: str, starred: int | None) -> int | None:
    """Return how many positional arguments a call gives; None where that is not known."""
    count = 0
    for one in args:
        if not isinstance(one, ast.Starred):
            count += 1
        elif isinstance(one.value, ast.Name) and one.value.id == vararg and starred is not None:
            count += starred
        else:
            return None
    return count


def root_of(node: ast.expr) -> str:
    """Return the first name of a dotted one; empty for another expression."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def local_names(node: ast.AST) -> set[str]:
    """Return the names that a function binds itself."""
    found = set()
    for inner in ast.walk(node):
        match inner:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                found.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found |= {(one.asname or one.name).partition(".")[0] for one in names}
    return found
