"""Evaluates expressions of a checkout's code on known values; nothing of the code is run."""

import ast
import math
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from trellis_cfg.source.modules import Module, find_last_name
from trellis_cfg.source.names import External, Resolver, Value

_MAX_NUMBER, _MAX_LENGTH = 10**15, 10_000
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
"""Local names with their values; None for an unknown one."""
_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: lambda left, right: left is right,
    ast.IsNot: lambda left, right: left is not right,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_TYPES = {each.__name__: each for each in (int, float, str, bool, list, dict, tuple)}
_BUILTINS: Mapping[str, Callable[..., Any]] = {
    **{each.__name__: each for each in (len, abs, min, max, sum, all, any, round, sorted)},
    **{name: each for name, each in _TYPES.items() if name != "dict"},
    "isinstance": isinstance,
    "range": lambda *limits: _listed(range(*limits)),
}
_MATH = ("log2", "log", "log10", "sqrt", "floor", "ceil", "prod", "gcd", "isclose", "fabs")
_NUMPY: Mapping[str, Callable[..., Any]] = {
    "log2": math.log2,
    "sqrt": math.sqrt,
    "log": math.log,
}
_METHODS: Mapping[type, tuple[str, ...]] = {
    str: ("startswith", "endswith", "lower", "upper", "strip", "split", "isdigit", "replace"),
    dict: ("get", "keys", "values"),
    list: ("index", "count"),
}


class Evaluator:
    """Evaluates expressions in one module, with local names and the attributes of ``self``.

    ``dirty`` holds the containers that code may have changed: what is in them is unknown.
    ``looked_at`` collects the arguments whose values matter: others are only handed on.
    """

    def __init__(
        self, resolver: Resolver, attributes: Names, dirty: list[object], looked_at: set[str]
    ) -> None:
        """Start with the attributes of an object."""
        self.resolver = resolver
        self.attributes = attributes
        self.dirty = dirty
        self.looked_at = looked_at

    def evaluate(self, node: ast.expr, names: Names, module: Module) -> Known | None:
        """Return the value of an expression; None if it is unknown, or fails."""
        try:
            known = self._evaluate(node, names, module)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            return None
        return None if known and self._is_dirty(known.value) else known

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

    def _is_dirty(self, value: object) -> bool:
        if not isinstance(value, list | dict | tuple | set):
            return False
        if any(each is value for each in self.dirty):
            return True
        return any(map(self._is_dirty, value.values() if isinstance(value, dict) else value))

    def _evaluate(  # noqa: C901, PLR0911, PLR0912  a case a type of expression
        self, node: ast.expr, names: Names, module: Module
    ) -> Known | None:
        match node:
            case ast.Constant(value=value):
                return Known(value)
            case ast.Name(id=name):
                return names[name] if name in names else self._read_global(module, node)
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if "self" not in names:
                return self.attributes.get(name)
            case ast.Attribute():
                return self._read_global(module, node)
            case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
                return self._apply(_UNARY[type(op)], [operand], names, module)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                return self._apply(_bounded(type(op)), [left, right], names, module)
            case ast.BoolOp(op=op, values=values):
                return self._decide(values, names, module, is_or=isinstance(op, ast.Or))
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                return self._compare([left, *comparators], ops, names, module)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                known = self.evaluate(test, names, module)
                part = body if known and self.look_at(known) else orelse
                result = known and self.evaluate(part, names, module)
                return _add(result, known) if result and known else None
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                make = list if isinstance(node, ast.List) else tuple
                return self._apply(lambda *values: make(values), items, names, module)
            case ast.Subscript(value=value, slice=index) if not isinstance(index, ast.Slice):
                return self._apply(operator.getitem, [value, index], names, module)
            case ast.ListComp() | ast.GeneratorExp():
                return self._comprehend(node, names, module)
            case ast.Call(func=func, args=args, keywords=[]):
                function = self._find_function(func, names, module)
                return self._apply(function, args, names, module) if function else None
        return None

    def _apply(
        self,
        function: Callable[..., Any],
        nodes: Iterable[ast.expr],
        names: Names,
        module: Module,
    ) -> Known | None:
        operands = [self.evaluate(node, names, module) for node in nodes]
        known = [each for each in operands if each is not None]
        self.looked_at.update(*(each.parameters for each in known))
        if len(known) < len(operands) or any(
            isinstance(each.value, Keywords | Positional) for each in known
        ):
            return None
        value = function(*(each.value for each in known))
        return Known(value, frozenset().union(*(each.parameters for each in known)))

    def _decide(
        self, values: list[ast.expr], names: Names, module: Module, *, is_or: bool
    ) -> Known | None:
        """Return the value of ``and`` or ``or``; a later operand decides if the first let it."""
        before: Known = Known(None)
        for node in values:
            known = self.evaluate(node, names, module)
            if known is None:
                return None
            before = _add(known, before)
            if bool(self.look_at(known)) is is_or:
                break
        return before

    def _compare(
        self, nodes: list[ast.expr], ops: list[ast.cmpop], names: Names, module: Module
    ) -> Known | None:
        known = [self.evaluate(node, names, module) for node in nodes]
        parameters: frozenset[str] = frozenset()
        for op, left, right in zip(ops, known, known[1:], strict=False):
            if left is None or right is None:
                return None
            self.looked_at |= left.parameters | right.parameters
            is_identity = isinstance(op, ast.Is | ast.IsNot)
            if is_identity and not {None, True, False} & {id_of(left), id_of(right)}:
                return None
            parameters |= left.parameters | right.parameters
            if not _COMPARE[type(op)](left.value, right.value):
                return Known(value=False, parameters=parameters)
        return Known(value=True, parameters=parameters)

    def _comprehend(
        self, node: ast.ListComp | ast.GeneratorExp, names: Names, module: Module
    ) -> Known | None:
        generator, *more = node.generators
        items = self.evaluate(generator.iter, names, module)
        if more or items is None or not isinstance(generator.target, ast.Name):
            return None
        results, parameters = [], items.parameters
        for item in self.iterate(items):
            inner = {**names, generator.target.id: item}
            tests = [self.evaluate(test, inner, module) for test in generator.ifs]
            if None in tests:
                return None
            if all(self.look_at(test) for test in tests if test):
                result = self.evaluate(node.elt, inner, module)
                if result is None:
                    return None
                results.append(result.value)
                parameters |= result.parameters
        return Known(results, parameters)

    def _find_function(
        self, func: ast.expr, names: Names, module: Module
    ) -> Callable[..., Any] | None:
        """Return a function that is safe to call: of Python, of math and numpy, of a string."""
        symbol = self.resolver.resolve(module, func)
        if isinstance(symbol, External) and find_last_name(func) not in names:
            package, _, name = symbol.name.rpartition(".")
            if package == "builtins":
                return _BUILTINS.get(name)
            if package == "math" and name in _MATH:
                function: Callable[..., Any] = getattr(math, name)
                return function
            return _NUMPY.get(name) if package == "numpy" else None
        if isinstance(func, ast.Attribute):
            owner = self.evaluate(func.value, names, module)
            methods = _METHODS.get(type(owner.value), ()) if owner else ()
            if owner and func.attr in methods:
                self.look_at(owner)
                return lambda *arguments: _listed(getattr(owner.value, func.attr)(*arguments))
        return None

    def _read_global(self, module: Module, node: ast.expr) -> Known | None:
        """Return a literal that a module binds a name to, or a type of Python."""
        symbol = self.resolver.resolve(module, node)
        if isinstance(symbol, External) and symbol.name.startswith("builtins."):
            name = symbol.name.removeprefix("builtins.")
            return Known(_TYPES[name]) if name in _TYPES else None
        if not isinstance(symbol, Value) or b"global " in symbol.module.data:
            return None
        name = find_last_name(node)
        if any(each.changes(name) for each in (symbol.module, *self.resolver.changing)):
            return None
        return Known(ast.literal_eval(symbol.node))


def list_containers(value: object) -> Iterator[object]:
    """Yield the containers that code may change: the value, and those in it."""
    if isinstance(value, list | dict):
        yield value
    if isinstance(value, list | dict | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from list_containers(each)


def id_of(known: Known) -> object:
    """Return a value that compares by identity, else its type."""
    return known.value if known.value is None or isinstance(known.value, bool) else type(known)


def _add(known: Known, deciding: Known) -> Known:
    return known._replace(parameters=known.parameters | deciding.parameters)


def _listed(value: Any) -> Any:  # noqa: ANN401  what a method returns
    """Return a value, a range and a view of a dictionary as a list; raise ValueError if long."""
    if value is None or isinstance(value, str | int | float | list | dict):
        return value
    if len(value) > _MAX_LENGTH:
        raise ValueError
    return list(value)


def _bounded(op: type[ast.operator]) -> Callable[[Any, Any], Any]:
    """Return an operation that raises ValueError where its result would be huge."""

    def apply(left: Any, right: Any) -> Any:  # noqa: ANN401  any literal
        sizes = [len(each) for each in (left, right) if isinstance(each, str | list | tuple)]
        numbers = [abs(each) for each in (left, right) if isinstance(each, int | float)]
        is_power = op is ast.Pow and max(numbers, default=0) > 1000  # noqa: PLR2004
        if max([*numbers, 0]) > _MAX_NUMBER or max([*sizes, 0]) > _MAX_LENGTH or is_power:
            raise ValueError
        if op is ast.Mult and sizes and max([*numbers, 0]) > _MAX_LENGTH:
            raise ValueError
        return _BINARY[op](left, right)

    return apply
