"""What a trainer's code makes of the limit, and of the arguments of a scheduler, for a config."""

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from trellis_cfg.models.torch_optim import LR_SCHEDULERS
from trellis_cfg.source.modules import FunctionNode, find_last_name
from trellis_cfg.source.trees import walk

LIMIT = "max_steps"
Methods = Mapping[str, Sequence[FunctionNode]]
"""The methods of a trainer by name, each with those that it calls by super."""
_MAX_DEPTH = 12
_ARITHMETIC: Mapping[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **{each.__name__: each for each in (int, float, max, min, round)},
    **{name: getattr(math, name) for name in ("ceil", "floor")},
}


class ConfiguredScheduler(NamedTuple):
    """A scheduler as a config names it, all of its arguments, and those of the trainer.

    ``main`` is the class that a warm-up hands over to, if there is one.
    """

    name: str
    main: str | None
    args: Mapping[str, object]
    trainer_args: Mapping[str, object]


class UnknownValueError(Exception):
    """A value that cannot be computed."""


class ValueReader:
    """Computes the expressions of one method; ``limits_read`` grows where one is the limit."""

    def __init__(self, methods: Methods, method: FunctionNode, config: ConfiguredScheduler) -> None:
        """Start with what the method assigns to its names."""
        self.limits_read: list[object] = []
        self.assigned: dict[str, list[ast.expr]] = {}
        self._methods, self._method, self._config = methods, method, config
        for node in walk(method):
            match node:
                case ast.Assign(targets=[target], value=value):
                    self.assigned.setdefault(ast.unparse(target), []).append(value)
                case ast.AugAssign(target=target) | ast.For(target=target):
                    self.assigned.setdefault(ast.unparse(target), []).extend([target] * 2)

    def compute(  # noqa: PLR0911  a line for each kind of expression
        self, node: ast.expr, scope: Mapping[str, Any], depth: int = 0
    ) -> Any:  # noqa: ANN401
        """Return a number; ``scope`` holds those of parameters. Raises as Python does.

        Raises UnknownValueError for what is not a number, or cannot be followed.
        """
        if depth > _MAX_DEPTH:
            raise UnknownValueError
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return number
            case ast.Name(id=name) if name in scope:
                return scope[name]
            case ast.Name() | ast.Attribute():
                return self._compute_name(node, scope, depth + 1)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                parts = [self.compute(part, scope, depth + 1) for part in (left, right)]
                return _ARITHMETIC[type(op)](*parts)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.compute(body if self._decide_surely(test) else orelse, scope, depth + 1)
            case ast.BoolOp(op=ast.Or(), values=[first, second]):
                value = self.compute(first, scope, depth + 1)
                return value or self.compute(second, scope, depth + 1)
            case ast.Subscript(slice=ast.Constant(value=str(key))):
                return self._find_argument(key)
            case ast.Call():
                return self._compute_call(node, scope, depth + 1)
        raise UnknownValueError

    def _compute_name(
        self, node: ast.Name | ast.Attribute, scope: Mapping[str, Any], depth: int
    ) -> Any:  # noqa: ANN401
        name, values = find_last_name(node), self.assigned.get(ast.unparse(node), [])
        is_own = bool(values) and isinstance(node, ast.Name)
        if name == LIMIT and not is_own and LIMIT in self._config.trainer_args:
            self.limits_read.append(_check_number(self._config.trainer_args[LIMIT]))
            return self.limits_read[-1]
        if len(values) == 1:
            return self.compute(values[0], scope, depth)
        is_argument = self._method.name == "__init__" and isinstance(node, ast.Name)
        if not values and is_argument and name in self._config.trainer_args:
            return _check_number(self._config.trainer_args[name])
        if isinstance(node, ast.Attribute) and not values:
            return self._compute_attribute(node, depth)
        raise UnknownValueError

    def _compute_attribute(self, node: ast.Attribute, depth: int) -> Any:  # noqa: ANN401
        """Return the value that one other method gives an attribute."""
        readers = [self._enter(each) for methods in self._methods.values() for each in methods]
        name = ast.unparse(node)
        pairs = [(reader, each) for reader in readers for each in reader.assigned.get(name, [])]
        if len(pairs) != 1:
            raise UnknownValueError
        reader, value = pairs[0]
        return reader.compute(value, {}, depth)

    def _enter(self, method: FunctionNode) -> "ValueReader":
        reader = ValueReader(self._methods, method, self._config)
        reader.limits_read = self.limits_read
        return reader

    def _compute_call(self, node: ast.Call, scope: Mapping[str, Any], depth: int) -> Any:  # noqa: ANN401
        match node:
            case ast.Call(
                func=ast.Attribute(attr="get" | "pop"), args=[ast.Constant(value=str(key)), *rest]
            ):
                if key not in self._config.args and rest:
                    return self.compute(rest[0], scope, depth)
                return self._find_argument(key)
            case ast.Call(func=func, args=args, keywords=[]):
                name = find_last_name(func)
                numbers = [self.compute(each, scope, depth) for each in args]
                if isinstance(func, ast.Attribute) and getattr(func.value, "id", "") == "self":
                    return self._call_method(name, numbers, depth)
                if name in _FUNCTIONS:
                    return _FUNCTIONS[name](*numbers)
        raise UnknownValueError

    def _call_method(self, name: str, numbers: Sequence[Any], depth: int) -> Any:  # noqa: ANN401
        """Return what a method returns that is one expression."""
        method = next(iter(self._methods.get(name, ())), None)
        returns = [node for node in walk(method) if isinstance(node, ast.Return)] if method else []
        value = returns[0].value if len(returns) == 1 else None
        if method is None or value is None:
            raise UnknownValueError
        names = [each.arg for each in method.args.args if each.arg != "self"]
        scope = dict(zip(names, numbers, strict=False))
        return self._enter(method).compute(value, scope, depth)

    def _find_argument(self, key: str) -> Any:  # noqa: ANN401
        if key not in self._config.args:
            raise UnknownValueError
        return _check_number(self._config.args[key])

    def decide(self, test: ast.expr) -> bool | None:
        """Return the outcome of a condition; None if unknown."""
        try:
            return self._decide_surely(test)
        except (UnknownValueError, TypeError, ValueError, ArithmeticError):
            return None

    def _decide_surely(self, test: ast.expr) -> bool:
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self._decide_surely(operand)
            case ast.BoolOp(op=op, values=values):
                outcomes = [self.decide(value) for value in values]
                decisive = isinstance(op, ast.Or)
                if None in outcomes and decisive not in outcomes:
                    raise UnknownValueError
                return decisive if decisive in outcomes else not decisive
            case ast.Call(func=ast.Name(id="hasattr"), args=[module, name]):
                if find_last_name(module) == "lr_scheduler":
                    return self._find_class(name) in LR_SCHEDULERS
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compare(left, op, right)
            case ast.Name() | ast.Attribute() if "sched" in find_last_name(test).lower():
                return True
        return bool(self.compute(test, {}))

    def _compare(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool:
        """Compare numbers, an argument with None, or the name of a class with one or several."""
        if type(op) in _ARITHMETIC:
            return bool(_ARITHMETIC[type(op)](self.compute(left, {}), self.compute(right, {})))
        is_negated = isinstance(op, ast.NotEq | ast.IsNot | ast.NotIn)
        if isinstance(right, ast.Constant) and right.value is None:
            name = find_last_name(left)
            if name in self._config.trainer_args and "sched" not in name:
                return (self._config.trainer_args[name] is None) != is_negated
            if "sched" in name.lower():
                return is_negated
            raise UnknownValueError
        items = right.elts if isinstance(right, ast.Tuple | ast.List | ast.Set) else [right]
        names = [find_last_name(item) or getattr(item, "value", None) for item in items]
        subject = self._find_class(left)
        if not all(name in LR_SCHEDULERS or isinstance(name, str) for name in names):
            raise UnknownValueError
        return (subject.casefold() in [str(name).casefold() for name in names]) != is_negated

    def _find_class(self, node: ast.expr) -> str:
        """Return the class that an expression names: that of the config, or the main one."""
        texts = " ".join(self._list_texts(node, 0)).lower()
        if not any(part in texts for part in ("name", "class", "cls")):
            raise UnknownValueError
        name = self._config.main if "main" in texts else self._config.name
        return name or ""

    def _list_texts(self, node: ast.expr, depth: int) -> Iterator[str]:
        """Yield the names and strings of an expression, and of what its names stand for."""
        for each in walk(node):
            text = getattr(each, "value", "")
            if isinstance(each, ast.Constant) and isinstance(text, str):
                yield text
            elif isinstance(each, ast.Name | ast.Attribute):
                yield find_last_name(each)
                for value in self.assigned.get(ast.unparse(each), []) if depth < 4 else ():  # noqa: PLR2004
                    yield from self._list_texts(value, depth + 1)


def _check_number(value: object) -> object:
    """Return a number of a config, or null; raises UnknownValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise UnknownValueError
    return value
