"""What code may change or leave, by its syntax tree."""

import ast
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from trellis_cfg.source.frames import find_local_names
from trellis_cfg.source.trees import MUTATORS, list_children, walk

_LEAVING = (ast.Return, ast.Raise)
Comprehension = ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp
_ACTIVE = ast.Call | Comprehension
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_remember = lru_cache(maxsize=2**14)  # of what many configs lead to


def is_plain(node: ast.AST, text: bytes) -> bool:
    """Return whether a function of a module of this text does what its statements say."""
    if not isinstance(node, ast.FunctionDef) or node.decorator_list:
        return False
    return b"yield" not in text or not leaves(node, (ast.Yield, ast.YieldFrom))


@_remember
def leaves(node: ast.AST, how: type[ast.AST] | tuple[type[ast.AST], ...] = _LEAVING) -> bool:
    """Return whether a statement may leave its function."""
    nodes = [node]
    for each in nodes:
        if isinstance(each, how):
            return True
        nodes += [child for child in list_children(each) if not isinstance(child, _SCOPES)]
    return False


@_remember
def find_active(node: ast.AST) -> tuple[ast.Call | Comprehension, ...]:
    """Return the calls and comprehensions of an expression."""
    return tuple(part for part in walk(node) if isinstance(part, _ACTIVE))


class Effects(NamedTuple):
    """What a statement may do: the names that it binds, and all that it has.

    ``changed`` are the attributes of the object that it sets, or changes in place.
    """

    bound: frozenset[str]
    names: frozenset[str]
    changed: frozenset[str]
    attributes: frozenset[str]
    calls: tuple[ast.Call, ...]


@_remember
def find_effects(statement: ast.stmt) -> Effects:
    """Return what a statement may do."""
    nodes = walk(statement)
    return Effects(
        frozenset(find_local_names(statement)),
        frozenset(node.id for node in nodes if isinstance(node, ast.Name)),
        find_changed(statement),
        frozenset(
            node.attr for node in nodes if isinstance(node, ast.Attribute) and is_object(node.value)
        ),
        tuple(node for node in nodes if isinstance(node, ast.Call)),
    )


@_remember
def find_changed(node: ast.AST) -> frozenset[str]:
    """Return the attributes of the object that code sets, or changes in place."""
    names = set()
    for part in walk(node):
        match part:
            case (
                ast.Attribute(attr=name, ctx=ast.Store() | ast.Del())  # of any object
                | ast.Subscript(
                    value=ast.Attribute(value=ast.Name(id="self"), attr=name),
                    ctx=ast.Store() | ast.Del(),
                )
            ):
                names.add(name)
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Attribute(value=ast.Name(id="self"), attr=name), attr=method
                )
            ) if method in MUTATORS:
                names.add(name)
            case ast.Call(func=ast.Name(id="setattr"), args=[ast.Name(id="self"), *_]):
                names |= {"*"}
    return frozenset(names)


def gets_object(call: ast.Call, methods: Iterable[str]) -> bool:
    """Return whether a call gets the object or a method of it, or is a call of its methods."""
    has_object, attributes = _find_passed(call)
    return has_object or not attributes.isdisjoint(methods)


@_remember
def _find_passed(call: ast.Call) -> tuple[bool, frozenset[str]]:
    """Return whether a call gets the object, and the attributes of it that it gets."""
    values = [*call.args, *(each.value for each in call.keywords)]
    if isinstance(call.func, ast.Attribute):
        values.append(call.func.value)
    parts = [each for each in values if isinstance(each, ast.Attribute) and is_object(each.value)]
    return any(map(is_object, values)), frozenset(each.attr for each in parts)


def is_object(node: ast.expr) -> bool:
    """Return whether an expression is the object, or the dictionary of its attributes."""
    if isinstance(node, ast.Attribute) and node.attr == "__dict__":
        node = node.value
    return isinstance(node, ast.Name) and node.id == "self"
