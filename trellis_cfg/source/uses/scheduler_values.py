"""What a trainer's code makes of the limit, and of the arguments of a scheduler, for a config."""

import ast
import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from trellis_cfg.models.torch_optim import LR_SCHEDULERS
from trellis_cfg.source.assertions.evaluate import Evaluator, Known, Names, UnknownValueError
from trellis_cfg.source.trees import find_last_name, walk
from trellis_cfg.source.uses.class_code import ClassCode, Method, is_attribute

LIMIT = "max_steps"
_MAX_STEPS = 200  # of all that one value is made of
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    each.__name__: each for each in (int, float, max, min, round, math.ceil, math.floor)
}
_ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


class ConfiguredScheduler(NamedTuple):
    """A scheduler as a config names it, all of its arguments, and those of the trainer.

    ``main`` is the class that a warm-up hands over to, if there is one.
    """

    name: str
    main: str | None
    args: Mapping[str, object]
    trainer_args: Mapping[str, object]


class ValueReader(Evaluator):
    """Computes the expressions of one method; ``looked_at`` has the limit where one needs it."""

    def __init__(self, code: ClassCode, method: Method, config: ConfiguredScheduler) -> None:
        """Start without the values of parameters."""
        super().__init__({}, {})
        self._code, self._method, self._config = code, method, config
        self._steps = iter(range(_MAX_STEPS))

    def _enter(self, method: Method, names: Names) -> "ValueReader":
        reader = ValueReader(self._code, method, self._config)
        reader.names, reader.looked_at, reader._steps = names, self.looked_at, self._steps
        return reader

    def decide(self, test: ast.expr) -> bool | None:
        """Return the outcome of a condition; None if unknown. The scheduler is configured."""
        is_name = isinstance(test, ast.Name | ast.Attribute)
        return True if is_name and "sched" in find_last_name(test).lower() else super().decide(test)

    def compute(self, node: ast.expr) -> Known:  # noqa: PLR0911  a case a type of expression
        """Return the value of an expression."""
        if next(self._steps, None) is None:
            raise UnknownValueError
        match node:
            case ast.IfExp(test=test, body=body, orelse=orelse):
                outcome = self.decide(test)
                if outcome is not None:
                    return self.compute(body if outcome else orelse)
            case ast.Subscript(slice=ast.Constant(value=str(key))):
                return Known(_check_number(self._config.args[key]))
            case ast.Call(
                func=ast.Attribute(attr="get" | "pop"), args=[ast.Constant(value=str(key)), *rest]
            ):
                if rest and key not in self._config.args:
                    return self.compute(rest[0])
                return Known(_check_number(self._config.args[key]))
            case ast.Call(func=ast.Name(id="hasattr"), args=[module, name]) if (
                find_last_name(module) == "lr_scheduler"
            ):
                return Known(self._find_class(name) in LR_SCHEDULERS)
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="self"), attr=name), args=args, keywords=[]
            ):
                return self._call_method(name, [self.compute(each) for each in args])
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) not in _ORDERS:
                return Known(self._compare_classes(left, op, right))
        return super().compute(node)

    def read_name(self, node: ast.Name | ast.Attribute) -> Known:
        """Return what a name or an attribute is set to, or an argument."""
        name, text, arguments = find_last_name(node), ast.unparse(node), self._config.trainer_args
        values, is_plain = _find_assigned(self._method).get(text, []), isinstance(node, ast.Name)
        if is_plain and name in self.names:
            return super().read_name(node)
        if name == LIMIT and LIMIT in arguments and not (values and is_plain):
            return Known(_check_number(arguments[LIMIT]), frozenset([LIMIT]))
        if not (values or is_plain):
            return self._read_attribute(node)
        if not values and self._method.node.name == "__init__":
            return Known(_check_number(arguments[name]))
        if len(values) != 1:
            raise UnknownValueError
        return self.compute(values[0])

    def _read_attribute(self, node: ast.expr) -> Known:
        """Return the value that one other method gives an attribute."""
        match self._code.attributes.get(find_last_name(node)) if is_attribute(node) else None:
            case [(method, value)]:
                return self._enter(method, {}).compute(value)
        raise UnknownValueError

    def find_function(self, func: ast.expr) -> Callable[..., Any]:
        """Return a function of numbers, by its name."""
        return _FUNCTIONS[find_last_name(func)]

    def _call_method(self, name: str, values: list[Known]) -> Known:
        """Return what a method returns that is one expression."""
        for method in self._code.methods.get(name, ())[:1]:
            match [node for node in method.nodes if isinstance(node, ast.Return)]:
                case [ast.Return(value=ast.expr() as value)]:
                    names = [each.arg for each in method.node.args.args if each.arg != "self"]
                    bound: Names = dict(zip(names, values, strict=False))
                    return self._enter(method, bound).compute(value)
        raise UnknownValueError

    def _compare_classes(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool:
        """Compare an argument with None, or the name of a class with one or several."""
        is_negated = isinstance(op, ast.NotEq | ast.IsNot | ast.NotIn)
        if isinstance(right, ast.Constant) and right.value is None:
            name, arguments = find_last_name(left), self._config.trainer_args
            if "sched" in name.lower():
                return is_negated
            if name not in arguments:
                raise UnknownValueError
            return (arguments[name] is None) != is_negated
        items = right.elts if isinstance(right, ast.Tuple | ast.List | ast.Set) else [right]
        names = [find_last_name(item) or getattr(item, "value", None) for item in items]
        if not all(isinstance(name, str) for name in names):
            raise UnknownValueError
        subject = self._find_class(left).casefold()
        return (subject in [str(name).casefold() for name in names]) != is_negated

    def _find_class(self, node: ast.expr) -> str:
        """Return the class that an expression names: that of the config, or the main one."""
        texts = " ".join(self._list_texts(node, 0)).lower()
        if not any(part in texts for part in ("name", "class", "cls")):
            raise UnknownValueError
        return (self._config.main if "main" in texts else self._config.name) or ""

    def _list_texts(self, node: ast.expr, depth: int) -> Iterator[str]:
        """Yield the names and strings of an expression, and of what its names stand for."""
        for each in walk(node):
            match each:
                case ast.Constant(value=str(text)):
                    yield text
                case ast.Name() | ast.Attribute():
                    yield find_last_name(each)
                    values = _find_assigned(self._method).get(ast.unparse(each), [])
                    for value in values if depth < 4 else ():  # noqa: PLR2004
                        yield from self._list_texts(value, depth + 1)


@cache
def _find_assigned(method: Method) -> dict[str, list[ast.expr]]:
    """Return what a method assigns to its names; a name that it changes has two values."""
    assigned: dict[str, list[ast.expr]] = {}
    for node in method.nodes:
        match node:
            case ast.Assign(targets=[target], value=value):
                assigned.setdefault(ast.unparse(target), []).append(value)
            case ast.AugAssign(target=target) | ast.For(target=target):
                assigned.setdefault(ast.unparse(target), []).extend([target] * 2)
    return assigned


def _check_number(value: object) -> object:
    """Return a number of a config, or null; raises UnknownValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise UnknownValueError
    return value
