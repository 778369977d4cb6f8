"""Whether a trainer surely needs sparse tensors, and whether a class surely has none."""

import ast
from functools import cache

from trellis_cfg.source.uses.class_code import ClassCode, get_text

_SPARSE = {"feats", "SparseTensor", "sparse"}
_TESTS = ("isinstance", "hasattr", "getattr")


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
