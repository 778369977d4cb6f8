"""Whether a script trains with another config, or other values, than the file that it loads."""

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache, cached_property

from trellis_cfg.document.paths import Path
from trellis_cfg.source.modules import FunctionNode, Module
from trellis_cfg.source.script.chains import CLASS_SECTIONS, QUIET, ConfigChains, strip_copy
from trellis_cfg.source.trees import find_last_name, walk

_LOADS = ("load", "loads", "safe_load")
_WEIGHTS = ("torch", "np", "numpy", "pickle")
_RESOLVES = re.compile(rb"\b(omegaconf|hydra|expandvars|template)\b", re.IGNORECASE)
_REFERENCE = re.compile(r"\$[{A-Za-z_]")
_COMPUTED = "*"
"""Stands for every argument of a section, where a script computes which."""
_TESTS = ("isinstance", "type", "is_list")
_PLAIN = (*QUIET, *_LOADS, "update", "init", "create", "resolve", "Namespace", "SimpleNamespace")


def replaces_config(chains: ConfigChains) -> bool:
    """Return whether a script may put other values into a config than its file has.

    That is where a function returns another one, where one is updated with another, as with a base
    that it names, and where the script walks into one by keys that it computes.
    """
    functions = {node.name: node for node in chains.nodes if isinstance(node, FunctionNode)}
    assigned = [(name, strip_copy(value)) for name, value in chains.assigned]
    loaded = {name for name, value in assigned if _is_loading(value)}
    roots = loaded | chains.roots
    loading = {name for name, node in functions.items() if any(map(_is_loading, walk(node)))}
    walking = {name for name, value in assigned if _is_named(value, roots)}
    for name, value in assigned:
        match value:
            case ast.Call(func=func, args=args) if (
                name in roots | walking or find_last_name(func) in loading
            ):
                function = functions.get(find_last_name(func))
                is_own = function is not None and not _returns_what_it_gets(function, loaded)
                is_passed = any(_is_named(each, roots) or _is_loading(each) for each in args)
                is_other = function is None and is_passed and find_last_name(func) not in _PLAIN
                if is_own or is_other:
                    return True
            case ast.Subscript(value=ast.Name(id=owner), slice=key) if owner == name in walking:
                if not isinstance(key, ast.Constant):
                    return True
            case ast.Dict(keys=keys, values=values):
                spread = [each for key, each in zip(keys, values, strict=True) if key is None]
                if sum(_is_named(each, loaded) for each in spread) > 1:
                    return True
    return any(
        _is_named(node.func.value, loaded) and any(_is_named(each, loaded) for each in node.args)
        for node in chains.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr == "update"
    )


def _is_named(node: ast.expr, names: set[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _is_loading(node: ast.AST) -> bool:
    """Return whether an expression loads a file that may be a config."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=name)):
            return name in _LOADS and owner not in _WEIGHTS
    return False


def _returns_what_it_gets(function: FunctionNode, loaded: set[str]) -> bool:
    """Return whether a function returns an argument, or what it loads, and nothing else."""
    arguments = {each.arg for each in walk(function.args) if isinstance(each, ast.arg)}
    values = [node.value for node in walk(function) if isinstance(node, ast.Return)]
    plain = [strip_copy(each) for each in values if each is not None]
    return all(_is_named(each, arguments | loaded) or _is_loading(each) for each in plain)


@cache
def skips_models(chains: ConfigChains) -> bool:
    """Return whether a script may create only some of the models of a config."""
    for node in chains.nodes:
        match node:
            case ast.comprehension(iter=origin, ifs=[_, *_]):
                is_partial = True
            case ast.For(iter=origin):
                is_partial = any(isinstance(each, ast.Continue) for each in walk(node))
            case _:
                continue
        view = origin.func if isinstance(origin, ast.Call) else origin
        if is_partial and "models" in chains.find_chain(view):
            return True
    return False


class ReplacedValues:
    """The values of a config that scripts may replace before they use them, or never use."""

    def __init__(self, modules: Collection[Module], *, is_training: bool) -> None:
        """Take scripts, and the modules that they import; ``is_training`` if one trains."""
        self._modules = modules
        data = b"\n".join(each.data for each in modules)
        folders = {section: f"{section.rstrip('s')}s".encode() for section in CLASS_SECTIONS}
        self._unused = {key for key in folders if is_training and folders[key] not in data}
        self._is_resolving = _RESOLVES.search(data) is not None

    @cached_property
    def _chains(self) -> list[ConfigChains]:
        return [ConfigChains(each) for each in self._modules]

    @cached_property
    def _converted(self) -> set[tuple[str, str]]:
        return {each for chains in self._chains for each in _find_converted(chains)}

    @cached_property
    def _defaults(self) -> set[tuple[str, str]]:
        return {each for chains in self._chains for each in _find_defaults(chains)}

    def may_lack(self, section: str, key: str) -> bool:
        """Return whether scripts do without a section, or a ``name`` or ``args`` of it."""
        return key in self._unused or (section, key) in self._defaults

    def may_differ(self, path: Path, value: object) -> bool:
        """Return whether scripts may use another value than this one at a path, or none."""
        match path, value:
            case (section, *_), _ if section in self._unused:
                return True
            case (section,), list():
                return _may_be_list(self._chains, str(section))
            case (section, *_, "args", key), str() if not self._converted.isdisjoint(
                [(section, key), (section, _COMPUTED)]
            ):
                return True
            case _, str() if self._is_resolving:
                return _REFERENCE.search(value) is not None
        return False


def _find_converted(chains: ConfigChains) -> Iterator[tuple[str, str]]:
    """Yield the arguments that a script sets, or passes to a function: section and name."""
    for node in chains.nodes:
        yield from ((section, _COMPUTED) for section in chains.find_computed(node))
        match node:
            case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                parts: list[ast.AST] = [node]
            case ast.Call(func=func, args=passed) if find_last_name(func) not in QUIET:
                parts = [part for each in passed for part in walk(each)]
            case _:
                continue
        yield from ((section, key) for section, key, _ in chains.find_reads(parts))


def _find_defaults(chains: ConfigChains) -> Iterator[tuple[str, str]]:
    """Yield the keys of sections that a script has a default for: section and name."""
    for node in chains.nodes:
        match node:
            case (
                ast.Call(
                    func=ast.Attribute(value=owner, attr="get" | "setdefault"),
                    args=[ast.Constant(value=key), *_],
                )
                | ast.Call(
                    func=ast.Attribute(value=owner, attr="pop"), args=[ast.Constant(value=key), _]
                )
                | ast.Call(func=ast.Name(id="getattr"), args=[owner, ast.Constant(value=key), _])
                | ast.Call(func=ast.Name(id="hasattr"), args=[owner, ast.Constant(value=key)])
                | ast.Compare(left=ast.Constant(value=key), comparators=[owner])
            ):
                chain = chains.find_chain(owner)
                owners = chain[-2:] if len(chain) > 1 else CLASS_SECTIONS
                yield from ((each, str(key)) for each in owners)


def _may_be_list(scripts: Iterable[ConfigChains], section: str) -> bool:
    """Return whether scripts test what a section is, or read it without naming a key of it."""
    is_read = is_mapping = False
    for chains in scripts:
        for node in chains.nodes:
            chain = chains.find_chain(node)
            chain = chain[chain[:1] == ("self",) :]
            is_read |= section in chain[1:]
            is_mapping |= section in chain[1:-1]
            match node:
                case ast.Call(func=func, args=[value, *_]) if find_last_name(func) in _TESTS:
                    if chains.find_chain(value)[-1:] == (section,):
                        return True
    return is_read and not is_mapping
