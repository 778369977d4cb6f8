"""What a config's shape gets wrong: pydantic's errors as plain values, one for each fault."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from math import isfinite
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from trellis_cfg.document.paths import Path
from trellis_cfg.models import CHOICE, MISSING, RANGE, TYPE, ShapeError
from trellis_cfg.models.config import Config

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
    "empty": "an object that is not empty",
    "too_long": "an array of {max_length}",
}
# Rules of their own speak of two nulls, and of NaN and infinity wherever they stand.
_TOLD = "told elsewhere"


class _Place(NamedTuple):
    """A value and its path; ``branch`` is where alternatives were tried, None without any."""

    branch: Path | None
    path: Path
    value: object


def shape_errors(value: object) -> list[ShapeError]:
    """Return what the models reject of a config, in the order of the models' fields."""
    try:
        Config.model_validate(value)
    except ValidationError as error:
        details = error.errors(include_url=False)
        placed = [(_place(value, one), one) for one in details]
        found = [(place.branch, _fault(one, place)) for place, one in placed]
        return [fault for fault in _one_of_each(found) if fault.problem != _TOLD]
    return []


def _place(value: object, details: ErrorDetails) -> _Place:
    """Find the place in ``value``: where the very object stands that pydantic judged."""
    is_missing = details["type"] == "missing"
    places = list(_places(value, details["loc"][:-1] if is_missing else details["loc"]))
    return next((place for place in places if place.value is details["input"]), places[0])


def _places(
    value: object, location: Path, path: Path = (), branch: Path | None = None
) -> Iterator[_Place]:
    """Yield what pydantic's location may mean: each part is a key, or names an alternative."""
    if not location:
        yield _Place(branch, path, value)
        return
    key, rest = location[0], location[1:]
    for child in _child(value, key):
        yield from _places(child, rest, (*path, key), branch)
    yield from _places(value, rest, path, path if branch is None else branch)


def _child(value: object, key: str | int) -> tuple[object, ...]:
    match value, key:
        case dict(), str() if key in value:
            return (value[key],)
        case list(), int() if key < len(value):
            return (value[key],)
    return ()


def _fault(details: ErrorDetails, place: _Place) -> ShapeError:
    kind, context, path, value = details["type"], details.get("ctx", {}), place.path, place.value
    if kind == "no_stop_condition" or (isinstance(value, float) and not isfinite(value)):
        return ShapeError(_TOLD, path, details["msg"], value)
    if kind == "missing":
        return ShapeError(MISSING, path, str(details["loc"][-1]), value)
    if kind == "literal_error":
        return _choice(context, path, value)
    if kind in _RANGES:
        kind = "empty" if value == {} else kind
        return ShapeError(RANGE, path, _RANGES[kind].format(**_short(context)), value)
    if isinstance(value, int) and not isinstance(value, bool) and kind == "float_type":
        return ShapeError(RANGE, path, "small enough for a float", value)
    return ShapeError(TYPE, path, _TYPES.get(kind, details["msg"]), value)


def _choice(context: dict[str, Any], path: Path, value: object) -> ShapeError:
    choices = tuple(re.findall("'([^']*)'", context["expected"]))
    listed = ", ".join(f'"{choice}"' for choice in choices)
    problem = CHOICE if isinstance(value, str) else TYPE
    return ShapeError(problem, path, f"one of {listed}", value, choices)


def _short(context: dict[str, Any]) -> dict[str, Any]:
    """Return the bounds as people write them: 1, not 1.0."""
    return {
        key: int(bound) if isinstance(bound, float) and bound.is_integer() else bound
        for key, bound in context.items()
    }


def _one_of_each(found: list[tuple[Path | None, ShapeError]]) -> Iterator[ShapeError]:
    """Yield one fault for each place, where alternatives were tried and all failed."""
    for branch, group in groupby(found, key=lambda at: at[0]):
        alike = [fault for _, fault in group]
        yield from alike if branch is None else _closest(branch, alike)


def _closest(branch: Path, found: list[ShapeError]) -> Iterable[ShapeError]:
    """Return the faults of the alternative that fits best: the one whose type is right."""
    inside = [fault for fault in found if fault.path != branch or fault.problem != TYPE]
    if inside:
        return inside
    expected = " or ".join(dict.fromkeys(fault.expected for fault in found))
    return (found[0]._replace(expected=expected),)
