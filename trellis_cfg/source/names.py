"""What a name means in a module: followed through imports, aliases and star imports."""

import ast
import builtins
import typing
from enum import Enum
from typing import NamedTuple

from trellis_cfg.source.lazy import Lazy, is_dynamic, lazy_module
from trellis_cfg.source.modules import Binding, Definition, Imported, Module, Parts, Sources


class Defined(NamedTuple):
    """A class or a function of the checkout."""

    module: Module
    node: Definition


class Value(NamedTuple):
    """An expression that a name stands for."""

    module: Module
    node: ast.expr


class External(NamedTuple):
    """Something of another package, by its dotted name."""

    name: str


class Unclear(Enum):
    """What cannot be told, and a name that its module surely does not have."""

    UNKNOWN = 1
    ABSENT = 2


UNKNOWN, ABSENT = Unclear
Meaning = Defined | Value | Module | External | Unclear


def is_none(meaning: Meaning) -> bool:
    """Tell whether a name stands for None."""
    match meaning:
        case Value(node=ast.Constant(value=None)):
            return True
    return False


_DEEPEST = 60
"""How many names are followed from one to the next."""


class Resolution:
    """Follows names through the modules of a checkout."""

    def __init__(self, sources: Sources) -> None:
        """Start with no module."""
        self.sources = sources
        self._modules: dict[str, Module] = {}
        self._known: dict[tuple[str, str, int | None], Meaning] = {}
        self._busy: set[tuple[str, str, int | None]] = set()
        self._tables: dict[str, Lazy | None] = {}

    def module(self, parts: Parts) -> Module | None:
        """Return the module of a dotted name; None where the checkout has none."""
        file = self.sources.find(parts)
        if file is None:
            return None
        if file.path not in self._modules:
            self._modules[file.path] = Module(file)
        return self._modules[file.path]

    def script(self, path: str) -> Module | None:
        """Return the module of a file that is run, not imported."""
        parts = tuple(path.removesuffix(".py").split("/"))
        if parts[-1] == "__init__":
            return self.module(parts[:-1])
        file = self.sources.file(path, parts)
        return Module(file) if file else None

    def name(self, module: Module, name: str, before: int | None = None) -> Meaning:
        """Return what a name means in a module, at its end or before a position."""
        key = (module.path, name, before)
        if key in self._known:
            return self._known[key]
        if key in self._busy or len(self._busy) > _DEEPEST:
            return UNKNOWN
        self._busy.add(key)
        try:
            self._known[key] = self._name(module, name, before)
        finally:
            self._busy.discard(key)
        return self._known[key]

    def _name(self, module: Module, name: str, before: int | None) -> Meaning:
        if not module.is_readable:
            return UNKNOWN
        found: list[Meaning] = []
        for binding in module.latest_first(name, before):
            if binding.name == "*":
                meaning = self._starred(module, binding, name)
                if meaning == ABSENT:
                    continue
            else:
                meaning = self._bound(module, binding)
            if not is_none(meaning):
                found.append(meaning)
            if not binding.is_conditional or meaning == UNKNOWN:
                break
        if not found:
            return External(f"builtins.{name}") if hasattr(builtins, name) else ABSENT
        return found[0] if all(other == found[0] for other in found) else UNKNOWN

    def _bound(self, module: Module, binding: Binding) -> Meaning:
        match binding.value:
            case Imported() as imported:
                return self._imported(module, imported)
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef() as node:
                return Defined(module, node)
            case ast.Name() | ast.Attribute() as alias:
                return self.expression(module, alias, binding.position)
            case ast.expr() as node:
                return Value(module, node)
        return UNKNOWN

    def _imported(self, module: Module, imported: Imported) -> Meaning:
        parts = module.absolute(imported)
        if parts is None:
            return UNKNOWN
        if not imported.level and self.module(parts[:1]) is None:
            dotted = ".".join(parts)
            return External(f"{dotted}.{imported.name}" if imported.name else dotted)
        if imported.name is None:
            return self.module(parts) or UNKNOWN
        if parts == module.package and module.file.is_package:
            below = self.module((*parts, imported.name))
            if below:
                return below
        return self.imported_member(parts, imported.name)

    def imported_member(self, parts: Parts, name: str) -> Meaning:
        """Return what ``from parts import name`` brings; a folder above is always one."""
        origin = self.module(parts) if parts else None
        if parts and origin is None:
            return UNKNOWN
        return self.member(origin, name) if origin else (self.module((name,)) or UNKNOWN)

    def member(self, module: Module, name: str) -> Meaning:
        """Return what an attribute of a module means: a name that it binds, or a submodule."""
        found = self.name(module, name)
        if found == ABSENT or found == External(f"builtins.{name}"):
            lazy = self._lazy(module)
            if lazy and name in lazy.targets:
                return self.target(module, *lazy.targets[name])
            below = self.module((*module.parts, name)) if module.file.is_package else None
            if below:
                return below
            return UNKNOWN if lazy and not lazy.is_complete else ABSENT
        return found

    def target(self, module: Module, origin: str, attribute: str) -> Meaning:
        """Return what a lazy module gives: an attribute of another, below it or anywhere."""
        dotted = origin.lstrip(".").replace("/", ".").replace(":", ".").removesuffix(".py")
        parts = tuple(dotted.split("."))
        below = (*module.package, *parts)
        for whole, least in ((below, len(module.package)), (parts, 0)):
            for length in range(len(whole), max(least, len(whole) - 2), -1):
                found = self.module(whole[:length])
                if found:
                    return self.member(found, attribute if length == len(whole) else whole[-1])
        return UNKNOWN

    def _lazy(self, module: Module) -> Lazy | None:
        if module.path not in self._tables:
            self._tables[module.path] = lazy_module(module)
        return self._tables[module.path]

    def _starred(self, module: Module, star: Binding, name: str) -> Meaning:
        """Return what ``from … import *`` brings under a name; ABSENT if nothing."""
        if not isinstance(star.value, Imported):
            return UNKNOWN
        if star.value.module == "typing" and not star.value.level:
            return External(f"typing.{name}") if name in typing.__all__ else ABSENT
        origin = self.starred(module, star.value)
        if origin is None or not origin.is_readable:
            return UNKNOWN
        exported = self._exports(origin, name)
        if exported is None:
            return UNKNOWN
        return self.member(origin, name) if exported else ABSENT

    def starred(self, module: Module, star: Imported) -> Module | None:
        """Return the module of the checkout that a star import means."""
        parts = module.absolute(star)
        return self.module(parts) if parts else None

    def _exports(self, module: Module, name: str) -> bool | None:
        """Tell whether a module gives a name to a star import; None where that is not known."""
        if "__all__" not in module.bindings:
            if name.startswith("_"):
                return False
            return self.name(module, name) not in (ABSENT, External(f"builtins.{name}"))
        match [binding.value for binding in module.bindings["__all__"]]:
            case [ast.List(elts=items) | ast.Tuple(elts=items)]:
                listed = [item.value for item in items if isinstance(item, ast.Constant)]
                return name in listed if len(listed) == len(items) else None
        return None

    def expression(self, module: Module, node: ast.expr, before: int | None = None) -> Meaning:
        """Return what a dotted name means; of ``Base[int]``, what ``Base`` does."""
        chain: list[str] = []
        while isinstance(node, ast.Attribute | ast.Subscript):
            if isinstance(node, ast.Attribute):
                chain.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or len(chain) > _DEEPEST:
            return UNKNOWN
        meaning = self.name(module, node.id, before)
        for attribute in reversed(chain):
            match meaning:
                case Module():
                    meaning = self.member(meaning, attribute)
                case External(name):
                    meaning = External(f"{name}.{attribute}")
                case _:
                    return UNKNOWN
        return meaning


_MOST = 2000


class ModuleNames(NamedTuple):
    """The names of a module, and the lines of those that a table lists.

    ``is_complete`` says that the module has no others.
    """

    names: list[str]
    listed: dict[str, int]
    is_complete: bool


def names_of(resolution: Resolution, module: Module) -> ModuleNames:
    """Return the names that an attribute of a module may have."""
    lazy = lazy_module(module)
    listed = dict(lazy.lines) if lazy else {}
    is_complete = lazy is None or lazy.is_complete
    found = dict.fromkeys(listed)
    pending, seen = [module], {module.path}
    while pending:
        one = pending.pop()
        is_complete = is_complete and one.is_readable and not is_dynamic(one)
        found |= {name: None for name in one.bindings if not _is_module(one, name)}
        for star in one.stars:
            if isinstance(star.value, Imported) and _is_typing(star.value):
                continue
            origin = (
                resolution.starred(one, star.value) if isinstance(star.value, Imported) else None
            )
            if origin is None:
                is_complete = False
            elif origin.path not in seen:
                seen.add(origin.path)
                pending.append(origin)
    return ModuleNames(list(found)[:_MOST], listed, is_complete and len(found) <= _MOST)


def _is_module(module: Module, name: str) -> bool:
    """Tell whether a name can only be a module: ``import numpy as np``."""
    values = [binding.value for binding in module.bindings[name]]
    return all(isinstance(value, Imported) and value.name is None for value in values)


def _is_typing(star: Imported) -> bool:
    return star.module == "typing" and not star.level
