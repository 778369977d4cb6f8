"""Follows keywords from a class's call to those who read them: up its bases, into methods."""

import ast
from collections.abc import Iterator

from trellis_cfg.source.accepted_arguments import (
    AcceptedArguments,
    CallArguments,
    Flow,
    RestOfKeywords,
    combine_flows,
    read_parameters,
    unclear,
)
from trellis_cfg.source.call_targets import attribute, call_target, decorator_name
from trellis_cfg.source.class_spec import Parameter
from trellis_cfg.source.frames import Frame, Scope, counted, fitted, own_parameters, written
from trellis_cfg.source.kwargs import Escaped, Held, Passed, Read, Use, uses
from trellis_cfg.source.modules import Function, Module
from trellis_cfg.source.mro import Mro
from trellis_cfg.source.names import Defined, Resolution


class Keys:
    """What a function holds beside the open keys, and the keys that it has dealt with."""

    def __init__(self, held: set[str], exempted: dict[str, Parameter], *, is_certain: bool) -> None:
        """Start with what the call gives."""
        self.held = frozenset(held)
        self.exempted = exempted
        self.is_certain = is_certain

    def read(self, module: Module, use: Read, key: str) -> Parameter:
        """Return a key that is read as an argument; one that is taken out is dealt with."""
        default = None if use.default is None else written(use.default)
        is_required = use.is_required and self.is_certain and key not in self.held
        found = read_by_hand(key, module.at(use.node), default)._replace(is_required=is_required)
        if use.removes:
            self.exempted[key] = found
            self.is_certain = self.is_certain and not (use.is_conditional and key in self.held)
            self.held -= {key}
        return found

    def hold(self, keys: tuple[str, ...]) -> None:
        """Note keys that the function gives by itself; none, that it may give any."""
        self.held |= frozenset(keys)
        self.is_certain = self.is_certain and bool(keys)
        self.exempted |= {key: read_by_hand(key, "") for key in keys if key not in self.exempted}

    def exempt(self, taken: AcceptedArguments) -> AcceptedArguments:
        """Return an answer in which the keys that were dealt with pass."""
        named = {**{key: one._replace(is_required=False) for key, one in self.exempted.items()}}
        refused = {key: at for key, at in taken.refused.items() if key not in self.exempted}
        return taken._replace(named={**taken.named, **named}, refused=refused)


def read_by_hand(key: str, place: str, default: str | None = None) -> Parameter:
    """Return an argument that is read out of a dictionary."""
    return Parameter(key, default, "", place, by_hand=True)


_MOST, _DEEPEST = 4000, 40
"""Calls that are followed for one class, and how deep."""
_HARMLESS = frozenset(
    (
        "abstractmethod",
        "staticmethod",
        "classmethod",
        "no_grad",
        "inference_mode",
        "override",
        "final",
    )
)


class KwargsTracer:
    """Follows keywords through a checkout, within bounds."""

    def __init__(self, resolution: Resolution) -> None:
        """Start with no call followed."""
        self.resolution = resolution
        self.lineages = Mro(resolution)
        self._left = _MOST
        self._within: list[int] = []

    def called(self, found: Defined, given: CallArguments) -> AcceptedArguments:
        """Return what a class takes that is called with an open dictionary."""
        self._left = _MOST
        try:
            return self.construct(found, given)
        except RecursionError:
            self._within.clear()
            return unclear(found.module.at(found.node))

    def construct(self, found: Defined, given: CallArguments) -> AcceptedArguments:
        """Follow the call of a class."""
        order = self.lineages.of(found)
        if order is None or not self.lineages.is_ordinary(found):
            return unclear(found.module.at(found.node))
        return self.method(Scope(order, -1), "__init__", given)

    def method(self, scope: Scope, name: str, given: CallArguments) -> AcceptedArguments:
        """Follow a method of an instance, sought behind a class of its order."""
        for index in range(scope.at + 1, len(scope.order)):
            entry = scope.order[index]
            if entry.defined:
                found = attribute(entry.defined, name)
                if found is not None:
                    return self.function(found, Scope(scope.order, index), given)
            elif entry.is_module and name == "__init__":
                return _strict(given)
            elif not (entry.is_plain or entry.is_module):
                return unclear(given.place)
        return _strict(given) if name == "__init__" else unclear(given.place)

    def function(
        self, found: Defined | ast.AST, scope: Scope | None, given: CallArguments
    ) -> AcceptedArguments:
        """Follow the call of a function; of a method, ``scope`` says whose it is."""
        if not isinstance(found, Defined) or not isinstance(found.node, Function):
            return unclear(given.place)
        self._left -= 1
        if id(found.node) in self._within:
            return AcceptedArguments({}, {}, RestOfKeywords.SWALLOWED, given.place)
        decorators = {decorator_name(one) for one in found.node.decorator_list}
        if self._left < 0 or len(self._within) > _DEEPEST or not decorators <= _HARMLESS:
            return unclear(found.module.at(found.node))
        self._within.append(id(found.node))
        try:
            is_bound = scope is not None and "staticmethod" not in decorators
            return self._framed(Frame(found, scope, given), is_bound=is_bound)
        finally:
            self._within.pop()

    def _framed(self, frame: Frame, *, is_bound: bool) -> AcceptedArguments:
        arguments = frame.arguments
        positional = [*arguments.posonlyargs, *arguments.args][is_bound:]
        names = {one.arg for one in (*positional, *arguments.kwonlyargs)}
        frame = fitted(frame, len(positional), names)
        given = frame.given
        filled = len(positional) if given.positional is None else given.positional
        own = own_parameters(self.resolution, frame, positional, filled)
        by_position = (
            {}
            if given.positional is None
            else {
                one.arg: given.origin or given.place
                for one in positional[:filled]
                if one not in arguments.posonlyargs
            }
        )
        held = given.keywords - names
        if arguments.kwarg is None:
            return AcceptedArguments(
                own, by_position, RestOfKeywords.REFUSED, frame.module.at(frame.found.node)
            )
        left = 0 if arguments.vararg is None else filled - len(positional)
        starred = None if given.positional is None else max(left, 0)
        rest = self._rest(frame, held, starred)
        others = {name: one for name, one in rest.named.items() if name not in names}
        twice = {name: at for name, at in rest.refused.items() if name not in names}
        return rest._replace(named={**own, **others}, refused={**by_position, **twice})

    def _rest(self, frame: Frame, held: frozenset[str], starred: int | None) -> AcceptedArguments:
        """Follow the keyword dictionary of a function."""
        kwarg = frame.arguments.kwarg
        node = frame.found.node
        assert kwarg is not None  # noqa: S101  asked for only where there is one
        assert isinstance(node, Function)  # noqa: S101
        place = frame.module.at(kwarg)
        state = Keys(set(held), {}, is_certain=frame.given.is_certain)
        flows: list[Flow] = []
        for use in uses(node, kwarg.arg):
            flows += self._flow(frame, use, state, starred)
        return combine_flows(flows, place)

    def _flow(self, frame: Frame, use: Use, state: Keys, starred: int | None) -> Iterator[Flow]:
        match use:
            case Read():
                found = [state.read(frame.module, use, key) for key in use.keys]
                yield Flow(read_parameters(found, frame.module.at(use.node)), use.is_conditional)
            case Held(keys):
                state.hold(keys)
                found = [read_by_hand(key, "") for key in keys]
                yield Flow(read_parameters(found, ""), is_conditional=True)
            case Passed(call, is_conditional):
                taken = state.exempt(self._passed(frame, call, state, starred))
                is_main = getattr(call.func, "attr", "") == "__init__"
                yield Flow(taken, is_conditional, is_main)
            case Escaped(node):
                yield Flow(unclear(frame.module.at(node)), is_conditional=True)
            case _:
                place = frame.module.at(use.node)
                taken = AcceptedArguments(dict(state.exempted), {}, RestOfKeywords.REFUSED, place)
                yield Flow(taken, use.is_conditional)

    def _passed(
        self, frame: Frame, call: ast.Call, state: Keys, starred: int | None
    ) -> AcceptedArguments:
        place = frame.module.at(call)
        vararg = frame.arguments.vararg
        positional = counted(call.args, vararg.arg if vararg else "", starred)
        explicit = frozenset(keyword.arg for keyword in call.keywords if keyword.arg)
        spread = [keyword for keyword in call.keywords if keyword.arg is None]
        is_certain = state.is_certain and len(spread) == 1
        is_handed_on = all(isinstance(one, ast.Starred) for one in call.args)
        origin = (frame.given.origin or frame.given.place) if is_handed_on else place
        given = CallArguments(positional, explicit | state.held, place, is_certain, origin)
        taken = call_target(self, frame, call, given)
        if not taken.place:
            taken = taken._replace(place=place)
        return taken._replace(refused={**taken.refused, **dict.fromkeys(explicit, place)})


def _strict(given: CallArguments) -> AcceptedArguments:
    """Return the answer of an ``__init__`` that takes nothing."""
    if given.positional or given.keywords:
        return unclear(given.place)
    return AcceptedArguments({}, {}, RestOfKeywords.REFUSED, "")
