"""Where a trainer converts its models to half precision, and what that does to a model."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache

from trellis_cfg.source.script.chains import read_loop
from trellis_cfg.source.trees import find_last_name, walk
from trellis_cfg.source.uses.class_code import (
    ClassCode,
    Guard,
    Guards,
    Method,
    are_true,
    is_attribute,
)

CONVERSION = "convert_to_fp16"
LOADERS = ("load", "load_checkpoint", "load_ckpt", "resume", "resume_from", "restore")
_HOOKS = (CONVERSION, "__getattr__", "__getattribute__")
_QUIET = ("print", "warn", "info", "debug", "warning", CONVERSION)


Conversion = tuple[str, Guards, str]
"""The role that a call converts, "" for all models, its conditions, and its place."""


@cache
def list_conversions(trainer: ClassCode) -> list[Conversion]:
    """Return the conversions of a trainer when it loads a checkpoint; none if not known."""
    methods = trainer.find_reached(LOADERS) if trainer.is_complete else []
    return [each for method in methods for each in _find_calls(method)]


def find_converted(trainer: ClassCode, arguments: Mapping[str, object]) -> dict[str, str]:
    """Return the roles that are surely converted, "" for all, each with the place of the call."""
    values, conversions = trainer.read_attributes(arguments), list_conversions(trainer)
    return {role: place for role, guards, place in conversions if are_true(guards, values)}


def _find_calls(method: Method) -> Iterator[Conversion]:
    networks = set(find_networks(method))
    for node, guards in method.conditional_parts:
        match node:
            case ast.Call(func=ast.Attribute(value=model, attr="convert_to_fp16")):
                place = method.module.locate(node)
                match model:
                    case ast.Name(id=name) if name in networks:
                        yield "", guards, place
                    case ast.Subscript(value=owner, slice=ast.Constant(value=str(role))) if (
                        is_attribute(owner, "models")
                    ):
                        yield role, guards, place


def find_networks(method: Method) -> Iterator[str]:
    """Yield the variables that go through all models."""
    for node in method.nodes:
        if isinstance(node, ast.For):
            models, _, name = read_loop(node.target, node.iter)
            yield from [name] if name and is_attribute(models, "models") else []


@cache
def is_converted(model: ClassCode) -> bool | None:
    """Return whether a model converts itself: False if it has no such method; None if unknown.

    A method that does nothing, or that may return before it does, is not known to convert.
    """
    methods = model.methods.get(CONVERSION, ())
    if any(
        _is_effective(node) and all(map(_is_about_parts, guards))
        for method in methods
        for node, guards in method.conditional_parts
    ):
        return True
    is_bound = any(
        isinstance(node, ast.Name | ast.FunctionDef)
        and getattr(node, "id", getattr(node, "name", "")) in _HOOKS
        for entry in model.order
        if entry.definition
        for node in walk(entry.definition.node)
    )
    return None if methods or is_bound or not model.is_complete else False


def _is_about_parts(guard: Guard) -> bool:
    """Return whether a condition only asks for a part of the model that most have."""
    match guard.test:
        case ast.Call(func=ast.Name(id="hasattr")) | ast.Compare(ops=[ast.IsNot()]):
            return guard.is_true
    return False


def _is_effective(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Call(func=func)) | ast.Return(value=ast.Call(func=func)):
            return find_last_name(func) not in _QUIET
        case ast.Assign(value=value):
            is_off = isinstance(value, ast.Constant) and not value.value
            return not is_off and find_last_name(value) not in ("float32", "float")
    return False
