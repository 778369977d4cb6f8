"""Expressions over a dictionary that has names: copies of it, tests of what is left in it."""

import ast

from trellis_cfg.signatures.uses import Keys

Names = set[str]


def is_named(node: ast.expr, names: Names) -> bool:
    """Tell whether an expression is the dictionary itself."""
    return isinstance(node, ast.Name) and node.id in names


def is_copy(value: ast.expr, names: Names) -> bool:
    """Tell whether a value is the dictionary, or a copy that may hold more."""
    match value:
        case ast.Call(func=ast.Attribute(value=inner, attr="copy"), args=[]):
            return is_named(inner, names)
        case ast.Call(func=ast.Name(id="dict"), args=args, keywords=keywords):
            spread = [*args, *(keyword.value for keyword in keywords if keyword.arg is None)]
        case ast.Dict(keys=keys, values=values):
            spread = [one for key, one in zip(keys, values, strict=True) if key is None]
            if not all(isinstance(key, ast.Constant | None) for key in keys):
                return False
        case _:
            return is_named(value, names)
    return len(spread) == 1 and is_named(spread[0], names)


def added(value: ast.expr) -> Keys:
    """Return the keys that a copy has more."""
    match value:
        case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
            return tuple(keyword.arg for keyword in keywords if keyword.arg)
        case ast.Dict(keys=keys):
            return tuple(str(key.value) for key in keys if isinstance(key, ast.Constant))
    return ()


def is_left(test: ast.expr, names: Names) -> bool:
    """Tell whether a test asks if anything is left in the dictionary."""
    match test:
        case ast.Call(func=ast.Name(id="len" | "bool"), args=[inner]):
            return is_named(inner, names)
        case ast.Compare(left=ast.Call() as left, ops=[ast.Gt() | ast.NotEq()]):
            return is_left(left, names)
    return is_named(test, names)


def is_none_left(test: ast.expr, names: Names) -> bool:
    """Tell whether a test asks if nothing is left in the dictionary."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return is_left(operand, names)
        case ast.Compare(left=ast.Call() as left, ops=[ast.Eq()]):
            return is_left(left, names)
    return False


def constants(node: ast.expr) -> Keys:
    """Return the strings of a literal sequence; none of one that holds other things."""
    items = node.elts if isinstance(node, ast.Tuple | ast.List) else []
    keys = [item.value for item in items if isinstance(item, ast.Constant)]
    strings = tuple(key for key in keys if isinstance(key, str))
    return strings if len(strings) == len(items) else ()


def literal_keys(node: ast.expr) -> Keys | None:
    """Return the keys of a literal dictionary; None of another expression."""
    match node:
        case ast.Dict(keys=keys) if all(isinstance(key, ast.Constant) for key in keys):
            return tuple(str(key.value) for key in keys if isinstance(key, ast.Constant))
    return None
