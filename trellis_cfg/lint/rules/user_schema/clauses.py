"""What a keyword of a schema demands, in words that follow "must"."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any

from trellis_cfg.lint.wording import format_value, shorten

_TYPES = {
    "integer": "an integer",
    "number": "a number",
    "string": "a string",
    "boolean": "true or false",
    "array": "an array",
    "object": "an object",
}
_DESCRIBED = "what the schema describes"  # draft 3 has schemas among the types
_LONGEST = 240

Keyword = Callable[[Any, Mapping[str, Any]], str]
"""Value of the keyword and the schema that it stands in, to words."""


def clause(keyword: str, value: object, schema: object) -> str:
    """Return what the keyword demands; empty where no words are known for it."""
    words = _CLAUSES.get(keyword)
    return words(value, schema) if words and isinstance(schema, dict) else ""


def choices(keyword: str, value: object) -> list[str]:
    """Return the strings among the values that a keyword allows."""
    known = value if keyword == "enum" and isinstance(value, list) else [value]
    return [one for one in known if isinstance(one, str)] if keyword in ("const", "enum") else []


def either(clauses: Iterable[str]) -> str:
    """Return clauses of which any one will do, as one; of many, the first."""
    first, *others = dict.fromkeys(clauses)
    alike = all(one.startswith("be ") for one in (first, *others))
    told, more = _first([first, *(one[3:] if alike else one for one in others)], _LONGEST)
    return " or ".join([*told, f"{more} more alternatives"] if more else told)


def _first(texts: Sequence[str], longest: int) -> tuple[list[str], int]:
    """Return as many texts as are not too long together, one at least, and how many are left."""
    lengths = accumulate(map(len, texts))
    number = max(sum(length <= longest for length in lengths), 1)
    return list(texts[:number]), len(texts) - number


def _type(names: str | list[Any], _: object) -> str:
    several = [names] if isinstance(names, str) else names
    known = [_TYPES.get(name, name) if isinstance(name, str) else _DESCRIBED for name in several]
    return f"be {' or '.join(dict.fromkeys(known))}"


def _one_of(values: list[object], _: object) -> str:
    known = list(dict.fromkeys(map(_given, values)))
    if not known:
        return "not be here"
    told, left = _first(known, _LONGEST // 2)
    more = f" or {left} more" if left else ""
    return f"be {'one of ' if len(known) > 1 else ''}{', '.join(told)}{more}"


def _const(value: object, _: object) -> str:
    return f"be {_given(value)}"


def _given(value: object) -> str:
    match value:
        case dict():
            return "the object that the schema gives"
        case list():
            return "the array that the schema gives"
    return format_value(value)


def _minimum(least: object, schema: Mapping[str, Any]) -> str:
    is_open = schema.get("exclusiveMinimum") is True
    return f"be more than {format_value(least)}" if is_open else f"be {format_value(least)} or more"


def _maximum(most: object, schema: Mapping[str, Any]) -> str:
    is_open = schema.get("exclusiveMaximum") is True
    return f"be less than {format_value(most)}" if is_open else f"be {format_value(most)} or less"


def _at_least(verb: str, noun: str) -> Keyword:
    return lambda least, _: (
        f"{verb} {_count(least, noun)} or more" if least != 1 else "not be empty"
    )


def _at_most(verb: str, noun: str) -> Keyword:
    return lambda most, _: f"{verb} {_count(most, noun)} or less" if most else "be empty"


def _count(number: float, noun: str) -> str:
    return f"{format_value(int(number))} {noun}{'' if number == 1 else 's'}"


def _contains(_: object, schema: Mapping[str, Any]) -> str:
    least = schema.get("minContains", 1)
    several = "an element" if least == 1 else _count(least, "element")
    return f"hold {several} of the kind that the schema asks for"


def _not(forbidden: object, _: object) -> str:
    match forbidden:
        case {"type": str() | list() as names, **rest} if not rest:
            return f"not {_type(names, {})}"
        case {"const": value, **rest} if not rest:
            return f"not {_const(value, {})}"
        case {"enum": list(values), **rest} if values and not rest:
            return f"not {_one_of(values, {})}"
        case {"pattern": str(pattern), **rest} if not rest:
            return f"not match {shorten(pattern)}"
    return "not be what the schema forbids here"


_CLAUSES: dict[str, Keyword] = {
    "type": _type,
    "enum": _one_of,
    "const": _const,
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": lambda least, _: f"be more than {format_value(least)}",
    "exclusiveMaximum": lambda most, _: f"be less than {format_value(most)}",
    "multipleOf": lambda step, _: f"be a multiple of {format_value(step)}",
    "divisibleBy": lambda step, _: f"be a multiple of {format_value(step)}",
    "pattern": lambda pattern, _: f"match {shorten(pattern)}",
    "minLength": _at_least("have", "character"),
    "maxLength": _at_most("have", "character"),
    "minItems": _at_least("hold", "element"),
    "maxItems": _at_most("hold", "element"),
    "minProperties": _at_least("hold", "key"),
    "maxProperties": _at_most("hold", "key"),
    "uniqueItems": lambda *_: "hold no element twice",
    "contains": _contains,
    "minContains": _contains,
    "maxContains": lambda most, _: (
        f"hold {_count(most, 'element')} at most of the kind that the schema means"
    ),
    "not": _not,
    "disallow": lambda names, _: f"not {_type(names, {})}",
    "unevaluatedProperties": lambda *_: "hold no keys but those that the schema means",
    "unevaluatedItems": lambda *_: "hold no elements but those that the schema means",
}
