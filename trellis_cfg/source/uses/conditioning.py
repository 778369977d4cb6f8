"""What a trainer, a dataset and a model expect of each other: a condition, sparse tensors."""

import ast
import re
from collections.abc import Collection, Iterator
from functools import cache
from itertools import chain
from typing import NamedTuple

from trellis_cfg.source.names import Definition
from trellis_cfg.source.trees import find_last_name, walk
from trellis_cfg.source.uses.class_code import ClassCode, Method, get_text, is_attribute, list_texts

HUB = "torch.hub.load"
_CALLS = ("forward", "__call__")
_RUN = ("__init__", "training_losses", *_CALLS)
"""The methods that a training surely calls."""
_Test = ast.Compare | ast.IfExp | ast.If | ast.BoolOp
_CONDITIONS = ("cond", "context", "condition")
_WIDTHS = ("cond_channels", "ctx_channels", "context_channels")
_RESIZES = ("Resize", "interpolate", "CenterCrop", "RandomResizedCrop", "RandomCrop", "Pad", "pad")
_HELPERS = re.compile(r".*(Tokenizer\w*|Processor|FeatureExtractor|Config)")
_QUIET = ("print", "info", "debug", "warning", "format", "str", "repr", "len", "isinstance")
_SPARSE = {"feats", "SparseTensor", "sparse"}
_TESTS = ("isinstance", "hasattr", "getattr")
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
        *chain.from_iterable(_find_loaders(code, each, argument) for each in code.all_methods)
    ]
    if None in loaders or len({each[:2] for each in loaders if each}) != 1:
        return None
    reached = chain.from_iterable(
        _find_loaders(code, each, argument) for each in code.find_reached(_RUN)
    )
    return next(reached, None)


def _find_loaders(code: ClassCode, method: Method, argument: str) -> Iterator[Loader | None]:
    """Yield what a method loads an argument with; None for what cannot be followed."""

    def is_argument(node: ast.AST) -> bool:
        if isinstance(node, ast.Name):
            return node.id == argument and argument in method.parameters
        return is_attribute(node) and code.stored.get(getattr(node, "attr", "")) == argument

    for node, guards in method.conditional_parts:
        if not isinstance(node, ast.Call) or not any(map(is_argument, node.args)):
            continue
        owner = find_last_name(getattr(node.func, "value", node))
        if find_last_name(node.func) in _QUIET or _HELPERS.fullmatch(owner):
            continue
        is_plain = argument not in method.stored_names and all(
            guard.test and not any(map(is_argument, walk(guard.test))) for guard in guards
        )
        place = method.module.locate(node)
        match code.name_external(method, node.func).split("."), node.args:
            case _ if not is_plain:
                yield None
            case ["torch", "hub", "load"], [ast.Constant(value=repository), *_]:
                yield Loader(HUB, str(repository), place, _is_resizing(code))
            case [*_, owner, "from_pretrained"], _:
                yield Loader(owner, "", place, _is_resizing(code))
            case _:
                yield None


def _is_resizing(code: ClassCode) -> bool:
    """Return whether any method may change the size of an image that is a tensor."""
    return any(
        find_last_name(call.func) in _RESIZES
        or code.name_external(method, call.func).endswith(("resize", "crop"))
        for method, call in code.calls
    )


@cache
def passes_condition(trainer: ClassCode) -> bool:
    """Return whether a trainer surely hands the condition of a sample to the model as it is."""
    methods = trainer.methods.get("get_cond", ())
    is_called = any(is_attribute(call.func, "get_cond") for _, call in trainer.calls)
    return bool(methods) and is_called and trainer.is_complete and all(map(_is_identity, methods))


def _is_identity(method: Method) -> bool:
    """Return whether a method does nothing but return its first argument."""
    body = [
        statement
        for statement in method.node.body
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
    ]
    match body:
        case [ast.Return(value=ast.Name(id=name))]:
            return method.parameters[1:2] == [name]
    return False


@cache
def needs_condition(model: ClassCode) -> bool:
    """Return whether a model surely fails without a condition."""
    for method in chain.from_iterable(model.methods.get(name, ()) for name in _CALLS):
        arguments = method.node.args
        required = arguments.args[: len(arguments.args) - len(arguments.defaults)]
        names = {each.arg for each in required if each.arg in _CONDITIONS}
        is_tested = _tests(method.node, names, (ast.Is, ast.IsNot))
        return bool(names) and not is_tested and not _may_skip_condition(model)
    return False


def _tests(
    node: ast.AST, names: Collection[str], ops: tuple[type[ast.cmpop], ...] = (ast.cmpop,)
) -> bool:
    """Return whether code depends on names: in conditions, or comparisons of some types."""
    return any(
        isinstance(each, _Test)
        and not (isinstance(each, ast.Compare) and not isinstance(each.ops[0], ops))
        and not {*names}.isdisjoint(list_texts(getattr(each, "test", each)))
        for each in walk(node)
    )


def _may_skip_condition(model: ClassCode) -> bool:
    """Return whether a model, or a layer with the width of the condition, may do without one."""
    for method in model.methods.get("__init__", ()):
        if _tests(method.node, _WIDTHS):
            return True
        for call in method.calls:
            values = [*call.args, *(keyword.value for keyword in call.keywords)]
            if any(find_last_name(value) in _WIDTHS for value in values):
                layer = model.resolve(method, call.func)
                is_torch = model.name_external(method, call.func).startswith("torch.")
                is_known = is_torch or isinstance(layer, Definition)
                node = layer.node if isinstance(layer, Definition) else call.func
                if not is_known or _tests(node, (*_CONDITIONS, *_WIDTHS)):
                    return True
    return False


@cache
def yields_no_condition(dataset: ClassCode) -> bool:
    """Return whether the methods of a dataset surely name no condition."""
    texts = (
        node.arg if isinstance(node, ast.keyword) else getattr(node, "value", None)
        for _, node in dataset.nodes
    )
    is_named = any(isinstance(text, str) and _COND.fullmatch(text) for text in texts)
    return dataset.is_complete and not is_named


def find_surplus(trainer: ClassCode, model: ClassCode, role: str) -> str:
    """Return the place where a trainer passes a model more than it takes; empty if none."""
    calls, count = _find_model_calls(trainer, role), _count_forward(model)
    is_surplus = len(calls) == 1 and count is not None and calls[0][0] > count
    return calls[0][1] if is_surplus else ""


@cache
def _find_model_calls(trainer: ClassCode, role: str) -> list[tuple[int, str]]:
    """Return how the losses call the model of a role: with how many tensors, and where."""
    calls = set()
    for method in trainer.methods.get("training_losses", ()):
        for node in method.nodes:
            match node:
                case ast.Call(func=ast.Subscript(value=owner, slice=ast.Constant(value=key))) if (
                    key == role and find_last_name(owner) in ("models", "training_models")
                ):
                    if not any(isinstance(each, ast.Starred) for each in node.args):
                        calls.add((len(node.args), method.module.locate(node)))
    return list(calls)


@cache
def _count_forward(model: ClassCode) -> int | None:
    """Return how many tensors a model takes by position at most; None if unknown.

    A flag, whose default is true or false, takes none.
    """
    for method in model.methods.get("forward", ())[:1]:
        arguments = method.node.args
        flags = [isinstance(getattr(each, "value", None), bool) for each in arguments.defaults]
        if arguments.vararg is None and not method.node.decorator_list:
            return len([*arguments.posonlyargs, *arguments.args]) - sum(flags) - 1
    return None


def may_encode(code: ClassCode, argument: str) -> bool:
    """Return whether the losses of a trainer reach the encoder that an argument names."""
    stored = {
        attribute
        for attribute, values in code.attributes.items()
        for _, value in values
        if any(argument == getattr(part, "id", "") for part in walk(value))
    }
    return any(
        is_attribute(node) and (attribute in stored or attribute.startswith(argument))
        for method in code.find_reached(["training_losses"])
        for node in method.nodes
        if (attribute := getattr(node, "attr", ""))
    )


def projects_condition(code: ClassCode) -> bool:
    """Return whether a model passes its condition through a layer of its own first."""
    return any(
        name == "cond" and isinstance(part, ast.Call) and is_attribute(part.func)
        for method in code.methods.get("forward", ())
        for name, value in method.assigned
        for part in walk(value)
    )


@cache
def needs_sparse(trainer: ClassCode) -> bool | None:
    """Return whether the losses of a trainer read the features of a sparse tensor in every run.

    They may do without one if they ask for the type of what they get; None if unknown.
    """
    for method in trainer.methods.get("training_losses", ())[:1]:
        if any(isinstance(each, ast.Name) and each.id in _TESTS for each in method.nodes):
            return False
        for node, guards in method.conditional_parts:
            match node:
                case ast.Attribute(value=ast.Name(id=name), attr="feats") if not guards:
                    if name in method.parameters:
                        return True
    return None


@cache
def is_dense(code: ClassCode) -> bool:
    """Return whether the methods of a model or a dataset surely name no sparse tensor."""
    return code.is_complete and _SPARSE.isdisjoint(get_text(node) for _, node in code.nodes)
