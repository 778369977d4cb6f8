"""What the library finds, as findings: each at its place, in our words, never the whole value."""

from collections.abc import Iterator, Sequence
from typing import Any

from trellis_cfg.document.paths import Path, format_path
from trellis_cfg.lint.config import Finding
from trellis_cfg.lint.rules.user_schema import alternatives
from trellis_cfg.lint.rules.user_schema.clauses import choices, clause
from trellis_cfg.lint.rules.user_schema.members import BY_KEYWORD
from trellis_cfg.lint.wording import find_similar, format_suggestion, format_value, named, shorten

_LONGEST = 160
_FEW = 200
Error = Any
"""A ValidationError; to the types of the library, its fields may still be unset."""


def findings(error: Error, value: object) -> Iterator[Finding]:
    """Yield what an error means in the value that was judged; one may tell several things."""
    why = _hint(error)
    for found in _found(error, value):
        yield found if found.why else found._replace(why=why)


def _found(error: Error, value: object) -> Iterator[Finding]:
    path = tuple(error.absolute_path)
    if error.validator in ("anyOf", "oneOf") and error.context:
        yield from _of_alternatives(error, path, value)
        return
    several = BY_KEYWORD.get(error.validator)
    told = list(several(error, path)) if several else []
    yield from told or (_of_value(error, path, value),)


def _of_alternatives(error: Error, path: Path, value: object) -> Iterator[Finding]:
    meant = alternatives.meant(error)
    number = alternatives.count(error)
    if meant.words:
        yield _must(meant.subject, value, meant.words, meant.choices)
    elif not meant.errors:
        told = f"fits none of the {number} alternatives that the schema gives"
        yield Finding(path, f"{named(path)} is {format_value(error.instance)}, which {told}")
    for one in meant.errors:
        guess = f"none of the {number} alternatives in the schema fits; this is said of the closest"
        for found in findings(one, value):
            yield found._replace(why=found.why or guess) if meant.is_guess else found


def _of_value(error: Error, path: Path, value: object) -> Finding:
    """Return what is said of a value, or of a key that is judged as a string."""
    if words := clause(error.validator, error.validator_value, error.schema):
        return _must(error, value, words, choices(error.validator, error.validator_value))
    subject = f"{named(path)} is {format_value(error.instance)}, which"
    if error.schema is False:
        return Finding(path, f"{subject} the schema does not allow here")
    if error.validator == "oneOf":
        told = "fits several alternatives that the schema gives, but must fit one only"
        return Finding(path, f"{subject} {told}")
    where = shorten(format_path(tuple(error.absolute_schema_path)))
    return Finding(path, f'{subject} does not pass "{error.validator}" of the schema, at {where}')


def _must(error: Error, value: object, words: str, known: Sequence[str]) -> Finding:
    path, judged = tuple(error.absolute_path), error.instance
    near = ""
    if isinstance(judged, str) and len(known) <= _FEW:
        near = format_suggestion(find_similar(judged, known))
    if isinstance(judged, str) and isinstance(_at(value, path), dict):
        return Finding(
            (*path, judged), f'the key "{shorten(judged)}" must {words}{near}', on_key=True
        )
    return Finding(path, f"{named(path)} is {format_value(judged)}, but must {words}{near}")


def _at(value: Any, path: Path) -> object:  # noqa: ANN401  any JSON value
    for key in path:
        value = value[key]
    return value


def _hint(error: Error) -> str:
    """Return what the schema itself says for a person at the failing place, if it is short."""
    schema = error.schema if isinstance(error.schema, dict) else {}
    message = schema.get("errorMessage")
    if isinstance(message, dict):
        message = message.get(error.validator)
    for text in (message, schema.get("description")):
        if isinstance(text, str) and 0 < len(text) <= _LONGEST and text.isprintable():
            return text
    return ""
