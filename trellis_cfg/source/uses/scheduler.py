"""The arguments of a learning-rate scheduler that a trainer of a checkout sets itself."""

import ast
import re
from collections.abc import Iterator
from functools import cache, cached_property
from itertools import chain
from typing import NamedTuple

from trellis_cfg.source.assertions.evaluate import FAILURES
from trellis_cfg.source.trees import find_last_name, walk
from trellis_cfg.source.uses.class_code import ClassCode, Method, are_true, is_attribute, list_texts
from trellis_cfg.source.uses.scheduler_values import LIMIT, ConfiguredScheduler, ValueReader

_RARE = re.compile(r"%|epoch|accum", re.IGNORECASE)
"""What a condition has, or the name of a method, that does not hold in each step."""


class SetArgument(NamedTuple):
    """An argument that the trainer sets, at ``place``; ``steps`` is None if unknown.

    ``is_default`` means that a value in the config is kept. ``is_from_limit`` means that
    ``max_steps`` of the config is in it; if that is null and ``is_failing``, Python raises a
    TypeError.
    """

    place: str
    steps: int | None = None
    is_default: bool = False
    is_from_limit: bool = False
    is_failing: bool = False


class _Write(NamedTuple):
    """A statement that sets an argument, its conditions with their outcome, and where it is."""

    value: ast.expr
    is_default: bool
    tests: list[tuple[ast.expr, bool]]
    method: Method
    place: str


class SchedulerCode(ClassCode):
    """The methods of a trainer, as far as they are about its scheduler."""

    @cached_property
    def settings(self) -> list[tuple[Method, ast.AST, list[tuple[ast.expr, bool]]]]:
        """The nodes that may set a key of a dictionary, each with its method and its conditions."""
        return [
            (method, node, [part for guard in guards for part in _split(*guard)])
            for method in self.all_methods
            for node, guards in reversed(list(method.conditional_parts))
            if isinstance(node, ast.Assign | ast.AugAssign | ast.Call | ast.Dict)
        ]

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys that are read from dictionaries, as items or as attributes."""
        keys: set[object] = set()
        for _, node in self.nodes:
            match node:
                case (
                    ast.Subscript(slice=ast.Constant(value=key))
                    | ast.Call(
                        func=ast.Attribute(attr="get" | "pop"), args=[ast.Constant(value=key), *_]
                    )
                ):
                    keys.add(key)
                case ast.Attribute(value=owner, attr=key) if getattr(owner, "id", "") != "self":
                    keys.add(key)
        return frozenset(key for key in keys if isinstance(key, str))

    @cached_property
    def is_advanced_each_step(self) -> bool:
        """Whether the trainer surely creates the scheduler itself and advances it in each step."""
        rare = (node for _, node in self.nodes if _RARE.search(_get_head(node)))
        schedulers = [name for name in self.attributes if "sched" in name.lower()]
        made = chain.from_iterable(self.attributes[name] for name in schedulers)
        return not any(_advances(part) for node in rare for part in walk(node)) and all(
            self._makes_scheduler(value.func) for _, value in made if isinstance(value, ast.Call)
        )

    def _makes_scheduler(self, func: ast.expr) -> bool:
        """Return whether a call does not get a scheduler from code that is not read."""
        match func:
            case ast.Call() | ast.Subscript(value=ast.Call()):
                return True
            case ast.Attribute(value=ast.Name(id="self"), attr=called):
                return called in self.methods
        return find_last_name(func).endswith(("Scheduler", "LR", "cls", "class", "dict", "copy"))

    @cached_property
    def sets_rate(self) -> bool:
        """Whether the trainer sets the rate of its optimizer itself."""
        stores = (node for _, node in self.nodes if isinstance(node, ast.Subscript))
        return any(_is(node.slice, "lr") and isinstance(node.ctx, ast.Store) for node in stores)

    def find_set(self, key: str, config: ConfiguredScheduler) -> SetArgument | None:
        """Return what the trainer sets an argument to; None if it is as the config says."""
        merged: SetArgument | None = None
        for write in _list_writes(self, key):
            set_argument = self._read_write(write, config)
            if set_argument and merged and set_argument.steps != merged.steps:
                return SetArgument(write.place)
            merged = set_argument or merged
        return merged

    def _read_write(self, write: _Write, config: ConfiguredScheduler) -> SetArgument | None:
        """Return what a statement sets; None if it does not run for this config."""
        reader = ValueReader(self, write.method, config)
        is_run = are_true(write.tests, reader)
        if not is_run:
            return None if is_run is False else SetArgument(write.place)
        unknown = SetArgument(write.place, is_default=write.is_default)
        try:
            value = reader.look_at(reader.compute(write.value))
        except TypeError:
            is_null = LIMIT in reader.looked_at and config.trainer_args[LIMIT] is None
            is_lowered = self._is_limit_lowered(write)
            return unknown if is_lowered else unknown._replace(is_failing=is_null)
        except FAILURES:
            return unknown
        is_from_limit = LIMIT in reader.looked_at
        is_length = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        if not is_length or (is_from_limit and self._is_limit_lowered(write)):
            return unknown
        return unknown._replace(steps=int(value), is_from_limit=is_from_limit)

    def _is_limit_lowered(self, write: _Write) -> bool:
        """Return whether ``max_epoch`` may lower the trainer's ``max_steps`` before a statement."""
        for init in self.methods.get("__init__", ()):
            for parts in map(self._follow, init.node.body):
                if any(map(_lowers_limit, parts)):
                    return True
                if any(node is write.value for part in parts for node in walk(part)):
                    break
        return False

    def _follow(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return a statement, and the methods that it calls, directly or not."""
        attributes = (node for node in walk(statement) if isinstance(node, ast.Attribute))
        names = [node.attr for node in attributes if is_attribute(node)]
        return [statement, *(method.node for method in self.find_reached(names))]


@cache
def _list_writes(code: SchedulerCode, key: str) -> list[_Write]:
    """Return the statements that set a key of a dictionary, or pass it as a keyword."""
    writes = []
    for method, node, conditions in code.settings:
        for value, is_kept in _find_values(node, key):
            about_key = [test for test in conditions if _mentions(test[0], key)]
            is_absent = all(_is_absence(*test) for test in about_key)
            is_default = is_kept or (is_absent and bool(about_key))
            tests = [test for test in conditions if not is_absent or test not in about_key]
            writes.append(_Write(value, is_default, tests, method, method.module.locate(node)))
    return writes


def _split(test: ast.expr | None, expected: bool) -> Iterator[tuple[ast.expr, bool]]:  # noqa: FBT001
    """Yield the parts of a condition that must all have an outcome, if it is known."""
    match test:
        case None:
            pass
        case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And) is expected:
            for value in values:
                yield from _split(value, expected)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _split(operand, not expected)
        case _:
            yield test, expected


def _find_values(node: ast.AST, key: str) -> Iterator[tuple[ast.expr, bool]]:
    """Yield the values that a node sets a key to, and whether one of the config is kept."""
    match node:
        case ast.Assign(targets=[ast.Subscript(slice=name)], value=value) if _is(name, key):
            yield _find_default(value, key)
        case ast.AugAssign(target=ast.Subscript(slice=name) as target) if _is(name, key):
            yield ast.BinOp(target, node.op, node.value), False
        case ast.Call(func=ast.Attribute(attr="setdefault"), args=[name, value]) if _is(name, key):
            yield value, True
        case ast.Call(keywords=keywords) if any(each.arg == key for each in keywords):
            values = [each.value for each in keywords if each.arg == key and _may_set(node)]
            yield from (_find_default(value, key) for value in values)
        case ast.Dict(keys=keys, values=values):
            for index, value in enumerate(values):
                if _is(keys[index], key):
                    default = _find_default(value, key)
                    yield (value, True) if None in keys[index:] else default


def _may_set(node: ast.Call) -> bool:
    """Return whether a scheduler may get keywords of a call, of a dict or with the optimizer."""
    name = find_last_name(node.func)
    is_scheduler = "sched" in name.lower() or any(_mentions(each, "optim") for each in node.args)
    return is_scheduler or name in ("dict", "update")


def _is(node: ast.expr | None, key: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == key


def _find_default(value: ast.expr, key: str) -> tuple[ast.expr, bool]:
    """Return what an absent key becomes: of ``x.get(key, value)``, or ``x.get(key) or value``."""
    match value:
        case ast.Call(
            func=ast.Attribute(attr="get" | "pop"), args=[ast.Constant(value=name), default]
        ):
            if name == key:
                return default, True
        case ast.BoolOp(op=ast.Or(), values=[first, default]) if _mentions(first, key):
            return default, True
        case ast.IfExp(test=test, body=body, orelse=orelse) if _mentions(test, key):
            for part, expected in ((body, True), (orelse, False)):
                if all(_is_absence(*each) for each in _split(test, expected)):
                    return part, True
    return value, False


def _is_absence(test: ast.expr, expected: bool) -> bool:  # noqa: FBT001
    """Return whether an outcome of a condition means that a key is absent or null."""
    match test:
        case ast.Compare(ops=[op], comparators=[right]):
            is_about = isinstance(op, ast.In | ast.NotIn) or getattr(right, "value", "") is None
            return is_about and expected is isinstance(op, ast.NotIn | ast.Is | ast.Eq)
    return isinstance(test, ast.Call | ast.Subscript) and not expected


def _mentions(node: ast.AST, text: str) -> bool:
    return any(text in each for each in list_texts(node))


def _lowers_limit(part: ast.stmt) -> bool:
    """Return whether a statement or a method sets ``max_steps`` by an epoch."""
    names = (node for node in walk(part) if isinstance(node, ast.Name | ast.Attribute))
    stored = {find_last_name(name) for name in names if isinstance(name.ctx, ast.Store)}
    return LIMIT in stored and _mentions(part, "epoch")


def _get_head(node: ast.AST) -> str:
    """Return the condition of a node, or the name of a function, as text."""
    if isinstance(node, ast.FunctionDef):
        return node.name
    return ast.unparse(node.test) if isinstance(node, ast.If | ast.IfExp) else ""


def _advances(node: ast.AST) -> bool:
    """Return whether a node is the call that advances a scheduler."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr="step")):
            return "sched" in find_last_name(owner).lower()
    return False
