"""Arguments that a class reads only to warn that they are ignored."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache

from trellis_cfg.source.assertions.evaluate import Evaluator, Known
from trellis_cfg.source.kwargs import find_uses
from trellis_cfg.source.trees import find_last_name, walk
from trellis_cfg.source.uses.class_code import ClassCode, Method, get_text, list_texts

_WARNINGS = ("warn", "warning", "warn_once", "warning_once", "print", "info", "error")
_IGNORED = re.compile(
    r"deprecat|ignor|no longer|not used|unused|no effect|obsolete|removed", re.IGNORECASE
)
_MENTIONED = (b"deprecat", b"ignor", b"longer", b"used", b"effect", b"obsolete", b"removed")
"""Of what ``_IGNORED`` matches, one of these is a part, also where a text goes on in a new line."""
_OPAQUE = ("locals", "vars", "__dict__", "eval", "exec")


def find_deprecated(code: ClassCode, arguments: Mapping[str, object]) -> dict[str, str]:
    """Return the arguments that are only warned of, with these values, each with the place."""
    candidates = _find_candidates(code)
    names = arguments.keys() & candidates if candidates else ()
    places = {name: _find_warning(code, name, arguments[name]) for name in names}
    return {name: place for name, place in places.items() if place}


@cache
def _find_candidates(code: ClassCode) -> frozenset[str]:
    """Return the names that a class tests before it warns; none if it may read any."""
    tests = [test for method in code.all_methods for test in _find_tests(method)]
    if not (tests and code.is_complete) or any(map(_hides_keywords, code.all_methods)):
        return frozenset()
    names = (node for _, node in code.nodes if isinstance(node, ast.Name | ast.Attribute))
    if any(find_last_name(node) in _OPAQUE for node in names):
        return frozenset()
    aliases = {alias: key for method in code.all_methods for alias, key in _find_aliases(method)}
    tested = {text for test in tests for text in list_texts(test)}
    return frozenset(tested | {aliases[name] for name in tested & aliases.keys()})


@cache
def _find_tests(method: Method) -> list[ast.expr]:
    """Return what a method tests before it warns."""
    is_possible = any(map(method.text.lower().__contains__, _MENTIONED))
    tests = (node for node in method.nodes if isinstance(node, ast.If)) if is_possible else ()
    return [node.test for node in tests if any(map(_warns, node.body))]


def _hides_keywords(method: Method) -> bool:
    """Return whether a method hands its keyword dictionary to where it is not seen."""
    keywords = method.node.args.kwarg
    uses = find_uses(method.node, keywords.arg) if keywords else ()
    return any(use.action == "escape" for use in uses)


def _find_warning(code: ClassCode, name: str, value: object) -> str:
    """Return where a class warns of an argument; empty if it does not, or reads it elsewhere."""
    places = []
    for method in code.all_methods:
        aliases = {name, *(alias for alias, key in _find_aliases(method) if key == name)}
        values = Evaluator(dict.fromkeys(aliases, Known(value)), {})
        allowed: set[int] = set()
        for node in method.nodes:
            is_warning = isinstance(node, ast.If) and _is_warning(node, aliases, name)
            if is_warning or _is_removal(node, name):
                allowed |= {id(inner) for inner in walk(node)}
            if isinstance(node, ast.If) and is_warning and values.decide(node.test) is not False:
                places.append(method.module.locate(node))
        if any(id(node) not in allowed for node in method.nodes if _reads(node, aliases, name)):
            return ""
    return places[0] if places else ""


def _find_aliases(method: Method) -> Iterator[tuple[str, str]]:
    """Yield the names that get an argument from a keyword dictionary, and its key."""
    for alias, value in method.assigned:
        match value:
            case ast.Call(
                func=ast.Attribute(attr="pop" | "get"), args=[ast.Constant(value=str(key)), *_]
            ):
                yield alias, key


def _is_removal(node: ast.AST, name: str) -> bool:
    """Return whether a call only takes the argument out of the keyword dictionary."""
    match node:
        case ast.Call(func=ast.Attribute(attr="pop"), args=[ast.Constant(value=key), *_]):
            return key == name
    return False


def _reads(node: ast.AST, aliases: set[str], name: str) -> bool:
    """Return whether a node may read the argument."""
    if isinstance(node, ast.Name):
        return node.id in aliases and isinstance(node.ctx, ast.Load)
    return get_text(node) == name


def _is_warning(node: ast.If, aliases: set[str], name: str) -> bool:
    """Return whether a statement tests an argument, and only warns that it is ignored."""
    others = [each for each in node.body if not _warns(each)]
    return (
        not aliases.isdisjoint(list_texts(node.test))
        and not node.orelse
        and len(others) < len(node.body)
        and all(_is_discard(each, aliases, name) for each in others)
    )


def _warns(node: ast.stmt) -> bool:
    """Return whether a statement warns that something is ignored."""
    match node:
        case ast.Expr(value=ast.Call(func=func)) if find_last_name(func) in _WARNINGS:
            return any(map(_IGNORED.search, list_texts(node)))
    return False


def _is_discard(node: ast.stmt, aliases: set[str], name: str) -> bool:
    """Return whether a statement takes the argument away."""
    match node:
        case ast.Pass():
            return True
        case ast.Expr(value=value):
            return _is_removal(value, name)
        case ast.Assign(targets=[ast.Name(id=target)], value=ast.Constant()):
            return target in aliases
        case ast.Delete(targets=[ast.Subscript(slice=ast.Constant(value=key))]):
            return key == name
    return False
