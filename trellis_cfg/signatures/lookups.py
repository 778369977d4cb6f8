"""What the trainers of a checkout find by name beside torch: optimizers and schedulers."""

import ast

from trellis_cfg.signatures.following import Following
from trellis_cfg.signatures.meanings import External
from trellis_cfg.signatures.modules import Module
from trellis_cfg.signatures.names import names_of

_TORCH = {"optimizer": "torch.optim", "scheduler": "torch.optim.lr_scheduler"}
Names = frozenset[str] | None


def lookups(following: Following, modules: list[Module]) -> tuple[Names, Names]:
    """Return the names that trainers find for an optimizer and a scheduler; None if unknown.

    A trainer looks into torch, and then among the names of its module.
    """
    return _names(following, modules, "optimizer"), _names(following, modules, "scheduler")


def _names(following: Following, modules: list[Module], kind: str) -> Names:
    looking = [(module, _looked_into(following, module, kind)) for module in modules]
    looking = [(module, where) for module, where in looking if where]
    if not looking or any(where != {_TORCH[kind]} for _, where in looking):
        return None
    names: set[str] = set()
    for module, _ in looking:
        exported = names_of(following.resolution, module)
        if not exported.is_complete:
            return None
        names.update(exported.names)
    return frozenset(names)


def _looked_into(following: Following, module: Module, kind: str) -> set[str]:
    """Return what is looked into by a name that the config gives."""
    tree = module.file.tree
    found = set()
    for node in ast.walk(tree) if tree else ():
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[where, name, *_]) if speaks_of(
                name, kind
            ):
                meaning = following.resolution.expression(module, where)
                found.add(meaning.name if isinstance(meaning, External) else "")
            case ast.Subscript(value=ast.Name(), slice=name) if speaks_of(name, kind):
                found.add("")
    return found


def speaks_of(node: ast.expr, kind: str) -> bool:
    """Tell whether an expression is the name that the config of some kind gives."""
    match node:
        case ast.Subscript(value=value, slice=ast.Constant(value="name")):
            pass
        case ast.Attribute(value=value, attr="name"):
            pass
        case _:
            return False
    text = getattr(value, "attr", getattr(value, "id", ""))
    return kind in text.lower()
