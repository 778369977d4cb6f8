"""How a checkout's ``train.py`` calls its classes: the arguments that it passes."""

import ast
import os
from collections.abc import Iterator
from typing import NamedTuple

from trellis_cfg.source.frames import CallArguments, read_call
from trellis_cfg.source.modules import Imported, Module, Parts, find_last_name
from trellis_cfg.source.names import Definition, Resolver

FOLDERS = {"trainers": "trainer", "datasets": "dataset", "models": "models"}
"""The folders of a package, and the sections of a config that name their classes."""
Chain = tuple[str, ...]
_SECTIONS = ("trainer", "dataset", "models")
_COPIES = ("dict", "copy", "deepcopy", "edict", "EasyDict", "vars", "to_container")
_QUIET = (*_COPIES, "print", "len", "dumps", "dump", "pformat", "pprint", "str", "repr", "info")
_READS = ("get", "pop", "setdefault")
_METHODS = (*_READS, "items", "keys", "values", "copy", "update")
_FOLDERS = ("", "scripts", "tools")
_MAX_SCRIPTS = 40
_RUNTIME = "trellis_cfg.training"


class ConfigChains:
    """The paths into a config that a script reads, also through names of its own."""

    def __init__(self, script: Module) -> None:
        """Collect the names that are bound to arguments of a config."""
        self._script = script
        self.nodes = script.nodes
        self._names: dict[str, Chain] = {}
        for node in self.nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if (
                    chain := self.find_chain(_strip_copy(value))
                )[-1:] == ("args",):
                    self._names[name] = chain

    def find_chain(self, node: ast.AST) -> Chain:
        """Return the parts of ``cfg.trainer.args`` or ``cfg["trainer"]["args"]``, else none."""
        parts: list[str] = []
        while True:
            match node:
                case ast.Attribute(value=inner, attr=name):
                    parts.append(name)
                case ast.Subscript(value=inner, slice=ast.Constant(value=str(name))):
                    parts.append(name)
                case ast.Name(id=name):
                    return (*self._names.get(name, (name,)), *reversed(parts))
                case _:
                    return ()
            node = inner

    def find_reads(self) -> Iterator[tuple[str, str, str]]:
        """Yield the arguments that are read or changed: section, name and place."""
        for node in self.nodes:
            chain = self.find_chain(node)
            match node:
                case ast.Call(
                    func=ast.Attribute(value=value, attr=method),
                    args=[ast.Constant(value=str(key)), *_],
                ) if method in _READS:
                    chain = (*self.find_chain(value), key)
                case ast.Compare(left=ast.Constant(value=str(key)), comparators=[value]):
                    chain = (*self.find_chain(value), key)
            match chain[-3:]:
                case (owner, "args", key) if key not in _METHODS:
                    for section in _list_sections(owner):
                        yield section, key, self._script.locate(node)

    def find_hidden(self, calls: set[int]) -> set[str]:
        """Return the sections whose arguments are passed to other calls than ``calls``."""
        sections: set[str] = set()
        for node in self.nodes:
            if not isinstance(node, ast.Call) or id(node) in calls:
                continue
            name = find_last_name(node.func)
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
            if name == "update" and isinstance(node.func, ast.Attribute):
                values = [node.func.value]
            for chain in map(self.find_chain, values if name not in _QUIET else ()):
                if chain[-1:] == ("args",) and len(chain) > 1:
                    sections.update(_list_sections(chain[-2]))
        return sections


def _list_sections(owner: str) -> tuple[str, ...]:
    """Return the sections that arguments may be of: all, where their owner does not say."""
    return (owner,) if owner in _SECTIONS else _SECTIONS


def _strip_copy(node: ast.expr) -> ast.expr:
    """Return the expression that a copy is made of."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="copy"), args=[]):
            return inner
        case ast.Call(func=func, args=[inner, *_]) if find_last_name(func) in _COPIES:
            return inner
    return node


class ClassCall(NamedTuple):
    """How classes of a section are called.

    ``module`` is the module that the class is looked up in, if known. ``is_only`` means that a
    name that it lacks fails. ``is_open`` means that the class gets more of the config, or other
    keywords, and may read anything there.
    """

    section: str
    arguments: CallArguments
    is_open: bool = False
    module: Parts = ()
    is_only: bool = True


class _Lookup(NamedTuple):
    """A class that is looked up by name in a module."""

    section: str
    module: ast.expr
    has_default: bool


def _find_class_calls(
    resolver: Resolver, script: Module, chains: ConfigChains
) -> list[tuple[ast.Call, ClassCall]]:
    """Return the calls of a script that create objects of classes looked up by name."""
    lookups: dict[str, _Lookup | None] = {}
    for node in chains.nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                lookups[name] = _find_lookup(value) or lookups.get(name)
    uncertain = set(_find_uncertain(chains))
    calls = []
    for node in chains.nodes:
        if isinstance(node, ast.Call) and any(keyword.arg is None for keyword in node.keywords):
            lookup = _find_lookup(node.func) or lookups.get(getattr(node.func, "id", ""))
            if lookup:
                call = _read_config_call(script, chains, lookup.section, node)
                module = resolver.resolve(script, lookup.module)
                parts = module.parts if isinstance(module, Module) else ()
                is_only = lookup.section not in uncertain
                calls.append((node, call._replace(module=parts, is_only=is_only)))
    return calls


def _read_config_call(
    script: Module, chains: ConfigChains, section: str, node: ast.Call
) -> ClassCall:
    """Return how a class is called with arguments of a config."""
    spread = [chains.find_chain(each.value) for each in node.keywords if each.arg is None]
    explicit = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg)]
    is_plain = len(spread) == 1 and spread[0][-1:] == ("args",)
    roots = {chain[:length] for chain in spread for length in (1, 2)} - {()}
    is_open = not is_plain or any(chains.find_chain(argument) in roots for argument in explicit)
    return ClassCall(section, read_call(script, node)._replace(is_certain=is_plain), is_open)


def _find_lookup(node: ast.AST) -> _Lookup | None:
    """Return a lookup of a class by its name: ``getattr(trainers, …)``."""
    match node:
        case ast.Call(func=ast.Name(id="getattr"), args=[module, _, *default]):
            pass
        case ast.Subscript(value=ast.Attribute(value=module, attr="__dict__")):
            default = []
        case _:
            return None
    section = _find_section(module)
    return _Lookup(section, module, bool(default)) if section else None


def _find_section(module: ast.expr) -> str | None:
    """Return the section of a module by its name."""
    return FOLDERS.get(find_last_name(module))


def _find_uncertain(chains: ConfigChains) -> Iterator[str | None]:
    """Yield the sections where a script may look for a missing name in another place."""
    for node in chains.nodes:
        match node:
            case ast.Call(func=ast.Name(id="hasattr"), args=[module, *_]):
                yield _find_section(module)
            case ast.Call():
                lookup = _find_lookup(node)
                if lookup and lookup.has_default:
                    yield lookup.section
            case ast.Try(body=body):
                inner = (part for statement in body for part in ast.walk(statement))
                yield from (lookup.section for lookup in map(_find_lookup, inner) if lookup)


class TrainScripts(NamedTuple):
    """What the train scripts of a checkout do; ``tables`` are names that they define classes for.

    ``reads`` are the arguments, by section, that they read from a config themselves, and
    ``hidden`` the sections whose arguments they pass to where that cannot be followed.
    ``is_present`` is false if no script mentions trainers or datasets.
    """

    paths: tuple[str, ...]
    calls: tuple[ClassCall, ...]
    tables: frozenset[str]
    reads: dict[str, dict[str, str]]
    hidden: frozenset[str]
    has_runtime: bool
    is_present: bool


def read_train_scripts(resolver: Resolver, package: str) -> TrainScripts:
    """Read the scripts of a checkout that train: at its root, and one level down."""
    scripts = list(_find_scripts(resolver, package))
    tables = {name for script, _ in scripts for name in _find_tables(script)}
    callers = [
        (script, chains, calls)
        for script, chains in scripts
        if (calls := _find_class_calls(resolver, script, chains))
    ]
    callers = [each for each in callers if "train" in os.path.basename(each[0].path)] or callers
    reads: dict[str, dict[str, str]] = {section: {} for section in _SECTIONS}
    hidden: set[str] = set()
    for script, chains, calls in callers:
        hidden |= chains.find_hidden({id(node) for node, _ in calls})
        for section, key, place in _find_all_reads(resolver, script, chains):
            reads[section].setdefault(key, place)
    return TrainScripts(
        tuple(script.path for script, _, _ in callers),
        tuple(call for _, _, calls in callers for _, call in calls),
        frozenset(tables),
        reads,
        frozenset(hidden),
        any(_is_importing(script, _RUNTIME) for script, _, _ in callers),
        any(not script.path.endswith("__init__.py") for script, _ in scripts),
    )


def _find_scripts(resolver: Resolver, package: str) -> Iterator[tuple[Module, ConfigChains]]:
    """Yield the scripts that mention trainers or datasets, ``train.py`` first."""
    files = resolver.files
    above = ("..",) if os.path.basename(files.root) == "src" else ()
    paths = [
        "/".join(filter(None, (folder, name)))
        for folder in (*_FOLDERS, *above, package)
        for name in files.list_scripts(folder)
    ]
    paths.sort(key=lambda path: (path != "train.py", "train" not in path, path))
    for path in list(dict.fromkeys(paths))[:_MAX_SCRIPTS]:
        data = files.read(path)
        if data and (b"trainers" in data or b"datasets" in data):
            script = files.load_script(path)
            if script and script.is_readable:
                yield script, ConfigChains(script)


def _find_all_reads(
    resolver: Resolver, script: Module, chains: ConfigChains
) -> Iterator[tuple[str, str, str]]:
    """Yield what a script and the modules that it imports read."""
    yield from chains.find_reads()
    paths = {script.path}
    for name, bindings in script.bindings.items():
        if not any(isinstance(binding.value, Imported) for binding in bindings):
            continue
        symbol = resolver.resolve_name(script, name)
        module = symbol.module if isinstance(symbol, Definition) else symbol
        if isinstance(module, Module) and module.path not in paths:
            paths.add(module.path)
            yield from ConfigChains(module).find_reads()


def _find_tables(script: Module) -> Iterator[str]:
    """Yield the names of classes that a script puts into tables or into the modules."""
    for node in script.nodes:
        match node:
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    match key, value:
                        case ast.Constant(value=str(name)), ast.Name() | ast.Attribute():
                            yield from (name,) if name[:1].isupper() else ()
            case ast.Assign(targets=targets):
                for target in targets:
                    if isinstance(target, ast.Attribute) and _find_section(target.value):
                        yield target.attr
            case ast.Call(
                func=ast.Name(id="setattr"), args=[module, ast.Constant(value=name), _]
            ) if _find_section(module):
                yield str(name)


def _is_importing(script: Module, wanted: str) -> bool:
    """Tell whether a script imports a module, or something from it."""
    names = []
    for node in script.nodes:
        match node:
            case ast.Import(names=aliases):
                names += [alias.name for alias in aliases]
            case ast.ImportFrom(module=str(module), names=aliases, level=0):
                names += [f"{module}.{alias.name}" for alias in aliases]
    return any(f"{name}.".startswith(f"{wanted}.") for name in names)
