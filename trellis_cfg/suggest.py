"""Suggest the known name that a misspelled one means."""

import re
from collections.abc import Iterable
from typing import NamedTuple

_NAME_LENGTH = 64
"""Characters of a name that is compared; a longer one takes too long."""
# How alike names, and parts of names, have to be (difflib's ratio), and how long such a part.
_SIMILAR_NAMES, _SIMILAR_PARTS, _SHORTEST_PART = 0.75, 0.8, 3
_PART = re.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


class NearMiss(NamedTuple):
    """The known name that another resembles; ``is_sure`` if that is clearly a misspelling."""

    name: str = ""
    is_sure: bool = False

    @property
    def suggestion(self) -> str:
        """The end of a message that suggests the name; empty without one."""
        return format_suggestion(self.name)


def find_near_miss(name: str, known: Iterable[str]) -> NearMiss:
    """Return the known name that ``name`` misspells, or that starts with ``name``, or none.

    An additional part or another number makes a different name, as forks call their classes.
    """
    if len(name) > _NAME_LENGTH:
        return NearMiss()
    names = list(known)
    for similar in _find_similar_names(name, names):
        if _is_misspelling(name, similar):
            return NearMiss(similar, is_sure=True)
    return NearMiss(next((longer for longer in names if _is_shortened(name, longer)), ""))


def is_misspelled(name: str, candidates: Iterable[str]) -> bool:
    """Return whether one of the candidates is ``name``, misspelled or shortened."""
    return any(find_near_miss(candidate, (name,)).name for candidate in candidates)


def find_similar(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like ``name``; None if none is."""
    similar = _find_similar_names(name, known) if len(name) <= _NAME_LENGTH else []
    return next(iter(similar), None)


def _find_similar_names(name: str, known: Iterable[str]) -> list[str]:
    from difflib import get_close_matches  # noqa: PLC0415  a sound run has no use for it

    by_letters: dict[str, str] = {}
    for candidate in known:
        by_letters.setdefault(_get_letters(candidate), candidate)
    matches = get_close_matches(_get_letters(name), by_letters, 3, _SIMILAR_NAMES)
    return [by_letters[letters] for letters in matches]


def _get_letters(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _is_misspelling(name: str, known: str) -> bool:
    """Return whether two names are nearly the same, part by part."""
    if _get_letters(name) == _get_letters(known):
        return True
    parts, known_parts = _PART.findall(name), _PART.findall(known)
    return len(parts) == len(known_parts) and all(map(_is_mistake, parts, known_parts))


def _is_shortened(name: str, known: str) -> bool:
    """Return whether a name lacks only the last parts of another: CosineAnnealing, warmup."""
    parts, known_parts = _PART.findall(name), _PART.findall(known)
    return 2 * len(name) >= len(known) and bool(parts) and parts == known_parts[: len(parts)]


def _is_mistake(part: str, known: str) -> bool:
    """Return whether a part has one letter wrong, missing or too many, or two swapped."""
    from difflib import SequenceMatcher  # noqa: PLC0415  a sound run has no use for it

    lower, known_lower = part.lower(), known.lower()
    if lower == known_lower:
        return True
    if not (part.isalpha() and known.isalpha() and min(len(part), len(known)) >= _SHORTEST_PART):
        return False
    if sorted(lower) == sorted(known_lower):
        return True
    # Another acronym, two letters more or another first letter make another name: SGDW, tsdf.
    is_alike = (
        lower[0] == known_lower[0] and not known.isupper() and abs(len(part) - len(known)) <= 1
    )
    return is_alike and SequenceMatcher(None, lower, known_lower).ratio() >= _SIMILAR_PARTS


def format_suggestion(name: str | None) -> str:
    """Return the end of a message that suggests a name; empty without one."""
    return f'; did you mean "{name}"?' if name else ""


def format_hint(name: str, known: Iterable[str]) -> str:
    """Return the end of a message that suggests the most similar known name, if there is one."""
    return format_suggestion(find_similar(name, known))
