"""What a trainer of a checkout restores from a checkpoint, by its ``load``."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from trellis_cfg.restore import COMPONENTS, COSINE, RestoreBehavior
from trellis_cfg.source.methods import hides_attributes
from trellis_cfg.source.trees import find_last_name, walk
from trellis_cfg.source.uses import half_precision
from trellis_cfg.source.uses.class_code import (
    ClassCode,
    Guard,
    Guards,
    Method,
    are_true,
    is_attribute,
    list_texts,
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
_MODES = {
    *("fp16_mode", "mix_precision_mode", "mix_precision_dtype", "is_master", "self", "torch"),
    *("isinstance", "float", "int", "dict", "float16", "hasattr"),
}
_LOADS = ("load_state_dict", "load_state")
_BACKBONE = "backbone"
_GROUP = re.compile("group|^pg$")


def read_restore(trainer: ClassCode, arguments: Mapping[str, object]) -> RestoreBehavior | None:
    """Return what a trainer restores, with these arguments; None if its code is not known."""
    methods = trainer.find_reached(half_precision.LOADERS)
    if not methods or not trainer.is_complete:
        return None
    values = trainer.read_attributes(arguments)
    places: dict[str, str] = {}
    unclear, optional = set(), set()
    for component, guards, place in chain.from_iterable(map(_find_restored, methods)):
        if not component:
            unclear |= {*COMPONENTS}
            continue
        others = [guard for guard in guards if not _is_own(guard, component)]
        optional |= {component} if any(map(_is_membership, others)) else set()
        others = [] if component == COSINE else others
        runs = are_true(tuple(guard for guard in others if not _is_membership(guard)), values)
        if runs:
            places.setdefault(component, place)
        elif runs is None:
            unclear.add(component)
    if any(hides_attributes(method.node) for method in methods):
        unclear |= {*COMPONENTS}
    if any(_sets_rate(node) for _, node in trainer.nodes) and COSINE not in places:
        unclear.add("lr")
    names = {name for init in trainer.methods.get("__init__", ()) for name in init.parameters}
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
    is_set = name in trainer.attributes or name in trainer.methods
    return not is_set and any(is_attribute(node, name) for _, node in trainer.nodes)


def _find_restored(method: Method) -> Iterator[tuple[str, Guards, str]]:
    """Yield what is restored: a component, the conditions under which it is, and the place."""
    networks = set(half_precision.find_networks(method))
    for node, guards in method.conditional_parts:
        for component in _name_components(node, networks):
            yield component, guards, method.module.locate(node)


def _name_components(node: ast.AST, networks: set[str]) -> Iterable[str]:
    """Return the components that a node restores, "" for what may be one by another name."""
    match node:
        case ast.Call(ast.Attribute(ast.Name(id=name), "load_state_dict"), [_], []) if (
            name in networks
        ):
            return ["models"]
        case ast.Call(func=ast.Attribute(value=owner, attr=method)) if method in _LOADS:
            is_own = is_attribute(owner) and method == "load_state_dict"
            name = find_last_name(owner) if is_own else ""
            components = [each for each, names in _NAMES.items() if names.fullmatch(name)]
            return components or [""]
        case ast.Assign(targets=[ast.Attribute(attr="T_max")]):
            return [COSINE]
        case ast.Assign(targets=[target]) if is_attribute(target, "log_scale"):
            return ["log_scale"]
        case ast.JoinedStr() if any("_ema" in text for text in list_texts(node)):
            return ["ema"]
    return []


def _is_own(guard: Guard, component: str) -> bool:
    """Return whether a condition only asks whether the component is configured.

    One about the precision may hold for it.
    """
    if guard.test is None or not (guard.is_true or component in ("scaler", "log_scale")):
        return False
    nodes = [node for node in walk(guard.test) if isinstance(node, ast.Name | ast.Attribute)]
    names, own = {find_last_name(node) for node in nodes} - _MODES, _NAMES.get(component)
    return all(own is not None and own.fullmatch(name) for name in names)


def _is_membership(guard: Guard) -> bool:
    """Return whether a condition asks whether the checkpoint has a key."""
    match guard.test:
        case ast.Compare(left=ast.Constant(value=str()), ops=[ast.In()]):
            return guard.is_true
    return False


def _sets_rate(node: ast.AST) -> bool:
    """Return whether a node sets the rate of a group of the optimizer."""
    match node:
        case ast.Subscript(value=owner, slice=ast.Constant(value="lr"), ctx=ast.Store()):
            return any(_GROUP.search(text) for text in list_texts(owner))
    return False


def _converts(trainer: ClassCode, arguments: Mapping[str, object]) -> bool | None:
    """Return whether the trainer converts all models under ``inflat_all`` when it loads."""
    mode = dict.fromkeys(("fp16_mode", "mix_precision_mode"), "inflat_all")
    roles = half_precision.find_converted(trainer, {**arguments, **mode})
    return bool(roles) if roles or not half_precision.list_conversions(trainer) else None
