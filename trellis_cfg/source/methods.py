"""The methods that an object of a checkout's class runs, and what they hide."""

import ast
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from trellis_cfg.source.modules import FunctionNode
from trellis_cfg.source.mro import Order
from trellis_cfg.source.trees import find_last_name, walk

_DYNAMIC = ("setattr", "vars", "locals", "__dict__", "save_hyperparameters")
_QUIET = ("super", "__init__", "print", "len", "hasattr", "getattr")
MAGIC = frozenset(["__setattr__", "__getattr__", "__getattribute__"])
"""Methods that may read an attribute although no code names it, or that set it."""


class _Method(NamedTuple):
    """A method of a class, and the lines of its text."""

    node: FunctionNode
    text: bytes


@cache
def find_methods(order: Order) -> Mapping[str, list[FunctionNode]]:
    """Return the methods that an object runs, by name: the first, and those it calls by super."""
    methods: dict[str, list[FunctionNode]] = {}
    for method in list_methods(order):
        methods.setdefault(method.node.name, []).append(method.node)
    return methods


@cache
def list_methods(order: Order) -> list[_Method]:
    """Return the methods that an object runs, also those that it calls by super."""
    methods: list[_Method] = []
    last: dict[str, _Method] = {}
    for definition in (entry.definition for entry in order):
        for node in definition.node.body if definition else ():
            is_run = isinstance(node, FunctionNode) and (
                node.name not in last or _calls_base(last[node.name])
            )
            if definition and isinstance(node, FunctionNode) and is_run:
                last[node.name] = _Method(node, definition.module.read_text(node))
                methods.append(last[node.name])
    return methods


@cache
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


@cache
def hides_attributes(method: FunctionNode) -> bool:
    """Return whether a method may use attributes where it is not seen, or hands on its object."""
    nodes = walk(method)
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
