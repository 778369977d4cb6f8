"""Where a trainer converts its models to half precision, and what that does to a model."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from trellis_cfg.source.modules import find_last_name
from trellis_cfg.source.trees import walk
from trellis_cfg.source.uses.class_code import (
    ClassCode,
    Guard,
    Guards,
    Method,
    are_true,
    is_attribute,
    iterate_guarded,
    list_nodes,
)

CONVERSION = "convert_to_fp16"
LOADERS = ("load", "load_checkpoint", "load_ckpt", "resume", "resume_from", "restore")
_QUIET = ("print", "warn", "info", "debug", "warning", CONVERSION)


class Conversion(NamedTuple):
    """A call that converts models when a checkpoint is loaded; ``role`` is empty for all models."""

    role: str
    guards: Guards
    place: str


@cache
def find_conversions(trainer: ClassCode) -> list[Conversion] | None:
    """Return the conversions of a trainer that loads a checkpoint; None if they are not known."""
    methods = trainer.find_reached(LOADERS)
    if not methods or not trainer.is_complete:
        return None
    return [each for method in methods for each in _find_calls(method)]


def find_converted_roles(
    trainer: ClassCode, conversions: list[Conversion], arguments: Mapping[str, object]
) -> dict[str, str]:
    """Return the roles that are surely converted, "" for all, each with the place of the call."""
    values = trainer.read_attributes(arguments)
    return {each.role: each.place for each in conversions if are_true(each.guards, values)}


def _find_calls(method: Method) -> Iterator[Conversion]:
    roles = dict(find_loops(method))
    for node, guards in iterate_guarded(method.node):
        match node:
            case ast.Call(func=ast.Attribute(value=model, attr=attr)) if attr == CONVERSION:
                role = _find_role(model, roles)
                if role is not None:
                    yield Conversion(role, guards, method.module.locate(node))


def find_loops(method: Method) -> Iterator[tuple[str, str]]:
    """Yield the variables that go through all models."""
    for node in list_nodes(method.node):
        match node:
            case ast.For(
                target=target, iter=ast.Call(func=ast.Attribute(value=value, attr=attr))
            ) if is_attribute(value, "models"):
                match attr, target:
                    case ("items", ast.Tuple(elts=[_, ast.Name(id=name)])):
                        yield name, ""
                    case ("values", ast.Name(id=name)):
                        yield name, ""


def _find_role(model: ast.expr, roles: Mapping[str, str]) -> str | None:
    match model:
        case ast.Name(id=name):
            return roles.get(name)
        case ast.Subscript(value=value, slice=ast.Constant(value=str(role))) if is_attribute(
            value, "models"
        ):
            return role
    return None


@cache
def is_converted(model: ClassCode) -> bool | None:
    """Tell whether a model converts itself: False if it has no such method; None if not known.

    A method that does nothing, or that may return before it does, is not known to convert.
    """
    methods = model.methods.get(CONVERSION)
    if methods:
        return True if any(map(_is_converting, methods)) else None
    is_bound = any(
        isinstance(node, ast.Name | ast.FunctionDef) and _get_name(node) in _HOOKS
        for entry in model.order
        if entry.definition
        for statement in getattr(entry.definition.node, "body", ())
        for node in walk(statement)
    )
    return None if is_bound or not model.is_complete else False


_HOOKS = (CONVERSION, "__getattr__", "__getattribute__")


def _get_name(node: ast.AST) -> str:
    return str(getattr(node, "id", getattr(node, "name", "")))


def _is_converting(method: Method) -> bool:
    """Tell whether a method surely does something to the model."""
    return any(
        isinstance(node, ast.stmt) and _is_effective(node) and all(map(_is_about_parts, guards))
        for node, guards in iterate_guarded(method.node)
    )


def _is_about_parts(guard: Guard) -> bool:
    """Tell whether a condition only asks for a part of the model that most have."""
    match guard.test:
        case ast.Call(func=ast.Name(id="hasattr")) | ast.Compare(ops=[ast.IsNot()]):
            return guard.is_true
    return False


def _is_effective(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Call(func=func)):
            return find_last_name(func) not in _QUIET
        case ast.Return(value=ast.Call(func=func)):
            return find_last_name(func) not in _QUIET
        case ast.Assign(value=value):
            is_full = find_last_name(value) in ("float32", "float")
            is_off = isinstance(value, ast.Constant) and not value.value
            return not (is_full or is_off)
    return False
