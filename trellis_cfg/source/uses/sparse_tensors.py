"""Whether a trainer surely needs sparse tensors, and whether a class surely has none."""

import ast
from collections.abc import Collection
from functools import cache

from trellis_cfg.source.uses.class_code import ClassCode, iterate_guarded, list_nodes

_SPARSE = ("feats", "SparseTensor", "sparse")


@cache
def needs_sparse(trainer: ClassCode) -> bool | None:
    """Return whether the losses of a trainer read the features of a sparse tensor in every run.

    They may do without one if they ask for the type of what they get; None if unknown.
    """
    for method in trainer.methods.get("training_losses", ())[:1]:
        arguments = method.node.args
        names = {each.arg for each in (*arguments.args, *arguments.kwonlyargs)}
        nodes = list(iterate_guarded(method.node))
        if any(_asks_type(node) for node, _ in nodes):
            return False
        is_read = any(not guards and _reads_features(node, names) for node, guards in nodes)
        return is_read or None
    return None


def _asks_type(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="isinstance" | "hasattr" | "getattr")):
            return True
    return False


def _reads_features(node: ast.AST, names: Collection[str]) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr="feats"):
            return name in names
    return False


@cache
def is_dense(code: ClassCode) -> bool:
    """Return whether the methods of a model or a dataset surely name no sparse tensor."""
    return code.is_complete and not any(
        text in _SPARSE
        for method in code.all_methods
        for node in list_nodes(method.node)
        for text in (getattr(node, "attr", ""), getattr(node, "id", ""), getattr(node, "value", ""))
        if isinstance(text, str)
    )
