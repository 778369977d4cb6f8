"""Values, counts and near names, as messages write them."""

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from trellis_cfg.document.paths import Path

if TYPE_CHECKING:
    from trellis_cfg.source.class_spec import ClassSpec


_PARTS = ("name", "args")
_SHOWN = 40
_LONGEST = 64
_NEAR, _SAME = 0.75, 0.8
_LEAST = 3
_WORD = re.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def format_value(value: object) -> str:
    """Return a value as JSON, cut to a readable length; of containers, the kind."""
    match value:
        case dict():
            return "an object"
        case list():
            return f"an array of {len(value)}" if value else "an empty array"
        case str() if len(value) > _SHOWN:
            value = value[:_SHOWN] + "…"
    text = json.dumps(value, ensure_ascii=False)
    return text if isinstance(value, str) or len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def named(path: Path) -> str:
    """Return the last key of a path, with the indices that follow it: ``ema_rate[0]``.

    Name and args are those of something: ``t_schedule.name``.
    """
    *_, last = [index for index, key in enumerate(path) if isinstance(key, str)] or [0]
    indices = shorten("".join(f"[{key}]" for key in path[last + 1 :]))
    whose = f"{shorten(str(path[last - 1]))}." if last and path[last] in _PARTS else ""
    return f"{whose}{shorten(str(path[last]))}{indices}" if path else "the config"


def shorten(text: str) -> str:
    """Return a name, cut to a readable length."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


class NearMiss(NamedTuple):
    """A known name that may have been meant; ``is_sure`` if it was only misspelt."""

    name: str
    is_sure: bool


def find_near_miss(name: str, known: Iterable[str]) -> NearMiss | None:
    """Return the known name that ``name`` surely misspells, or that it breaks off.

    A word more, or another number, makes a name of its own: forks call their classes so.
    """
    if len(name) > _LONGEST:
        return None
    names = list(known)
    found = next((one for one in _close(name, names) if _is_misspelling(name, one)), None)
    if found:
        return NearMiss(found, is_sure=True)
    shortened = next((one for one in names if _is_shortened(name, one)), None)
    return NearMiss(shortened, is_sure=False) if shortened else None


def is_misspelt(name: str, given: Iterable[str]) -> bool:
    """Tell whether one of the ``given`` names is ``name``, misspelt or broken off."""
    return any(find_near_miss(one, (name,)) for one in given)


def find_similar(name: str, known: Iterable[str]) -> str | None:
    """Return that of a few known names which is most like ``name``, if one is."""
    return next(iter(_close(name, known)), None) if len(name) <= _LONGEST else None


def _close(name: str, known: Iterable[str]) -> list[str]:
    from difflib import get_close_matches  # noqa: PLC0415  a sound run has no use for it

    by_letters: dict[str, str] = {}
    for one in known:
        by_letters.setdefault(_letters(one), one)
    return [by_letters[close] for close in get_close_matches(_letters(name), by_letters, 3, _NEAR)]


def _is_misspelling(name: str, of: str) -> bool:
    """Tell whether two names are word for word nearly the same."""
    if _letters(name) == _letters(of):
        return True
    words, others = _WORD.findall(name), _WORD.findall(of)
    return len(words) == len(others) and all(map(_nearly, words, others))


def _is_shortened(name: str, of: str) -> bool:
    """Tell whether a name is the other less a word or two at its end: CosineAnnealing, warmup."""
    words, others = _WORD.findall(name), _WORD.findall(of)
    return 2 * len(name) >= len(of) and bool(words) and words == others[: len(words)]


def _letters(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _nearly(word: str, other: str) -> bool:
    """Tell whether words differ by a slip: a letter wrong, missing or too many, or two swapped."""
    from difflib import SequenceMatcher  # noqa: PLC0415  a sound run has no use for it

    if word.lower() == other.lower():
        return True
    if not (word.isalpha() and other.isalpha() and min(len(word), len(other)) >= _LEAST):
        return False
    if sorted(word.lower()) == sorted(other.lower()):
        return True
    # A letter makes another acronym, two another word, and the first another: SGDW, warmup, tsdf.
    is_slip = (
        word[0].lower() == other[0].lower()
        and not other.isupper()
        and abs(len(word) - len(other)) <= 1
    )
    return is_slip and SequenceMatcher(None, word.lower(), other.lower()).ratio() >= _SAME


def format_suggestion(name: str | None) -> str:
    """Return the end of a message that offers a near name; empty without one."""
    return f'; did you mean "{name}"?' if name else ""


def ending(signature: "ClassSpec") -> str:
    """Say what becomes of an argument that no one reads, and where."""
    match signature.swallows:
        case True:
            return f"{signature.ends_at} swallows it: it has no effect"
        case False:
            return f"{signature.ends_at} does not take it: a TypeError at the start"
    return f"nobody reads it; {signature.ends_at} may refuse it"
