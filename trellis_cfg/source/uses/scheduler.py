"""The arguments of a learning-rate scheduler that a trainer of a checkout sets itself."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from trellis_cfg.source.methods import find_methods
from trellis_cfg.source.modules import FunctionNode, find_last_name
from trellis_cfg.source.mro import MroEntry
from trellis_cfg.source.trees import list_children, walk
from trellis_cfg.source.uses.scheduler_values import (
    LIMIT,
    ConfiguredScheduler,
    UnknownValueError,
    ValueReader,
)

_Tests = tuple[tuple[ast.expr, bool], ...]
"""Conditions, each with the outcome under which something runs."""
_RARE = re.compile(r"%|epoch|accum", re.IGNORECASE)
"""What a condition has that does not hold in each step."""


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
    tests: _Tests
    method: FunctionNode
    place: str


class SchedulerCode:
    """The methods of a trainer, as far as they are about its scheduler."""

    def __init__(self, order: Iterable[MroEntry]) -> None:
        """Start with the methods that the trainer runs."""
        entries = list(order)
        self._writes: dict[str, list[_Write]] = {}
        self._methods = find_methods(entries)
        self._modules = {
            id(node): entry.definition.module
            for entry in entries
            if entry.definition
            for node in entry.definition.node.body
        }

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        methods = (method for each in self._methods.values() for method in each)
        return [node for method in methods for node in walk(method)]

    @cached_property
    def _settings(self) -> list[tuple[FunctionNode, ast.AST, _Tests]]:
        """The nodes that may set a key of a dictionary, each with its method and its conditions."""
        methods = (method for each in self._methods.values() for method in each)
        return [
            (method, node, tests)
            for method in methods
            for node, tests in _walk_conditions(method, ())
            if isinstance(node, ast.Assign | ast.AugAssign | ast.Call | ast.Dict)
        ]

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys that are read from dictionaries, as items or as attributes."""
        keys: set[object] = set()
        for node in self._nodes:
            match node:
                case ast.Subscript(slice=ast.Constant(value=key)):
                    keys.add(key)
                case ast.Call(
                    func=ast.Attribute(attr="get" | "pop"), args=[ast.Constant(value=key), *_]
                ):
                    keys.add(key)
                case ast.Attribute(value=owner, attr=key) if getattr(owner, "id", "") != "self":
                    keys.add(key)
        return frozenset(key for key in keys if isinstance(key, str))

    @cached_property
    def is_advanced_each_step(self) -> bool:
        """Whether the trainer surely creates the scheduler itself and advances it in each step."""
        tests = {
            id(node): node.test for node in self._nodes if isinstance(node, ast.If | ast.IfExp)
        }
        rare = {
            id(part)
            for node in self._nodes
            if id(node) in tests and _RARE.search(ast.unparse(tests[id(node)]))
            for part in walk(node)
        }
        rare |= {
            id(part)
            for name, methods in self._methods.items()
            if "epoch" in name.lower()
            for method in methods
            for part in walk(method)
        }
        calls = [node for node in self._nodes if _advances(node)]
        return not any(id(call) in rare for call in calls) and all(
            map(self._is_created_here, self._nodes)
        )

    def _is_created_here(self, node: ast.AST) -> bool:
        """Return whether a statement does not get a scheduler from code that is not read."""
        match node:
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=ast.Call(func=func)) if (
                "sched" in name.lower()
            ):
                pass
            case _:
                return True
        match func:
            case ast.Call() | ast.Subscript(value=ast.Call()):
                return True
            case ast.Attribute(value=ast.Name(id="self"), attr=called):
                return called in self._methods
        return find_last_name(func).endswith(("Scheduler", "LR", "cls", "class", "dict", "copy"))

    @cached_property
    def sets_rate(self) -> bool:
        """Whether the trainer sets the rate of its optimizer itself."""
        stores = (node for node in self._nodes if isinstance(node, ast.Subscript))
        return any(_is(node.slice, "lr") and isinstance(node.ctx, ast.Store) for node in stores)

    def find_set(self, key: str, config: ConfiguredScheduler) -> SetArgument | None:
        """Return what the trainer sets an argument to; None if it is as the config says."""
        merged: SetArgument | None = None
        if key not in self._writes:
            self._writes[key] = list(self._find_writes(key))
        for write in self._writes[key]:
            set_argument = self._read_write(write, config)
            if set_argument and merged and set_argument.steps != merged.steps:
                return SetArgument(write.place)
            merged = set_argument or merged
        return merged

    def _read_write(self, write: _Write, config: ConfiguredScheduler) -> SetArgument | None:
        """Return what a statement sets; None if it does not run for this config."""
        reader = ValueReader(self._methods, write.method, config)
        outcomes = [(reader.decide(test), expected) for test, expected in write.tests]
        if any(outcome is not None and outcome is not expected for outcome, expected in outcomes):
            return None
        if any(outcome is None for outcome, _ in outcomes):
            return SetArgument(write.place)
        unknown = SetArgument(write.place, is_default=write.is_default)
        try:
            steps = int(reader.compute(write.value, {}))
        except (UnknownValueError, ArithmeticError, ValueError):
            return unknown
        except TypeError:
            is_null = None in reader.limits_read
            return (
                unknown if self._is_limit_lowered(write) else unknown._replace(is_failing=is_null)
            )
        if reader.limits_read and self._is_limit_lowered(write):
            return unknown
        return unknown._replace(steps=steps, is_from_limit=bool(reader.limits_read))

    def _find_writes(self, key: str) -> Iterator[_Write]:
        """Yield the statements that set a key of a dictionary, or pass it as a keyword."""
        for method, node, tests in self._settings:
            place = self._modules[id(method)].locate
            for value, is_kept in _find_values(node, key):
                about_key = [test for test in tests if _mentions(test[0], key)]
                if all(_is_absence(*test) for test in about_key):
                    others = tuple(test for test in tests if test not in about_key)
                    is_default = is_kept or bool(about_key)
                    yield _Write(value, is_default, others, method, place(node))
                else:
                    yield _Write(value, is_kept, tests, method, place(node))

    def _is_limit_lowered(self, write: _Write) -> bool:
        """Return whether ``max_epoch`` may lower the trainer's ``max_steps`` before a statement."""
        for init in self._methods.get("__init__", ()):
            lowered = [each for each in init.body if any(map(_lowers_limit, self._follow(each)))]
            reached = [
                each
                for each in init.body
                if any(node is write.value for part in self._follow(each) for node in walk(part))
            ]
            if lowered:
                return not reached or lowered[0].lineno <= reached[0].lineno
        return False

    def _follow(self, statement: ast.stmt) -> Iterator[ast.stmt]:
        """Yield a statement, and the methods that it calls, directly or not."""
        pending: list[ast.stmt] = [statement]
        names: set[str] = set()
        while pending:
            part = pending.pop()
            yield part
            for node in walk(part):
                match node:
                    case ast.Attribute(value=ast.Name(id="self"), attr=name) if name not in names:
                        names.add(name)
                        pending.extend(self._methods.get(name, ()))


def _walk_conditions(node: ast.AST, tests: _Tests) -> Iterator[tuple[ast.AST, _Tests]]:
    """Yield the nodes below another, and under which conditions each runs."""
    yield node, tests
    if isinstance(node, ast.If | ast.IfExp):
        for field, expected in (("body", True), ("orelse", False)):
            parts = getattr(node, field)
            inner = (*tests, *_split(node.test, expected=expected))
            for part in parts if isinstance(parts, list) else [parts]:
                yield from _walk_conditions(part, inner)
        node = node.test
    for child in list_children(node):
        yield from _walk_conditions(child, tests)


def _split(test: ast.expr, *, expected: bool) -> Iterator[tuple[ast.expr, bool]]:
    """Yield the parts of a condition that must all have an outcome."""
    match test:
        case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And) is expected:
            for value in values:
                yield from _split(value, expected=expected)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _split(operand, expected=not expected)
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
                if all(_is_absence(*each) for each in _split(test, expected=expected)):
                    return part, True
    return value, False


def _is_absence(test: ast.expr, expected: bool) -> bool:  # noqa: FBT001
    """Return whether an outcome of a condition means that a key is absent or null."""
    match test:
        case ast.Compare(ops=[ast.NotIn() | ast.Is() | ast.Eq()]):
            is_in = isinstance(test.ops[0], ast.NotIn)
            return expected and (is_in or getattr(test.comparators[0], "value", "") is None)
        case ast.Compare(ops=[ast.In() | ast.IsNot() | ast.NotEq()]):
            is_in = isinstance(test.ops[0], ast.In)
            return not expected and (is_in or getattr(test.comparators[0], "value", "") is None)
    return isinstance(test, ast.Call | ast.Subscript) and not expected


def _list_texts(node: ast.AST) -> Iterator[str]:
    """Yield the names and the strings of an expression."""
    for each in walk(node):
        if isinstance(each, ast.Name | ast.Attribute):
            yield find_last_name(each)
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def _mentions(node: ast.AST, text: str) -> bool:
    return any(text in each for each in _list_texts(node))


def _lowers_limit(part: ast.stmt) -> bool:
    """Return whether a statement or a method sets ``max_steps`` by an epoch."""
    names = (node for node in walk(part) if isinstance(node, ast.Name | ast.Attribute))
    is_set = any(
        find_last_name(name) == LIMIT and isinstance(name.ctx, ast.Store) for name in names
    )
    return is_set and _mentions(part, "epoch")


def _advances(node: ast.AST) -> bool:
    """Return whether a node is the call that advances a scheduler."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr="step")):
            return "sched" in find_last_name(owner).lower()
    return False
