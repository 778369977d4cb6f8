"""The steps that a trainer takes in every run, whatever its conditions say."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from trellis_cfg.source.modules import DefinitionNode
from trellis_cfg.source.trees import find_last_name, list_children, walk
from trellis_cfg.source.uses.class_code import Method

_LOOPS = ("run", "run_step", "train", "train_step", "fit")
"""The methods whose loops run at least once."""


class Step(NamedTuple):
    """Something that a method does; ``name`` is the caller's, or that of a method it calls.

    ``owner`` is "self" or "super" for a method that it calls.
    """

    name: str
    method: Method
    node: ast.AST
    owner: str = ""


def find_steps(
    methods: Mapping[str, list[Method]],
    starts: Iterable[str],
    get_name: Callable[[ast.AST], str],
) -> Iterator[Step]:
    """Yield the steps that ``get_name`` names, in the methods that are surely called."""
    pending = [(name, 0) for name in starts]
    seen = set()
    while pending:
        name, position = pending.pop()
        if (name, position) in seen or position >= len(methods.get(name, ())):
            continue
        seen.add((name, position))
        method = methods[name][position]
        for step in _Walk(method, get_name).scan(method.node.body):
            is_base = step.owner == "super" and step.name == name
            if step.owner:
                pending.append((step.name, position + 1 if is_base else 0))
            else:
                yield step


def is_plain_manager(item: ast.withitem) -> bool:
    """Return whether a context manager is not known to stop exceptions."""
    names = [find_last_name(node) for node in walk(item.context_expr) if isinstance(node, ast.expr)]
    return not any("suppress" in name or "ignore" in name for name in names)


def _may_leave(statement: ast.stmt) -> bool:
    """Return whether the statement after another may not run."""
    if isinstance(statement, ast.Raise | DefinitionNode):
        return isinstance(statement, ast.Raise)
    return any(isinstance(each, ast.Return | ast.Break | ast.Continue) for each in walk(statement))


class _Walk(NamedTuple):
    """Goes through the statements of a method that surely run."""

    method: Method
    get_name: Callable[[ast.AST], str]

    def scan(self, block: Iterable[ast.stmt]) -> list[Step]:
        """Return the steps of statements, up to one that may leave."""
        steps: list[Step] = []
        for statement in block:
            match statement:
                case ast.If(test=test, body=body, orelse=orelse):
                    shared = {(step.name, step.owner) for step in self.scan(orelse)}
                    steps += self._walk(test)
                    steps += [at for at in self.scan(body) if (at.name, at.owner) in shared]
                case ast.For(iter=test, body=body) | ast.While(test=test, body=body):
                    steps += self._walk(test)
                    steps += self.scan(body) if self.method.node.name in _LOOPS else []
                case ast.With(items=items, body=body):
                    steps += [step for item in items for step in self._walk(item)]
                    steps += self.scan(body) if all(map(is_plain_manager, items)) else []
                case ast.Try() | ast.Match() | ast.FunctionDef() | ast.ClassDef():
                    pass
                case _:
                    steps += self._walk(statement)
            if _may_leave(statement):
                break
        return steps

    def _walk(self, node: ast.AST) -> Iterator[Step]:
        """Yield the steps in the part of an expression that is surely evaluated."""
        if name := self.get_name(node):
            yield Step(name, self.method, node)
        match node:
            case ast.Call(func=ast.Attribute(value=inner, attr=method)):
                owner = getattr(getattr(inner, "func", inner), "id", "")
                if owner in ("self", "super"):
                    yield Step(method, self.method, node, owner)
        match node:
            case ast.BoolOp(values=[first, *_]) | ast.IfExp(test=first):
                yield from self._walk(first)
            case ast.Lambda():
                pass
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                yield from self._walk(node.generators[0].iter)
            case _:
                for child in list_children(node):
                    yield from self._walk(child)
