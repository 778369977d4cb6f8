"""Names that a module provides through ``__getattr__``, by the literal tables that this reads."""

import ast
from collections.abc import Iterator

from trellis_cfg.source.modules import DefinitionNode, FunctionNode, Module
from trellis_cfg.source.trees import find_changed, iterate_blocks, walk

_DYNAMIC = ("globals", "exec", "eval", "setattr", "vars", "__import__")


class LazyNames:
    """The entries of the tables: each name with its module, the attribute there, and the line.

    ``is_complete`` means that all tables could be read.
    """

    def __init__(self, module: Module) -> None:
        """Start with no table read."""
        self.targets: dict[str, tuple[str, str, int]] = {}
        self.is_complete = True
        self._module = module
        self._busy: set[str] = set()

    def read_name(self, name: str) -> None:
        """Add the tables that a name of the module is bound to."""
        bindings = self._module.bindings.get(name, [])
        if not bindings or name in self._busy:
            self.is_complete = False
        self._busy.add(name)
        for binding in bindings:
            self._read_table(binding.value if isinstance(binding.value, ast.expr) else None)
        self._busy.discard(name)

    def read_changes(self, names: set[str]) -> None:
        """Add what statements of the module put into tables of these names."""
        for statement in _iterate_executed(self._module.body):
            match statement:
                case ast.Expr(
                    value=ast.Call(
                        func=ast.Attribute(value=ast.Name(id=name), attr=method), args=args
                    )
                ) if name in names:
                    is_update = method == "update" and len(args) == 1
                    self._read_table(args[0] if is_update else None)
                case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=key)]) if (
                    name in names
                ):
                    self._read_item(key, statement.value)

    def _read_table(self, node: ast.expr | None) -> None:
        match node:
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    self._read_item(key, value)
            case ast.Name(id=name):
                self.read_name(name)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                self._read_table(left)
                self._read_table(right)
            case ast.Call(func=ast.Name(id="dict"), args=args, keywords=keywords):
                for argument in args:
                    self._read_table(argument)
                for keyword in keywords:
                    key = ast.Constant(keyword.arg) if keyword.arg else None
                    self._read_item(key, keyword.value)
            case _:
                self.is_complete = False

    def _read_item(self, key: ast.expr | None, value: ast.expr) -> None:
        match key, value:
            case None, _:
                self._read_table(value)
            case ast.Constant(value=str(name)), ast.Constant(value=str(origin)):
                self.targets[name] = (origin, name, value.lineno)
            case (
                ast.Constant(value=str(name)),
                ast.Tuple(elts=[ast.Constant(value=str(origin)), ast.Constant(value=str(attr))]),
            ):
                self.targets[name] = (origin, attr, value.lineno)
            case ast.Constant(value=str(origin)), ast.List(elts=items) | ast.Tuple(elts=items):
                for item in items:
                    if isinstance(item, ast.Constant) and isinstance(item.value, str):
                        self.targets[item.value] = (origin, item.value, item.lineno)
                    else:
                        self.is_complete = False
            case _:
                self.is_complete = False


def read_lazy_names(module: Module) -> LazyNames | None:
    """Return the names that ``__getattr__`` provides; None where the module has none."""
    if "__getattr__" not in module.bindings:
        return None
    lazy = LazyNames(module)
    getter = module.bindings["__getattr__"][-1].value
    names = _find_tables(module, getter) if isinstance(getter, FunctionNode) else set()
    try:
        for name in sorted(names):
            lazy.read_name(name)
        lazy.read_changes(names)
        lazy.is_complete = lazy.is_complete and names.isdisjoint(_find_changed(module))
    except RecursionError:  # a table of very many parts
        lazy.is_complete = False
    lazy.is_complete = lazy.is_complete and bool(names)
    return lazy


def _find_tables(module: Module, getter: FunctionNode) -> set[str]:
    """Return the names of the dictionaries that a function reads."""
    return {
        node.id
        for node in walk(getter)
        if isinstance(node, ast.Name)
        for binding in module.bindings.get(node.id, ())
        if isinstance(binding.value, ast.Dict | ast.BinOp | ast.DictComp)
        or (isinstance(binding.value, ast.Call) and isinstance(binding.value.func, ast.Name))
    }


def _find_changed(module: Module) -> Iterator[str]:
    """Yield the names of what functions of a module, such as decorators, may change in place."""
    for function in module.nodes if module.changed else ():
        if isinstance(function, FunctionNode | ast.Lambda):
            yield from find_changed(walk(function))


def _iterate_executed(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that an import executes, also those in blocks."""
    pending = body[::-1]
    while pending:
        statement = pending.pop()
        yield statement
        if not isinstance(statement, DefinitionNode):
            pending += [inner for block in iterate_blocks(statement) for inner in block][::-1]


def is_dynamic(module: Module) -> bool:
    """Return whether an import of the module may bind names that its text does not show."""
    for statement in _iterate_executed(module.body):
        if isinstance(statement, ast.For | ast.While | ast.AsyncFor):
            return True
        if isinstance(statement, DefinitionNode | ast.If | ast.Try | ast.With):
            continue
        for node in walk(statement):
            match node:
                case ast.Call(func=ast.Name(id=name)) if name in _DYNAMIC:
                    return True
                case ast.Subscript(value=ast.Attribute(attr="modules"), ctx=ast.Store()):
                    return True  # another module takes the place of this one
    return False
