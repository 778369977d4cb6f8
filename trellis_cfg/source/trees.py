"""Walks over syntax trees.

Their nodes are asked for their children many times, so these are kept with them.
"""

import ast
from collections.abc import Iterator

_CHILDREN = "children of this node"
_NONE: list[ast.AST] = []


def list_children(node: ast.AST) -> list[ast.AST]:
    """Return the nodes directly below another; a tree does not change once it is read."""
    children: list[ast.AST] | None = node.__dict__.get(_CHILDREN)
    if children is None:
        children = list(ast.iter_child_nodes(node)) or _NONE
        node.__dict__[_CHILDREN] = children
    return children


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all below it, level by level, as ``ast.walk`` does."""
    level = [node]
    while level:
        yield from level
        level = [child for each in level for child in list_children(each)]


def iterate_blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of statements in a statement."""
    for _, value in ast.iter_fields(statement):
        for item in value if isinstance(value, list) else ():
            if isinstance(item, ast.ExceptHandler | ast.match_case):
                yield item.body
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield value
