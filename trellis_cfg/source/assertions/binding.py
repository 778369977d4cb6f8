"""Binds the arguments of a call to the names of a function."""

import ast
from collections.abc import Callable, Mapping

from trellis_cfg.source.assertions.evaluate import Evaluator, Keywords, Known, Names, Positional
from trellis_cfg.source.assertions.outcomes import Unfollowable
from trellis_cfg.source.modules import FunctionNode, Module


def bind(
    node: FunctionNode,
    positional: list[Known | None] | None,
    keywords: Mapping[str, Known | None],
    evaluator: Evaluator,
    module: Module,
) -> Names:
    """Return the names of a called function; raise Unfollowable where the call does not fit."""
    arguments = node.args
    parameters = [*arguments.posonlyargs, *arguments.args]
    is_method = bool(parameters) and parameters[0].arg == "self"
    listed = [each.arg for each in parameters[is_method:]]
    names: Names = dict.fromkeys([*listed, *(each.arg for each in arguments.kwonlyargs)])
    defaults = [*arguments.defaults]
    pairs = [*zip(reversed(parameters), reversed(defaults), strict=False)]
    pairs += [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d]
    if positional is not None:
        for parameter, default in pairs:
            names[parameter.arg] = evaluator.evaluate(default, {}, module)
        if len(positional) > len(listed) and not arguments.vararg:
            raise Unfollowable
        names |= dict(zip(listed, positional, strict=False))
    rest = Keywords()
    for key, known in keywords.items():
        if key in names:
            names[key] = known
        else:
            rest[key] = known
    if arguments.vararg:
        rest_of = None if positional is None else Positional(positional[len(listed) :])
        names[arguments.vararg.arg] = None if rest_of is None else Known(rest_of)
    if arguments.kwarg:
        names[arguments.kwarg.arg] = Known(rest) if positional is not None else None
    return names


def read_keyword(
    node: ast.Call, held: Known | None, evaluate: Callable[[ast.expr], Known | None]
) -> tuple[bool, Known | None]:
    """Return whether a call reads one of the keywords that no parameter takes, and its value."""
    match held, node:
        case (
            Known(value=Keywords() as rest),
            ast.Call(func=ast.Attribute(attr=attr), args=[ast.Constant(value=str(key)), *more]),
        ):
            default = evaluate(more[0]) if more else Known(None)
            known = rest.get(key, default)
            if attr == "pop":
                rest.pop(key, None)
            return True, known
    return False, None
