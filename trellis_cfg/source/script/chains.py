"""The paths into a config that a script reads."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from trellis_cfg.source.frames import find_root_name
from trellis_cfg.source.modules import FunctionNode, Module
from trellis_cfg.source.trees import find_last_name, is_never_imported, list_assigned, walk

Chain = tuple[str, ...]
CLASS_SECTIONS = ("trainer", "dataset", "models")
COPIES = ("dict", "copy", "deepcopy", "edict", "EasyDict", "vars", "to_container")
QUIET = (*COPIES, "print", "len", "dumps", "dump", "pformat", "pprint", "str", "repr", "info")
READS = ("get", "pop", "setdefault")
_ARGS = re.compile(rb"""[.'"][\s\\]*args""")
_HOOKS = {"object_hook", "object_pairs_hook", "cls"}
_ACTIVE = (ast.Attribute, ast.Subscript, ast.Call)
METHODS = (*READS, "items", "keys", "values", "copy", "update")


def split_path(node: ast.AST) -> Chain:
    """Return the parts of ``cfg.trainer.args`` or ``cfg["trainer"]["args"]``, else none."""
    parts: list[str] = []
    while True:
        match node:
            case (
                ast.Attribute(value=inner, attr=name)
                | ast.Subscript(value=inner, slice=ast.Constant(value=str(name)))
            ):
                parts.append(name)
            case ast.Name(id=name):
                return (name, *reversed(parts))
            case _:
                return ()
        node = inner


def read_loop(target: ast.expr, origin: ast.expr) -> tuple[ast.expr, str, str]:
    """Return the dictionary that a loop goes through, and its names of a key and a value."""
    match origin, target:
        case (
            ast.Call(func=ast.Attribute(value=owner, attr="items")),
            ast.Tuple(elts=[key, value]),
        ):
            return owner, find_last_name(key), find_last_name(value)
        case ast.Call(func=ast.Attribute(value=owner, attr="values")), _:
            return owner, "", find_last_name(target)
        case ast.Call(func=ast.Attribute(value=owner, attr="keys")), _:
            return owner, find_last_name(target), ""
    return origin, find_last_name(target), ""


class ConfigChains:
    """The paths into a config that a script reads, also through names of its own."""

    def __init__(self, script: Module) -> None:
        """Collect the names that are bound to arguments of a config."""
        self._script = script
        self.nodes = script.nodes
        self._names: dict[str, Chain] = {}
        for name, value in self.assigned:
            if (chain := self.find_chain(strip_copy(value)))[-1:] == ("args",):
                self._names[name] = chain

    @cached_property
    def assigned(self) -> list[tuple[str, ast.expr]]:
        """The names that are assigned to, each with the value, in order."""
        return list_assigned(self.nodes)

    def find_chain(self, node: ast.AST) -> Chain:
        """Return the path that an expression reads; empty for other expressions."""
        chain = split_path(node)
        return (*self._names.get(chain[0], chain[:1]), *chain[1:]) if chain else ()

    @cached_property
    def paths(self) -> list[Chain]:
        """The paths that the nodes read."""
        return [*filter(None, map(self.find_chain, self.nodes))]

    @cached_property
    def roots(self) -> set[str]:
        """The names of what has the sections that are read."""
        return {chain[0] for chain in self.paths if chain[1:2] and chain[1] in CLASS_SECTIONS}

    def find_reads(self, nodes: Iterable[ast.AST] | None = None) -> Iterator[tuple[str, str, str]]:
        """Yield the arguments that nodes read or change: section, name and place."""
        nodes = self.nodes if nodes is None else nodes
        for node in nodes if _ARGS.search(self._script.data) else ():
            chain = self.find_chain(node)
            match node:
                case (
                    ast.Call(
                        func=ast.Attribute(value=value, attr="get" | "pop" | "setdefault"),
                        args=[ast.Constant(value=str(key)), *_],
                    )
                    | ast.Compare(left=ast.Constant(value=str(key)), comparators=[value])
                ):
                    chain = (*self.find_chain(value), key)
            match chain[-3:]:
                case (owner, "args", key) if key not in METHODS:
                    for section in _list_sections(owner):
                        yield section, key, self._script.locate(node)

    def find_computed(self, node: ast.AST) -> Iterator[str]:
        """Yield the sections of which a node sets or removes arguments that it computes."""
        for chain in map(self.find_chain, _list_changed(node)):
            if chain[-1:] == ("args",):
                yield from _list_sections(chain[-2] if len(chain) > 1 else "")

    def find_hidden(self, calls: set[int]) -> set[str]:
        """Return the sections whose arguments are passed to other calls than ``calls``."""
        sections: set[str] = set()
        for node in self.nodes:
            if not isinstance(node, _ACTIVE):
                continue
            if is_hooked(node):
                return {*CLASS_SECTIONS}
            sections.update(self.find_computed(node))
            if not isinstance(node, ast.Call) or id(node) in calls:
                continue
            name = find_last_name(node.func)
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
            if name == "update" and isinstance(node.func, ast.Attribute):
                values = [node.func.value]
            for chain in map(self.find_chain, values if name not in QUIET else ()):
                if chain[-1:] == ("args",) and len(chain) > 1:
                    sections.update(_list_sections(chain[-2]))
        return sections


def find_extra_keywords(nodes: list[ast.AST], spread: ast.expr) -> frozenset[str] | None:
    """Return what a dictionary of a script's own surely holds; None if it may be of a config.

    It is one that only a literal with keys, and assignments of single keys, fill.
    """
    if not isinstance(spread, ast.Name):
        return None
    name, sure, followed = spread.id, set[str](), {id(spread)}
    branches = (
        node
        for node in nodes
        if isinstance(node, ast.For | ast.While | ast.Try)
        or (isinstance(node, ast.If) and not is_never_imported(node.test))
    )
    inner = {id(each) for branch in branches for each in walk(branch)}
    is_created = False
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=target) as owner], value=ast.Dict(keys=keys)):
                is_created |= target == name
            case ast.Assign(targets=[ast.Subscript(value=ast.Name() as owner, slice=key)]):
                keys = [key]
            case _:
                continue
        texts = [key.value for key in keys if isinstance(key, ast.Constant)]
        if owner.id == name and len(texts) == len(keys):
            followed.add(id(owner))
            sure.update(str(text) for text in texts if id(node) not in inner)
    uses = {
        id(node) for node in nodes if name in (getattr(node, "id", ""), getattr(node, "arg", ""))
    }
    return frozenset(sure) if is_created and uses <= followed else None


def is_hooked(node: ast.AST) -> bool:
    """Return whether a call loads JSON through a function that may change it, or merges configs.

    Or whether it runs code that is computed.
    """
    match node:
        case ast.Call(func=ast.Name(id="exec")):
            return True
        case ast.Call(func=func, keywords=keywords):
            name, arguments = find_last_name(func), {each.arg for each in keywords}
            is_loading = name in ("load", "loads") and not _HOOKS.isdisjoint(arguments)
            return is_loading or "merge" in name.lower()
    return False


def _list_changed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what a node replaces, or sets or removes keys of that it computes."""
    match node:
        case (
            ast.Attribute(attr="args", ctx=ast.Store())
            | ast.Subscript(slice=ast.Constant(value="args"), ctx=ast.Store())
        ):
            yield node
        case ast.Subscript(value=value, slice=key, ctx=ast.Store() | ast.Del()):
            yield from [] if isinstance(key, ast.Constant) else [value]
        case ast.Call(func=ast.Attribute(value=value, attr=method), args=[key, *_]):
            is_computed = method in READS[1:] and not isinstance(key, ast.Constant)
            yield from [value] if is_computed else []


def changes_parameters(module: Module) -> bool:
    """Return whether a function of a module sets or removes computed keys of what it gets."""
    return any(
        find_root_name(value) in {each.arg for each in walk(node.args) if isinstance(each, ast.arg)}
        for node in module.nodes
        if isinstance(node, FunctionNode)
        for inner in walk(node)
        if isinstance(inner, _ACTIVE)
        for value in _list_changed(inner)
    )


def _list_sections(owner: str) -> tuple[str, ...]:
    """Return the sections that arguments may be of: all, where their owner does not say."""
    return (owner,) if owner in CLASS_SECTIONS else CLASS_SECTIONS


def strip_copy(node: ast.expr) -> ast.expr:
    """Return the expression that a copy is made of."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="copy"), args=[]):
            return inner
        case ast.Call(func=func, args=[inner, *_]) if find_last_name(func) in COPIES:
            return inner
    return node
