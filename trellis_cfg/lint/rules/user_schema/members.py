"""Keywords about the members of an object or array: what is wrong with each of these."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from trellis_cfg.document.paths import Path
from trellis_cfg.lint.config import Finding
from trellis_cfg.lint.wording import (
    find_similar,
    format_path,
    format_suggestion,
    format_value,
    shorten,
)

Error = Any
_FEW = 200


def _required(error: Error, path: Path) -> Iterator[Finding]:
    names = error.validator_value
    if isinstance(names, bool):  # draft 3: the property itself says so
        *parent, name = path
        path, names, instance = tuple(parent), [name], {}
    else:
        instance = error.instance
    for name in names:
        if name not in instance:
            told = f'{format_path(path)} has no "{shorten(str(name))}", which the schema requires'
            yield Finding(path, told, on_key=True)


def _additional(error: Error, path: Path) -> Iterator[Finding]:
    known, patterns = error.schema.get("properties", {}), error.schema.get("patternProperties", {})
    pattern = "|".join(patterns)
    for key in error.instance:
        if key not in known and not (pattern and re.search(pattern, key)):
            yield _unknown(error, path, key)


def _unevaluated(error: Error, path: Path) -> Iterator[Finding]:
    """Yield a finding for each key that the message of the library names, if these are sure."""
    keys = [key for key in error.instance if repr(key) in error.message]
    for ordered in (keys, sorted(keys)):
        if f"({', '.join(map(repr, ordered))} w" in error.message:
            yield from (_unknown(error, path, key) for key in keys)
            return


def _unknown(error: Error, path: Path, key: str) -> Finding:
    """Find a key that is not allowed, or whose value is not for keys without a name."""
    place = (*path, key)
    if error.validator_value is not False:
        told = (
            f'the schema does not name "{shorten(key)}" in {format_path(path)}, '
            "nor allow its value there"
        )
        return Finding(place, told, on_key=True)
    known = [one for one in error.schema.get("properties", ()) if one not in error.instance]
    near = format_suggestion(find_similar(key, known)) if len(known) <= _FEW else ""
    told = f'the schema knows no "{shorten(key)}" in {format_path(path)}{near}'
    return Finding(place, told, on_key=True)


def _dependent(error: Error, path: Path) -> Iterator[Finding]:
    for key, others in error.validator_value.items():
        if key not in error.instance or isinstance(others, dict | bool):
            continue
        for other in [others] if isinstance(others, str) else others:
            if other not in error.instance:
                told = f'{shorten(key)} needs "{shorten(other)}" beside it, says the schema'
                yield Finding((*path, key), told, on_key=True)


def _items(error: Error, path: Path) -> Iterator[Finding]:
    keyword = "prefixItems" if error.validator == "items" else "items"
    allowed = len(error.schema.get(keyword, ()))
    told = (
        f"{format_path(path)} is an array of {len(error.instance)}, but the schema allows {allowed}"
    )
    yield Finding((*path, allowed), told)


def _not(error: Error, path: Path) -> Iterator[Finding]:
    match error.validator_value:
        case forbidden if forbidden in ({}, True):
            shown = format_value(error.instance)
            told = f"{format_path(path)} is {shown}, which the schema does not allow here"
            yield Finding(path, told, on_key=path != () and isinstance(path[-1], str))
        case {"required": [str(key)], **rest} if not rest and isinstance(error.instance, dict):
            told = f'the schema forbids "{shorten(key)}" in {format_path(path)}'
            yield Finding((*path, key), told, on_key=True)


BY_KEYWORD: dict[str, Callable[[Error, Path], Iterator[Finding]]] = {
    "required": _required,
    "additionalProperties": _additional,
    "unevaluatedProperties": _unevaluated,
    "dependentRequired": _dependent,
    "dependencies": _dependent,
    "items": _items,
    "additionalItems": _items,
    "not": _not,
}
"""What yields nothing is said of the value as a whole."""
