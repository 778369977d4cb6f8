"""What a trainer does with the arguments of torch's classes before torch gets them."""

import ast
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from trellis_cfg.source.modules import find_last_name
from trellis_cfg.source.names import Value
from trellis_cfg.source.trees import walk
from trellis_cfg.source.uses.class_code import ClassCode, Method, list_nodes

COMPONENTS = {
    "optimizer": ("optim", "torch.optim"),
    "lr_scheduler": ("sched", "torch.optim.lr_scheduler"),
}
"""What the names of their configs have in common, and the module of the classes."""
_COPIES = ("dict", "copy", "deepcopy", "edict", "EasyDict", "to_container")
_READS = ("get", "pop", "setdefault", "items", "keys", "values", "copy")
_QUIET = (*_COPIES, "print", "len", "str", "repr")
_MAX_FUNCTIONS = 60


class TorchCall(NamedTuple):
    """How a class of torch is called: without the keys that the trainer ``removed``.

    ``is_direct`` means that all others reach torch; None if the call was not seen.
    """

    removed: frozenset[str]
    is_direct: bool | None


@cache
def read_torch_call(trainer: ClassCode, section: str) -> TorchCall:
    """Return how a trainer calls the optimizer or the scheduler that a config names."""
    component, origin = COMPONENTS[section]
    functions = _find_functions(trainer, component)
    removed = frozenset(
        key for each in functions for key in _find_removed(trainer, each) if key is not None
    )
    readings = [
        is_direct for each in functions for is_direct in _Reader(trainer, each, origin).read_calls()
    ]
    is_hidden = any(
        key is None for each in functions for key in _find_removed(trainer, each, component)
    )
    if not readings:
        return TorchCall(removed, None)
    return TorchCall(removed, all(readings) and not is_hidden)


def _find_functions(trainer: ClassCode, component: str) -> list[Method]:
    """Return the methods, and the functions of the checkout that get something of a component."""
    functions = list(trainer.all_methods)
    known = {id(each.node) for each in functions}
    for method in functions:  # it grows
        for node in list_nodes(method.node):
            if not isinstance(node, ast.Call) or not _mentions(node, component):
                continue
            function = trainer.find_function(method, node.func)
            if function and id(function.node) not in known and len(known) < _MAX_FUNCTIONS:
                known.add(id(function.node))
                functions.append(function)
    return functions


def _mentions(node: ast.AST, component: str) -> bool:
    return any(
        component in str(getattr(inner, "attr", getattr(inner, "id", ""))).lower()
        for inner in walk(node)
    )


def _find_removed(trainer: ClassCode, method: Method, component: str = "") -> Iterator[str | None]:
    """Yield the keys that a function removes from a dictionary; None for those of any name.

    Of those of any name, only removals from what is named like the component or its arguments.
    """
    loops = {
        node.target.id: node.iter
        for node in list_nodes(method.node)
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name)
    }
    for node in list_nodes(method.node):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="pop"), args=[key, *_]):
                pass
            case ast.Subscript(value=owner, slice=key, ctx=ast.Del()):
                pass
            case ast.Compare(ops=[ast.NotIn()], comparators=[listed]):
                yield from _list_strings(trainer, method, listed)
                continue
            case ast.Compare(ops=[ast.NotEq()], comparators=[ast.Constant(value=str(text))]):
                yield text
                continue
            case _:
                continue
        if isinstance(key, ast.Constant):
            yield key.value if isinstance(key.value, str) else ""
            continue
        listed = loops.get(getattr(key, "id", ""), key)
        keys = list(_list_strings(trainer, method, listed))
        is_related = any(
            part in find_last_name(owner).lower() for part in (component, "arg", "conf", "cfg")
        )
        yield from keys
        if is_related and not keys:
            yield None


def _list_strings(trainer: ClassCode, method: Method, node: ast.expr) -> Iterator[str]:
    """Yield the strings of a literal, or of a name of the module that stands for one."""
    if isinstance(node, ast.Name | ast.Attribute):
        symbol = trainer.resolve(method, node)
        if isinstance(symbol, Value):
            node = symbol.node
    for inner in walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


class _Reader:
    """Reads the calls of a component's class in one function."""

    def __init__(self, trainer: ClassCode, method: Method, origin: str) -> None:
        self.trainer, self.method, self.origin = trainer, method, origin
        self.nodes = list_nodes(method.node)
        self.values: dict[str, list[ast.expr]] = {}
        for node in self.nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self.values.setdefault(name, []).append(value)

    def read_calls(self) -> Iterator[bool]:
        """Yield, for each call of a class of torch, whether it gets what the config says."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and self._is_torch(node.func):
                for keyword in node.keywords:
                    if keyword.arg is None:
                        yield self._is_plain(keyword.value)

    def _is_torch(self, node: ast.expr) -> bool:
        """Return whether an expression is a class that is looked up in torch by its name."""
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[module, _, *_]):
                return self.trainer.name_external(self.method, module) == self.origin
            case ast.Name(id=name):
                return any(
                    self._is_torch(value)
                    for value in self.values.get(name, ())
                    if isinstance(value, ast.Call)
                )
        return False

    def _is_plain(self, node: ast.expr) -> bool:
        """Return whether a dictionary is that of the config, less some keys that can be read."""
        match node:
            case ast.Name(id=name):
                values = self.values.get(name, [])
                return (
                    bool(values)
                    and all(self._is_plain_copy(value) for value in values)
                    and self._is_only_read(name)
                )
        return self._is_plain_copy(node)

    def _is_plain_copy(self, node: ast.expr) -> bool:
        """Return whether an expression is the arguments of the config, a copy, or a part."""
        match node:
            case ast.Call(func=ast.Attribute(value=inner, attr="copy"), args=[]):
                return self._is_plain_copy(inner)
            case ast.Call(func=func, args=[inner]) if find_last_name(func) in _COPIES:
                return self._is_plain_copy(inner)
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                spread = [value for key, value in pairs if not isinstance(key, ast.AST)]
                is_named = sum(isinstance(key, ast.Constant) for key in keys) + 1 == len(keys)
                return is_named and len(spread) == 1 and self._is_plain_copy(spread[0])
            case ast.DictComp(key=key, value=ast.Name() | ast.Subscript(), generators=[generator]):
                source = getattr(getattr(generator.iter, "func", None), "value", generator.iter)
                tests = map(_is_plain_test, generator.ifs)
                return isinstance(key, ast.Name) and all(tests) and self._is_plain_copy(source)
            case (
                ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value="args"), *_])
                | ast.Subscript(slice=ast.Constant(value="args"))
                | ast.Attribute(attr="args")
            ):
                return True
        return False

    def _is_only_read(self, name: str) -> bool:
        """Return whether a function only reads, sets or removes keys of the named dictionary."""
        allowed = 0
        for node in self.nodes:
            match node:
                case ast.Attribute(value=ast.Name(id=used), attr=attr) if attr in _READS:
                    allowed += used == name
                case ast.Subscript(value=ast.Name(id=used)):
                    allowed += used == name
                case ast.Compare(comparators=[ast.Name(id=used)]):
                    allowed += used == name
                case ast.keyword(arg=None, value=ast.Name(id=used)):
                    allowed += used == name
                case ast.Call(func=func, args=args) if find_last_name(func) in _QUIET:
                    allowed += sum(getattr(each, "id", "") == name for each in args)
        uses = sum(
            isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
            for node in self.nodes
        )
        return uses == allowed


def _is_plain_test(test: ast.expr) -> bool:
    """Return whether a condition leaves out keys that it names."""
    match test:
        case ast.Compare(left=ast.Name(), ops=[ast.NotIn() | ast.NotEq()]):
            return True
    return False
