"""Set values and remove keys by dotted path."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from trellis_cfg.document import edits
from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit, edit_document, lay_out
from trellis_cfg.document.paths import Path, find_matches, format_path, parse_path
from trellis_cfg.errors import ConfigError, EditRefused
from trellis_cfg.sections import SECTIONS, TRAINER_ARGS
from trellis_cfg.suggest import find_similar

_SPELLINGS = {"true": "true", "false": "false", "none": "null", "null": "null", "nil": "null"}
# What may be meant as a number; another word that starts with a digit is a string.
_NUMBER = r"[-+.]?[0-9][-+.,_0-9]*([eE][-+.0-9]*)?[kKmMgG%]?|0[xX][0-9a-fA-F]+"


class Assignment(NamedTuple):
    """A path, in which ``*`` matches any key, and the JSON text of a value; empty for no key."""

    pattern: tuple[str, ...]
    raw: str

    @property
    def value(self) -> object:
        """The value of the text."""
        return Document(self.raw.encode("utf-8")).value


def parse_assignment(text: str) -> Assignment:
    """Parse ``KEY=VALUE``: a value is JSON, and a bare word a string.

    Raises ValueError, with what to do, if the key or the value is invalid.
    """
    key, separator, value = text.partition("=")
    if not separator:
        raise ValueError(f"{text!r} is not an assignment: write KEY=VALUE")
    return Assignment(parse_pattern(key), _parse_value(value))


def parse_pattern(key: str) -> tuple[str, ...]:
    """Parse a dotted path; a single key is an argument of the trainer.

    Raises ValueError if a part is empty.
    """
    parts = parse_path(key.strip())
    if not all(parts):
        raise ValueError(f"{key!r} is not a valid key: one part is empty")
    return parts if len(parts) > 1 or parts[0] in SECTIONS else (*TRAINER_ARGS, *parts)


def _parse_value(text: str) -> str:
    stripped = text.strip()
    try:
        Document(stripped.encode("utf-8", "surrogateescape"))
    except ConfigError as error:
        if not stripped:
            raise ValueError("missing value: write '\"\"' for an empty string") from None
        is_number = re.fullmatch(_NUMBER, stripped)
        if is_number or stripped[0] in '{["':
            problem = "a valid JSON number" if is_number else f"valid JSON: {error.message}"
            advice = f"for a string, write '\"{stripped}\"'"
            raise ValueError(f"{text!r} is not {problem}; {advice}") from None
        if literal := _SPELLINGS.get(stripped.lower()):
            advice = f"write {literal}, or '\"{stripped}\"'"
            raise ValueError(f"{text!r} is not valid JSON: {advice}") from None
        return json.dumps(text, ensure_ascii=False)
    return stripped


def parse_condition(text: str) -> Assignment:
    """Parse ``KEY=VALUE``, or ``!KEY`` for a key that is absent.

    Raises ValueError, with what to do, if the key or the value is invalid.
    """
    is_absence = text.startswith("!")
    if is_absence != ("=" in text):
        return Assignment(parse_pattern(text[1:]), "") if is_absence else parse_assignment(text)
    raise ValueError(f"{text!r} is not a condition: write KEY=VALUE, or !KEY for an absent key")


def assign(document: Document, *assignments: Assignment, after: str | None = None) -> Document:
    """Return the document with values set; the same object if it has them already.

    Absent last keys are inserted in this order, after the sibling ``after`` or else last. Raises
    EditRefused if the parent of one does not exist.
    """
    siblings: dict[Path, str] = {}
    for wanted in assignments:
        parents = find_matches(document.value, wanted.pattern[:-1])
        if not parents:
            raise _absent(document, wanted.pattern)
        changes = [
            _assign_below(document, path, parent, wanted, siblings.get(path, after))
            for path, parent in parents
        ]
        siblings |= {
            path: wanted.pattern[-1]
            for path, parent in parents
            if isinstance(parent, dict) and wanted.pattern[-1] not in parent and after in parent
        }
        document = edit_document(document, chain.from_iterable(changes))
    return document


def _assign_below(
    document: Document, path: Path, parent: object, wanted: Assignment, after: str | None
) -> Iterator[Edit]:
    key = wanted.pattern[-1]
    present = find_matches(parent, (key,))
    for (name,), value in present:
        if not _is_same(value, wanted.value):
            place = (*path, name)
            yield edits.replace(document, place, lay_out(document, place, wanted.raw))
    if present or key == "*":
        return
    if not isinstance(parent, dict):
        message = f"{format_path(path) or 'the config'} is not an object: cannot set {key}"
        raise EditRefused(message, *document.place_of_value(path))
    raw = lay_out(document, (*path, key), wanted.raw)
    yield edits.insert(document, (*path, key), raw, after=after if after in parent else None)


def erase(document: Document, pattern: tuple[str, ...]) -> Document:
    """Return the document without the keys at ``pattern``; the same object if it has none."""
    for path, _ in reversed(find_matches(document.value, pattern)):
        document = edit_document(document, [edits.remove(document, path)])
    return document


def meets_condition(document: Document, condition: Assignment) -> bool:
    """Return whether some place that matches a condition has its value, or none is there."""
    matches = find_matches(document.value, condition.pattern)
    if not condition.raw:
        return not matches
    return any(_is_same(value, condition.value) for _, value in matches)


def _is_same(value: object, expected: object) -> bool:
    """Return whether two JSON values are equal: true is not 1, and 1.0 is not 1."""
    return json.dumps(value) == json.dumps(expected)


def _absent(document: Document, pattern: tuple[str, ...]) -> EditRefused:
    """Return the error for a path that does not exist, with a hint for its first absent key."""
    prefixes = (pattern[:depth] for depth in range(1, len(pattern) + 1))
    prefix = next(each for each in prefixes if not find_matches(document.value, each))
    above = find_matches(document.value, prefix[:-1])
    message = f"the config has no {'.'.join(prefix)}{_suggest(document, pattern, prefix)}"
    return EditRefused(message, *document.place_of_value(above[0][0] if above else ()))


def _suggest(document: Document, pattern: tuple[str, ...], prefix: tuple[str, ...]) -> str:
    """Return the end of a message that suggests a path whose first absent key ends ``prefix``."""
    *above, key = prefix
    rest = pattern[len(prefix) :]
    for parent in ((*above,), *([TRAINER_ARGS] if not above else [])):
        places = find_matches(document.value, tuple(map(str, parent)))
        known = [str(name) for _, value in places if isinstance(value, dict) for name in value]
        name = key if key in known else find_similar(key, known)
        if name:
            return f"; did you mean {'.'.join((*map(str, parent), name, *rest))}?"
    return ""
