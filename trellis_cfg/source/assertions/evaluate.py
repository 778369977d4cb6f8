"""Evaluates expressions of a checkout's code on known values; nothing of the code is run."""

import ast
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

_MAX_NUMBER, _MAX_POWER, _MAX_LENGTH = 10**15, 1000, 10_000
_MAX_ITEMS = 256
"""Of a comprehension or a loop."""


class Known(NamedTuple):
    """A value, and the arguments of the config that decide it."""

    value: Any
    parameters: frozenset[str] = frozenset()


class Keywords(dict[str, Known | None]):
    """The keywords of a call that no parameter takes; None for an unknown value."""


class Positional(list[Known | None]):
    """The positional arguments of a call that no parameter takes."""


Names = dict[str, Known | None]
"""Names with their values; None for an unknown one."""
_OPERATORS: Mapping[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
FAILURES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What an expression raises that fails, or that is not known."""


class UnknownValueError(ValueError):
    """A value that is not known."""


class Evaluator:
    """Evaluates expressions with local names and the attributes of ``self``.

    ``looked_at`` collects the arguments whose values matter: others are only handed on.
    """

    def __init__(self, names: Names, attributes: Names, looked_at: set[str] | None = None) -> None:
        """Start with what is known."""
        self.names, self.attributes = names, attributes
        self.looked_at = set() if looked_at is None else looked_at

    def evaluate(self, node: ast.expr) -> Known | None:
        """Return the value of an expression; None if it is unknown, or fails."""
        try:
            return self.compute(node)
        except FAILURES:
            return None

    def decide(self, test: ast.expr) -> bool | None:
        """Return the outcome of a condition; None if unknown: of its parts, some may be."""
        with suppress(RecursionError):
            match test:
                case ast.UnaryOp(op=ast.Not(), operand=operand):
                    outcome = self.decide(operand)
                    return None if outcome is None else not outcome
                case ast.BoolOp(op=op, values=values):
                    outcomes = [self.decide(value) for value in values]
                    is_or = isinstance(op, ast.Or)
                    return is_or if is_or in outcomes else None if None in outcomes else not is_or
            known = self.evaluate(test)
            return bool(self.look_at(known)) if known else None
        return None

    def look_at(self, known: Known) -> Any:  # noqa: ANN401  any literal
        """Return a value that decides what follows."""
        self.looked_at |= known.parameters
        return known.value

    def iterate(self, items: Known) -> Iterator[Known]:
        """Yield the items of a container, each as known as it; raises ValueError for too many."""
        values = self.look_at(items)
        if not isinstance(values, list | tuple | dict | str) or len(values) > _MAX_ITEMS:
            raise ValueError
        return (Known(item, items.parameters) for item in values)

    def compute(self, node: ast.expr) -> Known:  # noqa: C901, PLR0911  a case a type of expression
        """Return the value of an expression.

        Raises UnknownValueError for what cannot be followed, or what Python would raise.
        """
        match node:
            case ast.Constant(value=value):
                return Known(value)
            case ast.Name() | ast.Attribute():
                return self.read_name(node)
            case ast.Call(func=func, args=args, keywords=[]):
                return self.apply(self.find_function(func), args)
            case ast.UnaryOp(op=op, operand=operand) if type(op) in _OPERATORS:
                return self.apply(_OPERATORS[type(op)], [operand])
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return self.apply(_bounded(type(op)), [left, right])
            case ast.BoolOp(op=op, values=values):
                return self._choose(values, is_or=isinstance(op, ast.Or))
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                return self._compare([left, *comparators], ops)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                known = self.compute(test)
                return _add(self.compute(body if self.look_at(known) else orelse), known)
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                make = list if isinstance(node, ast.List) else tuple
                return self.apply(lambda *values: make(values), items)
            case ast.Subscript(value=value, slice=index) if not isinstance(index, ast.Slice):
                return self.apply(operator.getitem, [value, index])
            case ast.ListComp() | ast.GeneratorExp():
                return self._comprehend(node)
        raise UnknownValueError

    def read_name(self, node: ast.Name | ast.Attribute) -> Known:
        """Return the value of a name, or of an attribute."""
        match node:
            case ast.Name(id=name) if name in self.names:
                known = self.names[name]
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if "self" not in self.names:
                known = self.attributes.get(name)
            case _:
                known = self.read_global(node)
        if known is None:
            raise UnknownValueError
        return known

    def read_global(self, _node: ast.expr) -> Known | None:
        """Return the value of a name that is not local, nor an attribute of ``self``."""
        return None

    def find_function(self, _func: ast.expr) -> Callable[..., Any]:
        """Return a function that is safe to call."""
        raise UnknownValueError

    def apply(self, function: Callable[..., Any], nodes: Iterable[ast.expr]) -> Known:
        """Return what a function returns for the values of expressions."""
        known = [self.compute(node) for node in nodes]
        values = [self.look_at(each) for each in known]
        if any(isinstance(value, Keywords | Positional) for value in values):
            raise UnknownValueError
        return Known(function(*values), frozenset().union(*(each.parameters for each in known)))

    def _choose(self, values: list[ast.expr], *, is_or: bool) -> Known:
        """Return the value of ``and`` or ``or``; a later operand decides if the first let it."""
        before = Known(None)
        for node in values:
            before = _add(self.compute(node), before)
            if bool(self.look_at(before)) is is_or:
                break
        return before

    def _compare(self, nodes: list[ast.expr], ops: list[ast.cmpop]) -> Known:
        left, parameters = self.compute(nodes[0]), frozenset[str]()
        for op, node in zip(ops, nodes[1:], strict=True):
            right = self.compute(node)
            values = self.look_at(left), self.look_at(right)
            is_identity = isinstance(op, ast.Is | ast.IsNot)
            if is_identity and not any(each is None or isinstance(each, bool) for each in values):
                raise UnknownValueError
            parameters |= left.parameters | right.parameters
            if not _OPERATORS[type(op)](*values):
                return Known(value=False, parameters=parameters)
            left = right
        return Known(value=True, parameters=parameters)

    def _comprehend(self, node: ast.ListComp | ast.GeneratorExp) -> Known:
        generator, *more = node.generators
        items = self.compute(generator.iter)
        if more or not isinstance(generator.target, ast.Name):
            raise UnknownValueError
        results, parameters, names = [], items.parameters, self.names
        try:
            for item in self.iterate(items):
                self.names = {**names, generator.target.id: item}
                if all(self.look_at(self.compute(test)) for test in generator.ifs):
                    result = self.compute(node.elt)
                    results.append(result.value)
                    parameters |= result.parameters
        finally:
            self.names = names
        return Known(results, parameters)


def _add(known: Known, deciding: Known) -> Known:
    return known._replace(parameters=known.parameters | deciding.parameters)


def list_items(value: Any) -> Any:  # noqa: ANN401  what a method returns
    """Return a value, a range and a view of a dictionary as a list; raise ValueError if long."""
    if value is None or isinstance(value, str | int | float | list | dict):
        return value
    if len(value) > _MAX_LENGTH:
        raise ValueError
    return list(value)


def _bounded(op: type[ast.operator]) -> Callable[[Any, Any], Any]:
    """Return an operation that raises ValueError where its result would be huge."""

    def apply(left: Any, right: Any) -> Any:  # noqa: ANN401  any literal
        has_items = any(isinstance(each, str | list | tuple) for each in (left, right))
        limit = _MAX_POWER if op is ast.Pow else _MAX_LENGTH if has_items else _MAX_NUMBER
        for each in (left, right):
            size = len(each) if isinstance(each, str | list | tuple) else each
            if isinstance(size, int | float) and abs(size) > limit:
                raise ValueError
        return _OPERATORS[op](left, right)

    return apply
