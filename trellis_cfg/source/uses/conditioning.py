"""What a trainer does with the condition of a sample, and what encodes it."""

import ast
import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

from trellis_cfg.source.modules import find_last_name
from trellis_cfg.source.names import Definition
from trellis_cfg.source.trees import walk
from trellis_cfg.source.uses.class_code import (
    ClassCode,
    Guards,
    Method,
    find_stored,
    find_stored_names,
    is_attribute,
    iterate_guarded,
    list_nodes,
)

HUB = "torch.hub.load"
_CALLS = ("forward", "__call__")
_Test = ast.Compare | ast.IfExp | ast.If | ast.BoolOp
_CONDITIONS = ("cond", "context", "condition")
_WIDTHS = ("cond_channels", "ctx_channels", "context_channels")
_RESIZES = ("Resize", "interpolate", "CenterCrop", "RandomResizedCrop", "RandomCrop", "Pad", "pad")
_HELPERS = re.compile(r".*(Tokenizer\w*|Processor|FeatureExtractor|Config)")
_QUIET = ("print", "info", "debug", "warning", "format", "str", "repr", "len", "isinstance")
_COND = re.compile(r"(\w+_)?(neg_)?cond(s|ition|itions|_\w+)?")


class Loader(NamedTuple):
    """What loads an encoder by its name: a class, or ``torch.hub.load`` with the repository.

    ``is_resizing`` means that images may be resized before they are encoded.
    """

    name: str
    repository: str
    place: str
    is_resizing: bool


@cache
def find_loader(code: ClassCode, argument: str) -> Loader | None:
    """Return what loads the encoder that an argument names; None if that is not surely one."""
    if not code.is_complete or argument in code.rewritten:
        return None
    loaders = [
        loader for method in code.all_methods for loader in _find_loaders(code, method, argument)
    ]
    if None in loaders or len({each[:2] for each in loaders if each}) != 1:
        return None
    return loaders[0]


def _find_loaders(code: ClassCode, method: Method, argument: str) -> Iterator[Loader | None]:
    """Yield what a method loads an argument with; None for what cannot be followed."""
    for node, guards in iterate_guarded(method.node):
        if not isinstance(node, ast.Call) or not any(
            _is_argument(code, method, each, argument) for each in node.args
        ):
            continue
        name, last = code.name_external(method, node.func), find_last_name(node.func)
        if last in _QUIET or _HELPERS.fullmatch(find_last_name(getattr(node.func, "value", node))):
            continue
        is_set = argument in find_stored_names(method.node)
        if is_set or not _are_plain(guards, code, method, argument):
            yield None
        elif name == HUB and isinstance(node.args[0], ast.Constant):
            place = method.module.locate(node)
            yield Loader(HUB, str(node.args[0].value), place, _is_resizing(code))
        elif name.endswith(".from_pretrained"):
            place = method.module.locate(node)
            yield Loader(name.split(".")[-2], "", place, _is_resizing(code))
        else:
            yield None


def _is_argument(code: ClassCode, method: Method, node: ast.expr, argument: str) -> bool:
    match node:
        case ast.Name(id=name):
            arguments = method.node.args
            names = [each.arg for each in (*arguments.args, *arguments.kwonlyargs)]
            return name == argument and name in names
        case ast.Attribute(attr=attr):
            return is_attribute(node) and code.stored.get(attr) == argument
    return False


def _are_plain(guards: Guards, code: ClassCode, method: Method, argument: str) -> bool:
    """Return whether no condition depends on the argument, nor cannot be read."""
    return all(
        guard.test is not None
        and not any(
            _is_argument(code, method, node, argument)
            for node in walk(guard.test)
            if isinstance(node, ast.expr)
        )
        for guard in guards
    )


def _is_resizing(code: ClassCode) -> bool:
    """Return whether any method may change the size of an image that is a tensor."""
    return any(
        isinstance(node, ast.Call)
        and (
            find_last_name(node.func) in _RESIZES
            or code.name_external(method, node.func).endswith(("resize", "crop"))
        )
        for method in code.all_methods
        for node in list_nodes(method.node)
    )


@cache
def passes_condition(trainer: ClassCode) -> bool:
    """Return whether a trainer surely hands the condition of a sample to the model as it is."""
    methods = trainer.methods.get("get_cond", ())
    is_called = any(
        isinstance(node, ast.Call) and is_attribute(node.func, "get_cond")
        for method in trainer.all_methods
        for node in list_nodes(method.node)
    )
    return bool(methods) and is_called and trainer.is_complete and all(map(_is_identity, methods))


def _is_identity(method: Method) -> bool:
    """Return whether a method does nothing but return its first argument."""
    body = [
        node
        for node in method.node.body
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]
    names = [each.arg for each in method.node.args.args][1:2]
    match body:
        case [ast.Return(value=ast.Name(id=name))]:
            return names == [name]
    return False


@cache
def needs_condition(model: ClassCode) -> bool:
    """Return whether a model surely fails without a condition."""
    for name in _CALLS:
        for method in model.methods.get(name, ()):
            arguments = method.node.args
            required = arguments.args[: len(arguments.args) - len(arguments.defaults)]
            names = {each.arg for each in required if each.arg in _CONDITIONS}
            is_tested = any(
                isinstance(node, _Test) and _mentions(_get_test(node), names)
                for node in list_nodes(method.node)
            )
            return bool(names) and not is_tested and not _may_skip_condition(model)
    return False


def _mentions(node: ast.AST, names: Collection[str]) -> bool:
    return any(
        find_last_name(each) in names
        for each in walk(node)
        if isinstance(each, ast.Name | ast.Attribute)
    )


def _may_skip_condition(model: ClassCode) -> bool:
    """Return whether a model, or a layer with the width of the condition, may do without one."""
    for method in model.methods.get("__init__", ()):
        if _compares(method.node, _WIDTHS):
            return True
        for call in list_nodes(method.node):
            if isinstance(call, ast.Call) and _gets_width(call):
                if model.name_external(method, call.func).startswith("torch."):
                    continue
                layer = model.resolve(method, call.func)
                node = layer.node if isinstance(layer, Definition) else None
                if node is None or _compares(node, (*_CONDITIONS, *_WIDTHS)):
                    return True
    return False


def _compares(node: ast.AST, names: Collection[str]) -> bool:
    return any(
        isinstance(each, _Test) and _mentions(getattr(each, "test", each), names)
        for each in walk(node)
    )


def _gets_width(call: ast.Call) -> bool:
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return any(find_last_name(value) in _WIDTHS for value in values)


def _get_test(node: _Test) -> ast.AST:
    """Return what decides: of a comparison, only one with None."""
    if isinstance(node, ast.IfExp | ast.If):
        return node.test
    if isinstance(node, ast.Compare) and not isinstance(node.ops[0], ast.Is | ast.IsNot):
        return ast.Constant(None)
    return node


@cache
def yields_no_condition(dataset: ClassCode) -> bool:
    """Return whether the methods of a dataset surely name no condition."""
    return dataset.is_complete and not any(
        _COND.fullmatch(text)
        for method in dataset.all_methods
        for node in list_nodes(method.node)
        for text in (_get_text(node),)
    )


def _get_text(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=str(text)) | ast.keyword(arg=str(text)):
            return text
    return ""


class ModelCall(NamedTuple):
    """How a trainer calls a model: with how many positional arguments, and where."""

    positional: int
    place: str


@cache
def find_model_call(trainer: ClassCode, role: str) -> ModelCall | None:
    """Return how the losses of a trainer call the model of a role; None if unknown."""
    calls = {
        ModelCall(len(node.args), method.module.locate(node))
        for method in trainer.methods.get("training_losses", ())
        for node in list_nodes(method.node)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Subscript)
        and find_last_name(node.func.value) in ("models", "training_models")
        and getattr(node.func.slice, "value", None) == role
        and not any(isinstance(each, ast.Starred) for each in node.args)
    }
    return calls.pop() if len(calls) == 1 else None


@cache
def count_forward(model: ClassCode) -> int | None:
    """Return how many tensors a model takes by position at most; None if unknown.

    A flag, whose default is true or false, takes none.
    """
    for method in model.methods.get("forward", ()):
        arguments = method.node.args
        flags = [
            default
            for default in arguments.defaults
            if isinstance(default, ast.Constant) and isinstance(default.value, bool)
        ]
        is_plain = arguments.vararg is None and not method.node.decorator_list
        count = len([*arguments.posonlyargs, *arguments.args]) - len(flags) - 1
        return count if is_plain else None
    return None


def may_encode(code: ClassCode, argument: str) -> bool:
    """Return whether the losses of a trainer reach the encoder that an argument names."""
    stored = {
        attribute
        for method in code.all_methods
        for node in list_nodes(method.node)
        for attribute, value in find_stored(node)
        if any(argument == getattr(part, "id", "") for part in walk(value))
    }
    return any(
        is_attribute(node) and (attribute in stored or attribute.startswith(argument))
        for method in code.find_reached(["training_losses"])
        for node in list_nodes(method.node)
        if (attribute := getattr(node, "attr", ""))
    )


def projects_condition(code: ClassCode) -> bool:
    """Return whether a model passes its condition through a layer of its own first."""
    return any(
        getattr(target, "id", "") == "cond"
        and isinstance(part, ast.Call)
        and is_attribute(part.func)
        for method in code.methods.get("forward", ())
        for node in list_nodes(method.node)
        if isinstance(node, ast.Assign)
        for target in node.targets
        for part in walk(node.value)
    )
