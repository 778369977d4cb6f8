"""What a config's shape gets wrong: pydantic's errors as plain values, one for each fault."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from trellis_cfg.document.paths import Path
from trellis_cfg.models.section import Config

MISSING, TYPE, RANGE, CHOICE = "missing", "type", "range", "choice"

# pydantic's names for what it found, and what it would have accepted.
_TYPES = {
    "int_type": "an integer",
    "float_type": "a number",
    "string_type": "a string",
    "bool_type": "true or false",
    "list_type": "an array",
    "dict_type": "an object",
    "model_type": "an object",
}
_RANGES = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "too_short": "an array of {min_length}",
    "too_long": "an array of {max_length}",
}
# Rules of their own speak of these.
_ELSEWHERE = ("finite_number", "no_stop_condition")


class Fault(NamedTuple):
    """A value that the models reject, at ``path``; of a missing key, that of its object.

    ``expected`` is what would do, in words; for a choice, ``choices`` are the known ones.
    """

    problem: str
    path: Path
    expected: str
    value: object
    choices: tuple[str, ...] = ()


class _Placed(NamedTuple):
    """A fault, and the place where alternatives branched that it is one of; None without any."""

    branch: Path | None
    fault: Fault


def faults(value: object) -> list[Fault]:
    """Return what the models reject of a config, in the order of the models' fields."""
    try:
        Config.model_validate(value)
    except ValidationError as error:
        details = error.errors(include_url=False)
        placed = [_placed(value, at) for at in details if at["type"] not in _ELSEWHERE]
        return list(_one_of_each(placed))
    return []


def _placed(value: object, details: ErrorDetails) -> _Placed:
    """Find the place in ``value``: pydantic's may hold the names of alternatives, too."""
    location = details["loc"]
    missing = details["type"] == "missing"
    branch: Path | None = None
    path: Path = ()
    for key in location[:-1] if missing else location:
        found = _child(value, key)
        if found:
            (value,) = found
            path = (*path, key)
        elif branch is None:
            branch = path
    return _Placed(branch, _fault(details, path, value))


def _child(value: object, key: str | int) -> tuple[object, ...]:
    match value, key:
        case dict(), str() if key in value:
            return (value[key],)
        case list(), int():
            return (value[key],)
    return ()


def _fault(details: ErrorDetails, path: Path, value: object) -> Fault:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "missing":
        return Fault(MISSING, path, str(details["loc"][-1]), value)
    if kind == "literal_error":
        return _choice(context, path, value)
    if kind in _RANGES:
        return Fault(RANGE, path, _RANGES[kind].format(**_short(context)), value)
    if isinstance(value, int) and not isinstance(value, bool) and kind == "float_type":
        return Fault(RANGE, path, "small enough for a float", value)
    return Fault(TYPE, path, _TYPES.get(kind, details["msg"]), value)


def _choice(context: dict[str, Any], path: Path, value: object) -> Fault:
    choices = tuple(re.findall("'([^']*)'", context["expected"]))
    listed = ", ".join(f'"{choice}"' for choice in choices)
    problem = CHOICE if isinstance(value, str) else TYPE
    return Fault(problem, path, f"one of {listed}", value, choices)


def _short(context: dict[str, Any]) -> dict[str, Any]:
    """Return the bounds as people write them: 1, not 1.0."""
    return {
        key: int(bound) if isinstance(bound, float) and bound.is_integer() else bound
        for key, bound in context.items()
    }


def _one_of_each(placed: list[_Placed]) -> Iterator[Fault]:
    """Yield one fault for each place, where alternatives were tried and all failed."""
    for branch, group in groupby(placed, key=lambda at: at.branch):
        found = [at.fault for at in group]
        yield from found if branch is None else _closest(branch, found)


def _closest(branch: Path, found: list[Fault]) -> Iterable[Fault]:
    """Return the faults of the alternative that fits best: the one whose type is right."""
    inside = [fault for fault in found if fault.path != branch or fault.problem != TYPE]
    if inside:
        return inside
    expected = " or ".join(dict.fromkeys(fault.expected for fault in found))
    return (found[0]._replace(expected=expected),)
