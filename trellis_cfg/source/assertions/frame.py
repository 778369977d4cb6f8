"""A function that is followed: its names, what it may read besides, its call, and how it ends."""

import ast
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from trellis_cfg.source.assertions.evaluate import (
    Evaluator,
    Keywords,
    Known,
    Names,
    Positional,
    UnknownValueError,
    list_items,
)
from trellis_cfg.source.modules import FunctionNode, Module
from trellis_cfg.source.mro import Mro, Order
from trellis_cfg.source.names import External, Resolver, Value
from trellis_cfg.source.trees import find_last_name

_MAX_DEPTH, _MAX_STEPS = 12, 5000
_TYPES = {each.__name__: each for each in (int, float, str, bool, list, dict, tuple)}
_MATH = ("log2", "log", "log10", "sqrt", "floor", "ceil", "prod", "gcd", "isclose", "fabs")
_FUNCTIONS: Mapping[str, Mapping[str, Callable[..., Any]]] = {
    "builtins": {
        **{each.__name__: each for each in (len, abs, min, max, sum, all, any, round, sorted)},
        **{name: each for name, each in _TYPES.items() if name != "dict"},
        "isinstance": isinstance,
        "range": lambda *limits: list_items(range(*limits)),
    },
    "math": {name: getattr(math, name) for name in _MATH},
    "numpy": {name: getattr(math, name) for name in ("log2", "sqrt", "log")},
}
"""The functions that are safe to call, by their packages."""
_METHODS: Mapping[type, tuple[str, ...]] = {
    str: ("startswith", "endswith", "lower", "upper", "strip", "split", "isdigit", "replace"),
    dict: ("get", "keys", "values"),
    list: ("index", "count"),
}
_CONTAINERS = {list, dict, tuple, set, Keywords, Positional}
Arguments = list[Known | None] | None
"""The positional arguments of a call; None for an unknown number of them."""


class FailedAssertion(NamedTuple):
    """An assertion or ``raise`` that arguments meet: those that decide it, its text, its place.

    ``text`` is the condition that is false; empty for a ``raise``.
    """

    parameters: frozenset[str]
    text: str
    place: str


class Failed(Exception):
    """The code surely raises here; ``failure`` is None if no argument decides it."""

    def __init__(self, failure: FailedAssertion | None) -> None:
        """Hold the failure."""
        super().__init__()
        self.failure = failure


class Left(Exception):
    """A function returns, with what; or perhaps, with what is unknown."""

    def __init__(self, result: Known | None, *, is_sure: bool) -> None:
        """Hold the result; ``is_sure`` if the function surely returns it."""
        super().__init__()
        self.result, self.is_sure = result, is_sure


class Unfollowable(Exception):
    """The code does something that cannot be followed, or too much."""


class Run:
    """One evaluation of a class, within limits.

    ``dirty`` holds the containers that code may have changed: what is in them is unknown.
    """

    def __init__(self, resolver: Resolver, mro: Mro) -> None:
        """Start with nothing followed."""
        self.resolver, self.mro = resolver, mro
        self.dirty: list[object] = []
        self.looked_at: set[str] = set()
        self._steps = self._depth = 0

    def count_step(self) -> None:
        """Count a statement; raise Unfollowable for too many."""
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise Unfollowable

    def enter(self, depth: int) -> None:
        """Go into a call, or out of it."""
        self._depth += depth
        if self._depth > _MAX_DEPTH:
            raise Unfollowable

    def taint(self, known: Known | None) -> None:
        """Mark a container, and those in it, as changed in a way that is not known."""
        if known:
            self.dirty += _list_containers(known.value)


class Frame(Evaluator):
    """A function that is followed, in its module, and its place among the bases."""

    def __init__(self, run: Run, attributes: Names, module: Module, order: Order) -> None:
        """Start without names; ``tests`` are the conditions under which a statement runs."""
        super().__init__({}, attributes, run.looked_at)
        self.run, self.module, self.order = run, module, order
        self.tests: list[Known] = []

    def bind(
        self, node: FunctionNode, positional: Arguments, keywords: Mapping[str, Known | None]
    ) -> None:
        """Bind what the function is called with; raise Unfollowable where it does not fit."""
        arguments = node.args
        parameters = [*arguments.posonlyargs, *arguments.args]
        is_method = bool(parameters) and parameters[0].arg == "self"
        listed = [each.arg for each in parameters[is_method:]]
        names: Names = dict.fromkeys([*listed, *(each.arg for each in arguments.kwonlyargs)])
        if positional is not None:
            pairs: list[tuple[ast.arg, ast.expr | None]] = [
                *zip(reversed(parameters), reversed(arguments.defaults), strict=False),
                *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
            ]
            names |= {each.arg: self.evaluate(default) for each, default in pairs if default}
            if len(positional) > len(listed) and not arguments.vararg:
                raise Unfollowable
            names |= dict(zip(listed, positional, strict=False))
        rest = Keywords({key: keywords[key] for key in keywords if key not in names})
        names |= {key: keywords[key] for key in keywords if key in names}
        for place, values in (
            (arguments.vararg, Positional((positional or [])[len(listed) :])),
            (arguments.kwarg, rest),
        ):
            if place:
                names[place.arg] = None if positional is None else Known(values)
        self.names = names

    def compute(self, node: ast.expr) -> Known:
        """Return the value of an expression, unless code may have changed what is in it."""
        known = super().compute(node)
        if self._is_dirty(known.value):
            raise UnknownValueError
        return known

    def _is_dirty(self, value: Any) -> bool:  # noqa: ANN401  any literal
        if type(value) not in _CONTAINERS:
            return False
        if any(each is value for each in self.run.dirty):
            return True
        return any(map(self._is_dirty, value.values() if isinstance(value, dict) else value))

    def read_global(self, node: ast.expr) -> Known | None:
        """Return a literal that a module binds a name to, or a type of Python."""
        symbol = self.run.resolver.resolve(self.module, node)
        if isinstance(symbol, External) and symbol.name.startswith("builtins."):
            name = symbol.name.removeprefix("builtins.")
            return Known(_TYPES[name]) if name in _TYPES else None
        if not isinstance(symbol, Value) or b"global " in symbol.module.data:
            return None
        name = find_last_name(node)
        if any(each.changes(name) for each in (symbol.module, *self.run.resolver.changing)):
            return None
        return Known(ast.literal_eval(symbol.node))

    def find_function(self, func: ast.expr) -> Callable[..., Any]:
        """Return a function that is safe to call: of Python, of math and numpy, of a string."""
        symbol = self.run.resolver.resolve(self.module, func)
        if isinstance(symbol, External) and find_last_name(func) not in self.names:
            package, _, name = symbol.name.rpartition(".")
            return _FUNCTIONS[package][name]
        if isinstance(func, ast.Attribute):
            owner = self.compute(func.value)
            if func.attr in _METHODS[type(owner.value)]:
                self.look_at(owner)
                return lambda *arguments: list_items(getattr(owner.value, func.attr)(*arguments))
        raise UnknownValueError

    def read_keyword(
        self, node: ast.Call, evaluate: Callable[[ast.expr], Known | None]
    ) -> tuple[bool, Known | None]:
        """Return whether a call reads a keyword that no parameter takes, and its value."""
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="pop" | "get" as method),
                args=[ast.Constant(value=str(key)), *more],
            ):
                match self.names.get(name):
                    case Known(value=Keywords() as rest):
                        default = evaluate(more[0]) if more else Known(None)
                        known = rest.get(key, default)
                        if method == "pop":
                            rest.pop(key, None)
                        return True, known
        return False, None

    def read_call(
        self, node: ast.Call, evaluate: Callable[[ast.expr], Known | None]
    ) -> tuple[Arguments, Names]:
        """Return the arguments of a call; None for an unknown number of positional ones."""
        keywords: Names = {}
        for keyword in node.keywords:
            if keyword.arg:
                keywords[keyword.arg] = evaluate(keyword.value)
                continue
            match self.evaluate(keyword.value):
                case Known(value=Keywords() as rest):
                    keywords |= rest
                case Known(value=dict() as values, parameters=parameters) as known:
                    self.look_at(known)
                    keywords |= {key: Known(value, parameters) for key, value in values.items()}
                case _:
                    return None, {}
        positional: list[Known | None] = []
        for argument in node.args:
            if not isinstance(argument, ast.Starred):
                positional.append(evaluate(argument))
                continue
            match self.evaluate(argument.value):
                case Known(value=Positional() as more):
                    positional += more
                case _:
                    return None, keywords
        return positional, keywords


def _list_containers(value: object) -> Iterator[object]:
    """Yield the containers that code may change: the value, and those in it."""
    if isinstance(value, list | dict):
        yield value
    if isinstance(value, list | dict | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _list_containers(each)
