"""The keys of a config without which a train script fails: those that it reads on every path."""

import ast
import re
from collections.abc import Generator, Iterable, Iterator, Mapping

from trellis_cfg.source.certain_steps import is_plain_manager
from trellis_cfg.source.modules import (
    FunctionNode,
    Module,
    find_last_name,
)
from trellis_cfg.source.script.chains import CLASS_SECTIONS, COPIES
from trellis_cfg.source.script.lookups import bind_arguments
from trellis_cfg.source.train_script import TrainScript
from trellis_cfg.source.trees import is_never_imported, list_children, walk

Keys = tuple[str, ...]
"""A path into a config; "*" stands for each role of models."""
_ATTRIBUTES = (b"easydict", b"SimpleNamespace", b"Namespace")
"""What makes the keys of a config attributes, and fails for a key that it lacks."""
_LENIENT = (
    b"omegaconf",
    b"hydra",
    b"addict",
    b"munch",
    b"defaultdict",
    b"yaml",
    b"toml",
    b"__missing__",
    b"__getattr__",
)
_MERGES = (b".update(", b"vars(", b"__dict__")
_READS = ("get", "pop", "setdefault", "hasattr", "getattr", "setattr", "add_argument")
_WRITES = (*COPIES, "update", "set_defaults", "Namespace", "SimpleNamespace")
_EXITS = ("exit", "_exit", "quit", "abort")
_MAX_DEPTH = 5
_Leaving = ast.Return | ast.Break | ast.Continue
_STANDARD = frozenset({*CLASS_SECTIONS, "args"})


def find_required_keys(scripts: Iterable[TrainScript]) -> dict[Keys, str]:
    """Return the keys that every script that creates trainers needs, each with a place."""
    needs = [
        dict(_find_script_keys(script))
        for script in scripts
        if any(call.section == "trainer" for _, call in script.calls)
    ]
    first, *others = needs or [{}]
    return {keys: place for keys, place in first.items() if all(keys in each for each in others)}


def _find_script_keys(script: TrainScript) -> Iterator[tuple[Keys, str]]:
    """Yield the keys that a script reads on every path, and does not set or test itself."""
    data = script.module.data
    is_single = len(re.findall(rb"json\.loads?\(", data)) == 1
    is_shared = any(each is not script.module for each in script.readers)
    if not is_single or is_shared or any(word in data for word in _LENIENT):
        return
    scan = _Scan(script, has_attributes=any(word in data for word in _ATTRIBUTES))
    handled = set(_find_handled(script.module.nodes))
    options = _find_options(script.module)
    for keys, node in scan.find_reads():
        is_option = len(keys) == 1 and (options is None or keys[0] in options)
        if not is_option and handled.isdisjoint({*keys} - _STANDARD):
            yield keys, script.module.locate(node)


def _find_options(module: Module) -> set[str] | None:
    """Return the keys of the config itself that a script may set; None where it may set any."""
    slices = {id(node.slice) for node in module.nodes if isinstance(node, ast.Subscript)}
    options: set[str] = set(CLASS_SECTIONS)
    parsers = set()
    for node in module.nodes:
        match node:
            case ast.Constant(value=str(text)) if id(node) not in slices:
                options.add(text.lstrip("-").replace("-", "_"))
            case ast.Call(func=func, args=args) if find_last_name(func) == "add_argument":
                if not all(isinstance(each, ast.Constant) for each in args):
                    return None
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func, keywords=more)):
                if find_last_name(func) == "ArgumentParser":
                    parsers.add(name)
                    if any(each.arg == "parents" for each in more):
                        return None
    passed = {
        each.id
        for node in module.nodes
        if isinstance(node, ast.Call)
        for each in (*node.args, *(keyword.value for keyword in node.keywords))
        if isinstance(each, ast.Name)
    }
    is_merged = any(word in module.data for word in _MERGES)
    return None if passed & parsers or (is_merged and not parsers) else options


def _find_handled(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the keys that a script sets, tests or has a default or an option for."""
    for node in nodes:
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.Subscript(slice=ast.Constant(value=str(name)), ctx=ast.Store() | ast.Del()):
                yield name
            case ast.Compare(left=ast.Constant(value=str(name)), ops=[ast.In() | ast.NotIn()]):
                yield name
            case ast.Dict(keys=keys):
                yield from (str(key.value) for key in keys if isinstance(key, ast.Constant))
            case ast.Call(func=func, args=args, keywords=keywords):
                method = find_last_name(func)
                if method in _WRITES:
                    yield from (each.arg for each in keywords if each.arg)
                for each in (*args, *(keyword.value for keyword in keywords)):
                    if isinstance(each, ast.Constant) and method in _READS:
                        yield str(each.value).lstrip("-").replace("-", "_")


class _Scan:
    """Follows the statements that run on every path; ``names`` hold parts of the config."""

    def __init__(self, script: TrainScript, *, has_attributes: bool) -> None:
        self._script = script
        self._has_attributes = has_attributes
        self._functions = {
            node.name: node for node in script.module.nodes if isinstance(node, FunctionNode)
        }
        self._parents = {
            id(child): node for node in script.module.nodes for child in list_children(node)
        }
        self._depth = 0

    def find_reads(self) -> Iterator[tuple[Keys, ast.AST]]:
        """Yield the keys that the functions read that create the objects of a config."""
        for function, root in self._find_starts():
            body = function.body if function else _list_main(self._script.module.body)
            yield from self._scan_block(body, {root: ()})

    def _find_starts(self) -> Iterator[tuple[FunctionNode | None, str]]:
        """Yield the functions that create objects, and those that alone call them."""
        starts: dict[int, tuple[FunctionNode | None, str]] = {}
        for node, _ in self._script.calls:
            chains = [self._script.chains.find_chain(each.value) for each in node.keywords]
            for chain in chains:
                if len(chain) > 2 and chain[1] in CLASS_SECTIONS:  # noqa: PLR2004  root, section, …
                    function = self._find_function(node)
                    starts[id(function)] = (function, chain[0])
        for function, root in list(starts.values()):
            caller = self._find_caller(function, root) if function else None
            if caller:
                starts.setdefault(id(caller[0]), caller)
        yield from starts.values()

    def _find_caller(
        self, function: FunctionNode, root: str
    ) -> tuple[FunctionNode | None, str] | None:
        """Return the only function that calls one, with its name of the config."""
        calls = [
            node
            for node in self._script.module.nodes
            if isinstance(node, ast.Call) and find_last_name(node.func) == function.name
        ]
        callers = {
            (self._find_function(node), getattr(bind_arguments(function, node).get(root), "id", ""))
            for node in calls
        }
        caller, name = callers.pop() if len(callers) == 1 else (None, "")
        return (caller, name) if name else None

    def _find_function(self, node: ast.AST) -> FunctionNode | None:
        """Return the innermost function around a node."""
        parent = self._parents.get(id(node))
        while parent is not None and not isinstance(parent, FunctionNode):
            parent = self._parents.get(id(parent))
        return parent

    def _scan_block(
        self, block: Iterable[ast.stmt], names: dict[str, Keys]
    ) -> Generator[tuple[Keys, ast.AST], None, bool]:
        """Yield what statements read, up to one that may leave; return whether one may."""
        for statement in block:
            if (yield from self._scan_statement(statement, names)):
                return True
        return False

    def _scan_statement(
        self, statement: ast.stmt, names: dict[str, Keys]
    ) -> Generator[tuple[Keys, ast.AST], None, bool]:
        """Yield what a statement surely reads; return whether the next may not run."""
        match statement:
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                yield from self._scan_parts(statement, names)
                return True
            case ast.With(items=items, body=body):
                for item in items:
                    yield from self._scan(item.context_expr, names)
                if all(map(is_plain_manager, items)):
                    return (yield from self._scan_block(body, names))
                return any(isinstance(each, _Leaving) for each in walk(statement))
            case ast.If() | ast.For() | ast.While() | ast.Try() | ast.Match():
                yield from self._scan_branching(statement, names)
                self._forget(statement, names)
                return any(isinstance(each, _Leaving) for each in walk(statement))
            case ast.FunctionDef() | ast.ClassDef():
                return False
        yield from self._scan_parts(statement, names)
        self._bind(statement, names)
        calls = (each.func for each in walk(statement) if isinstance(each, ast.Call))
        return any(find_last_name(each) in _EXITS for each in calls)

    def _scan_branching(
        self, statement: ast.stmt, names: dict[str, Keys]
    ) -> Iterator[tuple[Keys, ast.AST]]:
        """Yield what the head of a statement reads, and the body of a loop over the models."""
        match statement:
            case ast.If(test=test):
                yield from self._scan(test, names)
            case ast.For(target=target, iter=origin, body=body):
                yield from self._scan(origin, names)
                if inner := self._bind_roles(target, origin, names):
                    yield from self._scan_block(body, inner)

    def _bind(self, statement: ast.stmt, names: dict[str, Keys]) -> None:
        """Note the names that an assignment binds to parts of the config."""
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                keys = self._find_keys(value, names)
                if keys is not None:
                    names[name] = keys
                elif names.get(name) != ():
                    names.pop(name, None)
            case _:
                self._forget(statement, names)

    def _forget(self, statement: ast.stmt, names: dict[str, Keys]) -> None:
        """Forget the parts of the config that a statement may bind again."""
        for each in walk(statement):
            is_bound = isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
            if isinstance(each, ast.Name) and is_bound and names.get(each.id):
                del names[each.id]

    def _scan_parts(self, node: ast.AST, names: dict[str, Keys]) -> Iterator[tuple[Keys, ast.AST]]:
        for child in list_children(node):
            yield from self._scan(child, names)

    def _scan(self, node: ast.AST, names: dict[str, Keys]) -> Iterator[tuple[Keys, ast.AST]]:
        """Yield what the part of an expression reads that is surely evaluated."""
        match node:
            case ast.Attribute() | ast.Subscript() if isinstance(node.ctx, ast.Load):
                keys = self._find_keys(node, names)
                if keys is None:
                    yield from self._scan_parts(node, names)
                else:
                    yield keys, node
            case ast.Call(func=func):
                called = func.value if isinstance(func, ast.Attribute) else func
                yield from self._scan(called, names)
                yield from self._scan_call(node, names)
            case ast.BoolOp(values=[first, *_]) | ast.IfExp(test=first):
                yield from self._scan(first, names)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                yield from self._scan_comprehension(node, names)
            case ast.Lambda():
                pass
            case _:
                yield from self._scan_parts(node, names)

    def _scan_comprehension(
        self,
        node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
        names: dict[str, Keys],
    ) -> Iterator[tuple[Keys, ast.AST]]:
        """Yield what a comprehension reads: of each element, only over the models."""
        first, *others = node.generators
        yield from self._scan(first.iter, names)
        is_plain = not (others or first.ifs)
        inner = self._bind_roles(first.target, first.iter, names) if is_plain else None
        for part in list_children(node) if inner else ():
            if inner and part is not first:
                yield from self._scan(part, inner)

    def _scan_call(self, node: ast.Call, names: dict[str, Keys]) -> Iterator[tuple[Keys, ast.AST]]:
        """Yield what the arguments of a call read, and a function of the script that it calls."""
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            yield from self._scan(argument, names)
        function = self._functions.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if function is None or self._depth >= _MAX_DEPTH or function.decorator_list:
            return
        bound = bind_arguments(function, node)
        passed = {name: self._find_keys(value, names) for name, value in bound.items()}
        inner = {name: keys for name, keys in passed.items() if keys is not None}
        if inner and not any(isinstance(each, ast.Yield) for each in walk(function)):
            self._depth += 1
            yield from self._scan_block(function.body, inner)
            self._depth -= 1

    def _bind_roles(
        self, target: ast.expr, origin: ast.expr, names: dict[str, Keys]
    ) -> dict[str, Keys] | None:
        """Return the names inside of a loop over the models; None for another loop."""
        match origin, target:
            case ast.Call(func=ast.Attribute(value=value, attr="items"), args=[]), ast.Tuple(
                elts=[_, ast.Name(id=name)]
            ):
                pass
            case ast.Call(func=ast.Attribute(value=value, attr="values"), args=[]), ast.Name(
                id=name
            ):
                pass
            case _:
                return None
        keys = self._find_keys(value, names)
        return {**names, name: ("models", "*")} if keys == ("models",) else None

    def _find_keys(self, node: ast.AST, names: Mapping[str, Keys]) -> Keys | None:
        """Return the path into the config that an expression reads; None for others."""
        parts: list[str] = []
        while True:
            match node:
                case ast.Attribute(value=inner, attr=name) if self._has_attributes:
                    if hasattr(dict, name):  # __dict__ or items: no key
                        return None
                    parts.append(name)
                case ast.Subscript(value=inner, slice=ast.Constant(value=str(name))):
                    parts.append(name)
                case ast.Name(id=name) if name in names:
                    return (*names[name], *reversed(parts))
                case _:
                    return None
            node = inner


def _list_main(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a script, those that only run when it is started included."""
    for statement in body:
        if isinstance(statement, ast.If) and is_never_imported(statement.test):
            yield from statement.body
        else:
            yield statement
