"""How a script looks up classes by the names in a config: in modules, and in tables of its own."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from trellis_cfg.source.modules import FunctionNode, Module, is_none
from trellis_cfg.source.names import Definition, Resolver, Value
from trellis_cfg.source.script.chains import ConfigChains
from trellis_cfg.source.script.replacements import skips_models
from trellis_cfg.source.trees import find_last_name, list_children, walk

FOLDERS = {"trainers": "trainer", "datasets": "dataset", "models": "models"}
"""The folders of a package, and the sections of a config that name their classes."""
_READERS = ("getattr", "vars", "dir", "print", "getmembers", "isinstance", "reload")
"""The functions that add nothing to a module that they get."""


class Lookup(NamedTuple):
    """A class that is looked up by name in a module.

    ``is_only`` means that a name that the module and the tables lack fails.
    """

    section: str
    module: ast.expr
    is_only: bool = True


class Table(NamedTuple):
    """Classes by name, as a script defines them."""

    module: Module
    classes: dict[str, ast.expr]


class ClassLookups:
    """The lookups of a script, those that a function of it does included."""

    def __init__(self, resolver: Resolver, script: Module, chains: ConfigChains) -> None:
        """Collect the names that a looked-up class is bound to."""
        self._resolver = resolver
        self._script = script
        self._chains = chains
        self.tables = list(_find_tables(script))
        self._names: dict[str, Lookup] = {}
        for name, value in chains.assigned:
            if lookup := self._find_lookup(value):
                self._names[name] = lookup
        for name, value in chains.assigned:
            if name in self._names and not self._is_known_class(value):
                self._names[name] = self._names[name]._replace(is_only=False)
        self._uncertain = set(self._find_uncertain())

    def find(self, node: ast.Call) -> Lookup | None:
        """Return the lookup of the class that a call creates; None for other calls."""
        lookup = self._find_lookup(node.func) or self._names.get(getattr(node.func, "id", ""))
        if lookup and lookup.section in self._uncertain:
            return lookup._replace(is_only=False)
        return lookup

    def _is_known_class(self, value: ast.expr) -> bool:
        """Return whether a value is None, looked up, or from a table that was read."""
        names = list(_find_table_names(value))
        is_table = bool(names) and all(self._read_table(self._script, name) for name in names)
        return is_none(value) or is_table or self._find_lookup(value) is not None

    def _find_lookup(self, node: ast.AST) -> Lookup | None:
        """Return a lookup of a class by its name: ``getattr(trainers, …)``, or a table first."""
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[module, name, *default]):
                section = self._find_section(module, name) if self._is_as_named(name) else None
                return Lookup(section, module, not default) if section else None
            case ast.Subscript(value=ast.Attribute(value=module, attr="__dict__")):
                section = find_section(module)
                return Lookup(section, module) if section else None
            case ast.IfExp(body=first, orelse=second):
                parts = [first, second]
            case ast.BoolOp(op=ast.Or(), values=parts):
                pass
            case ast.Call(func=ast.Attribute(attr="get"), args=[_, default]):
                parts = [default]
            case ast.Call():
                return self._find_in_function(node)
            case _:
                return None
        lookup = next(filter(None, map(self._find_lookup, parts)), None)
        tables = [self._read_table(self._script, name) for name in _find_table_names(node)]
        return lookup and lookup._replace(is_only=lookup.is_only and all(tables))

    def _is_as_named(self, name: ast.expr) -> bool:
        """Return whether the name of a class is what the config says, and not computed from it."""
        match name:
            case ast.Name(id=used):
                values = [
                    node.value
                    for node in self._chains.nodes
                    if isinstance(node, ast.Assign | ast.AugAssign)
                    and any(getattr(each, "id", "") == used for each in list_children(node))
                ]
                return all(
                    not isinstance(each, ast.Name) and self._is_as_named(each) for each in values
                )
            case ast.Call(func=ast.Name(id="str"), args=[inner]):
                return self._is_as_named(inner)
            case (
                ast.Call(
                    func=ast.Attribute(attr="get" | "pop"), args=[ast.Constant(value=str()), *_]
                )
                | ast.Subscript(slice=ast.Constant())
                | ast.Attribute()
                | ast.Constant()
            ):
                return True
        return False

    def _find_section(self, module: ast.expr, name: ast.expr) -> str | None:
        """Return the section of a module by its name, or by the config key of the class name."""
        chain = self._chains.find_chain(name)
        if section := find_section(module):
            return section
        is_key = len(chain) == 3 and chain[-1] == "name"  # noqa: PLR2004  config, section, "name"
        is_module = is_key and isinstance(self._resolver.resolve(self._script, module), Module)
        return chain[1] if is_module else None

    def _find_in_function(self, node: ast.Call) -> Lookup | None:
        """Return the lookup that a function does in a module that it gets."""
        passed = [*node.args, *(keyword.value for keyword in node.keywords)]
        modules = [each for each in passed if isinstance(each, ast.Name) and find_section(each)]
        function = self._resolver.resolve(self._script, node.func) if len(modules) == 1 else None
        if not (isinstance(function, Definition) and isinstance(function.node, FunctionNode)):
            return None
        bound = bind_arguments(function.node, node)
        nodes = walk(function.node)
        lookups = [
            len(each.args)
            for each in nodes
            if isinstance(each, ast.Call)
            and find_last_name(each.func) in ("getattr", "hasattr")
            and any(bound.get(getattr(part, "id", "")) is modules[0] for part in each.args[:1])
        ]
        tables = [
            self._read_table(self._script, bound[name.id])
            if isinstance(name, ast.Name) and name.id in bound
            else self._read_table(function.module, name)
            for name in _find_table_names(function.node)
        ]
        is_only = len(lookups) == 1 and not any(isinstance(each, ast.Try) for each in nodes)
        section = find_section(modules[0]) if lookups else None
        is_plain = is_only and lookups == [2] and all(tables)
        return Lookup(section, modules[0], is_plain) if section else None

    def _read_table(self, module: Module, name: ast.expr) -> bool:
        """Add a table of classes; return whether it could be read."""
        symbol = self._resolver.resolve(module, name)
        if not (isinstance(symbol, Value) and isinstance(symbol.node, ast.Dict)):
            return False
        classes = dict(_find_classes(symbol.node))
        self.tables.append(Table(symbol.module, classes))
        return len(classes) == len(symbol.node.keys)

    def _find_uncertain(self) -> Iterator[str | None]:
        """Yield the sections where the script may set a name, or look in another place for it."""
        yield from ["models"] if skips_models(self._chains) else []
        for node in self._chains.nodes:
            match node:
                case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                    *_, section, key = ("", "", *self._chains.find_chain(node))
                    yield from [section] if key == "name" else []
                case ast.Call(func=ast.Name(id="hasattr"), args=[module, *_]):
                    yield find_section(module)
                case ast.Call():
                    lookup = self._find_lookup(node)
                    if lookup is None:
                        yield from self._find_passed(node)
                    elif not lookup.is_only:
                        yield lookup.section
                case ast.Try(body=body):
                    inner = (part for statement in body for part in walk(statement))
                    lookups = map(self._find_lookup, inner)
                    yield from (lookup.section for lookup in lookups if lookup)

    def _find_passed(self, call: ast.Call) -> Iterator[str | None]:
        """Yield the sections of the modules that a call may add classes to."""
        match call:
            case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(), _]):
                return
            case ast.Call(func=func) if find_last_name(func) in _READERS:
                return
        for each in (*call.args, *(keyword.value for keyword in call.keywords)):
            section = find_section(each) if isinstance(each, ast.Name) else None
            if section and isinstance(self._resolver.resolve(self._script, each), Module):
                yield section


def find_section(module: ast.expr) -> str | None:
    """Return the section of a module by its name."""
    return FOLDERS.get(find_last_name(module))


def bind_arguments(function: FunctionNode, call: ast.Call) -> dict[str, ast.expr]:
    """Return what a call passes, by the parameters of the function."""
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    bound = dict(zip(names, call.args, strict=False))
    return bound | {each.arg: each.value for each in call.keywords if each.arg}


def _find_table_names(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the names that are used as tables: ``t[name]``, ``t.get(name)``, ``name in t``."""
    for each in walk(node):
        match each:
            case (
                ast.Subscript(value=table, slice=key)
                | ast.Call(func=ast.Attribute(value=table, attr="get"), args=[key, *_])
                | ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[table])
            ) if not isinstance(key, ast.Constant):
                if find_last_name(table) not in ("", "__dict__"):
                    yield table


def _find_classes(table: ast.Dict) -> Iterator[tuple[str, ast.expr]]:
    """Yield the entries of a dictionary that name classes."""
    for key, value in zip(table.keys, table.values, strict=True):
        match key, value:
            case ast.Constant(value=str(name)), ast.Name() | ast.Attribute():
                if name[:1].isupper():
                    yield name, value


def _find_tables(script: Module) -> Iterator[Table]:
    """Yield the classes that a script puts into tables or into the modules."""
    for node in script.nodes:
        match node:
            case ast.Dict():
                yield Table(script, dict(_find_classes(node)))
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Attribute) and find_section(target.value):
                        yield Table(script, {target.attr: value})
            case ast.Call(
                func=ast.Name(id="setattr"), args=[module, ast.Constant(value=name), value]
            ) if find_section(module):
                yield Table(script, {str(name): value})
