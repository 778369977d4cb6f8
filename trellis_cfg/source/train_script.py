"""How a checkout's ``train.py`` calls its classes: the arguments that it passes."""

import ast
import os
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from trellis_cfg.source.frames import CallArguments, read_call
from trellis_cfg.source.modules import Module, Parts
from trellis_cfg.source.names import Definition, Resolver
from trellis_cfg.source.script.chains import (
    CLASS_SECTIONS,
    QUIET,
    Chain,
    ConfigChains,
    changes_parameters,
    find_extra_keywords,
)
from trellis_cfg.source.script.lookups import ClassLookups, Table
from trellis_cfg.source.script.replacements import replaces_config, skips_models
from trellis_cfg.source.trees import find_last_name, walk

FOLDERS_OF_SCRIPTS = ("", "scripts", "tools")
_NO_SCRIPTS = ("tests", "test", "docs", "build", "dist", "venv", "env", "node_modules")
_MAX_SCRIPTS = 40
_MENTIONED = re.compile(rb"trainers|datasets")
_QUIET = (
    *(*QUIET, "update", "init", "create", "resolve", "set_struct", "set_readonly"),
    *("isinstance", "type", "hasattr", "getattr", "Namespace", "SimpleNamespace"),
)
"""Functions of others that change nothing in a config that they get."""


class ClassCall(NamedTuple):
    """How classes of a section are called.

    ``module`` is the module that the class is looked up in, if known. ``is_only`` means that a
    name that it lacks fails. ``is_open`` means that the class gets more of the config, or other
    keywords, and may read anything there. ``key`` is where the config names the class, if not in
    the section itself: ``val_dataset``, of the section "dataset".
    """

    section: str
    arguments: CallArguments
    is_open: bool = False
    module: Parts = ()
    is_only: bool = True
    key: str = ""

    @property
    def place(self) -> str:
        """The key of the config that names the class."""
        return self.key or self.section


def _find_class_calls(
    resolver: Resolver, script: Module, chains: ConfigChains, lookups: ClassLookups
) -> list[tuple[ast.Call, ClassCall]]:
    """Return the calls of a script that create objects of classes looked up by name."""
    calls = []
    for node in chains.nodes:
        if isinstance(node, ast.Call) and any(keyword.arg is None for keyword in node.keywords):
            lookup = lookups.find(node)
            if lookup:
                call = _read_config_call(script, chains, lookup.section, node)
                module = resolver.resolve(script, lookup.module)
                parts = module.parts if isinstance(module, Module) else ()
                calls.append((node, call._replace(module=parts, is_only=lookup.is_only)))
    return calls


def _read_config_call(
    script: Module, chains: ConfigChains, section: str, node: ast.Call
) -> ClassCall:
    """Return how a class is called with arguments of a config."""
    own, spread = list[frozenset[str]](), list[Chain]()
    for each in (keyword.value for keyword in node.keywords if keyword.arg is None):
        keywords = find_extra_keywords(chains.nodes, each)
        if keywords is None:
            spread.append(chains.find_chain(each))
        else:
            own.append(keywords)
    explicit = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg)]
    is_plain = len(spread) == 1 and spread[0][-1:] == ("args",)
    roots = {chain[:length] for chain in spread for length in (1, 2)} - {()}
    is_open = not is_plain or any(chains.find_chain(argument) in roots for argument in explicit)
    arguments = read_call(script, node)
    keywords = arguments.keywords.union(*own)
    call = ClassCall(section, arguments._replace(keywords=keywords, is_certain=is_plain), is_open)
    first = spread[0] if spread else ()
    match first[first[:1] == ("self",) :]:
        case (_, key, "args") if is_plain and key not in (section, *CLASS_SECTIONS):
            return call._replace(key=key)
    return call


class TrainScript(NamedTuple):
    """A script, with its calls of classes that a config names, and the tables of classes in it.

    ``readers`` are the modules whose functions get the config or a section, None for unknown ones.
    ``has_other_models`` means that trainers may get other models than those of the config.
    """

    module: Module
    chains: ConfigChains
    calls: tuple[tuple[ast.Call, ClassCall], ...]
    tables: tuple[Table, ...]
    readers: tuple[Module | None, ...]
    has_other_models: bool

    @property
    def has_runtime(self) -> bool:
        """Whether it trains through ``trellis_cfg.training``."""
        return any(
            not each.level and f"{each.module}.{each.name}.".startswith("trellis_cfg.training.")
            for each in self.module.imports
        )

    @property
    def is_last_save_off(self) -> bool:
        """Whether it tells ``trellis_cfg.training`` not to save the last state."""
        return self.has_runtime and any(map(_turns_last_save_off, self.module.nodes))


class TrainScripts(NamedTuple):
    """The scripts of a checkout; ``callers`` are those that train.

    ``reads`` are the arguments, by section, that they read from a config themselves, and
    ``hidden`` the sections whose arguments they pass to where that cannot be followed.
    """

    scripts: tuple[TrainScript, ...]
    callers: tuple[TrainScript, ...]
    reads: dict[str, dict[str, str]]
    hidden: frozenset[str]

    @property
    def calls(self) -> tuple[ClassCall, ...]:
        """How the classes that a config names are called."""
        return tuple(call for caller in self.callers for _, call in caller.calls)

    @property
    def is_present(self) -> bool:
        """Whether any script mentions trainers or datasets."""
        return any(not each.module.path.endswith("__init__.py") for each in self.scripts)

    def find_classes(self, name: str) -> list[tuple[Module, ast.expr]]:
        """Return the classes of a name that the scripts define or replace."""
        tables = [table for script in self.scripts for table in script.tables]
        return [(table.module, table.classes[name]) for table in tables if name in table.classes]


def read_train_scripts(resolver: Resolver, package: str) -> TrainScripts:
    """Read the scripts of a checkout that train: at its root, and one level down."""
    scripts = [_read_script(resolver, module) for module in _find_scripts(resolver, package)]
    scripts = [each for each in scripts if each.calls or _MENTIONED.search(each.module.data)]
    siblings = (_read_script(resolver, each) for each in _find_sibling_scripts(resolver, package))
    scripts += [each for each in siblings if any(call.module for _, call in each.calls)]
    callers = [each for each in scripts if each.calls]
    named = [each for each in callers if "train" in os.path.basename(each.module.path)]
    callers = named or callers
    reads: dict[str, dict[str, str]] = {section: {} for section in CLASS_SECTIONS}
    hidden: set[str] = set()
    for caller in callers:
        calls = {id(node) for node, _ in caller.calls}
        hidden |= caller.chains.find_hidden(calls) | set(_find_caught(caller))
        hidden.update(CLASS_SECTIONS if replaces_config(caller.chains) else ())
        hidden.update(["models"] if skips_models(caller.chains) else ())
        for reader in caller.readers:
            if reader is None or changes_parameters(reader):
                hidden.update(CLASS_SECTIONS)
            elif reader is not caller.module:
                hidden |= ConfigChains(reader).find_hidden(set())
        for each in (caller.chains, *map(ConfigChains, resolver.list_imported(caller.module))):
            for section, key, place in each.find_reads():
                reads[section].setdefault(key, place)
    return TrainScripts(tuple(scripts), tuple(callers), reads, frozenset(hidden))


def _read_script(resolver: Resolver, module: Module) -> TrainScript:
    chains = ConfigChains(module)
    lookups = ClassLookups(resolver, module, chains)
    calls = tuple(_find_class_calls(resolver, module, chains, lookups))
    creating = {id(node) for node, _ in calls}
    trainers = [node for node, call in calls if call.section == "trainer"]
    return TrainScript(
        module,
        chains,
        calls,
        tuple(lookups.tables),
        tuple(_find_config_readers(resolver, module, chains, creating)),
        has_other_models=skips_models(chains)
        or not all(_passes_models(module, node) for node in trainers),
    )


def _passes_models(script: Module, call: ast.Call) -> bool:
    """Return whether a trainer gets a dictionary that the script only fills role by role."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "models"]
    passed = [*call.args, *named][:1]
    if not (passed and isinstance(passed[0], ast.Name)):
        return bool(passed) and isinstance(passed[0], ast.DictComp)
    name, values, uses = passed[0].id, list[ast.expr](), list[ast.AST]()
    for node in script.nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                values += [value for each in targets if getattr(each, "id", "") == name]
            case ast.Call(func=ast.Attribute(value=ast.Name(id=used), attr=method)) if (
                used == name and method not in ("items", "keys", "values")
            ):
                uses.append(node)
            case ast.Call(func=func) if node is not call and find_last_name(func) not in _QUIET:
                arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
                uses += [each for each in arguments if getattr(each, "id", "") == name]
    return len(values) == 1 and isinstance(values[0], ast.DictComp | ast.Dict) and not uses


def _find_scripts(resolver: Resolver, package: str) -> Iterator[Module]:
    """Yield the scripts that mention trainers or datasets, ``train.py`` first."""
    files = resolver.files
    above = ("..",) if os.path.basename(files.root) == "src" else ()
    paths = [
        "/".join(filter(None, (folder, name)))
        for folder in (*FOLDERS_OF_SCRIPTS, *above, package)
        for name in files.list_scripts(folder)
    ]
    paths.sort(key=lambda path: (path != "train.py", "train" not in path, path))
    yield from _load_scripts(resolver, list(dict.fromkeys(paths))[:_MAX_SCRIPTS])


def _find_sibling_scripts(resolver: Resolver, package: str) -> Iterator[Module]:
    """Yield the scripts next to the package, a folder down, whose names say that they train."""
    files = resolver.files
    paths = [
        f"{folder}/{name}"
        for folder in files.list_folders()
        if folder not in (*FOLDERS_OF_SCRIPTS, *_NO_SCRIPTS, package)
        for name in files.list_scripts(folder)
        if "train" in name
    ]
    yield from _load_scripts(resolver, paths[:_MAX_SCRIPTS])


def _load_scripts(resolver: Resolver, paths: Iterable[str]) -> Iterator[Module]:
    """Yield the scripts among files that mention trainers or datasets, or train models."""
    for path in paths:
        data = resolver.files.read(path) or b""
        is_training = b"models" in data and "train" in os.path.basename(path)
        if is_training or _MENTIONED.search(data):
            script = resolver.files.load_script(path)
            if script and script.is_readable:
                yield script


def _find_config_readers(
    resolver: Resolver, script: Module, chains: ConfigChains, calls: set[int]
) -> Iterator[Module | None]:
    """Yield the modules whose functions get the config or a section, as ``TrainScript`` has."""
    sections = ((), *((section,) for section in CLASS_SECTIONS))
    for node in chains.nodes:
        if not isinstance(node, ast.Call) or id(node) in calls:
            continue
        passed = [*node.args, *(keyword.value for keyword in node.keywords)]
        handed = [path for each in passed if (path := chains.find_chain(each))]
        is_quiet = find_last_name(node.func) in _QUIET
        if not is_quiet and any(
            path[0] in chains.roots and path[1:] in sections for path in handed
        ):
            symbols = [resolver.resolve(script, each) for each in (node.func, *node.args)]
            readers = (each.module for each in symbols if isinstance(each, Definition))
            yield from [*readers] or (None,)


def _find_caught(script: TrainScript) -> Iterator[str]:
    """Yield the sections whose objects are created where an error does not end the run."""
    caught = {
        id(part)
        for node in script.module.nodes
        if isinstance(node, ast.Try) and node.handlers
        for statement in node.body
        for part in walk(statement)
    }
    yield from (call.section for node, call in script.calls if id(node) in caught)


def _turns_last_save_off(node: ast.AST) -> bool:
    match node:
        case ast.keyword(arg="save_last", value=ast.Constant(value=False)):
            return True
    return False
