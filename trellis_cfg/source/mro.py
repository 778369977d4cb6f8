"""The method resolution order of a class, as Python would compute it."""

import ast
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from trellis_cfg.source.modules import Module
from trellis_cfg.source.names import Definition, External, Resolver
from trellis_cfg.source.trees import find_last_name, walk

_MAX_CLASSES = 200
_PLAIN = {"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"} | {
    f"torch.utils.data.{name}" for name in ("Dataset", "dataset.Dataset", "IterableDataset")
}
_MODULE = {f"torch.nn.{name}" for name in ("Module", "modules.Module", "modules.module.Module")}
_META = {"abc.ABCMeta", "builtins.type"}
_MAGIC = ("__setattr__", "__getattribute__")
# Parts of the names of decorators that return the class itself.
_HARMLESS = ("register", "final", "runtime_checkable", "total_ordering")


class MroEntry(NamedTuple):
    """A class in a resolution order; ``definition`` is None outside of the checkout."""

    name: str
    definition: Definition | None

    @property
    def is_plain(self) -> bool:
        """Whether it is an external class that has no ``__init__`` of its own."""
        return self.definition is None and self.name in _PLAIN

    @property
    def is_module(self) -> bool:
        """Whether it is torch's Module, whose ``__init__`` takes nothing."""
        return self.definition is None and self.name in _MODULE


Order = tuple[MroEntry, ...]
"""A resolution order."""


class Mro:
    """Computes resolution orders, each once."""

    def __init__(self, resolver: Resolver) -> None:
        """Start with no class."""
        self._resolver = resolver
        self._orders: dict[int, Order | None] = {}
        self._patching: Iterable[Module] = ()
        self._is_ordinary = cache(self._check_ordinary)

    def note_patching(self, modules: Iterable[Module]) -> None:
        """Note modules that may change classes of others."""
        self._patching = modules
        self._is_ordinary.cache_clear()

    def compute(self, definition: Definition) -> Order | None:
        """Return a class and its bases in order, without ``object``; None if Python has none."""
        key = id(definition.node)
        if key not in self._orders:
            self._orders[key] = None  # a cycle of bases has no order
            with suppress(RecursionError):
                self._orders[key] = self._linearize(definition)
        return self._orders[key]

    def _linearize(self, definition: Definition) -> Order | None:
        node, module = definition.node, definition.module
        if not isinstance(node, ast.ClassDef):
            return None
        bases = [self._resolve_base(module, node, base) for base in node.bases]
        bases = [base for base in bases if base.name != "builtins.object" or base.definition]
        orders = [self.compute(base.definition) if base.definition else (base,) for base in bases]
        known = [order for order in orders if order is not None]
        merged = _merge([*known, bases]) if len(known) == len(orders) else None
        return None if merged is None else (MroEntry(node.name, definition), *merged)

    def _resolve_base(self, module: Module, node: ast.ClassDef, base: ast.expr) -> MroEntry:
        symbol = self._resolver.resolve(module, base, module.positions.get(id(node)))
        match symbol:
            case Definition(node=ast.ClassDef(name=name)):
                return MroEntry(name, symbol)
            case External(name):
                return MroEntry(name, None)
        return MroEntry(f"?{module.locate(node)}:{base.col_offset}", None)

    def is_ordinary(self, order: Order) -> bool:
        """Return whether ``__init__`` alone decides how a class of this order is called."""
        return all(self._is_ordinary(entry.definition) for entry in order if entry.definition)

    def _check_ordinary(self, definition: Definition) -> bool:
        node, module = definition.node, definition.module
        if not isinstance(node, ast.ClassDef):
            return False
        around = self._resolver.list_executed(module.package)
        if any(each.patches(node.name) for each in (module, *around, *self._patching)):
            return False
        for decorator in node.decorator_list:
            name = find_decorator_name(decorator).lower()
            if not any(part in name for part in _HARMLESS) or self._is_changing(module, decorator):
                return False
        for keyword in node.keywords:
            symbol = self._resolver.resolve(module, keyword.value)
            is_meta = isinstance(symbol, External) and symbol.name in _META
            if keyword.arg != "metaclass" or not is_meta:
                return False
        names = {getattr(item, "name", "") for item in node.body}
        return names.isdisjoint(("__new__", "__init_subclass__"))

    def _is_changing(self, module: Module, decorator: ast.expr) -> bool:
        """Return whether a decorator of the checkout may return another class, or change it."""
        while isinstance(decorator, ast.Call):
            decorator = decorator.func
        symbol = self._resolver.resolve(module, decorator)
        nodes = walk(symbol.node) if isinstance(symbol, Definition) else ()
        for node in nodes:
            match node:
                case ast.Return(value=ast.Name() | ast.Lambda(body=ast.Name()) | None):
                    pass
                case ast.Return():
                    return True
                case ast.Attribute(attr="__init__") | ast.ClassDef() | ast.Name(id="setattr"):
                    return True
        return False


@cache
def list_class_names(order: Order) -> frozenset[str]:
    """Return the names that the bodies of classes assign: they may be properties, or methods."""
    bodies = (getattr(entry.definition and entry.definition.node, "body", ()) for entry in order)
    nodes = (node for body in bodies for node in body if isinstance(node, ast.Assign))
    return frozenset(find_last_name(target) for node in nodes for target in node.targets)


@cache
def hides_attributes(order: Order) -> bool:
    """Return whether a class has methods that decide what its attributes are."""
    bodies = (getattr(entry.definition and entry.definition.node, "body", ()) for entry in order)
    return any(getattr(node, "name", "") in _MAGIC for body in bodies for node in body)


def find_decorator_name(decorator: ast.expr) -> str:
    """Return the last name of a decorator, without its arguments."""
    while isinstance(decorator, ast.Call):
        decorator = decorator.func
    return find_last_name(decorator)


def _merge(orders: Iterable[Sequence[MroEntry]]) -> list[MroEntry] | None:
    """Merge resolution orders by C3; None where they contradict each other."""
    pending = [order for order in orders if order]
    merged: list[MroEntry] = []
    while pending:
        tails = {entry for order in pending for entry in order[1:]}
        head = next((order[0] for order in pending if order[0] not in tails), None)
        if head is None or len(merged) >= _MAX_CLASSES:
            return None
        merged.append(head)
        pending = [order[1:] if order[0] == head else order for order in pending]
        pending = [order for order in pending if order]
    return merged
