"""Binds the arguments of a call to the names of a function."""

import ast
from collections.abc import Callable, Mapping

from trellis_cfg.source.assertions.evaluate import Evaluator, Keywords, Known, Names, Positional
from trellis_cfg.source.assertions.outcomes import Frame, Unfollowable
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


def read_call(
    node: ast.Call,
    evaluator: Evaluator,
    frame: Frame,
    evaluate: Callable[[ast.expr], Known | None],
) -> tuple[list[Known | None] | None, Names]:
    """Return the arguments of a call; None for an unknown number of positional ones."""
    keywords: Names = {}
    for keyword in node.keywords:
        if keyword.arg:
            keywords[keyword.arg] = evaluate(keyword.value)
            continue
        known = evaluator.evaluate(keyword.value, frame.names, frame.module)
        match known:
            case Known(value=Keywords() as rest):
                keywords |= rest
            case Known(value=dict() as values, parameters=parameters) as known:
                evaluator.look_at(known)
                keywords |= {key: Known(value, parameters) for key, value in values.items()}
            case _:
                return None, {}
    positional: list[Known | None] = []
    for argument in node.args:
        if not isinstance(argument, ast.Starred):
            positional.append(evaluate(argument))
            continue
        match evaluator.evaluate(argument.value, frame.names, frame.module):
            case Known(value=Positional() as more):
                positional += more
            case _:
                return None, keywords
    return positional, keywords
