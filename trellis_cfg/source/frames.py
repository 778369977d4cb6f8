"""The call of a function: what it passes, what the function accepts, and its parameters."""

import ast
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from trellis_cfg.models.class_spec import Default, Misfit, Parameter
from trellis_cfg.source.modules import FunctionNode, Module, is_none
from trellis_cfg.source.mro import MroEntry
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


class Flow(NamedTuple):
    """One use of a dictionary; ``is_main`` marks the call of a base's ``__init__``.

    ``may_change`` marks code that cannot be followed and may set or remove keys.
    """

    accepted: AcceptedArguments
    is_conditional: bool = False
    is_main: bool = False
    may_change: bool = False


def accept_anything(place: str) -> AcceptedArguments:
    """Return the result of a call that cannot be followed."""
    return AcceptedArguments({}, {}, None, place, is_open=True)


def accept_keys(parameters: Sequence[Parameter], place: str) -> AcceptedArguments:
    """Return the result of code that reads some keys and ignores the rest."""
    named = {parameter.name: parameter for parameter in parameters}
    return AcceptedArguments(named, {}, is_unknown_ignored=True, place=place)


def combine_flows(flows: Sequence[Flow], place: str) -> AcceptedArguments:
    """Combine all uses of one dictionary: a key must be valid in each one that rejects keys."""
    parameters: dict[str, Parameter] = {}
    for flow in flows:
        for name, parameter in flow.accepted.parameters.items():
            parameters[name] = _combine(parameters.get(name), parameter, flow)
    followed = list(takewhile(lambda flow: not flow.may_change, flows))
    certain = [flow.accepted for flow in followed if not flow.is_conditional]
    misfit = next((each.misfit for each in certain if each.misfit), None)
    duplicates = {name: at for each in certain for name, at in each.duplicates.items()}
    strict = [each for each in certain if each.is_unknown_ignored is False and not each.is_open]
    if strict:
        parameters = {
            name: parameter
            for name, parameter in parameters.items()
            if all(name in each.parameters for each in strict)
        }
        return strict[0]._replace(parameters=parameters, duplicates=duplicates, misfit=misfit)
    is_open = any(flow.accepted.is_open for flow in flows)
    is_ignored = all(flow.accepted.is_unknown_ignored for flow in flows) or None
    ends = (flow for flow in flows if (flow.accepted.is_open if is_open else flow.is_main))
    place = next((flow.accepted.place for flow in ends), place)
    return AcceptedArguments(parameters, duplicates, is_ignored, place, is_open, misfit)


def _combine(known: Parameter | None, added: Parameter, flow: Flow) -> Parameter:
    """Combine two descriptions of a key: a signature says more than a read."""
    is_required = added.is_required and not flow.is_conditional
    if known is None:
        return added._replace(is_required=is_required)
    better = added if known.is_from_kwargs and not added.is_from_kwargs else known
    return better._replace(is_required=known.is_required or is_required)


def format_expression(node: ast.expr) -> str:
    """Return an expression as source text, cut to a readable length."""
    try:
        text = ast.unparse(node)
    except RecursionError:
        return "…"
    return text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"


def read_default(node: ast.expr | None) -> Default | None:
    """Return a default; its value is what a config would have to say, None if it is computed."""
    if node is None:
        return None
    try:
        value = _to_json(ast.literal_eval(node))
    except (ValueError, TypeError, MemoryError, RecursionError):
        value = None
    return Default(format_expression(node), value)


def _to_json(value: object) -> object:
    """Return a literal as JSON would hold it; raises TypeError for what JSON has not."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [_to_json(item) for item in value]
        case dict():
            return {str(key): _to_json(item) for key, item in value.items()}
    raise TypeError


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

    order: list[MroEntry]
    position: int


class Frame(NamedTuple):
    """A call of a function; ``scope`` is None if it is not a method."""

    definition: Definition
    scope: Scope | None
    call: CallArguments

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


def find_misfit(frame: Frame, positional: int, names: set[str], origin: str) -> Misfit | None:
    """Return what the call at ``origin``, or one that forwards it, passes in vain."""
    call, arguments = frame.call, frame.node.args
    script = origin.partition(":")[0]
    passed = call.positional or 0
    problem = ""
    if passed > positional and not arguments.vararg and origin in (call.origin, call.place):
        accepted = format_count(positional, "positional argument")
        problem = f"takes {accepted}, but {script} passes {passed}"
    elif not arguments.kwarg and (unknown := sorted(call.script_keywords - names)):
        problem = f'has no argument "{unknown[0]}", but {script} passes it'
    if not (problem and origin):
        return None
    place = frame.module.locate(frame.node)
    return Misfit(problem, f"called at {origin}, defined at {place}: TypeError at startup")


def fit_call(frame: Frame, positional: int, names: set[str]) -> Frame:
    """Drop arguments that the function does not accept: then it is not the one that is called."""
    call, arguments = frame.call, frame.node.args
    is_fit = (call.positional or 0) <= positional or arguments.vararg
    if is_fit and (arguments.kwarg or call.keywords <= names):
        return frame
    call = CallArguments(None, call.keywords & names, call.place, is_certain=False)
    return frame._replace(call=call)


def list_parameters(
    resolver: Resolver, frame: Frame, positional: list[ast.arg], filled: int
) -> dict[str, Parameter]:
    """Return the parameters that the call leaves to keywords."""
    arguments, call = frame.node.args, frame.call
    positional_defaults = zip(reversed(positional), reversed(arguments.defaults), strict=False)
    defaults: dict[str, ast.expr | None] = {
        argument.arg: default
        for argument, default in (
            *positional_defaults,
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        )
    }
    is_known = call.positional is not None
    parameters = {}
    for argument in (*positional[filled if is_known else 0 :], *arguments.kwonlyargs):
        name, annotation = argument.arg, argument.annotation
        if name in call.keywords or argument in arguments.posonlyargs:
            continue
        default = defaults.get(name)
        is_certain = call.is_certain and (is_known or argument in arguments.kwonlyargs)
        parameters[name] = Parameter(
            name,
            read_default(default),
            format_expression(annotation) if annotation else "",
            frame.module.locate(argument),
            is_required=default is None and is_certain,
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


def count_positional(
    args: list[ast.expr], vararg: str = "", starred: int | None = None
) -> int | None:
    """Return how many positional arguments a call passes; None if unknown."""
    count = 0
    for argument in args:
        if not isinstance(argument, ast.Starred):
            count += 1
        elif getattr(argument.value, "id", None) == vararg and starred is not None:
            count += starred
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
