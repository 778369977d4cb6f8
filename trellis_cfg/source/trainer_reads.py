"""What a trainer reads of its models, and of the objects among its arguments."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from trellis_cfg.source.certain_steps import find_steps
from trellis_cfg.source.methods import hides_attributes
from trellis_cfg.source.modules import FunctionNode
from trellis_cfg.source.trees import find_last_name, list_children, walk
from trellis_cfg.source.uses.class_code import ClassCode, Method, list_nodes

_MODELS = "models"
_find_text = re.compile(rb"""models\s*\[\s*["']([^"']+)["']\s*\]""").findall
_LOSSES = "training_losses"
_STARTS = ("__init__", "run")
_VIEWS = ("items", "keys", "values", "copy")
_READS = ("get", "pop", "setdefault")
_QUIET = ("len", "print", "str", "repr", "bool", "isinstance", "type")


class ModelRoles(NamedTuple):
    """The roles of ``models`` that a trainer reads by name.

    ``required`` are those without which it fails, with a place. ``used`` are all, if its losses
    come from no others; else None.
    """

    required: Mapping[str, str]
    used: frozenset[str] | None


class TrainerReads:
    """Finds in the methods of a trainer what it reads."""

    def __init__(self, code: ClassCode) -> None:
        """Read nothing yet of the classes of a trainer."""
        self._code = code

    def may_differ(self, roles: Iterable[str]) -> bool:
        """Return, from the text alone, whether roles may be others than those that are read."""
        modules = {each.definition.module for each in self._code.order if each.definition}
        read = {role for module in modules for role in _find_text(module.data)}
        return {role.decode("utf-8", "replace") for role in read} != {*roles}

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        return [node for method in self._code.all_methods for node in list_nodes(method.node)]

    def find_argument_keys(self, name: str) -> frozenset[str] | None:
        """Return the keys that are read of an argument, an object; None where any may be."""
        attributes = {
            attribute
            for attribute, value in self._list_assignments()
            if isinstance(value, ast.Name) and value.id == name
        }
        keys: set[str | None] = set()
        for method in self._code.all_methods:
            arguments = (each for each in walk(method.node.args) if isinstance(each, ast.arg))
            is_parameter = any(each.arg == name for each in arguments)
            keys.update(_find_keys(method.node, name if is_parameter else "", attributes))
        known = frozenset(key for key in keys if key)
        return known if known and None not in keys else None

    @cached_property
    def roles(self) -> ModelRoles:
        """The roles of the models that the trainer reads by name."""
        changes = {change for node in self._nodes for change in self._find_changes(node)}
        is_hidden = not self._holders or _MODELS in self._code.methods
        if None in changes or is_hidden or any(map(_hides, self._code.all_methods)):
            return ModelRoles({}, None)
        required = {
            step.name: step.method.module.locate(step.node)
            for step in find_steps(self._code.methods, _STARTS, self._get_role)
            if step.name not in changes
        }
        return ModelRoles(required, self._find_used())

    def _list_assignments(self) -> Iterator[tuple[str, ast.expr | None]]:
        """Yield what is assigned to attributes of the trainer; None for what is not known."""
        values: dict[ast.AST, ast.expr | None] = {}
        for node in self._nodes:
            match node:
                case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=assigned)):
                    values |= zip(targets, assigned, strict=False)
                case ast.Assign(targets=targets, value=value):
                    values |= dict.fromkeys(targets, value)
                case ast.AnnAssign(target=target, value=value):
                    values[target] = value
                case ast.Attribute(attr=name, ctx=ast.Store()):
                    yield name, values.get(node)

    @cached_property
    def _holders(self) -> set[str]:
        """The attributes that hold the models by role; none if they may hold others."""
        assigned: dict[str, list[bool]] = {}
        for name, value in self._list_assignments():
            assigned.setdefault(name, []).append(value is not None and _is_of_models(value))
        names = (name for name, are_models in assigned.items() if all(are_models))
        holders = {name for name in names if name.endswith(_MODELS)}
        return holders if _MODELS in holders else set()

    def _is_holder(self, node: ast.AST) -> bool:
        """Return whether an expression holds the models by role."""
        if isinstance(node, ast.Attribute):
            return getattr(node.value, "id", "") == "self" and node.attr in self._holders
        return isinstance(node, ast.Name) and node.id == _MODELS

    def _get_role(self, node: ast.AST) -> str:
        """Return the role that an expression reads; empty for other expressions."""
        match node:
            case ast.Subscript(value=value, slice=ast.Constant(value=str(role)), ctx=ast.Load()):
                return role if self._is_holder(value) else ""
        return ""

    def _find_changes(self, node: ast.AST) -> Iterator[str | None]:
        """Yield roles that a node sets or tests; None if it may set any."""
        match node:
            case ast.Subscript(value=value, slice=key, ctx=ast.Store() | ast.Del()):
                names, values = [key], [value]
            case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[value]):
                names, values = [key], [value]
            case ast.Call(func=ast.Attribute(value=value, attr=method), args=args) if (
                self._is_holder(value) and method not in _VIEWS
            ):
                names, values = args[:1] if method in _READS else [value], [value]
            case ast.Call(func=func, args=args) if find_last_name(func) not in (
                *_QUIET,
                "__init__",
            ):
                names, values = args, args
            case ast.Assign(targets=[ast.Name()], value=value):
                names, values = [value], [value]
            case ast.BinOp(left=left, right=right):
                names, values = [left], [left, right]
            case ast.Dict(keys=keys, values=spread):
                names = values = [
                    value for key, value in zip(keys, spread, strict=True) if key is None
                ]
            case _:
                return
        if any(self._is_holder(value) for value in values):
            for name in names:
                is_text = isinstance(name, ast.Constant) and isinstance(name.value, str)
                yield str(name.value) if isinstance(name, ast.Constant) and is_text else None

    def _find_used(self) -> frozenset[str] | None:
        """Return all roles that are read by name, if the losses come from no others."""
        pending, seen, is_any = [_LOSSES], {""}, False
        while pending:
            name = pending.pop()
            if name in seen:
                continue
            seen.add(name)
            methods = self._code.methods.get(name, ())
            nodes = [node for method in methods for node in list_nodes(method.node)]
            owners = {node.value for node in nodes if isinstance(node, ast.Attribute)}
            roles = [node for node in nodes if isinstance(node, ast.Subscript)]
            by_name = {node.value for node in roles if self._get_role(node)}
            is_any = is_any or bool(by_name)
            for node in nodes:
                is_whole = getattr(node, "id", "") == "self" and node not in owners
                if is_whole or (self._is_holder(node) and node not in by_name):
                    return None
            pending += [node.attr for node in nodes if isinstance(node, ast.Attribute)]
        return frozenset(filter(None, map(self._get_role, self._nodes))) if is_any else None


def _hides(method: Method) -> bool:
    return hides_attributes(method.node)


def _is_of_models(value: ast.expr) -> bool:
    """Return whether a value holds the trainer's models by role, perhaps each in a wrapper."""
    match value:
        case ast.Name(id=name):
            return name == _MODELS
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return name == _MODELS
        case ast.Call(func=ast.Attribute(value=inner, attr="items"), args=[]):
            return _is_of_models(inner)
        case ast.DictComp(
            key=ast.Name(id=key),
            generators=[
                ast.comprehension(target=ast.Tuple(elts=[ast.Name(id=name), _]), iter=inner, ifs=[])
            ],
        ):
            return key == name and _is_of_models(inner)
    return False


def _find_keys(method: FunctionNode, name: str, attributes: set[str]) -> Iterator[str | None]:
    """Yield the keys that a method reads of an object; None where it may read any."""
    parents = {id(child): node for node in walk(method) for child in list_children(node)}
    for node in walk(method):
        is_attribute = isinstance(node, ast.Attribute) and node.attr in attributes
        is_name = isinstance(node, ast.Name) and node.id == name
        if (is_attribute or is_name) and isinstance(getattr(node, "ctx", None), ast.Load):
            parent = parents[id(node)]
            above = parents.get(id(parent))
            if not _is_harmless(node, parent, above, {name, *attributes}):
                yield _find_key(parent, above)


def _find_key(parent: ast.AST, above: ast.AST | None) -> str | None:
    """Return the key that the expression around an object reads of it; None if unknown."""
    match parent:
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            return key
        case ast.Attribute(attr=method) if method in (*_READS, *_VIEWS, "update"):
            match above:
                case ast.Call(args=[ast.Constant(value=str(key)), *_]) if method in _READS:
                    return key
        case ast.Attribute(attr=key) | ast.Compare(left=ast.Constant(value=str(key))):
            return key
    return None


def _is_harmless(node: ast.AST, parent: ast.AST, above: ast.AST | None, names: set[str]) -> bool:
    """Return whether the expression around an object reads no key, and hands it on to no other."""
    is_harmless = False
    match parent:
        case ast.Compare(left=left):
            is_harmless = not isinstance(left, ast.Constant)
        case ast.UnaryOp() | ast.FormattedValue() | ast.If():
            is_harmless = True
        case ast.BoolOp():
            is_harmless = isinstance(above, ast.If | ast.While | ast.Assert)
        case ast.IfExp(test=test):
            is_harmless = test is node
        case ast.Call(func=func):
            is_harmless = func is node or find_last_name(func) in _QUIET
        case ast.keyword(arg=name) | ast.Assign(targets=[ast.Attribute(attr=name)]):
            is_harmless = name in names
        case ast.Tuple():
            targets = above.targets if isinstance(above, ast.Assign) else []
            parts = [part for target in targets for part in getattr(target, "elts", [target])]
            is_harmless = bool(parts) and all(isinstance(part, ast.Attribute) for part in parts)
    return is_harmless
