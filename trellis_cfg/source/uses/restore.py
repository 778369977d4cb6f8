"""What a trainer of a checkout restores from a checkpoint, by its ``load``."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from trellis_cfg.restore import COMPONENTS, COSINE, RestoreBehavior
from trellis_cfg.source.methods import hides_attributes
from trellis_cfg.source.modules import find_last_name
from trellis_cfg.source.trees import walk
from trellis_cfg.source.uses import half_precision
from trellis_cfg.source.uses.class_code import (
    ClassCode,
    Guard,
    Guards,
    Method,
    are_true,
    find_stored,
    is_attribute,
    iterate_guarded,
    list_nodes,
)

_NAMES = {
    "optimizer": re.compile(r"(optim|optimizer|opt)(_config)?"),
    "lr_scheduler": re.compile(r"(lr_)?sched(uler)?(_config)?"),
    "grad_clip": re.compile(r"grad_clip(per)?(_config)?"),
    "elastic": re.compile(r"elastic(_controller)?(_config)?"),
    "data_sampler": re.compile(r"(data_)?sampler"),
    "scaler": re.compile(r"(grad_)?scaler"),
    "log_scale": re.compile(r"log_scale"),
}
"""The attributes of a trainer that hold its components, and their configs."""
_MODES = frozenset(
    {"fp16_mode", "mix_precision_mode", "mix_precision_dtype", "is_master", "self", "torch"}
)
_QUIET = frozenset({"isinstance", "float", "int", "dict", "float16", "hasattr"})
_BACKBONE = "backbone"
_LR, _GROUP = "lr", "group"


class _Restored(NamedTuple):
    """A statement that restores a component, and the conditions under which it runs."""

    component: str
    guards: Guards
    place: str


def read_restore(trainer: ClassCode, arguments: Mapping[str, object]) -> RestoreBehavior | None:
    """Return what a trainer restores, with these arguments; None if its code is not known."""
    methods = trainer.find_reached(half_precision.LOADERS)
    if not methods or not trainer.is_complete:
        return None
    values = trainer.read_attributes(arguments)
    places: dict[str, str] = {}
    unclear, optional = set(), set()
    for each in chain.from_iterable(map(_find_restored, methods)):
        others = [guard for guard in each.guards if not _is_own(guard, each.component)]
        optional |= {each.component} if any(map(_is_membership, others)) else set()
        if each.component == COSINE:
            others = []
        runs = are_true(tuple(guard for guard in others if not _is_membership(guard)), values)
        if runs:
            places.setdefault(each.component, each.place)
        elif runs is None:
            unclear.add(each.component)
    if any(hides_attributes(method.node) or _has_unknown_owner(method) for method in methods):
        unclear |= {*COMPONENTS}
    if any(map(_sets_rate, trainer.all_methods)) and COSINE not in places:
        unclear.add(_LR)
    names = set(chain.from_iterable(map(_list_parameters, trainer.methods.get("__init__", ()))))
    return RestoreBehavior(
        places,
        frozenset(unclear - places.keys()),
        frozenset(optional),
        converts=_converts(trainer, arguments),
        precision="mix_precision_mode" if "mix_precision_mode" in names else "fp16_mode",
        is_sdf=names >= {"training_stage", "pretrained_vae_path"},
        lacks=frozenset({_BACKBONE} if _lacks(trainer, _BACKBONE) else ()),
    )


def _lacks(trainer: ClassCode, name: str) -> bool:
    """Return whether a trainer reads an attribute that nothing of it has."""
    nodes = [node for method in trainer.all_methods for node in list_nodes(method.node)]
    is_read = any(is_attribute(node, name) for node in nodes)
    stored = {attribute for node in nodes for attribute, _ in find_stored(node)}
    return is_read and name not in stored and name not in trainer.methods


def _list_parameters(method: Method) -> list[str]:
    arguments = method.node.args
    return [each.arg for each in (*arguments.args, *arguments.kwonlyargs)]


def _find_restored(method: Method) -> Iterator[_Restored]:
    networks = {name for name, _ in half_precision.find_loops(method)}
    for node, guards in iterate_guarded(method.node):
        for component in _name_components(node, networks):
            yield _Restored(component, guards, method.module.locate(node))


def _name_components(node: ast.AST, networks: set[str]) -> Iterable[str]:
    """Return the components that a node restores."""
    match node:
        case ast.Call(ast.Attribute(ast.Name(id=name), "load_state_dict"), args, keywords):
            is_strict = len(args) == 1 and not keywords
            return ["models"] if name in networks and is_strict else []
        case ast.Call(func=ast.Attribute(value=owner, attr="load_state_dict")):
            return _match_component(owner)
        case ast.Assign(targets=[ast.Attribute(attr="T_max")]):
            return [COSINE]
        case ast.Assign(targets=[target]) if is_attribute(target, "log_scale"):
            return ["log_scale"]
        case ast.JoinedStr() if any("_ema" in text for text in _list_texts(node)):
            return ["ema"]
    return []


def _list_texts(node: ast.AST) -> Iterator[str]:
    for part in walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _match_component(owner: ast.expr) -> list[str]:
    name = find_last_name(owner)
    if not is_attribute(owner):
        return []
    return [component for component, names in _NAMES.items() if names.fullmatch(name)]


def _has_unknown_owner(method: Method) -> bool:
    """Return whether a state is loaded into something that may be a component by another name."""
    networks = {name for name, _ in half_precision.find_loops(method)}
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("load_state_dict", "load_state")
        and not _name_components(node, networks)
        for node in list_nodes(method.node)
    )


def _is_own(guard: Guard, component: str) -> bool:
    """Return whether a condition only asks whether the component is configured."""
    if guard.test is None:
        return False
    names = {
        find_last_name(node)
        for node in walk(guard.test)
        if isinstance(node, ast.Name | ast.Attribute)
    }
    own = _NAMES.get(component)
    return all(
        name in _MODES | _QUIET or (own is not None and own.fullmatch(name)) for name in names
    ) and _is_positive(guard, component)


def _is_positive(guard: Guard, component: str) -> bool:
    """Return whether a condition about the precision may hold for the component."""
    return guard.is_true or component in ("scaler", "log_scale")


def _is_membership(guard: Guard) -> bool:
    """Return whether a condition asks whether the checkpoint has a key."""
    match guard.test:
        case ast.Compare(left=ast.Constant(value=str()), ops=[ast.In()]):
            return guard.is_true
    return False


def _sets_rate(method: Method) -> bool:
    """Return whether a method sets the rate of a group of the optimizer itself."""
    return any(
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.slice, ast.Constant)
        and node.slice.value == _LR
        and any(
            _GROUP in find_last_name(part) or find_last_name(part) == "pg"
            for part in walk(node.value)
            if isinstance(part, ast.expr)
        )
        for node in list_nodes(method.node)
    )


def _converts(trainer: ClassCode, arguments: Mapping[str, object]) -> bool | None:
    """Return whether the trainer converts all models under ``inflat_all`` when it loads."""
    conversions = half_precision.find_conversions(trainer) or []
    mode = dict.fromkeys(("fp16_mode", "mix_precision_mode"), "inflat_all")
    roles = half_precision.find_converted_roles(trainer, conversions, {**arguments, **mode})
    return None if conversions and not roles else bool(roles)
