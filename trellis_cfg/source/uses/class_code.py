"""The methods of a class of a checkout, and the conditions under which their parts run."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from itertools import chain
from typing import NamedTuple

from trellis_cfg.source.methods import find_methods
from trellis_cfg.source.modules import FunctionNode, Module, find_last_name
from trellis_cfg.source.mro import MroEntry
from trellis_cfg.source.names import Definition, External, Resolver, Symbol
from trellis_cfg.source.trees import list_children, walk

_MAX_DEPTH, _MAX_GUARDS = 4, 40
_UNKNOWN = object()
_ENDS = (ast.Return, ast.Continue, ast.Break, ast.Raise)
_LEAVES = (ast.Return, ast.Continue)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Method(NamedTuple):
    """A method or a function, with the module that defines it."""

    module: Module
    node: FunctionNode

    @property
    def text(self) -> bytes:
        """Its lines."""
        return b"\n".join(self.module.lines[self.node.lineno - 1 : self.node.end_lineno])


class Guard(NamedTuple):
    """A condition, and whether it is true or false where a part runs; None is an unknown one."""

    test: ast.expr | None
    is_true: bool = True


Guards = tuple[Guard, ...]


class ClassCode:
    """The methods of a class: its own, and those that it inherits or calls by ``super``.

    ``is_complete`` means that no class of another package adds any, except torch's Module.
    """

    def __init__(self, resolver: Resolver, order: Iterable[MroEntry]) -> None:
        """Read the methods of a resolution order."""
        entries = list(order)
        modules = {
            id(node): entry.definition.module
            for entry in entries
            if entry.definition and isinstance(entry.definition.node, ast.ClassDef)
            for node in entry.definition.node.body
        }
        self.resolver = resolver
        self.order = entries
        self.methods = {
            name: [Method(modules[id(node)], node) for node in nodes]
            for name, nodes in find_methods(entries).items()
        }
        self.is_complete = bool(entries) and all(
            entry.definition or entry.is_plain or entry.is_module for entry in entries
        )

    @property
    def all_methods(self) -> Iterator[Method]:
        """All methods."""
        return chain.from_iterable(self.methods.values())

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
            if name in reached or name not in self.methods:
                continue
            reached[name] = self.methods[name]
            for method in self.methods[name]:
                pending += find_self_calls(method.node)
        return list(chain.from_iterable(reached.values()))

    @cached_property
    def stored(self) -> Mapping[str, str]:
        """The parameters that attributes only ever hold, by attribute."""
        values: dict[str, set[str]] = {}
        for method in self.all_methods:
            changed = find_stored_names(method.node)
            for node in list_nodes(method.node):
                for name, value in find_stored(node):
                    used = getattr(value, "id", "")
                    values.setdefault(name, set()).add("" if used in changed else used)
        return {
            name: key
            for name, (key, *others) in values.items()
            if not others and key not in self.rewritten
        }

    @cached_property
    def rewritten(self) -> frozenset[str]:
        """The names that a method may read from keywords, set there, or pass another value for."""
        names = set()
        for method in self.all_methods:
            for node in list_nodes(method.node):
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

    def read_attributes(self, arguments: Mapping[str, object]) -> dict[str, object]:
        """Return the values of the attributes that hold these arguments."""
        return {
            f"self.{name}": arguments[key] for name, key in self.stored.items() if key in arguments
        }


@cache
def list_nodes(function: ast.AST) -> list[ast.AST]:
    """Return all nodes of a function; walked once, however much is asked of it."""
    return list(walk(function))


def find_stored(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield the attributes of ``self`` that a statement sets, and what to."""
    match node:
        case ast.Assign(targets=targets, value=value):
            pairs: list[tuple[ast.expr, ast.expr]] = [(target, value) for target in targets]
            if len(targets) == 1 and isinstance(targets[0], ast.Tuple):
                values = value.elts if isinstance(value, ast.Tuple) else []
                is_same = len(values) == len(targets[0].elts)
                pairs = [
                    (target, values[at] if is_same else ast.Constant(None))
                    for at, target in enumerate(targets[0].elts)
                ]
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            pairs = [(target, value)]
        case ast.AugAssign(target=target):
            pairs = [(target, ast.Constant(None))]
        case _:
            return
    for place, stored in pairs:
        if is_attribute(place):
            yield find_last_name(place), stored


@cache
def find_stored_names(node: ast.AST) -> set[str]:
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


def find_self_calls(node: ast.AST) -> Iterator[str]:
    """Yield the names of the methods of ``self`` that a method calls."""
    for call in list_nodes(node):
        if isinstance(call, ast.Call) and is_attribute(call.func):
            yield find_last_name(call.func)


def iterate_guarded(function: FunctionNode) -> Iterator[tuple[ast.AST, Guards]]:
    """Yield the parts of a function, each with the conditions under which it runs."""
    pending = list(_guard_block(function.body, ()))
    while pending:
        node, guards = pending.pop()
        yield node, guards
        pending += _guard_children(node, guards)


def _guard_block(body: Iterable[ast.stmt], guards: Guards) -> Iterator[tuple[ast.AST, Guards]]:
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
        case ast.If(test=test, body=body, orelse=orelse):
            yield test, guards
            yield from _guard_block(body, _add(guards, test))
            yield from _guard_block(orelse, _add(guards, test, is_true=False))
        case ast.IfExp(test=test, body=then, orelse=otherwise):
            yield test, guards
            yield then, _add(guards, test)
            yield otherwise, _add(guards, test, is_true=False)
        case ast.BoolOp(op=op, values=values):
            for value in values:
                yield value, guards
                guards = _add(guards, value, is_true=isinstance(op, ast.And))
        case ast.For(target=target, iter=iterated, body=body):
            yield from ((target, guards), (iterated, guards))
            yield from _guard_block([*body, *node.orelse], guards)
        case ast.While(test=test, body=body):
            yield test, guards
            yield from _guard_block(body, _add(guards, test))
            yield from _guard_block(node.orelse, _add(guards, None))
        case ast.With(items=items, body=body):
            yield from ((item, guards) for item in items)
            yield from _guard_block(body, guards)
        case ast.Try(body=body, finalbody=final):
            yield from _guard_block(final, guards)
            unknown = _add(guards, None)
            yield from _guard_block([*body, *node.orelse], unknown)
            yield from ((handler, unknown) for handler in node.handlers)
        case _:
            yield from ((child, guards + _guard_others(node)) for child in list_children(node))


def _guard_others(node: ast.AST) -> Guards:
    """Return the conditions for the parts of a node that holds no block of this function."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
            return (Guard(None),)
        case ast.match_case() | ast.ExceptHandler():
            return (Guard(None),)
    if isinstance(node, _COMPREHENSIONS):
        return tuple(Guard(test) for each in node.generators for test in each.ifs)
    return ()


def are_true(guards: Guards, values: Mapping[str, object]) -> bool | None:
    """Return whether conditions hold for arguments of these values; None if unknown."""
    results = [_evaluate_guard(guard, values) for guard in guards]
    return False if False in results else None if None in results else True


def _evaluate_guard(guard: Guard, values: Mapping[str, object]) -> bool | None:
    result = evaluate(guard.test, values) if guard.test else None
    return None if result is None else result is guard.is_true


def evaluate(test: ast.expr, values: Mapping[str, object], depth: int = _MAX_DEPTH) -> bool | None:
    """Return whether a condition is true for arguments of these values; None if unknown."""
    if not depth:
        return None
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            result = evaluate(operand, values, depth - 1)
            return None if result is None else not result
        case ast.BoolOp(op=op, values=parts):
            results = [evaluate(part, values, depth - 1) for part in parts]
            decisive = isinstance(op, ast.Or)
            if decisive in results:
                return decisive
            return None if None in results else not decisive
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _compare(_read_value(left, values), operator, _read_value(right, values))
    value = _read_value(test, values)
    return None if value is _UNKNOWN else bool(value)


def _read_value(node: ast.expr, values: Mapping[str, object]) -> object:
    """Return the value of a literal, of a name, or of an attribute: ``self.x`` is its name."""
    match node:
        case ast.Name(id=name):
            return values.get(name, _UNKNOWN)
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return values.get(f"self.{name}", _UNKNOWN)
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError):
        return _UNKNOWN


def _compare(left: object, operator: ast.cmpop, right: object) -> bool | None:
    if left is _UNKNOWN or right is _UNKNOWN:
        return None
    match operator:
        case ast.Eq() | ast.Is():
            return left == right
        case ast.NotEq() | ast.IsNot():
            return left != right
        case ast.In() | ast.NotIn() if isinstance(right, list | tuple | set | dict):
            try:
                return (left in right) is isinstance(operator, ast.In)
            except TypeError:
                return None
    return None
