"""Changes that a person asks for by name: values that are set, keys that are taken out."""

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from trellis_cfg.document import edits as edits_module
from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit, Layout, apply_edits, lay_out
from trellis_cfg.document.paths import Path, find_matches, format_path, parse_path
from trellis_cfg.errors import ConfigError, EditRefused
from trellis_cfg.sections import SECTIONS, TRAINER_ARGS
from trellis_cfg.suggest import did_you_mean, nearest

_ALMOST = {"true": "true", "false": "false", "none": "null", "null": "null", "nil": "null"}


class Assignment(NamedTuple):
    """Where a value is, ``*`` standing for any one key, and its JSON text."""

    pattern: tuple[str, ...]
    raw: str

    @property
    def value(self) -> object:
        """What the text means."""
        return Document(self.raw.encode("utf-8")).value


def parse_assignment(text: str) -> Assignment:
    """Return what ``KEY=VALUE`` says: a value is JSON, and a bare word a string.

    Raises ValueError, with what to do, for a key or a value that would be a guess.
    """
    key, separator, value = text.partition("=")
    if not separator:
        raise ValueError(f"{text!r} is no assignment: write KEY=VALUE")
    return Assignment(parse_pattern(key), _json(value))


def parse_pattern(key: str) -> tuple[str, ...]:
    """Return the path that a key means: a single one is an argument of the trainer.

    Raises ValueError for one with an empty part.
    """
    parts = parse_path(key.strip())
    if not all(parts):
        raise ValueError(f"{key!r} is no key: one part is empty")
    return parts if len(parts) > 1 or parts[0] in SECTIONS else (*TRAINER_ARGS, *parts)


def _json(text: str) -> str:
    """Return the JSON text that a value means."""
    stripped = text.strip()
    try:
        Document(stripped.encode("utf-8", "surrogateescape"))
    except ConfigError as error:
        if not stripped:
            raise ValueError("a value is missing: an empty string is '\"\"'") from None
        if stripped[0] in '{["-0123456789':
            raise ValueError(f"{text!r} is no JSON: {error.message}") from None
        meant = _ALMOST.get(stripped.lower())
        if meant:
            raise ValueError(f"{text!r} is no JSON: write {meant}, or '\"{stripped}\"'") from None
        return json.dumps(text, ensure_ascii=False)
    return stripped


def assign(document: Document, wanted: Assignment, after: str | None = None) -> Document:
    """Return the document with a value set; the same object if it has that value already.

    A last key that is absent is inserted, beside the sibling ``after`` or else last. Raises
    EditRefused where the path leads nowhere.
    """
    found = find_matches(document.value, wanted.pattern[:-1])
    if not found:
        raise _nowhere(document, wanted.pattern)
    edits = [edit for path, parent in found for edit in _set(document, path, parent, wanted, after)]
    return _edited(document, edits)


def _set(
    document: Document, path: Path, parent: object, wanted: Assignment, after: str | None
) -> Iterator[Edit]:
    key = wanted.pattern[-1]
    present = find_matches(parent, (key,))
    for (name,), value in present:
        if not _is_same(value, wanted.value):
            place = (*path, name)
            yield edits_module.replace(
                document, place, lay_out(wanted.raw, Layout.at(document, place))
            )
    if present or key == "*":
        return
    if not isinstance(parent, dict):
        told = f"{format_path(path) or 'the config'} is no object: it cannot hold {key}"
        raise _refused(document, path, told)
    place = (*path, key)
    sibling = after if after in parent else None
    raw = lay_out(wanted.raw, Layout.at(document, place))
    yield edits_module.insert(document, place, raw, after=sibling)


def erase(document: Document, where: tuple[str, ...]) -> Document:
    """Return the document without a key; the same object if it is not there."""
    found = find_matches(document.value, where)
    if not found:
        return document
    for path, _ in reversed(found):
        document = _edited(document, [edits_module.remove(document, path)])
    return document


def meets_condition(document: Document, condition: Assignment) -> bool:
    """Tell whether some place that a condition names has its value."""
    found = find_matches(document.value, condition.pattern)
    return any(_is_same(value, condition.value) for _, value in found)


def _edited(document: Document, edits: list[Edit]) -> Document:
    return Document(apply_edits(document.text, edits).encode("utf-8")) if edits else document


def _is_same(value: object, other: object) -> bool:
    """Tell whether two JSON values are equal: true is not 1, and 1.0 is not 1."""
    return json.dumps(value) == json.dumps(other)


def _refused(document: Document, path: Path, message: str) -> EditRefused:
    return EditRefused(message, **document.place_of_value(path)._asdict())


def _nowhere(document: Document, where: tuple[str, ...]) -> EditRefused:
    """Return the error for a path that leads nowhere, with a near name for its first wrong key."""
    depth = next(
        at for at in range(len(where)) if not find_matches(document.value, where[: at + 1])
    )
    above = find_matches(document.value, where[:depth])
    known = [str(key) for _, parent in above for key in _keys(parent)]
    wrong = ".".join(where[: depth + 1])
    if depth == 0 and any(find_matches(document.value, (*TRAINER_ARGS, where[0]))):
        told = f"; did you mean {'.'.join((*TRAINER_ARGS, *where))}?"
    else:
        told = did_you_mean(nearest(where[depth], known))
    return _refused(document, above[0][0] if above else (), f"there is no {wrong}{told}")


def _keys(value: object) -> Iterable[str | int]:
    return value if isinstance(value, dict) else ()
