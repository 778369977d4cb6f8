"""The parameters of a function, as its definition says them."""

import ast

from trellis_cfg.signatures.meanings import External, Value
from trellis_cfg.signatures.modules import Module
from trellis_cfg.signatures.resolution import Resolution
from trellis_cfg.signatures.signature import Parameter

_LONGEST = 200
_DEEPEST = 8


def parameter(
    resolution: Resolution, module: Module, argument: ast.arg, default: ast.expr | None
) -> Parameter:
    """Return a parameter by its definition; it is required where it has no default."""
    return Parameter(
        argument.arg,
        None if default is None else written(default),
        written(argument.annotation) if argument.annotation else "",
        module.at(argument),
        is_required=default is None,
        choices=_choices(resolution, module, argument.annotation, _DEEPEST),
    )


def written(node: ast.expr) -> str:
    """Return an expression as source text, cut to a readable length."""
    try:
        text = ast.unparse(node)
    except RecursionError:
        return "…"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _choices(
    resolution: Resolution, module: Module, node: ast.expr | None, depth: int
) -> tuple[object, ...]:
    """Return the values of a Literal, also of one that may be None or has a name."""
    match node if depth else None:
        case ast.Subscript(value=value, slice=inner):
            return _subscripted(resolution, module, (value, inner), depth)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _either(resolution, module, [left, right], depth)
        case ast.Name() | ast.Attribute() as alias:
            meaning = resolution.expression(module, alias)
            if isinstance(meaning, Value):
                return _choices(resolution, meaning.module, meaning.node, depth - 1)
    return ()


def _subscripted(
    resolution: Resolution, module: Module, parts: tuple[ast.expr, ast.expr], depth: int
) -> tuple[object, ...]:
    value, inner = parts
    meaning = resolution.expression(module, value)
    kind = meaning.name.rpartition(".")[2] if isinstance(meaning, External) else ""
    items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if kind == "Literal":
        constants = [item.value for item in items if isinstance(item, ast.Constant)]
        return tuple(constants) if len(constants) == len(items) else ()
    return _either(resolution, module, items, depth) if kind in ("Optional", "Union") else ()


def _either(
    resolution: Resolution, module: Module, items: list[ast.expr], depth: int
) -> tuple[object, ...]:
    """Return the choices of alternatives, where the others are only None."""
    found = [item for item in items if not _is_none(item)]
    return _choices(resolution, module, found[0], depth - 1) if len(found) == 1 else ()


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
