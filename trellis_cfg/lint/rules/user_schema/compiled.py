"""A user's schema, ready to be applied: once for each process."""

from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Any, NamedTuple

from jsonschema_specifications import REGISTRY

from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path
from trellis_cfg.errors import ConfigError, SettingsError
from trellis_cfg.lint.config import UserSchema, refusal
from trellis_cfg.lint.rules.user_schema.checking import check
from trellis_cfg.lint.rules.user_schema.drafts import DIALECTS, Draft, Validator, dialect_of
from trellis_cfg.lint.rules.user_schema.subschemas import Refuse
from trellis_cfg.lint.wording import find_similar, format_suggestion, format_value

_KNOWN = ": 3, 4, 6, 7, 2019-09 and 2020-12 are, by their address at json-schema.org"

_OF_KEYS = ("patternProperties",)


class Compiled(NamedTuple):
    """A validator, and the file that it comes from."""

    source: UserSchema
    document: Document
    validator: Validator

    def refusal(self, at: Path, message: str) -> SettingsError:
        """Return the error for what only shows when the schema is applied."""
        is_key = at[-2:-1] == _OF_KEYS
        return refusal(self.source, self.document, at, message, on_key=is_key)

    def place_of(self, pattern: str) -> Path:
        """Return where a pattern stands; the root for one that the library made of several."""
        for path, found in _objects(self.document.value):
            if found.get("pattern") == pattern:
                return (*path, "pattern")
            if path[-1:] == _OF_KEYS and pattern in found:
                return (*path, pattern)
        return ()


@lru_cache(maxsize=2)
def compiled(source: UserSchema) -> Compiled:
    """Return the schema of a file, if it can be applied; remembered, also in a worker process.

    No reference is fetched. Raises SettingsError, placed in the file.
    """
    document = _document(source)
    refuse = partial(refusal, source, document)
    match document.value:
        case bool() as schema:
            draft = Draft(DIALECTS[-1])
        case dict() as schema:
            draft = _draft(schema, refuse)
            # The validator is that of the draft; the key would have the library choose its own.
            schema = {key: value for key, value in schema.items() if key != "$schema"}
            paths = {id(found): path for path, found in _objects(schema)}
            check(schema, draft, paths, refuse)
        case value:
            raise refuse((), f"a schema is an object, true or false; this is {format_value(value)}")
    return Compiled(source, document, draft.validator_class(schema, registry=REGISTRY))


def _document(source: UserSchema) -> Document:
    try:
        return Document(source.data)
    except ConfigError as error:
        place = {"line": error.line, "column": error.column}
        raise SettingsError(error.message, source.path, **place) from None


def _draft(schema: dict[str, Any], refuse: Refuse) -> Draft:
    dialect = dialect_of(schema)
    if dialect is None:
        near = format_suggestion(find_similar(str(schema["$schema"]), DIALECTS))
        told = f"no draft of JSON Schema that is known{near or _KNOWN}"
        raise refuse(("$schema",), told)
    return Draft(dialect)


def _objects(value: object) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield path and object of every object in a value, the outer ones first."""
    pending: list[tuple[Path, object]] = [((), value)]
    while pending:
        path, at = pending.pop()
        if isinstance(at, dict):
            yield path, at
            pending += [((*path, key), inner) for key, inner in reversed(at.items())]
        elif isinstance(at, list):
            pending += [((*path, index), inner) for index, inner in enumerate(at)][::-1]
