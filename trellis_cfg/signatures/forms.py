"""The calls by which a script makes the classes that a config names."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from trellis_cfg.signatures.chains import Chains
from trellis_cfg.signatures.modules import Module
from trellis_cfg.signatures.resolution import Resolution

FOLDERS = {"trainers": "trainer", "datasets": "dataset", "models": "models"}
"""The folders of a package, and the sections of a config that name their classes."""


class Form(NamedTuple):
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


def forms(resolution: Resolution, script: Module, chains: Chains) -> list[tuple[ast.Call, Form]]:
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
) -> Form:
    call, lookup = made
    spread = [chains.of(keyword.value) for keyword in call.keywords if keyword.arg is None]
    is_plain = len(spread) == 1 and spread[0][-1:] == ("args",)
    roots = {chain[:length] for chain in spread for length in (1, 2)}
    beside = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg)]
    found = resolution.expression(script, lookup.where)
    is_starred = any(isinstance(one, ast.Starred) for one in call.args)
    return Form(
        lookup.section,
        None if is_starred else len(call.args),
        frozenset(keyword.arg for keyword in call.keywords if keyword.arg),
        script.at(call),
        is_certain=is_plain,
        hides=not is_plain or any(chains.of(one) in roots for one in beside if chains.of(one)),
        module=found.parts if isinstance(found, Module) else (),
    )
