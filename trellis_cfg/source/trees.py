"""Walks over syntax trees.

Their nodes are asked for their children many times, so these are kept with them. Operators, and
whether a name is read or set, are no nodes here: they are attributes of those that have them.
"""

import ast
from collections.abc import Iterator

_CHILDREN = "children of this node"
_NONE: list[ast.AST] = []
_PLAIN = frozenset(["ctx", "op", "ops", "id", "attr", "arg", "lineno", "type_comment", "kind"])


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields in which a node of some type may have others."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        names = () if kind is ast.Constant else kind._fields
        self[kind] = tuple(name for name in names if name not in _PLAIN)
        return self[kind]


_FIELDS = _Fields()


def list_children(node: ast.AST) -> list[ast.AST]:
    """Return the nodes directly below another; a tree does not change once it is read."""
    fields = _FIELDS[type(node)]
    if not fields:
        return _NONE
    known = node.__dict__
    children: list[ast.AST] | None = known.get(_CHILDREN)
    if children is None:
        children = []
        for field in fields:
            value = known.get(field)
            if isinstance(value, list):
                children += [each for each in value if isinstance(each, ast.AST)]
            elif isinstance(value, ast.AST):
                children.append(value)
        known[_CHILDREN] = children
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
