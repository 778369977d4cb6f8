"""What a function does with its keyword dictionary, statement by statement."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from trellis_cfg.source.modules import Definition, Function

Keys = tuple[str, ...]


class Read(NamedTuple):
    """Keys that are read, with the default of ``get`` and ``pop``, and maybe taken out."""

    keys: Keys
    node: ast.expr
    default: ast.expr | None
    is_required: bool
    removes: bool
    is_conditional: bool


class Held(NamedTuple):
    """Keys that the function puts in by itself; no keys for what cannot be told."""

    keys: Keys


class Passed(NamedTuple):
    """A call that gets the whole dictionary."""

    call: ast.Call
    is_conditional: bool


class Refused(NamedTuple):
    """What is left in the dictionary is an error."""

    node: ast.stmt
    is_conditional: bool


class Escaped(NamedTuple):
    """The dictionary goes where it cannot be followed."""

    node: ast.AST


Use = Read | Held | Passed | Refused | Escaped

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


_QUIET = ("print", "len", "bool", "repr", "str", "type", "isinstance")
_DYNAMIC = ("locals", "vars", "eval", "exec")
_METHODS = ("get", "pop", "setdefault")


def uses(function: Function, name: str) -> list[Use]:
    """Return what a function does with the dictionary of that name, in order."""
    return list(_Scan(name).block(function.body, conditional=False))


class _Scan:
    """Goes through the statements; ``names`` are those of the dictionary and its copies."""

    def __init__(self, name: str) -> None:
        self.names = {name}
        self.loops: dict[str, Keys] = {}
        self.may_have_left = False

    def block(self, body: list[ast.stmt], *, conditional: bool) -> Iterator[Use]:
        """Yield the uses of a block of statements."""
        for statement in body:
            is_conditional = conditional or self.may_have_left
            yield from self._plain(statement, conditional=is_conditional)

    def _plain(self, node: ast.stmt, *, conditional: bool) -> Iterator[Use]:
        """Yield the uses of a statement that is no question of what is left."""
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if self._is_copy(value):
                if added(value):
                    yield Held(added(value))
                self.names.add(name)
            case ast.Delete(targets=targets):
                for target in targets:
                    yield from self._deleted(target, conditional=conditional)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield from self._nested(node)
            case ast.Return():
                yield from self._children(node, conditional=conditional)
                self.may_have_left = True
            case _:
                yield from self._compound(node, conditional=conditional)

    def _compound(self, node: ast.stmt, *, conditional: bool) -> Iterator[Use]:
        """Yield the uses of a statement that may ask what is left, or hold others."""
        match node:
            case ast.Assert(test=test) if is_none_left(test, self.names):
                yield Refused(node, conditional)
            case ast.If(test=test) if is_left(test, self.names):
                if any(isinstance(one, ast.Raise) for one in node.body):
                    yield Refused(node, conditional)
                else:
                    yield from self.block(node.body, conditional=True)
                yield from self.block(node.orelse, conditional=True)
            case ast.For(target=ast.Name(id=name)) if keys := constants(node.iter):
                self.loops[name] = keys
                yield from self.block(node.body, conditional=conditional)
                yield from self.block(node.orelse, conditional=True)
            case ast.With(items=items):
                for item in items:
                    yield from self._expression(item.context_expr, conditional=conditional)
                yield from self.block(node.body, conditional=conditional)
            case _:
                yield from self._children(node, conditional=conditional)

    def _children(self, node: ast.AST, *, conditional: bool) -> Iterator[Use]:
        """Yield the uses of what a node holds; blocks are conditional."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                yield from self.block([child], conditional=True)
            elif isinstance(child, ast.expr):
                yield from self._expression(child, conditional=conditional)
            else:
                inner = conditional or isinstance(child, ast.ExceptHandler | ast.match_case)
                yield from self._children(child, conditional=inner)

    def _expression(self, node: ast.expr, *, conditional: bool) -> Iterator[Use]:
        """Yield the uses of an expression."""
        match node:
            case ast.Name() if is_named(node, self.names):
                yield Escaped(node)
            case ast.Subscript(value=value, slice=key) if is_named(value, self.names):
                yield from self._item(node, key, conditional=conditional)
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[where]) if (
                is_named(where, self.names)
            ):
                yield from self._tested(node, left, conditional=conditional)
            case ast.Call():
                yield from self._call(node, conditional=conditional)
            case ast.FormattedValue(value=value) if is_named(value, self.names):
                pass
            case ast.Lambda():
                yield from self._nested(node)
            case _:
                yield from self._parts(node, conditional=conditional)

    def _parts(self, node: ast.expr, *, conditional: bool) -> Iterator[Use]:
        """Yield the uses of an expression's parts, some of which may not be evaluated."""
        match node:
            case ast.IfExp(test=test, body=body, orelse=orelse):
                first, others = test, [body, orelse]
            case ast.BoolOp(values=[first, *others]):
                pass
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                yield from self._children(node, conditional=True)
                return
            case _:
                yield from self._children(node, conditional=conditional)
                return
        is_value = isinstance(node, ast.BoolOp) and is_named(first, self.names)
        if is_value or not is_left(first, self.names):
            yield from self._expression(first, conditional=conditional)
        for other in others:
            yield from self._expression(other, conditional=True)

    def _item(self, node: ast.Subscript, key: ast.expr, *, conditional: bool) -> Iterator[Use]:
        keys = self._keys(key)
        if keys is None:
            yield Escaped(node)
        elif isinstance(node.ctx, ast.Store):
            yield Held(keys)
        else:
            is_required = not conditional
            yield Read(keys, node, None, is_required, removes=False, is_conditional=conditional)

    def _tested(self, node: ast.expr, key: ast.expr, *, conditional: bool) -> Iterator[Use]:
        keys = self._keys(key)
        if keys is None:
            yield Escaped(node)
            return
        yield Read(keys, node, None, is_required=False, removes=False, is_conditional=conditional)

    def _deleted(self, target: ast.expr, *, conditional: bool) -> Iterator[Use]:
        match target:
            case ast.Subscript(value=value, slice=key) if is_named(value, self.names):
                keys = self._keys(key)
                if keys is None:
                    yield Escaped(target)
                    return
                is_required = not conditional
                yield Read(
                    keys, target, None, is_required, removes=True, is_conditional=conditional
                )

    def _call(self, node: ast.Call, *, conditional: bool) -> Iterator[Use]:
        match node.func:
            case ast.Attribute(value=value, attr=method) if is_named(value, self.names):
                yield from self._method(node, method, conditional=conditional)
            case ast.Name(id=name) if name in _QUIET:
                for argument in node.args:
                    if not is_named(argument, self.names):
                        yield from self._expression(argument, conditional=conditional)
            case ast.Name(id=name) if name in _DYNAMIC and not (name == "vars" and node.args):
                yield Escaped(node)
            case _:
                yield from self._passed(node, conditional=conditional)

    def _passed(self, node: ast.Call, *, conditional: bool) -> Iterator[Use]:
        """Yield the uses of a call that may get the dictionary."""
        copied = [one for one in node.keywords if one.arg is None and self._is_copy(one.value)]
        others = [one.value for one in node.keywords if one not in copied]
        for part in (node.func, *node.args, *others):
            yield from self._expression(part, conditional=conditional)
        for keyword in copied:
            if added(keyword.value):
                yield Held(added(keyword.value))
        if copied:
            yield Passed(node, conditional)

    def _method(self, node: ast.Call, method: str, *, conditional: bool) -> Iterator[Use]:
        keys = self._keys(node.args[0]) if node.args else None
        if method in _METHODS and keys is not None:
            default = node.args[1] if len(node.args) > 1 else None
            is_required = method == "pop" and default is None and not conditional
            yield Read(keys, node, default, is_required, method == "pop", conditional)
            if method == "setdefault":
                yield Held(keys)
            for argument in node.args[1:]:
                yield from self._expression(argument, conditional=conditional)
        elif method == "update":
            yield Held(_updated(node) or ())
        else:
            yield Escaped(node)

    def _nested(self, node: Definition | ast.Lambda) -> Iterator[Use]:
        """Yield the uses of a function within, which may never run, and hide the name."""
        inner = {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)}
        hidden, self.names = self.names, self.names - inner
        if self.names:
            yield from self._children(node, conditional=True)
        self.names = hidden

    def _is_copy(self, value: ast.expr) -> bool:
        return is_copy(value, self.names)

    def _keys(self, node: ast.expr) -> Keys | None:
        match node:
            case ast.Constant(value=str(key)):
                return (key,)
            case ast.Name(id=name):
                return self.loops.get(name)
        return None


def _updated(node: ast.Call) -> Keys | None:
    """Return the keys that ``update`` puts in; None where that cannot be told."""
    keys = [keyword.arg for keyword in node.keywords]
    for argument in node.args:
        keys += literal_keys(argument) or [None]
    return tuple(key for key in keys if key) if None not in keys else None
