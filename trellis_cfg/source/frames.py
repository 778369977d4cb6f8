"""A function that keywords come to: where it stands, and what its call gives it."""

import ast
from typing import NamedTuple

from trellis_cfg.source.accepted_arguments import CallArguments
from trellis_cfg.source.class_spec import Parameter
from trellis_cfg.source.modules import Function, Module
from trellis_cfg.source.mro import MroEntry
from trellis_cfg.source.names import Defined, External, Resolution, Value

_LONGEST = 200
_DEEPEST = 8


def parameter(
    resolution: Resolution, module: Module, argument: ast.arg, default: ast.expr | None
) -> Parameter:
    """Return a parameter by its definition; it is required where it has no default."""
    return Parameter(
        argument.arg,
        None if default is None else written(default),
        written(argument.annotation) if argument.annotation else "",
        module.at(argument),
        is_required=default is None,
        choices=_choices(resolution, module, argument.annotation, _DEEPEST),
    )


def written(node: ast.expr) -> str:
    """Return an expression as source text, cut to a readable length."""
    try:
        text = ast.unparse(node)
    except RecursionError:
        return "…"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _choices(
    resolution: Resolution, module: Module, node: ast.expr | None, depth: int
) -> tuple[object, ...]:
    """Return the values of a Literal, also of one that may be None or has a name."""
    match node if depth else None:
        case ast.Subscript(value=value, slice=inner):
            return _subscripted(resolution, module, (value, inner), depth)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _either(resolution, module, [left, right], depth)
        case ast.Name() | ast.Attribute() as alias:
            meaning = resolution.expression(module, alias)
            if isinstance(meaning, Value):
                return _choices(resolution, meaning.module, meaning.node, depth - 1)
    return ()


def _subscripted(
    resolution: Resolution, module: Module, parts: tuple[ast.expr, ast.expr], depth: int
) -> tuple[object, ...]:
    value, inner = parts
    meaning = resolution.expression(module, value)
    kind = meaning.name.rpartition(".")[2] if isinstance(meaning, External) else ""
    items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if kind == "Literal":
        constants = [item.value for item in items if isinstance(item, ast.Constant)]
        return tuple(constants) if len(constants) == len(items) else ()
    return _either(resolution, module, items, depth) if kind in ("Optional", "Union") else ()


def _either(
    resolution: Resolution, module: Module, items: list[ast.expr], depth: int
) -> tuple[object, ...]:
    """Return the choices of alternatives, where the others are only None."""
    found = [item for item in items if not _is_none(item)]
    return _choices(resolution, module, found[0], depth - 1) if len(found) == 1 else ()


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


class Scope(NamedTuple):
    """The resolution order of an instance, and which of its classes a method stands in."""

    order: list[MroEntry]
    at: int


class Frame(NamedTuple):
    """A function that is followed: where it stands, what its call gives."""

    found: Defined
    scope: Scope | None
    given: CallArguments

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
    given = CallArguments(None, given.keywords & names, given.place, is_certain=False)
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
