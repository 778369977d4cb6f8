"""The keys that train scripts may read of a config besides the arguments of its classes."""

import ast
import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from trellis_cfg.source.modules import FunctionNode, Module
from trellis_cfg.source.names import Definition, External, Resolver
from trellis_cfg.source.script.chains import (
    CLASS_SECTIONS,
    QUIET,
    ConfigChains,
    read_loop,
    strip_copy,
)
from trellis_cfg.source.script.lookups import bind_arguments
from trellis_cfg.source.train_script import TrainScripts
from trellis_cfg.source.trees import find_last_name, walk

_NAME = re.compile(r"-{0,2}[\w.-]+")
_QUIET = (
    *(*QUIET, "update", "isinstance", "type", "getattr", "Namespace", "SimpleNamespace", "create"),
)
_LOADS = ("load", "loads")
_MODEL = "model"
"""The entry of one role; "models" is the section of all."""


class ConfigReads(NamedTuple):
    """What scripts may read of a config; ``names`` are all by which they may read a key.

    ``escaped`` are the sections, "" for the config itself, that they hand to where reads cannot
    be followed.
    """

    names: frozenset[str]
    escaped: frozenset[str]

    def may_read(self, section: str, key: str) -> bool:
        """Return whether a key of a section's entry, or of the config, may be read."""
        return key in self.names or not self.escaped.isdisjoint(("", section))


def find_config_reads(resolver: Resolver, scripts: TrainScripts) -> ConfigReads | None:
    """Return what scripts may read of a config; None if none is known to create trainers."""
    if not any(call.section == "trainer" for call in scripts.calls):
        return None
    modules, escaped = {}, set()
    for script in scripts.scripts:
        modules[script.module.path] = script.module
        is_caller = script in scripts.callers
        holders = _ConfigHolders(resolver, script.module, script.chains) if is_caller else None
        for section, reader in holders.find_handed() if holders else ():
            if reader is None:
                escaped.add(section)
            else:
                imported = resolver.list_imported(reader)
                modules |= {each.path: each for each in (reader, *imported)}
    names = {name for module in modules.values() for name in _list_names(module)}
    return ConfigReads(frozenset(names), frozenset(escaped))


def _list_names(module: Module) -> Iterator[str]:
    """Yield the names by which a module may read a key."""
    for node in module.nodes:
        match node:
            case ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.Constant(value=str(text)) if _NAME.fullmatch(text):
                yield from (text, *text.lstrip("-").replace("-", "_").split("."))


class _ConfigHolders:
    """The names of a script that hold the config, or the entry of a section."""

    def __init__(self, resolver: Resolver, script: Module, chains: ConfigChains) -> None:
        self._resolver = resolver
        self._script = script
        self._chains = chains
        self._functions = {
            node.name: node
            for node in chains.nodes
            if isinstance(node, FunctionNode | ast.ClassDef)
        }
        self._sections: dict[str, str] = {}
        for node in chains.nodes:
            self._add_root(node)
        for _ in range(3):  # a name may be bound to one that a later line binds
            for name, section in chain.from_iterable(map(self._find_aliases, chains.nodes)):
                if section is not None:
                    self._sections.setdefault(name, section)

    def _add_root(self, node: ast.AST) -> None:
        """Add a name whose sections are read, or that a file is loaded into."""
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                origin = strip_copy(strip_copy(value))
                if isinstance(origin, ast.Call) and find_last_name(origin.func) in _LOADS:
                    self._sections[name] = ""
            case ast.Attribute() | ast.Subscript():
                root, *parts = self._chains.find_chain(node) or [""]
                if parts and parts[0] in CLASS_SECTIONS:
                    symbol = self._resolver.resolve_name(self._script, root)
                    if not isinstance(symbol, Module | External | Definition):
                        self._sections[root] = ""

    def _find_aliases(self, node: ast.AST) -> Iterator[tuple[str, str | None]]:
        """Yield the names that a node binds, with the section that they get; None for others."""
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, self._find_section(value)
            case (
                ast.For(target=target, iter=origin) | ast.comprehension(target=target, iter=origin)
            ):
                if self._find_section(read_loop(target, origin)[0]) == "models":
                    names = (each for each in walk(target) if isinstance(each, ast.Name))
                    yield from ((each.id, _MODEL) for each in names)
            case ast.Call(func=ast.Name(id=name)):
                function = self._functions.get(name)
                bound = bind_arguments(function, node) if isinstance(function, FunctionNode) else {}
                yield from ((each, self._find_section(value)) for each, value in bound.items())

    def _find_section(self, node: ast.expr) -> str | None:
        """Return the section that an expression holds the entry of, "" for the config; or None."""
        node = strip_copy(node)
        match node:
            case ast.Attribute(value=inner, attr="__dict__"):
                return self._find_section(inner)
            case ast.Dict(keys=keys, values=values):
                spread = [each for key, each in zip(keys, values, strict=True) if key is None]
                sections = map(self._find_section, spread)
                return next((each for each in sections if each is not None), None)
            case ast.Name(id=name):
                return self._sections.get(name)
            case ast.Subscript(value=inner) | ast.Attribute(value=inner):
                if self._find_section(inner) == "models":
                    return _MODEL
                root, *parts = self._chains.find_chain(node) or [""]
                return parts[0] if len(parts) == 1 and self._sections.get(root) == "" else None
        return None

    def find_handed(self) -> Iterator[tuple[str, Module | None]]:
        """Yield the sections that are handed on, and the module that reads them, if known."""
        origins = self._find_origins()
        for node in self._chains.nodes:
            for section, reader in self._find_uses(node):
                yield "models" if section == _MODEL else section, reader
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in origins:
                    yield from self._find_loader(strip_copy(strip_copy(value)))
                case ast.Call(func=ast.Name(id="exec")):
                    yield "", None

    def _find_origins(self) -> set[str]:
        """Return the names of the config whose classes are created, and of what becomes it."""
        names = {
            each[0]
            for each in self._chains.paths
            if each[1:2] and {*each[2:]} & {"name", "args", "items"} and each[1] in CLASS_SECTIONS
        }
        for node in self._chains.nodes * 2:
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.Call(
                        func=ast.Attribute(value=ast.Name(id=name), attr="update"), args=[value]
                    )
                ) if name in names:
                    names.add(getattr(strip_copy(value), "id", ""))
        return names

    def _find_loader(self, value: ast.expr) -> Iterator[tuple[str, Module | None]]:
        """Yield the module of a function that makes the config, or None for other code."""
        known = ("", *_LOADS, *_QUIET, "safe_load", "parse_args", *self._functions)
        if isinstance(value, ast.Call) and value.args and find_last_name(value.func) not in known:
            match self._resolver.resolve(self._script, value.func):
                case Definition(module=module, node=ast.FunctionDef()):
                    yield "", module
                case _:
                    yield "", None

    def _find_uses(self, node: ast.AST) -> Iterator[tuple[str, Module | None]]:
        """Yield the sections that a node hands on, or whose keys it computes or lists."""
        match node:
            case (
                ast.Call(func=ast.Attribute(value=value, attr="items" | "keys" | "values"))
                | ast.For(iter=value)
                | ast.comprehension(iter=value)
                | ast.Assign(targets=[ast.Attribute() | ast.Subscript()], value=value)
            ):
                pass
            case (
                ast.Call(func=ast.Name(id="getattr" | "setattr"), args=[value, key, *_])
                | ast.Subscript(value=value, slice=key)
            ) if not isinstance(key, ast.Constant):
                pass
            case ast.Call():
                yield from self._find_passed(node)
                return
            case _:
                return
        section = self._find_section(value)
        if section not in (None, "models"):
            yield section, None

    def _find_passed(self, node: ast.Call) -> Iterator[tuple[str, Module | None]]:
        """Yield the sections that a call passes on, to itself or to a function that it gets."""
        symbol = self._resolver.resolve(self._script, node.func)
        is_logged = isinstance(symbol, External) and symbol.name.startswith("wandb.")
        if is_logged or find_last_name(node.func) in _QUIET:
            return
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        for value in values:
            nested = value.elts if isinstance(value, ast.Tuple | ast.List) else []
            for part in nested or [value]:
                section = self._find_section(part.value if isinstance(part, ast.Starred) else part)
                if section is not None:
                    yield from self._find_readers(section, values if nested else [node.func])

    def _find_readers(
        self, section: str, functions: list[ast.expr]
    ) -> Iterator[tuple[str, Module | None]]:
        """Yield the modules of the functions that get a section; None if there is none."""
        if any(find_last_name(each) in self._functions for each in functions):
            return
        symbols = [self._resolver.resolve(self._script, each) for each in functions]
        readers = [symbol.module for symbol in symbols if isinstance(symbol, Definition)]
        yield from ((section, reader) for reader in readers)
        if not readers:
            yield section, None
