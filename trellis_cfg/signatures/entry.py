"""How a checkout's ``train.py`` calls its classes: what it gives them by itself."""

import ast
import os
from collections.abc import Iterator
from typing import NamedTuple

from trellis_cfg.signatures.chains import SECTIONS, Chains
from trellis_cfg.signatures.forms import Form, forms, section_of
from trellis_cfg.signatures.meanings import Defined
from trellis_cfg.signatures.modules import Imported, Module
from trellis_cfg.signatures.resolution import Resolution

_PLACES = ("", "scripts", "tools")
_MOST = 40
_RUNTIME = "trellis_cfg.training"


class Entry(NamedTuple):
    """What the scripts of a checkout say; ``tables`` are names that they give classes to.

    ``reads`` are the arguments, by section, that they read out of a config by themselves, and
    ``hidden`` the sections whose arguments they hand on where that cannot be followed. ``exists``
    says that some script speaks of trainers, if only in a way that is not understood.
    """

    paths: tuple[str, ...]
    forms: tuple[Form, ...]
    tables: frozenset[str]
    reads: dict[str, dict[str, str]]
    hidden: frozenset[str]
    runtime: bool
    exists: bool


def entry(resolution: Resolution, package: str) -> Entry:
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
    return Entry(
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
