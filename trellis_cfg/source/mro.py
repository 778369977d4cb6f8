"""The method resolution order of a class, as Python would compute it."""

import ast
from typing import NamedTuple

from trellis_cfg.source.modules import Module
from trellis_cfg.source.names import Defined, External, Resolution

_MOST = 200
_DATA = "torch.utils.data"
_PLAIN = frozenset(
    (
        *("builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"),
        *(f"{_DATA}.Dataset", f"{_DATA}.dataset.Dataset", f"{_DATA}.IterableDataset"),
    )
)
_MODULE = frozenset(
    ("torch.nn.Module", "torch.nn.modules.Module", "torch.nn.modules.module.Module")
)
_META = frozenset(("abc.ABCMeta", "builtins.type"))
_HARMLESS = ("register", "final", "runtime_checkable", "total_ordering")


class MroEntry(NamedTuple):
    """A class in a resolution order: one of the checkout, or another's by its name."""

    name: str
    defined: Defined | None

    @property
    def is_plain(self) -> bool:
        """Whether it is another's class that has no ``__init__`` of its own."""
        return self.defined is None and self.name in _PLAIN

    @property
    def is_module(self) -> bool:
        """Whether it is torch's Module, whose ``__init__`` takes nothing."""
        return self.defined is None and self.name in _MODULE


class Mro:
    """Computes resolution orders, each once; None is one that Python would refuse."""

    def __init__(self, resolution: Resolution) -> None:
        """Start with no class."""
        self._resolution = resolution
        self._known: dict[int, list[MroEntry] | None] = {}

    def of(self, found: Defined) -> list[MroEntry] | None:
        """Return the resolution order of a class, itself first, ``object`` left out."""
        key = id(found.node)
        if key not in self._known:
            self._known[key] = None  # a cycle of bases has no order
            try:
                self._known[key] = self._linear(found)
            except RecursionError:
                self._known[key] = None
        return self._known[key]

    def _linear(self, found: Defined) -> list[MroEntry] | None:
        node, module = found.node, found.module
        if not isinstance(node, ast.ClassDef):
            return None
        own = MroEntry(node.name, found)
        bases = [self._base(module, node, base) for base in node.bases]
        bases = [base for base in bases if base.name != "builtins.object" or base.defined]
        orders = []
        for base in bases:
            order = self.of(base.defined) if base.defined else [base]
            if order is None:
                return None
            orders.append(list(order))
        merged = _merge([*orders, bases])
        return None if merged is None else [own, *merged]

    def _base(self, module: Module, node: ast.ClassDef, base: ast.expr) -> MroEntry:
        meaning = self._resolution.expression(module, base, module.position.get(id(node)))
        match meaning:
            case Defined(node=ast.ClassDef(name=name)):
                return MroEntry(name, meaning)
            case External(name):
                return MroEntry(name, None)
        return MroEntry(f"?{module.at(node)}:{getattr(base, 'col_offset', 0)}", None)

    def is_ordinary(self, found: Defined) -> bool:
        """Tell whether nothing but ``__init__`` decides how a class is called."""
        order = self.of(found)
        return order is not None and all(
            self._is_ordinary(entry.defined) for entry in order if entry.defined
        )

    def _is_ordinary(self, found: Defined) -> bool:
        node = found.node
        if not isinstance(node, ast.ClassDef) or not all(map(_is_harmless, node.decorator_list)):
            return False
        for keyword in node.keywords:
            meaning = self._resolution.expression(found.module, keyword.value)
            is_meta = isinstance(meaning, External) and meaning.name in _META
            if keyword.arg != "metaclass" or not is_meta:
                return False
        defined = (getattr(item, "name", "") for item in node.body)
        return not any(name in ("__new__", "__init_subclass__") for name in defined)


def _is_harmless(decorator: ast.expr) -> bool:
    """Tell whether a decorator of a class gives back the class: by the name of it."""
    while isinstance(decorator, ast.Call):
        decorator = decorator.func
    name = getattr(decorator, "attr", getattr(decorator, "id", ""))
    return any(word in name.lower() for word in _HARMLESS)


def _merge(orders: list[list[MroEntry]]) -> list[MroEntry] | None:
    """Merge resolution orders by C3; None where they contradict each other."""
    pending = [list(order) for order in orders if order]
    merged: list[MroEntry] = []
    while pending:
        tails = {entry for order in pending for entry in order[1:]}
        head = next((order[0] for order in pending if order[0] not in tails), None)
        if head is None or len(merged) >= _MOST:
            return None
        merged.append(head)
        pending = [order[1:] if order[0] == head else order for order in pending]
        pending = [order for order in pending if order]
    return merged
