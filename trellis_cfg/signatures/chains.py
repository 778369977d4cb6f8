"""Dotted ways into a config, ``cfg.trainer.args``, and the names that scripts give them."""

import ast
from collections.abc import Iterator

from trellis_cfg.signatures.modules import Module

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
