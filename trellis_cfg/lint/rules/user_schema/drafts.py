"""The drafts of JSON Schema, and the validator that the library has for each."""

from collections.abc import Callable, Container, Iterator
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Any

from jsonschema import validators
from jsonschema.exceptions import ValidationError
from referencing.jsonschema import DRAFT201909, DRAFT202012, specification_with

if TYPE_CHECKING:
    from referencing import Specification


Schema = dict[str, Any] | bool
Validator = Any
"""A validator of the library, which makes their classes at run time."""

Keyword = Callable[[Validator, float, float, Schema], Iterator[ValidationError]]
"""A keyword of the library that is about numbers."""

LATEST = "https://json-schema.org/draft/2020-12/schema"
DIALECTS = (
    *(f"http://json-schema.org/draft-0{number}/schema#" for number in (3, 4, 6, 7)),
    "https://json-schema.org/draft/2019-09/schema",
    LATEST,
)
# Drafts 3 and 4 leave this to other documents.
_UNSAID = {
    "$ref": {"type": "string"},
    "definitions": {"type": "object", "additionalProperties": {"$ref": "#"}},
}
_extend: Any = validators.extend
_SIBLINGS_COUNT = (DRAFT201909, DRAFT202012)


class Draft:
    """A draft: ``specification`` knows its references, ``validator_class`` its keywords."""

    def __init__(self, dialect: str) -> None:
        """Hold what the library has for a dialect that it knows."""
        known: Validator = validators.validator_for({"$schema": dialect})
        exact = {name: _exactly(known, name) for name in _MULTIPLES & known.VALIDATORS.keys()}
        self.specification: Specification[Any] = specification_with(dialect)
        self.metaschema: Validator = known(self._completed(known.META_SCHEMA))
        self.validator_class: Validator = _extend(known, exact)

    def _completed(self, metaschema: dict[str, Any]) -> dict[str, Any]:
        """Return a metaschema that says all that the library relies on."""
        if not self.ignores_siblings:
            return metaschema
        return {**metaschema, "properties": {**_UNSAID, **metaschema["properties"]}}

    @property
    def keywords(self) -> Container[str]:
        """All that the library applies in this draft."""
        found: dict[str, Any] = self.validator_class.VALIDATORS
        return found

    @property
    def ignores_siblings(self) -> bool:
        """Whether a ``$ref`` makes all other keywords beside it void."""
        return self.specification not in _SIBLINGS_COUNT


def dialect_of(schema: Schema) -> str | None:
    """Return the dialect that a schema names, or else the latest; None if nobody knows it."""
    named = schema.get("$schema", LATEST) if isinstance(schema, dict) else LATEST
    alike = (one for one in DIALECTS if isinstance(named, str) and _same(one, named))
    return next(alike, None)


def _same(one: str, other: str) -> bool:
    return one.rstrip("#") == other.rstrip("#")


_MULTIPLES = {"multipleOf", "divisibleBy"}


def _exactly(known: Validator, keyword: str) -> Keyword:
    """Return a keyword that judges multiples as the library does, and where its floats give out."""
    as_known = known.VALIDATORS[keyword]

    def multiple(
        validator: Validator, step: float, instance: float, schema: Schema
    ) -> Iterator[ValidationError]:
        try:
            yield from list(as_known(validator, step, instance, schema))
        except (OverflowError, ValueError):
            if not _divides(step, instance):
                yield ValidationError("no multiple")

    return multiple


def _divides(step: float, number: float) -> bool:
    if any(isinstance(one, float) and not isfinite(one) for one in (step, number)):
        return False
    return (Fraction(number) / Fraction(step)).denominator == 1
