"""Traces keywords from the call of a class to the code that reads them."""

import ast
from functools import cache

from trellis_cfg.models.class_spec import Parameter
from trellis_cfg.source.frames import (
    AcceptedArguments,
    CallArguments,
    Frame,
    Scope,
    accept_anything,
    accept_keys,
    combine_flows,
    count_positional,
    find_local_names,
    find_misfit,
    find_root_name,
    find_scope,
    fit_call,
    list_parameters,
    read_call,
    read_default,
)
from trellis_cfg.source.kwargs import Keys, Use, find_uses
from trellis_cfg.source.modules import FunctionNode, iterate_bindings
from trellis_cfg.source.mro import Mro, MroEntry, find_decorator_name
from trellis_cfg.source.names import Definition, External, Resolver


class _Handled:
    """The keys that a function sets or removes, as they change from use to use."""

    def __init__(self, passed: frozenset[str], *, is_certain: bool) -> None:
        self.present = passed
        self.handled: dict[str, Parameter] = {}
        self.is_certain = is_certain

    def read(self, place: str, use: Use, key: str) -> Parameter:
        """Return the parameter for a key that is read."""
        default = read_default(use.default)
        is_certain = self.is_certain and not use.is_conditional
        is_required = use.is_required and is_certain and key not in self.present
        parameter = Parameter(
            key, default, place=place, is_required=is_required, is_from_kwargs=True
        )
        if use.is_removed:
            self.handled[key] = parameter
            self.is_certain = self.is_certain and not (use.is_conditional and key in self.present)
            self.present -= {key}
        return parameter

    def write(self, keys: Keys) -> list[Parameter]:
        """Return parameters for keys that the function sets; no keys stand for any."""
        self.present |= frozenset(keys)
        self.is_certain = self.is_certain and bool(keys)
        parameters = [Parameter(key, is_from_kwargs=True) for key in keys]
        for parameter in parameters:
            self.handled.setdefault(parameter.name, parameter)
        return parameters

    def exempt(self, accepted: AcceptedArguments) -> AcceptedArguments:
        """Let the keys pass that were set or removed before a call."""
        handled = {key: each._replace(is_required=False) for key, each in self.handled.items()}
        duplicates = {key: at for key, at in accepted.duplicates.items() if key not in handled}
        return accepted._replace(
            parameters={**accepted.parameters, **handled}, duplicates=duplicates
        )


_MAX_CALLS, _MAX_ALL_CALLS, _MAX_DEPTH = 4000, 40_000, 40
"""Calls that are followed for one class, for all of a checkout, and how deep."""
_HARMLESS = {
    *("abstractmethod", "staticmethod", "classmethod", "override", "final"),
    *("no_grad", "inference_mode"),
}


class KwargsTracer:
    """Traces keywords through a checkout, within limits."""

    def __init__(self, resolver: Resolver) -> None:
        """Start with no call followed."""
        self.resolver = resolver
        self.mro = Mro(resolver)
        self._left, self._left_for_all = _MAX_CALLS, _MAX_ALL_CALLS
        self._active: list[int] = []
        self._origin = ""

    def trace_class(self, definition: Definition, call: CallArguments) -> AcceptedArguments:
        """Return what a class accepts when called with a keyword dictionary."""
        self._left = calls = min(_MAX_CALLS, self._left_for_all)
        self._origin = call.place if call.is_certain else ""
        try:
            keywords = call.keywords
            return self._trace_constructor(definition, call._replace(script_keywords=keywords))
        except RecursionError:
            self._active.clear()
            return accept_anything(definition.module.locate(definition.node))
        finally:
            self._left_for_all -= calls - max(self._left, 0)

    @property
    def is_exhausted(self) -> bool:
        """Whether the code of the checkout is too large, so that part of it is not known."""
        return self._left_for_all <= 0 or self.resolver.files.is_exhausted

    def _trace_constructor(self, definition: Definition, call: CallArguments) -> AcceptedArguments:
        order = self.mro.compute(definition)
        if order is None or not self.mro.is_ordinary(order):
            return accept_anything(definition.module.locate(definition.node))
        return self._trace_method(Scope(order, -1), "__init__", call)

    def _trace_method(
        self, scope: Scope | None, name: str, call: CallArguments
    ) -> AcceptedArguments:
        """Trace the method of an instance that comes after ``scope`` in its order."""
        if scope is None:
            return accept_anything(call.place)
        for position in range(scope.position + 1, len(scope.order)):
            entry = scope.order[position]
            if entry.definition:
                method = _find_method(entry.definition, name)
                if method is not None:
                    return self._trace_function(method, Scope(scope.order, position), call)
            elif entry.is_module and name == "__init__":
                break
            elif not (entry.is_plain or entry.is_module):
                return accept_anything(call.place)
        if name != "__init__" or call.positional or call.keywords:
            return accept_anything(call.place)
        return AcceptedArguments({}, {}, is_unknown_ignored=False, place="")

    def _trace_function(
        self, definition: Definition | ast.AST | None, scope: Scope | None, call: CallArguments
    ) -> AcceptedArguments:
        """Trace the call of a function; of a method, ``scope`` is where it is defined."""
        if not isinstance(definition, Definition) or not isinstance(definition.node, FunctionNode):
            return accept_anything(call.place)
        self._left -= 1
        key = id(definition.node)
        if key in self._active:
            return accept_keys((), call.place)
        decorators = {find_decorator_name(each) for each in definition.node.decorator_list}
        if self._left < 0 or len(self._active) > _MAX_DEPTH or not decorators <= _HARMLESS:
            return accept_anything(definition.module.locate(definition.node))
        self._active.append(key)
        try:
            is_bound = scope is not None and "staticmethod" not in decorators
            return self._trace_frame(Frame(definition, scope, call, is_bound))
        finally:
            self._active.pop()

    def _trace_frame(self, frame: Frame) -> AcceptedArguments:
        misfit = find_misfit(frame, self._origin)
        frame = fit_call(frame)
        arguments, call, names = frame.node.args, frame.call, frame.names
        own = list_parameters(self.resolver, frame)
        duplicates = {
            argument.arg: call.origin or call.place
            for argument in frame.positional[: call.positional or 0]
            if argument not in arguments.posonlyargs
        }
        if arguments.kwarg is None:
            place = frame.module.locate(frame.node)
            return AcceptedArguments(
                own, duplicates, is_unknown_ignored=False, place=place, misfit=misfit
            )
        keys = _Handled(call.keywords - names, is_certain=call.is_certain)
        uses = find_uses(frame.node, arguments.kwarg.arg)
        flows = [(use, self._trace_use(frame, use, keys)) for use in uses]
        rest = combine_flows(flows, frame.module.locate(arguments.kwarg))
        others = {name: each for name, each in rest.parameters.items() if name not in names}
        more = {name: at for name, at in rest.duplicates.items() if name not in names}
        return rest._replace(
            parameters={**own, **others},
            duplicates={**duplicates, **more},
            misfit=misfit or rest.misfit,
        )

    def _trace_use(self, frame: Frame, use: Use, keys: _Handled) -> AcceptedArguments:
        place = frame.module.locate(use.node)
        match use.action, use.node:
            case "read", _:
                return accept_keys([keys.read(place, use, key) for key in use.keys], place)
            case "write", _:
                return accept_keys(keys.write(use.keys), "")
            case "spread", ast.Call() as call:
                return keys.exempt(self._trace_spread(frame, call, keys))
            case "check", _:
                accepted = accept_keys([*keys.handled.values()], place)
                return accepted._replace(is_unknown_ignored=False)
        return accept_anything(place)

    def _trace_spread(self, frame: Frame, node: ast.Call, keys: _Handled) -> AcceptedArguments:
        """Trace a call that gets the whole dictionary."""
        shown = read_call(frame.module, node)
        is_forwarded = all(isinstance(argument, ast.Starred) for argument in node.args)
        call = shown._replace(
            positional=count_positional(node.args, frame),
            keywords=shown.keywords | keys.present,
            is_certain=shown.is_certain and keys.is_certain,
            origin=(frame.call.origin or frame.call.place) if is_forwarded else shown.place,
            script_keywords=frame.call.script_keywords & keys.present
            if keys.is_certain
            else frozenset(),
        )
        accepted = self._trace_call(frame, node, call)
        return accepted._replace(
            place=accepted.place or call.place,
            duplicates={**accepted.duplicates, **dict.fromkeys(shown.keywords, call.place)},
        )

    def _trace_call(self, frame: Frame, node: ast.Call, call: CallArguments) -> AcceptedArguments:
        """Trace a call to the method, function or class that it calls."""
        if frame.scope is not None:
            accepted = self._trace_self_call(frame, frame.scope, node, call)
            if accepted is not None:
                return accepted
        if find_root_name(node.func) in find_local_names(frame.node):
            return accept_anything(call.place)
        symbol = self.resolver.resolve(frame.module, node.func)
        match symbol:
            case Definition(node=ast.ClassDef()):
                return self._trace_constructor(symbol, call)
            case Definition():
                return self._trace_function(symbol, None, call)
        return accept_anything(call.place)

    def _trace_self_call(
        self, frame: Frame, scope: Scope, node: ast.Call, call: CallArguments
    ) -> AcceptedArguments | None:
        """Trace a call of ``super().method``, ``self.method`` or ``Base.method(self, …)``."""
        parameters = [*frame.node.args.posonlyargs, *frame.node.args.args][:1]
        name = parameters[0].arg if parameters else ""
        first = getattr(node.args[0], "id", None) if node.args else None
        match node.func:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super"), args=args), attr=method):
                owner = self.resolver.resolve(frame.module, args[0]) if args else None
                start = find_scope(scope, owner) if args else scope
                return self._trace_method(start, method, call)
            case ast.Attribute(value=ast.Name(id=owner_name), attr=method) if owner_name == name:
                return self._trace_method(Scope(scope.order, -1), method, call)
            case ast.Attribute(value=value, attr=method) if name and first == name:
                symbol = self.resolver.resolve(frame.module, value)
                if call.positional is not None:
                    call = call._replace(positional=call.positional - 1)
                match symbol:
                    case Definition():
                        return self._trace_unbound(scope, symbol, method, call)
                    case External():
                        order = (MroEntry(symbol.name, None),)
                        return self._trace_method(Scope(order, -1), method, call)
        return None

    def _trace_unbound(
        self, scope: Scope, owner: Definition, name: str, call: CallArguments
    ) -> AcceptedArguments:
        """Trace ``Base.method(self, …)``."""
        for entry in self.mro.compute(owner) or ():
            method = _find_method(entry.definition, name) if entry.definition else None
            if method is not None:
                start = find_scope(scope, entry.definition)
                return self._trace_function(method if start else None, start, call)
            if not (entry.definition or entry.is_plain):
                break
        return accept_anything(call.place)


@cache
def _find_method(owner: Definition, name: str) -> Definition | ast.AST | None:
    """Return a method that a class itself defines; a bare node if it may be another."""
    bindings = [each for each in iterate_bindings(owner.node.body) if each.name == name]
    if not bindings:
        return None
    method = bindings[-1].value
    if bindings[-1].is_conditional or not isinstance(method, FunctionNode):
        return owner.node
    return Definition(owner.module, method)
