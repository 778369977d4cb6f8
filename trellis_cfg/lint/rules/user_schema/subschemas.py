"""The schemas that a schema holds, what they refer to, and what makes one of no use."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from warnings import catch_warnings, simplefilter

from jsonschema.exceptions import UnknownType
from referencing.exceptions import InvalidAnchor, NoSuchAnchor, PointerToNowhere, Unresolvable

from trellis_cfg.document.paths import Path
from trellis_cfg.errors import SettingsError
from trellis_cfg.lint.rules.user_schema.drafts import Draft
from trellis_cfg.lint.wording import shorten

Refuse = Callable[..., SettingsError]
"""Makes the error for a path, a message, and ``on_key``."""

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_NOWHERE = (PointerToNowhere, NoSuchAnchor, InvalidAnchor, ValueError, TypeError, AttributeError)
# Keywords whose schemas judge the same value as the schema that they stand in.
_ONE = ("not", "if", "then", "else", "extends")
_OF_IF = {"then": "if", "else": "if"}  # the library applies these with it
_LISTED = ("allOf", "anyOf", "oneOf", "extends", "type", "disallow")
_NAMED = ("dependentSchemas", "dependencies")


class Subschema(NamedTuple):
    """A schema that stands at ``path``; ``resolver`` follows its references."""

    path: Path
    contents: dict[str, Any]
    resolver: Any


def children(
    of: Subschema, draft: Draft, paths: Mapping[int, Path], refuse: Refuse
) -> Iterator[Subschema]:
    """Yield the schemas that stand in one, if their identifiers are such."""
    make = draft.specification.create_resource
    inner = [each.contents for each in make(of.contents).subresources()]
    for contents in (*inner, *in_place(of.contents, draft)):
        if id(contents) in paths:
            _refuse_identifier(paths[id(contents)], contents, refuse)
            resolver = of.resolver.in_subresource(make(contents))
            yield Subschema(paths[id(contents)], contents, resolver)


def in_place(schema: Mapping[str, Any], draft: Draft) -> Iterator[dict[str, Any]]:
    """Yield the schemas in one that judge the same value as it does."""
    held = {key: value for key, value in schema.items() if _OF_IF.get(key, key) in draft.keywords}
    found: list[object] = [held.get(key) for key in _ONE]
    for key in _LISTED:
        found += held[key] if isinstance(held.get(key), list) else ()
    for key in _NAMED:
        found += held[key].values() if isinstance(held.get(key), dict) else ()
    yield from (one for one in found if isinstance(one, dict))


def referred(of: Subschema, draft: Draft, refuse: Refuse) -> Iterator[tuple[Path, Subschema]]:
    """Yield where the references of a schema stand, and what they lead to, its path unknown.

    Raises what ``refuse`` makes where one leads out of the file, to nothing, or to no schema.
    """
    for key in _REFERENCES:
        reference = of.contents.get(key)
        if not isinstance(reference, str) or key not in draft.keywords:
            continue
        at = (*of.path, key)
        try:
            found = of.resolver.lookup(reference)
        except _NOWHERE:
            raise refuse(at, f'{key} leads nowhere: "{shorten(reference)}" is not here') from None
        except Unresolvable:
            raise refuse(at, _elsewhere(key, reference)) from None
        if isinstance(found.contents, dict):
            yield at, Subschema((), found.contents, found.resolver)
        elif not isinstance(found.contents, bool):
            raise refuse(at, f'{key} leads to no schema: "{shorten(reference)}" is no object')


def _elsewhere(key: str, reference: str) -> str:
    return (
        f'{key} leads to another document, "{shorten(reference)}", which is never read: '
        "copy what is meant into this file"
    )


def spell_out_booleans(schema: dict[str, Any], draft: Draft) -> None:
    """Write schemas that are true or false as objects where the library fails on them.

    Of what ``false`` rejects it does not say where that stands, and earlier drafts take ``items``
    for a list.
    """
    if isinstance(schema.get("items"), bool) and "additionalItems" in draft.keywords:
        schema["items"] = {} if schema["items"] else {"not": {}}
    for key in ("properties", "patternProperties", "prefixItems", "items"):
        held = schema.get(key)
        if isinstance(held, dict):
            held.update({name: {"not": {}} for name, one in held.items() if one is False})
        elif isinstance(held, list):
            held[:] = [{"not": {}} if one is False else one for one in held]


def refuse_unusable(path: Path, schema: Mapping[str, Any], draft: Draft, refuse: Refuse) -> None:
    """Raise what ``refuse`` makes for an identifier, a pattern or a type that is none."""
    _refuse_identifier(path, schema, refuse)
    _refuse_patterns(path, schema, refuse)
    for key in ("type", "disallow"):
        names = schema.get(key) if key in draft.keywords else None
        for name in names if isinstance(names, list) else [names]:
            if isinstance(name, str) and not _is_type(name, draft):
                raise refuse((*path, key), f'there is no type "{shorten(name)}"')


def _refuse_identifier(path: Path, schema: Mapping[str, Any], refuse: Refuse) -> None:
    for key in ("$id", "id"):
        if isinstance(schema.get(key), str) and not _is_uri(schema[key]):
            raise refuse((*path, key), f'"{shorten(schema[key])}" is no URI')


def _is_uri(text: str) -> bool:
    try:
        urlsplit(text)
    except ValueError:
        return False
    return True


def _is_type(name: str, draft: Draft) -> bool:
    try:
        draft.metaschema.is_type(None, name)
    except UnknownType:
        return False
    return True


def _refuse_patterns(path: Path, schema: Mapping[str, Any], refuse: Refuse) -> None:
    pattern, named = schema.get("pattern", ""), schema.get("patternProperties", {})
    if told := _unreadable(pattern):
        raise refuse((*path, "pattern"), told)
    for key in named:
        if told := _unreadable(key):
            raise refuse((*path, "patternProperties", key), told, on_key=True)
    # The library looks with all of them in one for the keys that none of them means.
    if told := _unreadable("|".join(named)):
        raise refuse((*path, "patternProperties"), f"taken together, {told}", on_key=True)


def _unreadable(pattern: str) -> str:
    """Return why Python cannot read a pattern; empty for one that it can."""
    try:
        with catch_warnings():
            simplefilter("ignore")  # of what a later Python may read otherwise
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        why = error.msg if isinstance(error, re.error) else "it is too large"
        return f"the pattern {shorten(pattern)} cannot be read by Python: {why}"
    return ""
