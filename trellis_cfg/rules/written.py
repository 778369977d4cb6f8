"""What the code beside a config says of values, where the models would say otherwise."""

from typing import TYPE_CHECKING

from trellis_cfg.models.fault import CHOICE, Fault
from trellis_cfg.sections import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trellis_cfg.rules.base import Context
    from trellis_cfg.rules.classes import Named
    from trellis_cfg.signatures.signature import Parameter

_DEEP = 2
# What annotations call the types of JSON.
_TYPES: dict[type, tuple[str, ...]] = {
    bool: ("bool", "int", "float"),
    int: ("int", "float"),
    float: ("float",),
    str: ("str", "Path", "PathLike"),
    list: ("list", "List", "tuple", "Tuple", "Sequence", "Iterable", "set", "Set"),
    dict: ("dict", "Dict", "Mapping", "edict", "EasyDict"),
    type(None): ("None", "Optional"),
}
_ANY = ("Any", "object")


def is_overruled(named: "Iterable[Named]", fault: "Fault") -> bool:
    """Tell whether the code beside the config decides otherwise than a fault, or is not known.

    It goes before the models in what an argument may be; of one that it does not have, another
    rule speaks.
    """
    for used in named:
        length = len(used.path) + _DEEP
        if fault.path[: length - 1] == (*used.path, "args") and len(fault.path) >= length:
            key = str(fault.path[length - 1])
            if used.listed is None or (key in LIMITS and used.section == "trainer"):
                return False
            parameter = used.signature.parameters.get(key) if used.signature else None
            return parameter is None or _decides(parameter, fault, len(fault.path) > length)
    return False


def _decides(parameter: "Parameter", fault: "Fault", is_within: bool) -> bool:  # noqa: FBT001
    if fault.problem == "choice":
        return bool(parameter.choices)
    return fault.problem == "type" and not is_within and _admits(parameter, fault.value)


def _admits(parameter: "Parameter", value: object) -> bool:
    """Tell whether a parameter may be meant to take a value of that type."""
    if value is None:
        return parameter.default in ("None", None)
    annotation = parameter.annotation
    for mark in "[]|,.'\"":
        annotation = annotation.replace(mark, " ")
    return not {*_TYPES.get(type(value), ()), *_ANY}.isdisjoint(annotation.split())


def unwritten(used: "Named") -> "Iterator[tuple[Fault, str]]":
    """Yield the arguments whose choices are written in the code, and hold another; and where."""
    for key, value in used.args.items():
        parameter = used.signature.parameters.get(key) if used.signature else None
        choices = parameter.choices if parameter else ()
        if parameter and choices and isinstance(value, str) and value not in choices:
            known = tuple(choice for choice in choices if isinstance(choice, str))
            yield Fault(CHOICE, (*used.path, "args", key), "", value, known), parameter.place


def needs(ctx: "Context", used: "Named", key: str) -> bool:
    """Tell whether a class needs an argument, as far as the code beside the config says.

    Where no script says what it gives, those without a default are meant; and an optimizer of
    nothing, the default, fails.
    """
    parameter = used.signature.parameters.get(key) if used.signature else None
    if parameter is None or parameter.by_hand:
        return False
    is_run = bool(ctx.facts.source and ctx.facts.source.entries)
    return (
        parameter.is_required
        or parameter.default == "{}"
        or (parameter.default is None and not is_run)
    )
