"""How a trainer reads ``finetune_ckpt``: as paths by role, or as one path, and with what loader."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import NamedTuple

from trellis_cfg.models.class_spec import Finetuning
from trellis_cfg.source.script.chains import read_loop
from trellis_cfg.source.trees import find_last_name, iterate_blocks, walk
from trellis_cfg.source.uses.class_code import ClassCode, Method, is_attribute, list_texts

ARGUMENT = "finetune_ckpt"
_SHAPES = {
    **dict.fromkeys(("items", "keys", "values"), "object"),
    **dict.fromkeys(("get", "copy", "pop", "update"), ""),
    **dict.fromkeys(("endswith", "startswith", "split", "strip", "rstrip"), "path"),
    **dict.fromkeys(("format", "replace"), "path"),
}
_PATH_FUNCTIONS = ("load", "open", "exists", "isfile", "isdir", "Path", "basename")
_READER = "read_file_dist"
_QUIET = ("print", "len", "bool", "str", "repr", "info", "dict", "deepcopy")
_MAX_FUNCTIONS = 40


class _Reading(NamedTuple):
    """A function that gets the argument: its names and attributes there, and names made of it."""

    method: Method
    name: str
    attributes: frozenset[str]
    derived: frozenset[str]

    def is_argument(self, node: ast.AST | None) -> bool:
        """Return whether an expression is the argument itself."""
        match node:
            case ast.Name(id=name):
                return name == self.name
            case ast.Attribute(value=ast.Name(id="self"), attr=attr):
                return attr in self.attributes
        return False

    def is_derived(self, node: ast.AST | None) -> bool:
        """Return whether an expression is the argument, or something that was made of it."""
        return self.is_argument(node) or (isinstance(node, ast.Name) and node.id in self.derived)


@cache
def read_finetuning(trainer: ClassCode) -> Finetuning:
    """Return what a trainer does with its ``finetune_ckpt``."""
    if not trainer.is_complete or ARGUMENT in trainer.rewritten:
        return Finetuning()
    readings = _find_readings(trainer)
    shape, shape_place = _read_shape(trainer, readings)
    keys, named = _read_keys(readings)
    loader, loader_place = _read_loader(trainer, readings)
    return Finetuning(shape, shape_place, keys, named, loader, loader_place)


def _find_readings(trainer: ClassCode) -> list[_Reading]:
    """Return the methods and functions that get the argument."""
    attributes = frozenset(name for name, key in trainer.stored.items() if key == ARGUMENT)
    pending = [
        (method, ARGUMENT if ARGUMENT in method.parameters else "")
        for method in trainer.all_methods
        if (method.node.name == "__init__" and ARGUMENT in method.parameters)
        or any(is_attribute(node, name) for name in attributes for node in method.nodes)
    ]
    readings: dict[int, _Reading] = {}
    while pending and len(readings) < _MAX_FUNCTIONS:
        method, name = pending.pop(0)
        if id(method.node) not in readings:
            derived = frozenset(_find_derived(method, name, attributes))
            reading = _Reading(method, name, attributes, derived)
            readings[id(method.node)] = reading
            pending += _follow(trainer, reading)
    return list(readings.values())


def _find_derived(method: Method, name: str, attributes: frozenset[str]) -> set[str]:
    """Return the names that are made of an argument, itself included."""
    derived = {name, *attributes}
    for target, value in method.assigned:
        function = find_last_name(getattr(value, "func", value))
        is_copy = isinstance(value, ast.Name | ast.Dict | ast.DictComp) or (
            isinstance(value, ast.Call) and function in (*_QUIET, "copy")
        )
        if is_copy and not derived.isdisjoint(list_texts(value)):
            derived.add(target)
    return derived


def _follow(trainer: ClassCode, reading: _Reading) -> Iterator[tuple[Method, str]]:
    """Yield the methods and functions that get the argument from this one, and its name there."""
    for node in reading.method.nodes:
        for callee, names in _find_callees(trainer, reading.method, node):
            passed = [*zip(names, getattr(node, "args", ()), strict=False)]
            passed += [(each.arg, each.value) for each in getattr(node, "keywords", ()) if each.arg]
            yield from ((callee, name) for name, value in passed if reading.is_argument(value))


def _find_callees(
    trainer: ClassCode, method: Method, node: ast.AST
) -> Iterator[tuple[Method, list[str]]]:
    """Yield what a call runs, with the names of its arguments."""
    match node:
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(func=ast.Name(id="super")) | ast.Name(id="self"), attr=name
            )
        ):
            yield from ((each, each.parameters[1:]) for each in trainer.methods.get(name, ()))
        case ast.Call(func=func):
            function = trainer.find_function(method, func)
            yield from [(function, function.parameters)] if function else []


def _read_shape(trainer: ClassCode, readings: Iterable[_Reading]) -> tuple[str, str]:
    """Return what the argument must be, and the place that says so; empty if unknown."""
    shapes: dict[str, str] = {}
    for reading in readings:
        if reading.name in reading.method.stored_names:
            return "", ""
        for node, guards in reading.method.conditional_parts:
            shape = _read_use(trainer, reading, node)
            if shape == "unknown":
                return "", ""
            if shape and all(guard.test is not None for guard in guards):
                shapes.setdefault(shape, reading.method.module.locate(node))
    return next(iter(shapes.items())) if len(shapes) == 1 else ("", "")


def _read_use(trainer: ClassCode, reading: _Reading, node: ast.AST) -> str:
    """Return what a node needs the argument to be: "object", "path", "unknown" or nothing."""
    match node:
        case ast.Attribute(value=value, attr=attr) if reading.is_argument(value):
            return _SHAPES.get(attr, "unknown")
        case ast.Subscript(value=value, slice=key) if reading.is_argument(value):
            return "unknown" if isinstance(key, ast.Slice) else "object"
        case ast.Call(func=func, args=args) if any(map(reading.is_argument, args)):
            name = find_last_name(func)
            if name in _QUIET or any(_find_callees(trainer, reading.method, node)):
                return "path" if name == _READER else ""
            return "path" if name in _PATH_FUNCTIONS else "unknown"
    return ""


def _read_keys(readings: list[_Reading]) -> tuple[str, frozenset[str]]:
    """Return what a key that names no model does, and the keys that the code names itself."""
    effects, named = set(), set()
    for reading in readings:
        roles, keys = _find_loop_names(reading)
        for node, guards in reading.method.conditional_parts:
            for key in _find_keys(reading, node):
                name = getattr(key, "id", "")
                if isinstance(key, ast.Constant):
                    named.add(str(key.value))
                elif name not in keys - roles:
                    effects.add("ignored" if name in roles else "unknown")
            match node:
                case ast.Subscript(value=value, slice=ast.Name(id=name)) if (
                    find_last_name(value) == "models"
                ):
                    tests = [each.test for each in guards if each.test]
                    is_checked = any(name in list_texts(test) for test in tests)
                    effects |= {"ignored" if is_checked else "fails"} if name in keys else set()
    return effects.pop() if len(effects) == 1 else "", frozenset(named)


def _find_loop_names(reading: _Reading) -> tuple[set[str], set[str]]:
    """Return the variables that go through the roles, and through keys of the argument."""
    roles, keys = set(), set()
    for node in reading.method.nodes:
        if isinstance(node, ast.For | ast.comprehension):
            origin, key, value = read_loop(node.target, node.iter)
            if find_last_name(origin) == "models" and key:
                roles.add(key)
            elif any(map(reading.is_derived, walk(node.iter))):
                keys.add(key or value)
    return roles, keys


def _find_keys(reading: _Reading, node: ast.AST) -> Iterator[ast.expr]:
    """Yield the keys that an expression looks up in the argument, or in what was made of it."""
    match node:
        case (
            ast.Subscript(value=value, slice=key)
            | ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[value])
            | ast.Call(func=ast.Attribute(value=value, attr="get" | "pop"), args=[key, *_])
        ) if reading.is_derived(value):
            yield key


def _read_loader(trainer: ClassCode, readings: list[_Reading]) -> tuple[str, str]:
    """Return what the files are loaded with, and where; empty if unknown."""
    methods = [each.method for each in readings if each.method.node.name != "__init__"]
    loaders: dict[str, str] = {}
    for method in methods:  # it grows
        for node in method.nodes:
            if isinstance(node, ast.Constant) and "safetensors" in str(node.value):
                return "", ""
            if isinstance(node, ast.Call) and (loader := _name_loader(trainer, method, node)):
                loaders.setdefault(loader, method.module.locate(node))
            for callee, _ in _find_callees(trainer, method, node):
                if callee not in methods and len(methods) < _MAX_FUNCTIONS:
                    methods.append(callee)
    return next(iter(loaders.items())) if len(loaders) == 1 else ("", "")


def _name_loader(trainer: ClassCode, method: Method, call: ast.Call) -> str:
    """Return what a call loads a file with; empty for a call that loads none."""
    name = trainer.name_external(method, call.func)
    if name.startswith("safetensors."):
        return "safetensors"
    if name != "torch.load" or not call.args:
        return "other" if find_last_name(call.func) in ("load_file", "from_pretrained") else ""
    return "buffer" if _is_buffer(trainer, method, call.args[0]) else "path"


def _is_buffer(
    trainer: ClassCode, method: Method, node: ast.expr | None, *, is_inner: bool = False
) -> bool:
    """Return whether an expression is surely bytes in memory, perhaps returned by a function."""
    if isinstance(node, ast.Name):
        node = _find_last_value(method, node)
    if not isinstance(node, ast.Call):
        return False
    function = None if is_inner else trainer.find_function(method, node.func)
    if function is None:
        return trainer.name_external(method, node.func) == "io.BytesIO"
    returned = [each.value for each in function.nodes if isinstance(each, ast.Return)]
    return bool(returned) and all(
        _is_buffer(trainer, function, value, is_inner=True) for value in returned
    )


def _find_last_value(method: Method, name: ast.Name) -> ast.expr | None:
    """Return what a name was last set to in the block that uses it; None if not there."""
    statements = (node for node in method.nodes if isinstance(node, ast.stmt))
    for block in chain.from_iterable(map(iterate_blocks, statements)):
        value = None
        for each in block:
            if value and any(inner is name for inner in walk(each)):
                return value
            if isinstance(each, ast.Assign) and getattr(each.targets[0], "id", "") == name.id:
                value = each.value
    return None
