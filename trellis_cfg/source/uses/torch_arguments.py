"""What a trainer does with the arguments of torch's classes before torch gets them."""

import ast
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from trellis_cfg.source.kwargs import find_uses
from trellis_cfg.source.names import Value
from trellis_cfg.source.script.chains import strip_copy
from trellis_cfg.source.trees import find_last_name, walk
from trellis_cfg.source.uses.class_code import ClassCode, Method, list_texts

COMPONENTS = {
    "optimizer": ("optim", "torch.optim"),
    "lr_scheduler": ("sched", "torch.optim.lr_scheduler"),
}
"""What the names of their configs have in common, and the module of the classes."""
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
    removed = {key for each in functions for key in _find_removed(trainer, each, component)}
    readings = [
        is_direct for each in functions for is_direct in _Reader(trainer, each, origin).read_calls()
    ]
    is_direct = all(readings) and None not in removed if readings else None
    return TorchCall(frozenset(key for key in removed if key is not None), is_direct)


def _find_functions(trainer: ClassCode, component: str) -> list[Method]:
    """Return the methods, and the functions of the checkout that get something of a component."""
    functions = list(trainer.all_methods)
    for method in functions:  # it grows
        for call in method.calls:
            if component in " ".join(list_texts(call)).lower():
                function = trainer.find_function(method, call.func)
                if function and function not in functions and len(functions) < _MAX_FUNCTIONS:
                    functions.append(function)
    return functions


def _find_removed(trainer: ClassCode, method: Method, component: str) -> Iterator[str | None]:
    """Yield the keys that a function removes from a dictionary; None for those of any name.

    Of those of any name, only removals from what is named like the component or its arguments.
    """
    loops = {
        node.target.id: node.iter
        for node in method.nodes
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name)
    }
    for node in method.nodes:
        match node:
            case ast.Compare(ops=[ast.NotIn()], comparators=[listed]):
                yield from _list_strings(trainer, method, listed)
            case ast.Compare(ops=[ast.NotEq()], comparators=[ast.Constant(value=str(text))]):
                yield text
            case (
                ast.Call(func=ast.Attribute(value=owner, attr="pop"), args=[key, *_])
                | ast.Subscript(value=owner, slice=key, ctx=ast.Del())
            ):
                listed = loops.get(getattr(key, "id", ""), key)
                keys = _list_strings(trainer, method, listed)
                yield from keys
                parts, name = (component, "arg", "conf", "cfg"), find_last_name(owner).lower()
                if not (keys or isinstance(key, ast.Constant)) and any(map(name.count, parts)):
                    yield None


def _list_strings(trainer: ClassCode, method: Method, node: ast.expr) -> list[str]:
    """Return the strings of a literal, or of a name of the module that stands for one."""
    if isinstance(node, ast.Name | ast.Attribute):
        symbol = trainer.resolve(method, node)
        node = symbol.node if isinstance(symbol, Value) else node
    constants = (each for each in walk(node) if isinstance(each, ast.Constant))
    return [each.value for each in constants if isinstance(each.value, str)]


class _Reader(NamedTuple):
    """Reads the calls of a component's class in one function."""

    trainer: ClassCode
    method: Method
    origin: str

    def read_calls(self) -> Iterator[bool]:
        """Yield, for each call of a class of torch, whether it gets what the config says."""
        for call in self.method.calls:
            spread = [each.value for each in call.keywords if each.arg is None]
            if spread and self._is_torch(call.func):
                yield from map(self._is_plain, spread)

    def _is_torch(self, node: ast.expr) -> bool:
        """Return whether an expression is a class that is looked up in torch by its name."""
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[module, _, *_]):
                return self.trainer.name_external(self.method, module) == self.origin
            case ast.Name(id=name):
                values = [value for assigned, value in self.method.assigned if assigned == name]
                return any(isinstance(each, ast.Call) and self._is_torch(each) for each in values)
        return False

    def _is_plain(self, node: ast.expr) -> bool:
        """Return whether a dictionary is that of the config, less some keys that can be read."""
        if not isinstance(node, ast.Name):
            return _is_copy(node)
        uses = find_uses(self.method.node, node.id)
        escapes = [use.node for use in uses if use.action == "escape"]
        is_hidden = any(not isinstance(getattr(each, "ctx", 0), ast.Store) for each in escapes)
        values = [value for assigned, value in self.method.assigned if assigned == node.id]
        return not is_hidden and bool(values) and all(map(_is_copy, values))


def _is_copy(node: ast.expr) -> bool:
    """Return whether an expression is the arguments of the config, a copy, or a part."""
    node = strip_copy(node)
    match node:
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            spread = [value for key, value in pairs if not isinstance(key, ast.Constant)]
            return keys.count(None) == len(spread) == 1 and _is_copy(spread[0])
        case ast.DictComp(
            key=ast.Name(), value=ast.Name() | ast.Subscript(), generators=[generator]
        ):
            source = getattr(getattr(generator.iter, "func", None), "value", generator.iter)
            compared = [test for test in generator.ifs if isinstance(test, ast.Compare)]
            is_named = all(isinstance(each.ops[0], ast.NotIn | ast.NotEq) for each in compared)
            return is_named and compared == generator.ifs and _is_copy(source)
        case (
            ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value="args"), *_])
            | ast.Subscript(slice=ast.Constant(value="args"))
            | ast.Attribute(attr="args")
        ):
            return True
    return strip_copy(node) is not node and _is_copy(node)
