"""What a call takes of an open keyword dictionary, and how several calls' answers combine."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from trellis_cfg.source.class_spec import Parameter


class RestOfKeywords(Enum):
    """What happens to a key that nobody names."""

    SWALLOWED = "swallowed"
    REFUSED = "refused"
    UNSURE = "unsure"


class CallArguments(NamedTuple):
    """What a call gives beside the open dictionary; None positional arguments are not known.

    ``is_certain`` is false where more may be given than can be seen. ``origin`` is the call that
    the positional arguments come from, where this one hands them on.
    """

    positional: int | None = 0
    keywords: frozenset[str] = frozenset()
    place: str = ""
    is_certain: bool = True
    origin: str = ""


class AcceptedArguments(NamedTuple):
    """The keys that are taken, those that are given twice, and what happens to the others.

    ``is_open`` says that others may be read where that cannot be seen.
    """

    named: Mapping[str, Parameter]
    refused: Mapping[str, str]
    rest: RestOfKeywords
    place: str
    is_open: bool = False


class Flow(NamedTuple):
    """One use of a dictionary; ``is_main`` is the way up to a base's ``__init__``."""

    taken: AcceptedArguments
    is_conditional: bool = False
    is_main: bool = False


def unclear(place: str) -> AcceptedArguments:
    """Return the answer of what cannot be followed."""
    return AcceptedArguments({}, {}, RestOfKeywords.UNSURE, place, is_open=True)


def read_parameters(parameters: Sequence[Parameter], place: str) -> AcceptedArguments:
    """Return the answer of what only reads some keys."""
    return AcceptedArguments(
        {one.name: one for one in parameters}, {}, RestOfKeywords.SWALLOWED, place
    )


def combine_flows(flows: Sequence[Flow], place: str) -> AcceptedArguments:
    """Return what several uses of one dictionary take: a key must pass all that are strict."""
    named: dict[str, Parameter] = {}
    for flow in flows:
        for name, parameter in flow.taken.named.items():
            named[name] = _better(named.get(name), parameter, flow)
    sure = [flow.taken for flow in flows if not flow.is_conditional]
    refused = {name: at for taken in sure for name, at in taken.refused.items()}
    strict = [taken for taken in sure if taken.rest is RestOfKeywords.REFUSED and not taken.is_open]
    if strict:
        named = {
            name: one for name, one in named.items() if all(name in each.named for each in strict)
        }
        return AcceptedArguments(named, refused, RestOfKeywords.REFUSED, strict[0].place)
    is_open = any(flow.taken.is_open for flow in flows)
    rest = RestOfKeywords.SWALLOWED
    if any(flow.taken.rest is not RestOfKeywords.SWALLOWED for flow in flows):
        rest = RestOfKeywords.UNSURE
    ends = [flow.taken.place for flow in flows if (flow.taken.is_open if is_open else flow.is_main)]
    return AcceptedArguments(named, refused, rest, ends[0] if ends else place, is_open)


def _better(one: Parameter | None, other: Parameter, flow: Flow) -> Parameter:
    """Return of two descriptions of a key that which says more."""
    is_required = other.is_required and not flow.is_conditional
    if one is None:
        return other._replace(is_required=is_required)
    described = other if one.by_hand and not other.by_hand else one
    return described._replace(is_required=one.is_required or is_required)
