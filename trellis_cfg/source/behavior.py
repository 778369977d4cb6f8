"""What a trainer of a checkout does with its limits, its intervals and its checkpoints."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import NamedTuple

from trellis_cfg.models.class_spec import ClassSpec
from trellis_cfg.schedule import TrainerBehavior
from trellis_cfg.sections import TRAINER_METHODS
from trellis_cfg.source.modules import FunctionNode, find_last_name
from trellis_cfg.source.mro import MroEntry
from trellis_cfg.source.trees import list_children, walk

INTERVALS = ("i_print", "i_log", "i_sample", "i_save", "i_ddpcheck")
_KEEPING = re.compile(
    r"(save|ckpt|checkpoint)s?_(total_)?(limit|keep)|(keep|max)_(last_|total_)?(\w*_)?"
    r"(ckpts?|checkpoints?|saves|to_keep)|keep_last(_n)?"
)
_DELETIONS = ("remove", "unlink", "rmtree", "pop", "rmdir")
_OPAQUE = ("vars", "getattr", "__dict__")
_DYNAMIC = ("setattr", "vars", "locals", "__dict__", "save_hyperparameters")
_QUIET = ("super", "__init__", "print", "len", "hasattr", "getattr")
_SHOWING = ("print", "info", "debug", "warning", "warn")
MAGIC = frozenset(["__setattr__", "__getattr__", "__getattribute__"])
"""Methods that may read an attribute although no code names it, or that set it."""


class _Method(NamedTuple):
    """A method of a class, and the lines of its text."""

    node: FunctionNode
    text: bytes


def read_behavior(spec: ClassSpec, order: Iterable[MroEntry]) -> TrainerBehavior:
    """Return what the methods of a trainer do, its own and those that it inherits and calls."""
    methods = list(list_methods(order))
    argument = next((name for name in spec.parameters if _is_keep_argument(name, methods)), "")
    guards: dict[str, list[frozenset[str]]] = {}
    for node, text in methods:
        if b"%" in text and any(name.encode() in text for name in INTERVALS):
            for name, values in _find_guards(node):
                guards.setdefault(name, []).append(values)
    unknown = TrainerBehavior().null_is_never - guards.keys()
    names = {method.node.name for method in methods}
    return TrainerBehavior(
        reads_max_epoch=_is_read("max_epoch", spec, methods),
        is_wrappable=names >= set(TRAINER_METHODS) or not spec.is_mro_complete,
        zero_is_never=frozenset(name for name, each in guards.items() if _are_all(each, "zero")),
        null_is_never=unknown | {name for name, each in guards.items() if _are_all(each, "null")},
        keep_argument=argument,
        keep_if_null=_find_default(argument, methods) if argument else None,
    )


def find_methods(order: Iterable[MroEntry]) -> Mapping[str, list[FunctionNode]]:
    """Return the methods that an object runs, by name: the first, and those it calls by super."""
    return _find_methods(tuple(order))


@cache
def _find_methods(order: tuple[MroEntry, ...]) -> Mapping[str, list[FunctionNode]]:
    methods: dict[str, list[FunctionNode]] = {}
    for method in list_methods(order):
        methods.setdefault(method.node.name, []).append(method.node)
    return methods


def list_methods(order: Iterable[MroEntry]) -> Iterator[_Method]:
    """Yield the methods that an object runs, also those that it calls by super."""
    last: dict[str, _Method] = {}
    for definition in (entry.definition for entry in order):
        for node in definition.node.body if definition else ():
            is_run = isinstance(node, FunctionNode) and (
                node.name not in last or _calls_base(last[node.name])
            )
            if definition and isinstance(node, FunctionNode) and is_run:
                lines = definition.module.lines[node.lineno - 1 : node.end_lineno]
                last[node.name] = _Method(node, b"\n".join(lines))
                yield last[node.name]


def _calls_base(method: _Method) -> bool:
    """Return whether a method calls the method of its name of a base."""
    name = method.node.name
    return f".{name}(".encode() in method.text and any(
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == name
        and not (isinstance(call.func.value, ast.Name) and call.func.value.id == "self")
        for call in walk(method.node)
    )


def _is_read(name: str, spec: ClassSpec, methods: list[_Method]) -> bool | None:
    """Return whether a trainer reads an argument, besides storing it and passing it on."""
    is_taken = spec.takes(name)
    if not is_taken or spec.parameters[name].is_from_kwargs:
        return is_taken
    for node, text in methods:
        if name.encode() not in text and not any(each.encode() in text for each in _OPAQUE):
            continue
        stored = {id(part) for statement in walk(node) for part in _stored(statement, name)}
        stored |= {id(part) for shown in _find_shown(node) for part in walk(shown)}
        if any(_is_reading(part, name) and id(part) not in stored for part in walk(node)):
            return True
    is_hidden = any(_hands_on(method.node, name) for method in methods)
    is_special = not {*MAGIC, name}.isdisjoint(method.node.name for method in methods)
    return None if is_hidden or is_special or not spec.is_mro_complete else False


def _hands_on(method: FunctionNode, name: str) -> bool:
    """Return whether a method passes an argument, or its object, to code that is not a base's."""
    return hides_attributes(method) or any(
        isinstance(call, ast.Call)
        and find_last_name(call.func) not in ("__init__", method.name)
        and any(keyword.arg == name for keyword in call.keywords)
        for call in walk(method)
    )


@cache
def hides_attributes(method: FunctionNode) -> bool:
    """Return whether a method may use attributes where it is not seen, or hands on its object."""
    nodes = list(walk(method))
    allowed = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    for node in nodes:
        if isinstance(node, ast.Call) and find_last_name(node.func) in (*_QUIET, method.name):
            allowed |= {id(each) for each in node.args}
    return any(
        isinstance(node, ast.Name | ast.Attribute)
        and (
            (find_last_name(node) == "self" and id(node) not in allowed)
            or find_last_name(node) in _DYNAMIC
        )
        for node in nodes
    )


def _is_reading(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Attribute(attr=used, ctx=ast.Load()) | ast.Name(id=used, ctx=ast.Load()):
            return used == name or used in _OPAQUE
        case ast.Constant(value=used):
            return bool(used == name)
    return False


def _find_shown(method: FunctionNode) -> Iterator[ast.AST]:
    """Yield the parts of a method that only print or log."""
    if method.name in ("__str__", "__repr__"):
        yield method
    for node in walk(method):
        if isinstance(node, ast.Call) and find_last_name(node.func) in _SHOWING:
            yield node


def _stored(node: ast.AST, name: str) -> Iterator[ast.AST]:
    """Yield what a statement only stores in an attribute, or hands on as a keyword."""
    match node:
        case ast.Assign(targets=[ast.Attribute(attr=attr)], value=value) if attr == name:
            yield value
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            pairs = zip(targets, values, strict=False)
            yield from (value for target, value in pairs if getattr(target, "attr", "") == name)
        case ast.Call(keywords=keywords):
            yield from (each.value for each in keywords if each.arg == name)


@cache
def _find_guards(method: FunctionNode) -> list[tuple[str, frozenset[str]]]:
    """Return each interval by which a step is divided, and the values of it that skip that."""
    return list(_guards_below(method, frozenset()))


def _guards_below(
    node: ast.AST, guards: frozenset[tuple[str, str]]
) -> Iterator[tuple[str, frozenset[str]]]:
    match node:
        case ast.BinOp(op=ast.Mod(), right=right) if (name := find_last_name(right)) in INTERVALS:
            yield name, frozenset(value for each, value in guards if each == name)
            yield from _guards_below(node.left, guards)
        case ast.BoolOp(op=ast.And(), values=values):
            for value in values:
                yield from _guards_below(value, guards)
                guards |= _guarded_values(value)
        case ast.If(test=test, body=body) | ast.IfExp(test=test, body=body):
            yield from _guards_below(test, guards)
            inner = guards | _guarded_values(test)
            for part in body if isinstance(body, list) else [body]:
                yield from _guards_below(part, inner)
            for part in node.orelse if isinstance(node.orelse, list) else [node.orelse]:
                yield from _guards_below(part, guards)
        case _:
            for child in list_children(node):
                yield from _guards_below(child, guards)


def _guarded_values(test: ast.expr) -> frozenset[tuple[str, str]]:
    """Return the intervals, each with a value, "zero" or "null", that make a condition false."""
    match test:
        case ast.BoolOp(op=ast.And(), values=values):
            return frozenset(chain.from_iterable(map(_guarded_values, values)))
        case ast.Compare(
            left=left, ops=[ast.IsNot() | ast.NotEq()], comparators=[ast.Constant(value=limit)]
        ):
            return frozenset([(find_last_name(left), "null" if limit is None else "zero")])
        case ast.Compare(left=left, ops=[ast.Gt()], comparators=[ast.Constant(value=0)]):
            return frozenset([(find_last_name(left), "zero")])
    return frozenset((find_last_name(test), value) for value in ("zero", "null"))


def _are_all(guards: list[frozenset[str]], value: str) -> bool:
    return all(value in each for each in guards)


def _is_keep_argument(name: str, methods: Iterable[_Method]) -> bool:
    """Return whether an argument says how many checkpoints stay: what deletes some reads it."""
    if not _KEEPING.fullmatch(name):
        return False
    return any(
        any(_is_keep_limit(part, name) for part in walk(node))
        and any(_is_deletion(part) for part in walk(node))
        for node, text in methods
        if name.encode() in text and node.name != "__init__"
    )


def _is_keep_limit(node: ast.AST, name: str) -> bool:
    """Return whether an expression is the argument, its attribute, or ``getattr`` of that."""
    match node:
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=attribute), *_]):
            return bool(attribute == name)
    return isinstance(node, ast.expr) and find_last_name(node) == name


def _is_deletion(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _DELETIONS


def _find_default(name: str, methods: Iterable[_Method]) -> int | None:
    """Return what an argument that is null stands for: ``3 if x is None else x``, ``x or 3``."""
    for method in methods:
        for node in walk(method.node):
            match node:
                case ast.IfExp(test=ast.Compare(left=left, ops=[ast.Is() | ast.IsNot()])) if (
                    find_last_name(left) == name
                ):
                    values: list[ast.expr] = [node.body, node.orelse]
                case ast.BoolOp(op=ast.Or(), values=[left, *values]) if (
                    find_last_name(left) == name
                ):
                    pass
                case _:
                    continue
            for value in values:
                if isinstance(value, ast.Constant) and type(value.value) is int:
                    return value.value
    return None
