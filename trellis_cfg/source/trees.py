"""Syntax trees, and walks over them.

Their nodes are asked for their children many times, so these are kept with them. Operators, and
whether a name is read or set, are no nodes here: they are attributes of those that have them.
"""

import ast
import warnings
from collections.abc import Iterable, Iterator

MUTATORS = (
    *("append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse", "update"),
    *("add", "discard", "setdefault", "popitem"),
)
_CHILDREN = "children of this node"
_NONE: list[ast.AST] = []
_PLAIN = frozenset(["ctx", "op", "ops", "id", "attr", "arg", "lineno", "type_comment", "kind"])
_AST = ast.AST
_MIXED = {ast.Dict, ast.arguments, ast.Global, ast.Nonlocal, ast.MatchClass}
"""What has lists of more than nodes."""


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
            if type(value) is list:
                children += value
            elif isinstance(value, _AST):
                children.append(value)
        if type(node) in _MIXED:
            children = [each for each in children if isinstance(each, _AST)]
        known[_CHILDREN] = children
    return children


def walk(node: ast.AST) -> list[ast.AST]:
    """Return a node and all below it, level by level, as ``ast.walk`` does."""
    nodes = [node]
    for each in nodes:
        if _FIELDS[type(each)]:
            nodes += each.__dict__.get(_CHILDREN) or list_children(each)
    return nodes


def find_last_name(node: ast.expr) -> str:
    """Return the last name of a dotted expression; empty for other expressions."""
    return str(getattr(node, "attr", getattr(node, "id", "")))


def list_assigned(nodes: Iterable[ast.AST]) -> list[tuple[str, ast.expr]]:
    """Return the names that nodes assign to, one at a time, each with the value."""
    return [
        (node.targets[0].id, node.value)
        for node in nodes
        if isinstance(node, ast.Assign)
        and len(node.targets) == 1
        and isinstance(node.targets[0], ast.Name)
    ]


def find_changed(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names of objects that nodes may change in place."""
    for node in nodes:
        match node:
            case ast.Subscript(value=owner, ctx=ast.Store() | ast.Del()):
                yield find_last_name(owner)
            case ast.Call(func=ast.Attribute(value=owner, attr=method)) if method in MUTATORS:
                yield find_last_name(owner)
            case ast.Attribute(value=owner, attr=name, ctx=ast.Store()):
                yield from [name] if find_last_name(owner) != "self" else []
            case ast.Global(names=names):
                yield from names


def iterate_blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of statements in a statement."""
    for _, value in ast.iter_fields(statement):
        for item in value if isinstance(value, list) else ():
            if isinstance(item, ast.ExceptHandler | ast.match_case):
                yield item.body
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield value


def parse_module(data: bytes) -> ast.Module | None:
    """Return the syntax tree of a module's bytes; None if it is not valid Python."""
    is_slow = b"punycode" in b"".join(data.split(b"\n", 2)[:2]).lower()  # takes quadratic time
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return None if is_slow else ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def is_never_imported(test: ast.expr) -> bool:
    """Return whether a condition is false in an imported module."""
    match test:
        case (
            ast.Name(id="TYPE_CHECKING")
            | ast.Attribute(attr="TYPE_CHECKING")
            | ast.Constant(value=False | 0)
            | ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()])
        ):
            return True
    return False
