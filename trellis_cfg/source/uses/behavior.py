"""What a trainer of a checkout does with its limits, its intervals and its checkpoints."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from trellis_cfg.models.class_spec import ClassSpec
from trellis_cfg.schedule import TrainerBehavior
from trellis_cfg.sections import INTERVALS, TRAINER_METHODS
from trellis_cfg.source.assertions.evaluate import Evaluator, Known, UnknownValueError
from trellis_cfg.source.methods import MAGIC, hides_attributes
from trellis_cfg.source.trees import find_last_name, walk
from trellis_cfg.source.uses.class_code import ClassCode, Method, are_true, list_texts

_KEEPING = re.compile(
    r"(save|ckpt|checkpoint)s?_(total_)?(limit|keep)|(keep|max)_(last_|total_)?(\w*_)?"
    r"(ckpts?|checkpoints?|saves|to_keep)|keep_last(_n)?"
)
_DELETIONS = ("remove", "unlink", "rmtree", "pop", "rmdir")
_PROBES = {"zero": 0, "null": None, "one": 1, "many": 10**9}
"""The values of an interval that may mean never, and others that may not."""
_OPAQUE = ("vars", "getattr", "__dict__")
_SHOWING = ("print", "info", "debug", "warning", "warn")


def read_behavior(spec: ClassSpec, code: ClassCode) -> TrainerBehavior:
    """Return what the methods of a trainer do, its own and those that it inherits and calls."""
    methods = list(code.all_methods)
    argument = next((name for name in spec.parameters if _is_keep_argument(name, methods)), "")
    skipping: dict[str, set[str]] = {}
    for method in methods:
        text = method.text
        if b"%" in text and any(name.encode() in text for name in INTERVALS):
            for name, values in _find_skipping(method):
                skipping[name] = skipping.get(name, values) & values
    unknown = TrainerBehavior().null_is_never - skipping.keys()
    return TrainerBehavior(
        reads_max_epoch=_is_read("max_epoch", spec, code),
        is_wrappable=code.methods.keys() >= {*TRAINER_METHODS} or not spec.is_mro_complete,
        zero_is_never=frozenset(name for name, each in skipping.items() if "zero" in each),
        null_is_never=unknown | {name for name, each in skipping.items() if "null" in each},
        keep_argument=argument,
        keep_if_null=_find_default(argument, methods) if argument else None,
    )


def _is_read(name: str, spec: ClassSpec, code: ClassCode) -> bool | None:
    """Return whether a trainer reads an argument, besides storing it and passing it on."""
    is_taken = spec.takes(name)
    if not is_taken or spec.parameters[name].is_from_kwargs:
        return is_taken
    stored: set[ast.AST] = {value for _, value in code.attributes.get(name, ())}
    for method in code.all_methods:
        text, is_shown = method.text, method.node.name in ("__str__", "__repr__")
        if not is_shown and any(each.encode() in text for each in (name, *_OPAQUE)):
            unread = stored.union(*(_find_unread(call, name) for call in method.calls))
            if any(_is_reading(part, name) and part not in unread for part in method.nodes):
                return True
    is_hidden = any(_hands_on(method, name) for method in code.all_methods)
    is_special = not {*MAGIC, name}.isdisjoint(code.methods)
    return None if is_hidden or is_special or not spec.is_mro_complete else False


def _find_unread(call: ast.Call, name: str) -> Iterator[ast.AST]:
    """Yield what a call only hands on as a keyword of a name, prints or logs."""
    yield from (each.value for each in call.keywords if each.arg == name)
    yield from walk(call) if find_last_name(call.func) in _SHOWING else ()


def _hands_on(method: Method, name: str) -> bool:
    """Return whether a method passes an argument, or its object, to code that is not a base's."""
    return hides_attributes(method.node) or any(
        find_last_name(call.func) not in ("__init__", method.node.name)
        and any(keyword.arg == name for keyword in call.keywords)
        for call in method.calls
    )


def _is_reading(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Attribute(attr=used, ctx=ast.Load()) | ast.Name(id=used, ctx=ast.Load()):
            return used == name or used in _OPAQUE
        case ast.Constant(value=used):
            return bool(used == name)
    return False


@cache
def _find_skipping(method: Method) -> list[tuple[str, set[str]]]:
    """Return each interval by which a step is divided, and the values of it that skip that.

    0 is not one of them where a condition then holds (``or``), or where guards reject others, too.
    """
    skipping = []
    for node, guards in method.conditional_parts:
        if isinstance(node, ast.BoolOp | ast.IfExp):
            names = [name for part in walk(node) if (name := _find_divisor(part))]
            skipping += [(name, {"null"}) for name in names if _Knowing(name, 0).decide(node)]
        elif name := _find_divisor(node):
            rejected = {
                key
                for key, value in _PROBES.items()
                if are_true(guards, _Knowing(name, value)) is False
            }
            is_sure = rejected.isdisjoint(["one", "many"])
            skipping.append((name, rejected if is_sure else rejected - {"zero"}))
    return skipping


def _find_divisor(node: ast.AST) -> str:
    """Return the interval by which an expression divides; empty for other nodes."""
    match node:
        case ast.BinOp(op=ast.Mod(), right=right) if (name := find_last_name(right)) in INTERVALS:
            return name
    return ""


class _Knowing(Evaluator):
    """Evaluates expressions in which only an argument is known, whatever object has it."""

    def __init__(self, argument: str, value: object) -> None:
        super().__init__({argument: Known(value)}, {})

    def read_name(self, node: ast.Name | ast.Attribute) -> Known:
        known = self.names.get(find_last_name(node))
        if known is None:
            raise UnknownValueError
        return known


def _is_keep_argument(name: str, methods: list[Method]) -> bool:
    """Return whether an argument says how many checkpoints stay: what deletes some reads it."""
    if not _KEEPING.fullmatch(name):
        return False
    return any(
        name.encode() in method.text
        and method.node.name != "__init__"
        and any(getattr(call.func, "attr", "") in _DELETIONS for call in method.calls)
        and any(_is_keep_limit(part, name) for part in method.nodes)
        for method in methods
    )


def _is_keep_limit(node: ast.AST, name: str) -> bool:
    """Return whether an expression is the argument, its attribute, or ``getattr`` of that."""
    match node:
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=attribute), *_]):
            return bool(attribute == name)
    return isinstance(node, ast.expr) and find_last_name(node) == name


def _find_default(name: str, methods: list[Method]) -> int | None:
    """Return what an argument that is null stands for: ``3 if x is None else x``, ``x or 3``."""
    null = _Knowing(name, None)
    for node in (node for method in methods for node in method.nodes):
        match node:
            case ast.IfExp(body=body, orelse=orelse):
                texts = [*list_texts(body), *list_texts(orelse)]
            case ast.BoolOp(op=ast.Or(), values=values):
                texts = [*map(find_last_name, values)]
            case _:
                continue
        known = null.evaluate(node) if name in texts else None
        if known and type(known.value) is int:
            return known.value
    return None
