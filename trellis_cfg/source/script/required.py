"""The keys of a config without which a train script fails: those that it reads on every path."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from trellis_cfg.source.certain_steps import is_plain_manager
from trellis_cfg.source.frames import find_local_names
from trellis_cfg.source.modules import FunctionNode, Module
from trellis_cfg.source.script.chains import CLASS_SECTIONS, COPIES, read_loop, split_path
from trellis_cfg.source.script.lookups import bind_arguments
from trellis_cfg.source.train_script import TrainScript
from trellis_cfg.source.trees import find_last_name, is_never_imported, list_children, walk

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
    for keys, node in scan.reads:
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
            case (
                ast.Attribute(attr=name, ctx=ast.Store() | ast.Del())
                | ast.Subscript(slice=ast.Constant(value=str(name)), ctx=ast.Store() | ast.Del())
                | ast.Compare(left=ast.Constant(value=str(name)), ops=[ast.In() | ast.NotIn()])
            ):
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
    """Follows the statements that run on every path; ``reads`` are the keys that they read.

    ``names`` hold parts of the config.
    """

    def __init__(self, script: TrainScript, *, has_attributes: bool) -> None:
        self.reads: list[tuple[Keys, ast.AST]] = []
        self._script = script
        self._has_attributes = has_attributes
        functions = [node for node in script.module.nodes if isinstance(node, FunctionNode)]
        self._functions = {node.name: node for node in functions}
        self._around = {id(inner): node for node in functions for inner in walk(node)}
        self._depth = 0
        for function, root in self._find_starts():
            body = function.body if function else _list_main(script.module.body)
            self._scan_block(body, {root: ()})

    def _find_starts(self) -> list[tuple[FunctionNode | None, str]]:
        """Return the functions that create objects, and those that alone call them."""
        starts: dict[int, tuple[FunctionNode | None, str]] = {}
        for node, _ in self._script.calls:
            for chain in (self._script.chains.find_chain(each.value) for each in node.keywords):
                if len(chain) > 2 and chain[1] in CLASS_SECTIONS:  # noqa: PLR2004  root, section, …
                    function = self._around.get(id(node))
                    starts[id(function)] = (function, chain[0])
        for function, root in list(starts.values()):
            caller = self._find_caller(function, root) if function else None
            if caller:
                starts.setdefault(id(caller[0]), caller)
        return list(starts.values())

    def _find_caller(
        self, function: FunctionNode, root: str
    ) -> tuple[FunctionNode | None, str] | None:
        """Return the only function that calls one, with its name of the config."""
        callers = {
            (
                self._around.get(id(node)),
                getattr(bind_arguments(function, node).get(root), "id", ""),
            )
            for node in self._script.module.nodes
            if isinstance(node, ast.Call) and find_last_name(node.func) == function.name
        }
        caller, name = callers.pop() if len(callers) == 1 else (None, "")
        return (caller, name) if name else None

    def _scan_block(self, block: Iterable[ast.stmt], names: dict[str, Keys]) -> bool:
        """Note what statements read, up to one that may leave; return whether one may."""
        return any(self._scan_statement(statement, names) for statement in block)

    def _scan_statement(self, statement: ast.stmt, names: dict[str, Keys]) -> bool:
        """Note what a statement surely reads; return whether the next may not run."""
        parts = walk(statement)
        match statement:
            case ast.FunctionDef() | ast.ClassDef():
                return False
            case ast.With(items=items, body=body):
                self._scan_all((item.context_expr for item in items), names)
                if all(map(is_plain_manager, items)):
                    return self._scan_block(body, names)
            case ast.If(test=test):
                self._scan(test, names)
            case ast.For(target=target, iter=origin, body=body):
                self._scan(origin, names)
                if inner := self._bind_roles(target, origin, names):
                    self._scan_block(body, inner)
            case ast.While() | ast.Try() | ast.Match():
                pass
            case _:
                self._scan_all(list_children(statement), names)
                self._bind(statement, names)
                calls = (each.func for each in parts if isinstance(each, ast.Call))
                is_exit = any(find_last_name(func) in _EXITS for func in calls)
                return is_exit or isinstance(statement, _Leaving | ast.Raise)
        self._forget(statement, names)
        return any(isinstance(each, _Leaving) for each in parts)

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
        for name in find_local_names(statement):
            if names.get(name):
                del names[name]

    def _scan_all(self, nodes: Iterable[ast.AST], names: dict[str, Keys]) -> None:
        for node in nodes:
            self._scan(node, names)

    def _scan(self, node: ast.AST, names: dict[str, Keys]) -> None:
        """Note what the part of an expression reads that is surely evaluated."""
        match node:
            case ast.Attribute(ctx=ast.Load()) | ast.Subscript(ctx=ast.Load()) if (
                keys := self._find_keys(node, names)
            ) is not None:
                self.reads.append((keys, node))
            case ast.Call(func=func):
                self._scan(func.value if isinstance(func, ast.Attribute) else func, names)
                self._scan_call(node, names)
            case ast.BoolOp(values=[first, *_]) | ast.IfExp(test=first):
                self._scan(first, names)
            case (
                ast.ListComp(generators=[first, *others])
                | ast.SetComp(generators=[first, *others])
                | ast.DictComp(generators=[first, *others])
                | ast.GeneratorExp(generators=[first, *others])
            ):
                self._scan(first.iter, names)
                inner = self._bind_roles(first.target, first.iter, names)
                if inner and not (others or first.ifs):
                    self._scan_all((each for each in list_children(node) if each != first), inner)
            case ast.Lambda():
                pass
            case _:
                self._scan_all(list_children(node), names)

    def _scan_call(self, node: ast.Call, names: dict[str, Keys]) -> None:
        """Note what the arguments of a call read, and a function of the script that it calls."""
        self._scan_all((*node.args, *(keyword.value for keyword in node.keywords)), names)
        function = self._functions.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if function is None or self._depth >= _MAX_DEPTH or function.decorator_list:
            return
        bound = bind_arguments(function, node)
        passed = {name: self._find_keys(value, names) for name, value in bound.items()}
        inner = {name: keys for name, keys in passed.items() if keys is not None}
        if inner and not any(isinstance(each, ast.Yield) for each in walk(function)):
            self._depth += 1
            self._scan_block(function.body, inner)
            self._depth -= 1

    def _bind_roles(
        self, target: ast.expr, origin: ast.expr, names: dict[str, Keys]
    ) -> dict[str, Keys] | None:
        """Return the names inside of a loop over the models; None for another loop."""
        models, _, name = read_loop(target, origin)
        is_of_models = name and self._find_keys(models, names) == ("models",)
        return {**names, name: ("models", "*")} if is_of_models else None

    def _find_keys(self, node: ast.AST, names: Mapping[str, Keys]) -> Keys | None:
        """Return the path into the config that an expression reads; None for others."""
        chain = split_path(node)
        if not chain or chain[0] not in names:
            return None
        attributes = [each.attr for each in walk(node) if isinstance(each, ast.Attribute)]
        if any(hasattr(dict, name) or not self._has_attributes for name in attributes):
            return None  # __dict__ or items: no key
        return (*names[chain[0]], *chain[1:])


def _list_main(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a script, those that only run when it is started included."""
    for statement in body:
        if isinstance(statement, ast.If) and is_never_imported(statement.test):
            yield from statement.body
        else:
            yield statement
