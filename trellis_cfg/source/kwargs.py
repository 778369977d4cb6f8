"""What a function does with its keyword dictionary, statement by statement."""

import ast
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Literal, NamedTuple

from trellis_cfg.source.modules import DefinitionNode, FunctionNode
from trellis_cfg.source.trees import find_last_name, list_children, walk

Keys = tuple[str, ...]


class Use(NamedTuple):
    """Something that a function does with its dictionary, or with keys of it.

    It reads or writes keys (no keys stand for any), passes the whole dictionary to a call
    ("spread"), rejects any keys that are left ("check"), or passes it to where it cannot be
    followed ("escape"). ``default`` is that of ``get`` and ``pop``.
    """

    action: Literal["read", "write", "spread", "check", "escape"]
    node: ast.AST
    is_conditional: bool = True
    keys: Keys = ()
    default: ast.expr | None = None
    is_required: bool = False
    is_removed: bool = False

    @property
    def is_base_call(self) -> bool:
        """Whether it calls the ``__init__`` of a base."""
        return isinstance(self.node, ast.Call) and find_last_name(self.node.func) == "__init__"


_QUIET = ("print", "len", "bool", "repr", "str", "type", "isinstance")
_DYNAMIC = ("locals", "vars", "eval", "exec")
_METHODS = ("get", "pop", "setdefault")


@cache
def find_uses(function: FunctionNode, name: str) -> tuple[Use, ...]:
    """Return what a function does with the dictionary of this name, in order."""
    return tuple(_Scan(name).scan(*function.body))


class _Scan:
    """Goes through statements; ``names`` are those of the dictionary and its copies."""

    def __init__(self, name: str) -> None:
        self.names = {name}
        self.loops: dict[str, Keys] = {}
        self.is_conditional = False
        self.may_have_returned = False

    def scan(self, *nodes: ast.AST) -> Iterator[Use]:
        """Yield the uses in nodes, in order."""
        for node in nodes:
            if isinstance(node, ast.stmt):
                self.is_conditional = self.is_conditional or self.may_have_returned
                yield from self._scan_statement(node)
            elif isinstance(node, ast.expr):
                yield from self._scan_expression(node)
            else:
                yield from self._scan_children(node)

    def _scan_branch(self, *nodes: ast.AST) -> Iterator[Use]:
        """Yield the uses in nodes that may not be executed."""
        outer, self.is_conditional = self.is_conditional, True
        yield from self.scan(*nodes)
        self.is_conditional = outer

    def _scan_children(self, node: ast.AST) -> Iterator[Use]:
        """Yield the uses in the parts of a node; its blocks are branches."""
        for child in list_children(node):
            is_block = isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case)
            yield from self._scan_branch(child) if is_block else self.scan(child)

    def _scan_statement(self, node: ast.stmt) -> Iterator[Use]:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if self._is_copy(value):
                yield from _find_added_keys(value)
                self.names.add(name)
            case ast.Delete(targets=targets):
                yield from self.scan(*(each for each in targets if isinstance(each, ast.Subscript)))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield from self._scan_nested(node)
            case ast.Return():
                yield from self._scan_children(node)
                self.may_have_returned = True
            case _:
                yield from self._scan_compound(node)

    def _scan_compound(self, node: ast.stmt) -> Iterator[Use]:
        """Yield the uses in a statement that may test what is left, or hold others."""
        match node:
            case ast.Assert(
                test=ast.UnaryOp(op=ast.Not(), operand=test)
                | ast.Compare(left=test, ops=[ast.Eq()], comparators=[ast.Constant(value=0)])
            ) if self._is_leftover_test(test):
                yield Use("check", node, self.is_conditional)
            case ast.If(test=test) if self._is_leftover_test(test):
                if any(isinstance(inner, ast.Raise) for inner in node.body):
                    yield Use("check", node, self.is_conditional)
                else:
                    yield from self._scan_branch(*node.body)
                yield from self._scan_branch(*node.orelse)
            case ast.For(target=ast.Name(id=name)) if keys := _list_strings(node.iter):
                self.loops[name] = keys
                yield from self.scan(*node.body)
                yield from self._scan_branch(*node.orelse)
            case ast.With(items=items):
                yield from self.scan(*(item.context_expr for item in items), *node.body)
            case _:
                yield from self._scan_children(node)

    def _scan_expression(self, node: ast.expr) -> Iterator[Use]:
        match node:
            case ast.Name() if self._is_dictionary(node):
                yield Use("escape", node)
            case ast.Subscript(value=value, slice=key) if self._is_dictionary(value):
                if (keys := self._find_keys(key)) and isinstance(node.ctx, ast.Store):
                    yield Use("write", node, keys=keys)
                else:
                    is_removed = isinstance(node.ctx, ast.Del)
                    yield self._read_key(node, key, is_required=True, is_removed=is_removed)
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[container]) if (
                self._is_dictionary(container)
            ):
                yield self._read_key(node, left)
            case ast.Call():
                yield from self._scan_call(node)
            case ast.FormattedValue(value=value) if self._is_dictionary(value):
                pass
            case ast.Lambda():
                yield from self._scan_nested(node)
            case _:
                yield from self._scan_parts(node)

    def _scan_parts(self, node: ast.expr) -> Iterator[Use]:
        """Yield the uses in the parts of an expression; some may not be evaluated."""
        match node:
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                yield from self._scan_branch(*list_children(node))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                if not self._is_dictionary(test):
                    yield from self.scan(test)
                yield from self._scan_branch(body, orelse)
            case ast.BoolOp(values=[first, *others]):
                yield from self.scan(first)
                yield from self._scan_branch(*others)
            case _:
                yield from self._scan_children(node)

    def _read_key(
        self, node: ast.expr, key: ast.expr, *, is_required: bool = False, is_removed: bool = False
    ) -> Use:
        """Return the use of an expression that reads a key."""
        keys = self._find_keys(key)
        if keys is None:
            return Use("escape", node)
        return Use("read", node, self.is_conditional, keys, None, is_required, is_removed)

    def _scan_call(self, node: ast.Call) -> Iterator[Use]:
        match node.func:
            case ast.Attribute(value=value, attr=method) if self._is_dictionary(value):
                yield from self._scan_method(node, method)
            case ast.Name(id=name) if name in _QUIET:
                yield from self.scan(*(each for each in node.args if not self._is_dictionary(each)))
            case ast.Name(id=name) if name in _DYNAMIC and not (name == "vars" and node.args):
                yield Use("escape", node)
            case _:
                yield from self._scan_arguments(node)

    def _scan_arguments(self, node: ast.Call) -> Iterator[Use]:
        """Yield the uses in a call that may get the dictionary."""
        copies = [each for each in node.keywords if each.arg is None and self._is_copy(each.value)]
        others = [keyword.value for keyword in node.keywords if keyword not in copies]
        yield from self.scan(node.func, *node.args, *others)
        for keyword in copies:
            yield from _find_added_keys(keyword.value)
        if copies:
            yield Use("spread", node, self.is_conditional)

    def _scan_method(self, node: ast.Call, method: str) -> Iterator[Use]:
        keys = self._find_keys(node.args[0]) if node.args else None
        if method in _METHODS and keys:
            default = node.args[1] if len(node.args) > 1 else None
            is_pop = method == "pop"
            is_required = is_pop and default is None
            yield Use("read", node, self.is_conditional, keys, default, is_required, is_pop)
            if method == "setdefault":
                yield Use("write", node, keys=keys)
            yield from self.scan(*node.args[1:])
        else:
            is_update = method == "update"
            keys = _list_updated_keys(node) if is_update else ()
            yield Use("write" if is_update else "escape", node, keys=keys)

    def _scan_nested(self, node: DefinitionNode | ast.Lambda) -> Iterator[Use]:
        """Yield the uses in a nested function: it may never run, and may hide the name."""
        parameters = {inner.arg for inner in walk(node) if isinstance(inner, ast.arg)}
        names, may_have_returned = self.names, self.may_have_returned
        self.names = names - parameters
        if self.names:
            yield from self._scan_branch(*list_children(node))
        self.names, self.may_have_returned = names, may_have_returned

    def _is_dictionary(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self.names

    def _is_copy(self, value: ast.expr) -> bool:
        """Return whether a value is the dictionary, or a copy that may hold more."""
        match value:
            case ast.Call(func=ast.Attribute(value=inner, attr="copy"), args=[]):
                return self._is_dictionary(inner)
            case ast.Call(func=ast.Name(id="dict"), args=args, keywords=keywords):
                spread = [*args, *(keyword.value for keyword in keywords if keyword.arg is None)]
            case ast.Dict(keys=keys, values=values):
                spread = [inner for key, inner in zip(keys, values, strict=True) if key is None]
                if not all(isinstance(key, ast.Constant | None) for key in keys):
                    return False
            case _:
                return self._is_dictionary(value)
        return len(spread) == 1 and self._is_dictionary(spread[0])

    def _is_leftover_test(self, test: ast.expr) -> bool:
        """Return whether a test is true while keys are left."""
        match test:
            case ast.Call(func=ast.Name(id="len" | "bool"), args=[inner]):
                return self._is_dictionary(inner)
            case ast.Compare(left=ast.Call() as left, ops=[ast.Gt() | ast.NotEq()]):
                return self._is_leftover_test(left)
        return self._is_dictionary(test)

    def _find_keys(self, node: ast.expr) -> Keys | None:
        match node:
            case ast.Constant(value=str(key)):
                return (key,)
            case ast.Name(id=name):
                return self.loops.get(name)
        return None


def _list_strings(node: ast.expr) -> Keys:
    """Return the strings of a literal sequence; none if it holds anything else."""
    items = [getattr(item, "value", None) for item in getattr(node, "elts", ())]
    strings = tuple(item for item in items if isinstance(item, str))
    return strings if len(strings) == len(items) else ()


def _list_keys(value: ast.AST) -> list[str]:
    """Return the keys that a dictionary, or a copy of one, adds; "" for unknown ones."""
    match value:
        case ast.Call(keywords=keywords):
            return [keyword.arg or "" for keyword in keywords]
        case ast.Dict(keys=keys):
            return [str(key.value) if isinstance(key, ast.Constant) else "" for key in keys]
    return []


def _find_added_keys(value: ast.expr) -> Iterator[Use]:
    """Yield the keys that a copy adds, if there are any."""
    keys = tuple(filter(None, _list_keys(value)))
    if keys:
        yield Use("write", value, keys=keys)


def _list_updated_keys(node: ast.Call) -> Keys:
    """Return the keys that ``update`` sets; none if they are not known."""
    others = [_list_keys(each) if isinstance(each, ast.Dict) else [] for each in node.args]
    keys = [*_list_keys(node), *chain.from_iterable(each or [""] for each in others)]
    return tuple(keys) if "" not in keys else ()
