"""Which keyword arguments a call accepts, and how to combine several calls."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from trellis_cfg.models.class_spec import Parameter


class UnknownKeys(Enum):
    """What happens to a key that no parameter and no code names; the value is that of specs."""

    IGNORED = True
    REJECTED = False
    UNCLEAR = None


class CallArguments(NamedTuple):
    """What a call passes besides the keyword dictionary; ``positional`` is None if unknown.

    ``is_certain`` is false where it may pass more than can be seen. ``origin`` is the place of
    the call that the positional arguments come from, where this one forwards them.
    """

    positional: int | None = 0
    keywords: frozenset[str] = frozenset()
    place: str = ""
    is_certain: bool = True
    origin: str = ""


class AcceptedArguments(NamedTuple):
    """What a call accepts; ``place`` is where unknown keys are ignored or rejected.

    ``duplicates`` are keys that the call passes already, with its place: in the dictionary, they
    are a TypeError. ``is_open`` means that other keys may be read where that cannot be seen.
    """

    parameters: Mapping[str, Parameter]
    duplicates: Mapping[str, str]
    unknown: UnknownKeys
    place: str
    is_open: bool = False


class Flow(NamedTuple):
    """One use of a dictionary; ``is_main`` marks the call of a base's ``__init__``."""

    accepted: AcceptedArguments
    is_conditional: bool = False
    is_main: bool = False


def accept_anything(place: str) -> AcceptedArguments:
    """Return the result of a call that cannot be followed."""
    return AcceptedArguments({}, {}, UnknownKeys.UNCLEAR, place, is_open=True)


def accept_keys(parameters: Sequence[Parameter], place: str) -> AcceptedArguments:
    """Return the result of code that reads some keys and ignores the rest."""
    named = {parameter.name: parameter for parameter in parameters}
    return AcceptedArguments(named, {}, UnknownKeys.IGNORED, place)


def combine_flows(flows: Sequence[Flow], place: str) -> AcceptedArguments:
    """Combine all uses of one dictionary: a key must be valid in each one that rejects keys."""
    parameters: dict[str, Parameter] = {}
    for flow in flows:
        for name, parameter in flow.accepted.parameters.items():
            parameters[name] = _combine(parameters.get(name), parameter, flow)
    certain = [flow.accepted for flow in flows if not flow.is_conditional]
    duplicates = {name: at for each in certain for name, at in each.duplicates.items()}
    strict = [each for each in certain if each.unknown is UnknownKeys.REJECTED and not each.is_open]
    if strict:
        parameters = {
            name: parameter
            for name, parameter in parameters.items()
            if all(name in each.parameters for each in strict)
        }
        return AcceptedArguments(parameters, duplicates, UnknownKeys.REJECTED, strict[0].place)
    is_open = any(flow.accepted.is_open for flow in flows)
    is_ignored = all(flow.accepted.unknown is UnknownKeys.IGNORED for flow in flows)
    unknown = UnknownKeys.IGNORED if is_ignored else UnknownKeys.UNCLEAR
    ends = [
        flow.accepted.place
        for flow in flows
        if (flow.accepted.is_open if is_open else flow.is_main)
    ]
    return AcceptedArguments(parameters, duplicates, unknown, ends[0] if ends else place, is_open)


def _combine(known: Parameter | None, added: Parameter, flow: Flow) -> Parameter:
    """Combine two descriptions of a key: a signature says more than a read."""
    is_required = added.is_required and not flow.is_conditional
    if known is None:
        return added._replace(is_required=is_required)
    better = added if known.is_from_kwargs and not added.is_from_kwargs else known
    return better._replace(is_required=known.is_required or is_required)
