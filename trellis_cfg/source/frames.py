"""The call of a function: what it passes, what the function accepts, and its parameters."""

import ast
import json
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import takewhile
from typing import NamedTuple

from trellis_cfg.models.class_spec import Default, Misfit, Parameter
from trellis_cfg.source.kwargs import Use
from trellis_cfg.source.modules import FunctionNode, Module, is_none
from trellis_cfg.source.mro import Order
from trellis_cfg.source.names import Definition, External, Resolver, Value
from trellis_cfg.source.trees import walk
from trellis_cfg.terminal import format_count

_MAX_LENGTH = 200
_MAX_DEPTH = 8


class CallArguments(NamedTuple):
    """What a call passes besides the keyword dictionary; ``positional`` is None if unknown.

    ``is_certain`` is false where it may pass more than can be seen. ``origin`` is the place of
    the call that the positional arguments come from, where this one forwards them, and
    ``script_keywords`` are the keywords that the train script passes.
    """

    positional: int | None = 0
    keywords: frozenset[str] = frozenset()
    place: str = ""
    is_certain: bool = True
    origin: str = ""
    script_keywords: frozenset[str] = frozenset()


class AcceptedArguments(NamedTuple):
    """What a call accepts; ``place`` is where unknown keys are ignored or rejected.

    ``is_unknown_ignored`` is that of a ``ClassSpec``. ``duplicates`` are keys that the call passes
    already, with its place: in the dictionary, they are a TypeError. ``is_open`` means that other
    keys may be read where that cannot be seen. ``misfit`` is what the call passes in vain.
    """

    parameters: Mapping[str, Parameter]
    duplicates: Mapping[str, str]
    is_unknown_ignored: bool | None
    place: str
    is_open: bool = False
    misfit: Misfit | None = None


def accept_anything(place: str) -> AcceptedArguments:
    """Return the result of a call that cannot be followed."""
    return AcceptedArguments({}, {}, None, place, is_open=True)


def accept_keys(parameters: Sequence[Parameter], place: str) -> AcceptedArguments:
    """Return the result of code that reads some keys and ignores the rest."""
    named = {parameter.name: parameter for parameter in parameters}
    return AcceptedArguments(named, {}, is_unknown_ignored=True, place=place)


def combine_flows(flows: Sequence[tuple[Use, AcceptedArguments]], place: str) -> AcceptedArguments:
    """Combine all uses of one dictionary: a key must be valid in each one that rejects keys."""
    parameters: dict[str, Parameter] = {}
    for use, accepted in flows:
        for name, added in accepted.parameters.items():
            parameters[name] = _combine(parameters.get(name), added, use)
    followed = takewhile(lambda flow: flow[0].action != "escape", flows)
    certain = [accepted for use, accepted in followed if not use.is_conditional]
    misfit = next((each.misfit for each in certain if each.misfit), None)
    duplicates = {name: at for each in certain for name, at in each.duplicates.items()}
    strict = [each for each in certain if each.is_unknown_ignored is False and not each.is_open]
    if strict:
        names = set(parameters).intersection(*(each.parameters for each in strict))
        parameters = {name: each for name, each in parameters.items() if name in names}
        return strict[0]._replace(parameters=parameters, duplicates=duplicates, misfit=misfit)
    is_open = any(accepted.is_open for _, accepted in flows)
    is_ignored = all(accepted.is_unknown_ignored for _, accepted in flows) or None
    ends = (each for use, each in flows if (each.is_open if is_open else use.is_base_call))
    place = next((each.place for each in ends), place)
    return AcceptedArguments(parameters, duplicates, is_ignored, place, is_open, misfit)


def _combine(known: Parameter | None, added: Parameter, use: Use) -> Parameter:
    """Combine two descriptions of a key: a signature says more than a read."""
    is_required = added.is_required and not use.is_conditional
    better = added if not known or (known.is_from_kwargs and not added.is_from_kwargs) else known
    return better._replace(is_required=is_required or bool(known and known.is_required))


@cache
def format_expression(node: ast.expr) -> str:
    """Return an expression as source text, cut to a readable length."""
    try:
        text = ast.unparse(node)
    except RecursionError:
        return "…"
    return text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"


@cache
def read_default(node: ast.expr | None) -> Default | None:
    """Return a default; its value is what a config would have to say, None if it is computed."""
    match node:
        case None:
            return None
        case ast.Constant(value=bool() | int() | None as value):
            return Default(repr(value), value)
    try:
        value = json.loads(json.dumps(ast.literal_eval(node)))
    except (ValueError, TypeError, MemoryError, RecursionError):
        value = None
    return Default(format_expression(node), value)


def _read_choices(
    resolver: Resolver, module: Module, node: ast.expr | None, depth: int = _MAX_DEPTH
) -> tuple[object, ...]:
    """Return the values of a Literal, also of an optional or aliased one."""
    match node if depth else None:
        case ast.Subscript(value=value, slice=inner):
            symbol = resolver.resolve(module, value)
            name = symbol.name.rpartition(".")[2] if isinstance(symbol, External) else ""
            items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            if name == "Literal":
                constants = [item.value for item in items if isinstance(item, ast.Constant)]
                return tuple(constants) if len(constants) == len(items) else ()
            items = items if name in ("Optional", "Union") else []
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            items = [left, right]
        case ast.Name() | ast.Attribute() as alias:
            symbol = resolver.resolve(module, alias)
            if not isinstance(symbol, Value):
                return ()
            module, items = symbol.module, [symbol.node]
        case _:
            return ()
    items = [item for item in items if not is_none(item)]
    return _read_choices(resolver, module, items[0], depth - 1) if len(items) == 1 else ()


class Scope(NamedTuple):
    """The resolution order of an instance, and the position of the class that a method is in."""

    order: Order
    position: int


class Frame(NamedTuple):
    """A call of a function; ``scope`` is None if it is not a method."""

    definition: Definition
    scope: Scope | None
    call: CallArguments
    is_bound: bool

    @property
    def positional(self) -> list[ast.arg]:
        """The parameters that positional arguments fill."""
        return [*self.node.args.posonlyargs, *self.node.args.args][self.is_bound :]

    @property
    def names(self) -> set[str]:
        """The names of its parameters."""
        return {each.arg for each in (*self.positional, *self.node.args.kwonlyargs)}

    @property
    def module(self) -> Module:
        """The module of the function."""
        return self.definition.module

    @property
    def node(self) -> FunctionNode:
        """The syntax tree of the function."""
        assert isinstance(self.definition.node, FunctionNode)  # noqa: S101  classes have no frame
        return self.definition.node


def find_scope(scope: Scope, symbol: object) -> Scope | None:
    """Return the scope of a class in the order of an instance."""
    for position, entry in enumerate(scope.order):
        if entry.definition and entry.definition == symbol:
            return Scope(scope.order, position)
    return None


def find_misfit(frame: Frame, origin: str) -> Misfit | None:
    """Return what the call at ``origin``, or one that forwards it, passes in vain."""
    call, arguments = frame.call, frame.node.args
    script = origin.partition(":")[0]
    passed, positional = call.positional or 0, len(frame.positional)
    if passed > positional and not arguments.vararg and origin in (call.origin, call.place):
        accepted = format_count(positional, "positional argument")
        problem = f"takes {accepted}, but {script} passes {passed}"
    elif not arguments.kwarg and (unknown := sorted(call.script_keywords - frame.names)):
        problem = f'has no argument "{unknown[0]}", but {script} passes it'
    else:
        return None
    at = f"called at {origin}, defined at {frame.module.locate(frame.node)}: TypeError at startup"
    return Misfit(problem, at) if origin else None


def fit_call(frame: Frame) -> Frame:
    """Drop arguments that the function does not accept: then it is not the one that is called."""
    call, arguments = frame.call, frame.node.args
    is_fit = (call.positional or 0) <= len(frame.positional) or arguments.vararg
    if is_fit and (arguments.kwarg or call.keywords <= frame.names):
        return frame
    call = CallArguments(None, call.keywords & frame.names, call.place, is_certain=False)
    return frame._replace(call=call)


def list_parameters(resolver: Resolver, frame: Frame) -> dict[str, Parameter]:
    """Return the parameters that the call leaves to keywords."""
    arguments, call = frame.node.args, frame.call
    defaults: dict[ast.arg, ast.expr | None] = {
        **dict(zip(reversed(frame.positional), reversed(arguments.defaults), strict=False)),
        **dict(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)),
    }
    parameters = {}
    for argument in (*frame.positional[call.positional or 0 :], *arguments.kwonlyargs):
        name, annotation, default = argument.arg, argument.annotation, defaults.get(argument)
        if name in call.keywords or argument in arguments.posonlyargs:
            continue
        is_certain = call.positional is not None or argument in arguments.kwonlyargs
        parameters[name] = Parameter(
            name,
            read_default(default),
            format_expression(annotation) if annotation else "",
            frame.module.locate(argument),
            is_required=default is None and call.is_certain and is_certain,
            choices=_read_choices(resolver, frame.module, annotation),
        )
    return parameters


def read_call(module: Module, node: ast.Call) -> CallArguments:
    """Return what a call passes, as far as it shows."""
    return CallArguments(
        count_positional(node.args),
        frozenset(keyword.arg for keyword in node.keywords if keyword.arg),
        module.locate(node),
        is_certain=sum(keyword.arg is None for keyword in node.keywords) == 1,
    )


def count_positional(args: list[ast.expr], frame: Frame | None = None) -> int | None:
    """Return how many positional arguments a call passes, in a function; None if unknown."""
    count = 0
    vararg = frame and frame.node.args.vararg
    for argument in args:
        if not isinstance(argument, ast.Starred):
            count += 1
        elif frame and vararg and getattr(argument.value, "id", None) == vararg.arg:
            if frame.call.positional is None:
                return None
            count += max(frame.call.positional - len(frame.positional), 0)
        else:
            return None
    return count


def find_root_name(node: ast.AST) -> str:
    """Return the first name of a dotted expression; empty for other expressions."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def find_local_names(node: ast.AST) -> set[str]:
    """Return the names that a function binds."""
    names = set()
    for inner in walk(node):
        match inner:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                names.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names |= {(alias.asname or alias.name).partition(".")[0] for alias in aliases}
    return names
