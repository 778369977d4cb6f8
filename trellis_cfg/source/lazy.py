"""The names that a module gives by its ``__getattr__``: the literal tables that this reads."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from trellis_cfg.source.modules import Definition, Function, Module, blocks

_DYNAMIC = ("globals", "exec", "eval", "setattr", "vars", "__import__")


class Lazy(NamedTuple):
    """Each name with the modules, dotted, and the attribute that it may come from.

    ``is_complete`` says that the tables could be read to the end.
    """

    targets: dict[str, tuple[str, str]]
    lines: dict[str, int]
    is_complete: bool


class _Reader:
    """Adds up tables; what cannot be read makes them incomplete."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.found = Lazy({}, {}, is_complete=True)
        self.is_complete = True
        self._busy: set[str] = set()

    def name(self, name: str) -> None:
        """Add the table that a name of the module stands for."""
        bindings = self.module.bindings.get(name, [])
        if not bindings or name in self._busy:
            self.is_complete = False
        self._busy.add(name)
        for binding in bindings:
            self.table(binding.value if isinstance(binding.value, ast.expr) else None)
        self._busy.discard(name)

    def table(self, node: ast.expr | None) -> None:
        """Add what a dictionary says."""
        match node:
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    self._item(key, value)
            case ast.Name(id=name):
                self.name(name)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                self.table(left)
                self.table(right)
            case ast.Call(func=ast.Name(id="dict"), args=args, keywords=keywords):
                for one in args:
                    self.table(one)
                for keyword in keywords:
                    key = ast.Constant(keyword.arg) if keyword.arg else None
                    self._item(key, keyword.value)
            case _:
                self.is_complete = False

    def _item(self, key: ast.expr | None, value: ast.expr) -> None:
        match key, value:
            case None, _:
                self.table(value)
            case ast.Constant(value=str(name)), ast.Constant(value=str(origin)):
                self._add(name, origin, name, value)
            case (
                ast.Constant(value=str(name)),
                ast.Tuple(elts=[ast.Constant(value=str(origin)), ast.Constant(value=str(attr))]),
            ):
                self._add(name, origin, attr, value)
            case ast.Constant(value=str(origin)), ast.List(elts=items) | ast.Tuple(elts=items):
                for item in items:
                    if isinstance(item, ast.Constant) and isinstance(item.value, str):
                        self._add(item.value, origin, item.value, item)
                    else:
                        self.is_complete = False
            case _:
                self.is_complete = False

    def _add(self, name: str, origin: str, attribute: str, node: ast.expr) -> None:
        self.found.targets[name] = (origin, attribute)
        self.found.lines[name] = getattr(node, "lineno", 1)

    def changes(self, names: set[str]) -> None:
        """Add what statements of the module put into tables of these names."""
        for statement in _executed(self.module.body):
            match statement:
                case ast.Expr(
                    value=ast.Call(
                        func=ast.Attribute(value=ast.Name(id=name), attr=method), args=args
                    )
                ) if name in names:
                    if method == "update" and len(args) == 1:
                        self.table(args[0])
                    else:
                        self.is_complete = False
                case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=key)]) if (
                    name in names
                ):
                    self._item(key, statement.value)


def lazy_module(module: Module) -> Lazy | None:
    """Return what ``__getattr__`` gives; None where the module has none."""
    if "__getattr__" not in module.bindings:
        return None
    reader = _Reader(module)
    getter = module.bindings["__getattr__"][-1].value
    names = _tables(module, getter) if isinstance(getter, Function) else set()
    try:
        for name in sorted(names):
            reader.name(name)
        reader.changes(names)
    except RecursionError:  # a table of very many parts
        reader.is_complete = False
    is_complete = reader.is_complete and bool(names)
    return reader.found._replace(is_complete=is_complete)


def _tables(module: Module, getter: Function) -> set[str]:
    """Return the names of the dictionaries that a function looks into."""
    return {
        node.id
        for node in ast.walk(getter)
        if isinstance(node, ast.Name)
        for binding in module.bindings.get(node.id, ())
        if isinstance(binding.value, ast.Dict | ast.BinOp | ast.DictComp)
        or (isinstance(binding.value, ast.Call) and isinstance(binding.value.func, ast.Name))
    }


def _executed(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that an import runs, those of blocks among them."""
    pending = body[::-1]
    while pending:
        statement = pending.pop()
        yield statement
        if not isinstance(statement, Definition):
            pending += [one for inner in blocks(statement) for one in inner][::-1]


def is_dynamic(module: Module) -> bool:
    """Tell whether an import of the module may bind names that cannot be seen in it."""
    for statement in _executed(module.body):
        if isinstance(statement, ast.For | ast.While | ast.AsyncFor):
            return True
        if isinstance(statement, Definition | ast.If | ast.Try | ast.With):
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _DYNAMIC:
                return True
    return False
