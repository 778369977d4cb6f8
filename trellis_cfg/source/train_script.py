"""How a checkout's ``train.py`` calls its classes: what it gives them by itself."""

import ast
import os
from collections.abc import Iterator
from typing import NamedTuple

from trellis_cfg.source.modules import Imported, Module
from trellis_cfg.source.names import Defined, Resolution

Chain = tuple[str, ...]
SECTIONS = ("trainer", "dataset", "models")
_COPIES = ("dict", "copy", "deepcopy", "edict", "EasyDict", "vars", "to_container")
_QUIET = (*_COPIES, "print", "len", "dumps", "dump", "pformat", "pprint", "str", "repr", "info")
_READS = ("get", "pop", "setdefault")
_LEFT_ALONE = (*_READS, "items", "keys", "values", "copy", "update")


class Chains:
    """The ways into a config that a script takes, its own names for them followed."""

    def __init__(self, script: Module) -> None:
        """Collect the names that stand for arguments of a config."""
        self._script = script
        self.nodes: list[ast.AST] = list(ast.walk(script.file.tree)) if script.file.tree else []
        self.names: dict[str, Chain] = {}
        for node in self.nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    chain = self.of(_copied(value))
                    if chain[-1:] == ("args",):
                        self.names[name] = chain

    def of(self, node: ast.AST) -> Chain:
        """Return the parts of ``cfg.trainer.args`` or ``cfg["trainer"]["args"]``, else none."""
        parts: list[str] = []
        while True:
            match node:
                case ast.Attribute(value=inner, attr=name):
                    parts.append(name)
                case ast.Subscript(value=inner, slice=ast.Constant(value=str(name))):
                    parts.append(name)
                case ast.Name(id=name):
                    return (*self.names.get(name, (name,)), *reversed(parts))
                case _:
                    return ()
            node = inner

    def reads(self) -> Iterator[tuple[str, str, str]]:
        """Yield the arguments that are read or changed: section, name and place."""
        for node in self.nodes:
            chain = self.of(node)
            match node:
                case ast.Call(
                    func=ast.Attribute(value=value, attr=method),
                    args=[ast.Constant(value=str(key)), *_],
                ) if method in _READS:
                    chain = (*self.of(value), key)
                case ast.Compare(left=ast.Constant(value=str(key)), comparators=[value]):
                    chain = (*self.of(value), key)
            match chain[-3:]:
                case (owner, "args", key) if key not in _LEFT_ALONE:
                    for section in _sections(owner):
                        yield section, key, self._script.at(node)

    def hidden(self, calls: set[int]) -> set[str]:
        """Return the sections whose arguments go out of sight, but for ``calls``."""
        found: set[str] = set()
        for node in self.nodes:
            if not isinstance(node, ast.Call) or id(node) in calls:
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
            if name == "update" and isinstance(node.func, ast.Attribute):
                values = [node.func.value]
            for chain in map(self.of, values if name not in _QUIET else ()):
                if chain[-1:] == ("args",) and len(chain) > 1:
                    found.update(_sections(chain[-2]))
        return found


def _sections(owner: str) -> tuple[str, ...]:
    """Return the sections that arguments may be of: of all, where their owner does not say."""
    return (owner,) if owner in SECTIONS else SECTIONS


def _copied(node: ast.expr) -> ast.expr:
    """Return what a copy is of."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="copy"), args=[]):
            return inner
        case ast.Call(func=func, args=[inner, *_]):
            name = getattr(func, "attr", getattr(func, "id", ""))
            return inner if name in _COPIES else node
    return node


FOLDERS = {"trainers": "trainer", "datasets": "dataset", "models": "models"}
"""The folders of a package, and the sections of a config that name their classes."""


class ClassForm(NamedTuple):
    """A way that classes of a section are called; None positional arguments are not known.

    ``module`` is the dotted name of what is looked into, if that could be followed, and
    ``is_only`` says that a name that is not there fails. ``hides`` says that a call gets more of
    the config, or other keywords, and may read anything there.
    """

    section: str
    positional: int | None
    keywords: frozenset[str]
    place: str
    is_certain: bool
    hides: bool = False
    module: tuple[str, ...] = ()
    is_only: bool = True


class Lookup(NamedTuple):
    """A class that is looked up by its name."""

    section: str
    where: ast.expr
    has_default: bool


def forms(
    resolution: Resolution, script: Module, chains: Chains
) -> list[tuple[ast.Call, ClassForm]]:
    """Return the calls of a script that make classes, and what each gives them."""
    named: dict[str, Lookup] = {}
    for node in chains.nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found = looked_up(value)
                if found:
                    named[name] = found
    unsure = set(_unsure(chains))
    made = []
    for node in chains.nodes:
        if isinstance(node, ast.Call) and any(keyword.arg is None for keyword in node.keywords):
            lookup = looked_up(node.func) or named.get(getattr(node.func, "id", ""))
            if lookup:
                form = _form(resolution, script, chains, (node, lookup))
                made.append((node, form._replace(is_only=lookup.section not in unsure)))
    return made


def looked_up(node: ast.expr) -> Lookup | None:
    """Return the class that is looked up by name: ``getattr(trainers, …)``."""
    match node:
        case ast.Call(func=ast.Name(id="getattr"), args=[where, _, *default]):
            pass
        case ast.Subscript(value=ast.Attribute(value=where, attr="__dict__")):
            default = []
        case _:
            return None
    section = section_of(where)
    return Lookup(section, where, bool(default)) if section else None


def section_of(where: ast.expr) -> str | None:
    """Return the section that a module's name means."""
    return FOLDERS.get(getattr(where, "attr", getattr(where, "id", "")))


def _unsure(chains: Chains) -> Iterator[str]:
    """Yield the sections where a name that is not there may be sought elsewhere."""
    for node in chains.nodes:
        match node:
            case ast.Call(func=ast.Name(id="hasattr"), args=[where, *_]):
                section = section_of(where)
                if section:
                    yield section
            case ast.Call():
                lookup = looked_up(node)
                if lookup and lookup.has_default:
                    yield lookup.section
            case ast.Try(body=body):
                for inner in (one for statement in body for one in ast.walk(statement)):
                    lookup = looked_up(inner) if isinstance(inner, ast.expr) else None
                    if lookup:
                        yield lookup.section


def _form(
    resolution: Resolution, script: Module, chains: Chains, made: tuple[ast.Call, Lookup]
) -> ClassForm:
    call, lookup = made
    spread = [chains.of(keyword.value) for keyword in call.keywords if keyword.arg is None]
    is_plain = len(spread) == 1 and spread[0][-1:] == ("args",)
    roots = {chain[:length] for chain in spread for length in (1, 2)}
    beside = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg)]
    found = resolution.expression(script, lookup.where)
    is_starred = any(isinstance(one, ast.Starred) for one in call.args)
    return ClassForm(
        lookup.section,
        None if is_starred else len(call.args),
        frozenset(keyword.arg for keyword in call.keywords if keyword.arg),
        script.at(call),
        is_certain=is_plain,
        hides=not is_plain or any(chains.of(one) in roots for one in beside if chains.of(one)),
        module=found.parts if isinstance(found, Module) else (),
    )


_PLACES = ("", "scripts", "tools")
_MOST = 40
_RUNTIME = "trellis_cfg.training"


class TrainScript(NamedTuple):
    """What the scripts of a checkout say; ``tables`` are names that they give classes to.

    ``reads`` are the arguments, by section, that they read out of a config by themselves, and
    ``hidden`` the sections whose arguments they hand on where that cannot be followed. ``exists``
    says that some script speaks of trainers, if only in a way that is not understood.
    """

    paths: tuple[str, ...]
    forms: tuple[ClassForm, ...]
    tables: frozenset[str]
    reads: dict[str, dict[str, str]]
    hidden: frozenset[str]
    runtime: bool
    exists: bool


def read_train_script(resolution: Resolution, package: str) -> TrainScript:
    """Read the scripts at the root of a checkout, and one level down, that train."""
    scripts = list(_scripts(resolution, package))
    tables = {name for script, _ in scripts for name in _tables(script)}
    made = [(script, chains, forms(resolution, script, chains)) for script, chains in scripts]
    made = [one for one in made if one[2]]
    if any(_trains(script) for script, _, _ in made):
        made = [one for one in made if _trains(one[0])]
    reads: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    hidden: set[str] = set()
    for script, chains, found in made:
        hidden |= chains.hidden({id(call) for call, _ in found})
        for section, key, place in _reads(resolution, script, chains):
            reads[section].setdefault(key, place)
    return TrainScript(
        tuple(script.path for script, _, _ in made),
        tuple(form for _, _, found in made for _, form in found),
        frozenset(tables),
        reads,
        frozenset(hidden),
        any(_imports(script, _RUNTIME) for script, _, _ in made),
        any(not script.path.endswith("__init__.py") for script, _ in scripts),
    )


def _trains(script: Module) -> bool:
    return "train" in os.path.basename(script.path)


def _scripts(resolution: Resolution, package: str) -> Iterator[tuple[Module, Chains]]:
    """Yield the scripts that speak of trainers, ``train.py`` first."""
    sources = resolution.sources
    above = ("..",) if os.path.basename(sources.root) == "src" else ()
    paths = [
        "/".join(filter(None, (folder, name)))
        for folder in (*_PLACES, *above, package)
        for name in sources.scripts(folder)
    ]
    paths.sort(key=lambda path: (path != "train.py", "train" not in path, path))
    for path in list(dict.fromkeys(paths))[:_MOST]:
        data = sources.content(path)
        if data and (b"trainers" in data or b"datasets" in data):
            script = resolution.script(path)
            if script and script.is_readable:
                yield script, Chains(script)


def _reads(
    resolution: Resolution, script: Module, chains: Chains
) -> Iterator[tuple[str, str, str]]:
    """Yield what a script reads, and what the modules do that it imports."""
    yield from chains.reads()
    seen = {script.path}
    for name, bindings in script.bindings.items():
        if not any(isinstance(binding.value, Imported) for binding in bindings):
            continue
        found = resolution.name(script, name)
        module = found.module if isinstance(found, Defined) else found
        if isinstance(module, Module) and module.path not in seen:
            seen.add(module.path)
            yield from Chains(module).reads()


def _tables(script: Module) -> Iterator[str]:
    """Yield the names that a script gives classes to by tables, or puts into the modules."""
    for node in ast.walk(script.file.tree) if script.file.tree else ():
        match node:
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    match key, value:
                        case ast.Constant(value=str(name)), ast.Name() | ast.Attribute():
                            yield from (name,) if name[:1].isupper() else ()
            case ast.Assign(targets=targets):
                for target in targets:
                    if isinstance(target, ast.Attribute) and section_of(target.value):
                        yield target.attr
            case ast.Call(func=ast.Name(id="setattr"), args=[where, ast.Constant(value=name), _]):
                if section_of(where):
                    yield str(name)


def _imports(script: Module, wanted: str) -> bool:
    """Tell whether a script imports a module, or something of it."""
    for node in ast.walk(script.file.tree) if script.file.tree else ():
        match node:
            case ast.Import(names=names):
                brought = [one.name for one in names]
            case ast.ImportFrom(module=str(module), names=names, level=0):
                brought = [f"{module}.{one.name}" for one in names]
            case _:
                continue
        if any(f"{one}.".startswith(f"{wanted}.") for one in brought):
            return True
    return False
