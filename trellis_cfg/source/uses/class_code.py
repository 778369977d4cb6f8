"""The methods of a class of a checkout, and the conditions under which their parts run."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from itertools import chain, repeat
from typing import NamedTuple

from trellis_cfg.source.assertions.evaluate import Evaluator, Known
from trellis_cfg.source.methods import find_methods
from trellis_cfg.source.modules import DefinitionNode, FunctionNode, Module
from trellis_cfg.source.mro import Order
from trellis_cfg.source.names import Definition, External, Resolver, Symbol
from trellis_cfg.source.trees import find_last_name, list_assigned, list_children, walk

_MAX_GUARDS = 40
_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
_ENDS = (ast.Return, ast.Continue, ast.Break, ast.Raise)
_LEAVES = (ast.Return, ast.Continue)
_OPAQUE = (DefinitionNode, ast.Lambda, ast.match_case, ast.ExceptHandler)
"""What holds no block of a function that surely runs."""
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Method(NamedTuple):
    """A method or a function, with the module that defines it."""

    module: Module
    node: FunctionNode

    @property
    def text(self) -> bytes:
        """Its lines."""
        return self.module.read_text(self.node)

    @property
    def nodes(self) -> list[ast.AST]:
        """Its nodes."""
        return list_nodes(self.node)

    @property
    def calls(self) -> list[ast.Call]:
        """Its calls."""
        return [node for node in self.nodes if isinstance(node, ast.Call)]

    @property
    def assigned(self) -> list[tuple[str, ast.expr]]:
        """The names that it assigns to, one at a time, each with the value."""
        return list_assigned(self.nodes)

    @property
    def conditional_parts(self) -> Iterator[tuple[ast.AST, "Guards"]]:
        """Its parts, each with the conditions under which it runs."""
        pending = list(_guard_block(self.node.body, ()))
        while pending:
            node, guards = pending.pop()
            yield node, guards
            pending += _guard_children(node, guards)

    @property
    def stored_names(self) -> set[str]:
        """The names that its statements set."""
        return _find_stored_names(self.node)

    @property
    def parameters(self) -> list[str]:
        """The names of its parameters."""
        arguments = self.node.args
        parameters = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        return [each.arg for each in parameters]


class Guard(NamedTuple):
    """A condition, and whether it is true or false where a part runs; None is an unknown one."""

    test: ast.expr | None
    is_true: bool = True


Guards = tuple[Guard, ...]


class ClassCode:
    """The methods of a class: its own, and those that it inherits or calls by ``super``.

    ``is_complete`` means that no class of another package adds any, except torch's Module.
    """

    def __init__(self, resolver: Resolver, order: Order) -> None:
        """Read the methods of a resolution order."""
        modules = {
            id(node): entry.definition.module
            for entry in order
            if entry.definition
            for node in entry.definition.node.body
        }
        self.resolver = resolver
        self.order = order
        self.methods = {
            name: [Method(modules[id(node)], node) for node in nodes]
            for name, nodes in find_methods(order).items()
        }
        self.is_complete = bool(order) and all(
            entry.definition or entry.is_plain or entry.is_module for entry in order
        )

    @property
    def all_methods(self) -> Iterator[Method]:
        """All methods."""
        return chain.from_iterable(self.methods.values())

    @cached_property
    def nodes(self) -> list[tuple[Method, ast.AST]]:
        """The nodes of all methods, each with its method."""
        return [(method, node) for method in self.all_methods for node in method.nodes]

    @property
    def calls(self) -> Iterator[tuple[Method, ast.Call]]:
        """The calls in all methods, each with its method."""
        return ((method, call) for method in self.all_methods for call in method.calls)

    def resolve(self, method: Method, node: ast.expr) -> Symbol:
        """Return what a dotted name stands for in the module of a method."""
        return self.resolver.resolve(method.module, node)

    def name_external(self, method: Method, node: ast.expr) -> str:
        """Return the dotted name of what another package has; empty for anything else."""
        symbol = self.resolve(method, node)
        return symbol.name if isinstance(symbol, External) else ""

    def find_function(self, method: Method, node: ast.expr) -> Method | None:
        """Return the function of the checkout that an expression names."""
        symbol = self.resolve(method, node)
        if isinstance(symbol, Definition) and isinstance(symbol.node, FunctionNode):
            return Method(symbol.module, symbol.node)
        return None

    def find_reached(self, names: Iterable[str]) -> list[Method]:
        """Return the methods of some names, and those that they call on ``self``."""
        pending, reached = list(names), dict[str, list[Method]]()
        while pending:
            name = pending.pop()
            if name not in reached and name in self.methods:
                reached[name] = self.methods[name]
                calls = chain.from_iterable(method.calls for method in reached[name])
                pending += [find_last_name(each.func) for each in calls if is_attribute(each.func)]
        return list(chain.from_iterable(reached.values()))

    @cached_property
    def attributes(self) -> Mapping[str, list[tuple[Method, ast.expr]]]:
        """The attributes of ``self`` that methods set, each with what to, and where."""
        values: dict[str, list[tuple[Method, ast.expr]]] = {}
        for method, node in self.nodes:
            for name, value in _find_stored(node) if isinstance(node, _ASSIGNMENTS) else ():
                values.setdefault(name, []).append((method, value))
        return values

    @cached_property
    def stored(self) -> Mapping[str, str]:
        """The parameters that attributes only ever hold, by attribute."""
        stored = {}
        for name, values in self.attributes.items():
            pairs = [(getattr(value, "id", ""), method.stored_names) for method, value in values]
            keys = {"" if key in changed else key for key, changed in pairs}
            if len(keys) == 1 and keys.isdisjoint(self.rewritten):
                stored[name] = keys.pop()
        return stored

    @cached_property
    def rewritten(self) -> frozenset[str]:
        """The names that a method may read from keywords, set there, or pass another value for."""
        names = set()
        for _, node in self.nodes:
            match node:
                case ast.Call(args=arguments):
                    keys = arguments
                    if find_last_name(node.func) == "update":
                        keys = [key for key in walk(node) if isinstance(key, ast.expr)]
                case ast.Subscript(slice=key) | ast.Compare(left=key):
                    keys = [key]
                case ast.keyword(arg=str(name), value=value):
                    names |= {name} - {find_last_name(value)}
                    continue
                case _:
                    continue
            names |= {str(key.value) for key in keys if isinstance(key, ast.Constant)}
        return frozenset(names)

    def read_attributes(self, arguments: Mapping[str, object]) -> Evaluator:
        """Return what evaluates expressions of the attributes that hold these arguments."""
        stored = {name: key for name, key in self.stored.items() if key in arguments}
        return Evaluator({}, {name: Known(arguments[key]) for name, key in stored.items()})


def get_text(node: ast.AST) -> str:
    """Return the name or the string that a node is; empty for other nodes."""
    match node:
        case ast.Name(id=text) | ast.Attribute(attr=text) | ast.Constant(value=str(text)):
            return text
    return ""


def list_texts(node: ast.AST) -> list[str]:
    """Return the names and the strings of a node, and of all below it."""
    return [text for each in walk(node) if (text := get_text(each))]


@cache
def list_nodes(function: ast.AST) -> list[ast.AST]:
    """Return all nodes of a function; walked once, however much is asked of it."""
    return walk(function)


def _find_stored(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield the attributes of ``self`` that a statement sets, and what to; "..." if unknown."""
    pairs: Iterable[tuple[ast.expr, ast.expr]] = ()
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=places)], value=value):
            values = value.elts if isinstance(value, ast.Tuple) else []
            is_same = len(values) == len(places)
            pairs = zip(places, values if is_same else repeat(ast.Constant(...)), strict=False)
        case ast.Assign(targets=places, value=value):
            pairs = ((place, value) for place in places)
        case ast.AnnAssign(target=place, value=ast.expr() as value):
            pairs = [(place, value)]
        case ast.AugAssign(target=place):
            pairs = [(place, ast.Constant(...))]
    yield from ((get_text(place), stored) for place, stored in pairs if is_attribute(place))


@cache
def _find_stored_names(node: ast.AST) -> set[str]:
    """Return the names that the statements of a function set."""
    return {
        inner.id
        for inner in list_nodes(node)
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load)
    }


def is_attribute(node: ast.AST, name: str = "") -> bool:
    """Return whether an expression is an attribute of ``self``, of a name if there is one."""
    match node:
        case ast.Attribute(value=ast.Name(id="self"), attr=attr):
            return name in ("", attr)
    return False


def _guard_block(body: Iterable[ast.AST], guards: Guards) -> Iterator[tuple[ast.AST, Guards]]:
    """Yield statements; those after one that may end the block run only if it does not."""
    for statement in body:
        yield statement, guards
        match statement:
            case ast.If(test=test, body=[*_, last], orelse=[]) if isinstance(last, _ENDS):
                guards = _add(guards, test, is_true=False)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                pass
            case _ if any(isinstance(node, _LEAVES) for node in walk(statement)):
                guards = _add(guards, None)


def _add(guards: Guards, test: ast.expr | None, *, is_true: bool = True) -> Guards:
    """Return conditions with one more; too many of them are unknown."""
    return (*guards, Guard(test, is_true)) if len(guards) < _MAX_GUARDS else (Guard(None),)


def _guard_children(node: ast.AST, guards: Guards) -> Iterator[tuple[ast.AST, Guards]]:
    match node:
        case ast.If(test=test) | ast.IfExp(test=test):
            yield test, guards
            for part, is_true in ((node.body, True), (node.orelse, False)):
                block = part if isinstance(part, list) else [part]
                yield from _guard_block(block, _add(guards, test, is_true=is_true))
        case ast.BoolOp(op=op, values=values):
            for value in values:
                yield value, guards
                guards = _add(guards, value, is_true=isinstance(op, ast.And))
        case ast.For(body=body) | ast.With(body=body):
            others = (child for child in list_children(node) if not isinstance(child, ast.stmt))
            yield from ((child, guards) for child in others)
            yield from _guard_block([*body, *getattr(node, "orelse", [])], guards)
        case ast.While(test=test, body=body):
            yield test, guards
            yield from _guard_block(body, _add(guards, test))
            yield from _guard_block(node.orelse, _add(guards, None))
        case ast.Try(body=body, finalbody=final):
            yield from _guard_block(final, guards)
            unknown = _add(guards, None)
            yield from _guard_block([*body, *node.orelse], unknown)
            yield from ((handler, unknown) for handler in node.handlers)
        case _:
            if isinstance(node, _OPAQUE):
                guards = _add(guards, None)
            elif isinstance(node, _COMPREHENSIONS):
                guards += tuple(Guard(test) for each in node.generators for test in each.ifs)
            yield from ((child, guards) for child in list_children(node))


def are_true(guards: Iterable[tuple[ast.expr | None, bool]], values: Evaluator) -> bool | None:
    """Return whether conditions hold for arguments of these values; None if unknown."""
    results = []
    for test, is_true in guards:
        outcome = values.decide(test) if test else None
        results.append(None if outcome is None else outcome is is_true)
    return False if False in results else None if None in results else True
