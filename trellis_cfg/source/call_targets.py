"""What a call means: a base's method by ``super()``, a method, a function or a class."""

import ast
from typing import Protocol

from trellis_cfg.source.accepted_arguments import AcceptedArguments, CallArguments, unclear
from trellis_cfg.source.frames import (
    Frame,
    Scope,
    local_names,
    own_name,
    root_of,
    scope_of,
    starts_with_self,
)
from trellis_cfg.source.modules import Function, bound
from trellis_cfg.source.mro import Mro, MroEntry
from trellis_cfg.source.names import Defined, External, Resolution


class Tracer(Protocol):
    """Follows the call of a class, of a method or of a function: ``Following`` does."""

    resolution: Resolution
    lineages: Mro

    def construct(self, found: Defined, given: CallArguments) -> AcceptedArguments:
        """Follow the call of a class."""
        ...

    def method(self, scope: Scope, name: str, given: CallArguments) -> AcceptedArguments:
        """Follow a method of an instance, sought behind a class of its order."""
        ...

    def function(
        self, found: Defined | ast.AST, scope: Scope | None, given: CallArguments
    ) -> AcceptedArguments:
        """Follow the call of a function; of a method, ``scope`` says whose it is."""
        ...


def call_target(
    following: Tracer, frame: Frame, call: ast.Call, given: CallArguments
) -> AcceptedArguments:
    """Follow a call to what it means."""
    if frame.scope is not None:
        found = _method(following, frame, call, given)
        if found is not None:
            return found
    if root_of(call.func) in local_names(frame.found.node):
        return unclear(given.place)
    meaning = following.resolution.expression(frame.module, call.func)
    match meaning:
        case Defined(node=ast.ClassDef()):
            return following.construct(meaning, given)
        case Defined():
            return following.function(meaning, None, given)
    return unclear(given.place)


def _method(
    following: Tracer, frame: Frame, call: ast.Call, given: CallArguments
) -> AcceptedArguments | None:
    """Follow a call that a method makes on its instance; None for another call."""
    scope = frame.scope
    match call.func:
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super"), args=args), attr=name):
            if args and scope:
                meaning = following.resolution.expression(frame.module, args[0])
                scope = scope_of(scope, meaning)
            return following.method(scope, name, given) if scope else unclear(given.place)
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner == own_name(frame):
            return following.method(Scope(scope.order, -1), name, given) if scope else None
        case ast.Attribute(value=where, attr=name) if starts_with_self(frame, call):
            meaning = following.resolution.expression(frame.module, where)
            if isinstance(meaning, Defined | External):
                return _unbound(following, frame, (meaning, name), given)
    return None


def _unbound(
    following: Tracer, frame: Frame, meant: tuple[Defined | External, str], given: CallArguments
) -> AcceptedArguments:
    """Follow ``Base.method(self, …)``."""
    owner, name = meant
    given = given._replace(positional=None if given.positional is None else given.positional - 1)
    if isinstance(owner, External):
        return following.method(Scope([MroEntry(owner.name, None)], -1), name, given)
    for entry in following.lineages.of(owner) or []:
        found = attribute(entry.defined, name) if entry.defined else None
        if found is not None and entry.defined and frame.scope:
            scope = scope_of(frame.scope, entry.defined)
            return following.function(found, scope, given) if scope else unclear(given.place)
        if not (entry.defined or entry.is_plain):
            break
    return unclear(given.place)


def attribute(found: Defined, name: str) -> Defined | ast.AST | None:
    """Return a method that a class itself defines; a bare node where it may be another."""
    if not isinstance(found.node, ast.ClassDef):
        return None
    values = [
        (value, conditional) for one, value, conditional in bound(found.node.body) if one == name
    ]
    if not values:
        return None
    value, conditional = values[-1]
    if conditional or not isinstance(value, Function):
        return found.node
    return Defined(found.module, value)


def decorator_name(decorator: ast.expr) -> str:
    """Return the last name of a decorator."""
    while isinstance(decorator, ast.Call):
        decorator = decorator.func
    return str(getattr(decorator, "attr", getattr(decorator, "id", "")))
