"""Resolves names in the modules of a checkout: through imports, aliases and star imports."""

import ast
import builtins
import typing
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from trellis_cfg.source.lazy import LazyNames, is_dynamic, read_lazy_names
from trellis_cfg.source.modules import (
    Binding,
    DefinitionNode,
    Imported,
    Module,
    Parts,
    SourceFiles,
    is_none,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


class Definition(NamedTuple):
    """A class or a function of the checkout."""

    module: Module
    node: DefinitionNode


class Value(NamedTuple):
    """An expression that a name is bound to."""

    module: Module
    node: ast.expr


class External(NamedTuple):
    """Something of another package, by its dotted name."""

    name: str


class Unresolved(Enum):
    """A name that cannot be resolved, and one that its module does not have."""

    UNKNOWN = 1
    ABSENT = 2


UNKNOWN, ABSENT = Unresolved
Symbol = Definition | Value | Module | External | Unresolved
"""What a name stands for."""
_PARTS = (ast.Attribute, ast.Subscript)
_MAX_DEPTH = 60  # names that are resolved for one name
_MAX_NAMES = 2000
_TYPING = Imported(0, "typing", "*")


class Resolver:
    """Resolves names in the modules of a checkout."""

    def __init__(self, files: SourceFiles) -> None:
        """Start with no module; ``changing`` are those that may change objects of others."""
        self.files = files
        self.changing: Sequence[Module] = ()
        self._symbols: dict[tuple[str, str, int | None], Symbol] = {}
        self._busy: set[tuple[str, str, int | None]] = set()
        self._lazy: dict[str, LazyNames | None] = {}
        self._resolved: dict[tuple[Module, ast.expr, int | None], Symbol] = {}
        self.list_executed = cache(self._list_executed)

    def resolve_name(self, module: Module, name: str, before: int | None = None) -> Symbol:
        """Return what a name stands for in a module, at its end or before a position."""
        key = (module.path, name, before)
        if key in self._symbols:
            return self._symbols[key]
        if key in self._busy or len(self._busy) > _MAX_DEPTH:
            return UNKNOWN
        self._busy.add(key)
        try:
            self._symbols[key] = self._resolve_bindings(module, name, before)
        finally:
            self._busy.discard(key)
        return self._symbols[key]

    def _resolve_bindings(self, module: Module, name: str, before: int | None) -> Symbol:
        if not module.is_readable:
            return UNKNOWN
        symbols: list[Symbol] = []
        for binding in module.find_bindings(name, before):
            if binding.name == "*":
                symbol = self._resolve_starred(module, binding, name)
                if symbol == ABSENT:
                    continue
            else:
                symbol = self._resolve_binding(module, binding)
            if not (isinstance(symbol, Value) and is_none(symbol.node)):
                symbols.append(symbol)
            if not binding.is_conditional or symbol == UNKNOWN:
                break
        if not symbols:
            return External(f"builtins.{name}") if hasattr(builtins, name) else ABSENT
        return symbols[0] if all(symbol == symbols[0] for symbol in symbols) else UNKNOWN

    def _resolve_binding(self, module: Module, binding: Binding) -> Symbol:
        match binding.value:
            case Imported() as imported:
                return self.resolve_imported(module, imported)
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef() as node:
                return Definition(module, node)
            case ast.Name() | ast.Attribute() as alias:
                return self.resolve(module, alias, binding.position)
            case ast.expr() as node:
                return Value(module, node)
        return UNKNOWN

    def resolve_imported(self, module: Module, imported: Imported) -> Symbol:
        """Return what a module imports."""
        parts = module.find_imported(imported)
        if parts is None:
            return UNKNOWN
        if not imported.level and self.files.find_module(parts[:1]) is None:
            beside = (*module.parts[:-1], *parts) if module.path in self.files.scripts else parts
            if imported.name and self.files.find_module(beside):
                return self.resolve_import(beside, imported.name)
            dotted = ".".join(parts)
            return External(f"{dotted}.{imported.name}" if imported.name else dotted)
        if imported.name is None:
            return self.files.find_module(parts) or UNKNOWN
        if parts == module.package and module.is_package:
            submodule = self.files.find_module((*parts, imported.name))
            if submodule:
                return submodule
        return self.resolve_import(parts, imported.name)

    def _list_executed(self, package: Parts) -> list[Module]:
        """Return the modules that a package, and those around it, import for what they do."""
        outer = self.list_executed(package[:-1]) if package[:-1] else []
        module = self.files.find_module(package)
        values = (
            [each.value for bound in module.bindings.values() for each in bound] if module else []
        )
        names = [each.name for each in values if isinstance(each, Imported) and each[:2] == (1, "")]
        modules = (self.files.find_module((*package, name)) for name in names if name)
        return [*outer, *filter(None, modules)]

    def list_imported(self, module: Module) -> list[Module]:
        """Return the modules of the checkout that a module imports from, each once."""
        symbols = [self.resolve_imported(module, imported) for imported in module.imports]
        origins = [
            each.module if isinstance(each, Definition | Value) else each for each in symbols
        ]
        modules = {each.path: each for each in origins if isinstance(each, Module)}
        return [each for each in modules.values() if each.path != module.path]

    def resolve_import(self, parts: Parts, name: str) -> Symbol:
        """Return what ``from parts import name`` imports."""
        if not parts:
            return self.files.find_module((name,)) or UNKNOWN
        origin = self.files.find_module(parts)
        return self.resolve_member(origin, name) if origin else UNKNOWN

    def resolve_member(self, module: Module, name: str) -> Symbol:
        """Return what an attribute of a module stands for: one of its names, or a submodule."""
        symbol = self.resolve_name(module, name)
        if symbol not in (ABSENT, External(f"builtins.{name}")):
            return symbol
        if module.path not in self._lazy:
            self._lazy[module.path] = read_lazy_names(module)
        lazy = self._lazy[module.path]
        if lazy and name in lazy.targets:
            return self._resolve_lazy(module, *lazy.targets[name][:2])
        submodule = self.files.find_module((*module.parts, name)) if module.is_package else None
        return submodule or (UNKNOWN if lazy and not lazy.is_complete else ABSENT)

    def _resolve_lazy(self, module: Module, origin: str, attribute: str) -> Symbol:
        """Return an attribute of a module that is named relative to the package or in full."""
        target, last = self.find_lazy_module(module, origin)
        return self.resolve_member(target, last or attribute) if target else UNKNOWN

    def find_lazy_module(self, module: Module, origin: str) -> tuple[Module | None, str]:
        """Return the module that a lazy table names, and the attribute that follows it there."""
        dotted = origin.lstrip(".").replace("/", ".").replace(":", ".").removesuffix(".py")
        parts = tuple(dotted.split("."))
        below = (*module.package, *parts)
        for whole, least in ((below, len(module.package)), (parts, 0)):
            for length in range(len(whole), max(least, len(whole) - 2), -1):
                target = self.files.find_module(whole[:length])
                if target:
                    return target, "" if length == len(whole) else whole[-1]
        return None, ""

    def _resolve_starred(self, module: Module, star: Binding, name: str) -> Symbol:
        """Return what ``from … import *`` imports under a name; ABSENT if nothing."""
        if star.value == _TYPING:
            return External(f"typing.{name}") if name in typing.__all__ else ABSENT
        origin = self.find_star_module(module, star)
        if origin is None or not origin.is_readable:
            return UNKNOWN
        is_exported = self._is_exported(origin, name)
        if is_exported:
            return self.resolve_member(origin, name)
        return UNKNOWN if is_exported is None else ABSENT

    def find_star_module(self, module: Module, star: Binding) -> Module | None:
        """Return the module that a star import reads; None where the checkout has none."""
        parts = module.find_imported(star.value) if isinstance(star.value, Imported) else None
        return self.files.find_module(parts) if parts else None

    def _is_exported(self, module: Module, name: str) -> bool | None:
        """Return whether a star import of a module includes a name; None if unknown."""
        if "__all__" not in module.bindings:
            if name.startswith("_"):
                return False
            return self.resolve_name(module, name) not in (ABSENT, External(f"builtins.{name}"))
        match [binding.value for binding in module.bindings["__all__"]]:
            case [ast.List(elts=items) | ast.Tuple(elts=items)]:
                listed = [item.value for item in items if isinstance(item, ast.Constant)]
                return name in listed if len(listed) == len(items) else None
        return None

    def resolve(self, module: Module, node: ast.expr, before: int | None = None) -> Symbol:
        """Return what a dotted name stands for; ``Base[int]`` is ``Base``."""
        key = (module, node, before)
        symbol = self._resolved.get(key) or self._resolve_dotted(module, node, before)
        if not self._busy:  # else, it may depend on names that are being resolved
            self._resolved[key] = symbol
        return symbol

    def _resolve_dotted(self, module: Module, node: ast.expr, before: int | None) -> Symbol:
        attributes: list[str] = []
        while isinstance(node, _PARTS):
            if isinstance(node, ast.Attribute):
                attributes.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or len(attributes) > _MAX_DEPTH:
            return UNKNOWN
        symbol = self.resolve_name(module, node.id, before)
        for attribute in reversed(attributes):
            match symbol:
                case Module():
                    symbol = self.resolve_member(symbol, attribute)
                case External(name):
                    symbol = External(f"{name}.{attribute}")
                case _:
                    return UNKNOWN
        return symbol


class ModuleNames(NamedTuple):
    """The names of a module, and for those in its lazy tables the line.

    ``is_complete`` means that the module has no other names.
    """

    names: list[str]
    listed: dict[str, int]
    is_complete: bool


def list_names(resolver: Resolver, module: Module) -> ModuleNames:
    """Return the names that a module may have, those of its star imports included."""
    lazy = read_lazy_names(module)
    listed = {name: line for name, (_, _, line) in lazy.targets.items()} if lazy else {}
    is_complete = lazy is None or lazy.is_complete
    names = dict.fromkeys(listed)
    pending, paths = [module], {module.path}
    while pending:
        current = pending.pop()
        is_complete = is_complete and current.is_readable and not is_dynamic(current)
        names |= {name: None for name in current.bindings if not _is_module(current, name)}
        for star in current.stars:
            if star.value == _TYPING:
                continue
            origin = resolver.find_star_module(current, star)
            if origin is None:
                is_complete = False
            elif origin.path not in paths:
                paths.add(origin.path)
                pending.append(origin)
    return ModuleNames(list(names)[:_MAX_NAMES], listed, is_complete and len(names) <= _MAX_NAMES)


def _is_module(module: Module, name: str) -> bool:
    """Return whether a name can only be a module: ``import numpy as np``."""
    values = [binding.value for binding in module.bindings[name]]
    return all(isinstance(value, Imported) and value.name is None for value in values)
