"""Validation errors of a config: pydantic's errors as plain values, one for each fault.

They come from the core schemas that ``scripts/catalog.py`` compiles from the models: to build the
models takes longer than to check a thousand configs.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import groupby
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from trellis_cfg.document.paths import Path
from trellis_cfg.models import CHOICE, CLASSES, COMPONENTS, MISSING, RANGE, TYPE, ShapeError
from trellis_cfg.models.validators import CONFIG, WHOLES, load_core, read_arguments, read_member
from trellis_cfg.sections import SECTIONS

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Validate = Callable[[object], object]
"""Raises pydantic's ValidationError for an invalid value."""

# The accepted values, by pydantic's type of an error.
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
    "too_short": "an array of length {min_length}",
    "empty": "a non-empty object",
    "too_long": "an array of length {max_length}",
}
_OTHER_RULE = "reported by another rule"


class _Place(NamedTuple):
    """A value and its path; ``branch`` is where pydantic tried alternatives, None if nowhere."""

    branch: Path | None
    path: Path
    value: object


def to_integer(value: object) -> object:
    """Convert a whole number that is written as a float, such as 1e6, to an integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def validate(config: object) -> None:
    """Validate a config as its model does, but for the limit that a trainer needs."""
    try:
        load_validate("", CONFIG)(config)
    except load_core().SchemaError:  # another version of pydantic may need other schemas
        from trellis_cfg.models.config import Config  # noqa: PLC0415  imports pydantic

        Config.model_validate(config)


@lru_cache(maxsize=256)
def load_validate(section: str, name: str) -> Validate:
    """Return what validates the arguments of a class; without a section, a whole config."""
    parts = COMPONENTS if section == "trainer" else () if section else SECTIONS
    convert = {"type": "no-info", "function": to_integer}
    wholes = [
        {"type": "function-before", "function": convert, "schema": whole, "ref": whole.pop("ref")}
        for whole in read_member(WHOLES)
    ]
    schema = {
        "type": "definitions",
        "schema": read_arguments(section, name) if section else read_member(name, is_lenient=True),
        "definitions": [{"type": "any", "ref": "any"}, *wholes, *map(_build_section, parts)],
    }
    validator: Validate = load_core().SchemaValidator(schema).validate_python
    return validator


def _build_section(section: str) -> dict[str, Any]:
    """Return the schema of a class and its arguments, which are validated as its name says."""

    def validate_arguments(arguments: object, info: Any) -> object:  # noqa: ANN401  pydantic's
        return load_validate(section, info.data.get("name", ""))(arguments)

    names = [*CLASSES["t_schedule"]]
    name = {"type": "literal", "expected": names} if section == "t_schedule" else {"type": "str"}
    function = {"type": "with-info", "function": validate_arguments}
    fields = {
        "name": {"schema": name},
        "args": {"schema": {"type": "function-plain", "function": function}},
    }
    return {"type": "typed-dict", "ref": section, "config": {"strict": True}, "fields": fields}


def find_shape_errors(value: object, validate: Validate = validate) -> list[ShapeError]:
    """Return what the models reject in a config, in the order of the models' fields.

    Omits missing limits, NaN and infinity, which other rules report.
    """
    try:
        validate(value)
    except load_core().ValidationError as invalid:
        all_details = invalid.errors(include_url=False)
        places = [_find_place(value, details) for details in all_details]
        errors = [
            (place.branch, _convert_error(details, place))
            for place, details in zip(places, all_details, strict=True)
        ]
        return [error for error in _merge_branches(errors) if error.problem != _OTHER_RULE]
    return []


def _find_place(value: object, details: "ErrorDetails") -> _Place:
    """Return the place in ``value`` of the very object that pydantic rejected."""
    is_missing = details["type"] == "missing"
    places = list(_list_places(value, details["loc"][:-1] if is_missing else details["loc"]))
    return next((place for place in places if place.value is details["input"]), places[0])


def _list_places(
    value: object, location: Path, path: Path = (), branch: Path | None = None
) -> Iterator[_Place]:
    """Yield what pydantic's location can mean: each part is a key, or names an alternative."""
    if not location:
        yield _Place(branch, path, value)
        return
    key, rest = location[0], location[1:]
    match value, key:
        case (dict(), str()) if key in value:
            yield from _list_places(value[key], rest, (*path, key), branch)
        case (list(), int()) if key < len(value):
            yield from _list_places(value[key], rest, (*path, key), branch)
    yield from _list_places(value, rest, path, path if branch is None else branch)


def _convert_error(details: "ErrorDetails", place: _Place) -> ShapeError:
    name, context, path, value = details["type"], details.get("ctx", {}), place.path, place.value
    if name == "no_stop_condition" or (isinstance(value, float) and not isfinite(value)):
        return ShapeError(_OTHER_RULE, path, details["msg"], value)
    if name == "missing":
        return ShapeError(MISSING, path, str(details["loc"][-1]), value)
    if name == "literal_error":
        choices = tuple(re.findall("'([^']*)'", context["expected"]))
        problem = CHOICE if isinstance(value, str) else TYPE
        expected = ", ".join(f'"{choice}"' for choice in choices)
        return ShapeError(problem, path, f"one of {expected}", value, choices)
    if name in _RANGES:
        bounds = {key: str(bound).removesuffix(".0") for key, bound in context.items()}
        form = _RANGES["empty" if value == {} else name]
        return ShapeError(RANGE, path, form.format(**bounds), value)
    if isinstance(value, int) and not isinstance(value, bool) and name == "float_type":
        return ShapeError(RANGE, path, "small enough for a float", value)
    return ShapeError(TYPE, path, _TYPES.get(name, details["msg"]), value)


def _merge_branches(errors: list[tuple[Path | None, ShapeError]]) -> Iterator[ShapeError]:
    """Yield the errors; where all alternatives failed, those of the best one."""
    for branch, group in groupby(errors, key=lambda at: at[0]):
        alternatives = [error for _, error in group]
        if branch is None:
            yield from alternatives
        else:
            yield from _select_closest(branch, alternatives)


def _select_closest(branch: Path, errors: list[ShapeError]) -> list[ShapeError]:
    """Return the errors of the alternative with the right type; else one that names all types."""
    inside = [error for error in errors if error.path != branch or error.problem != TYPE]
    if inside:
        return inside
    expected = " or ".join(dict.fromkeys(error.expected for error in errors))
    return [errors[0]._replace(expected=expected)]
