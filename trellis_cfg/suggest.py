"""The name that was probably meant."""

from collections.abc import Iterable

_LONGEST = 64
_LEAST = 0.6


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like ``name``, if one is like it at all."""
    from difflib import get_close_matches  # noqa: PLC0415  a sound run has no use for it

    if len(name) > _LONGEST:
        return None
    by_letters = {one.lower(): one for one in known}
    found = get_close_matches(name.lower(), by_letters, 1, _LEAST)
    return by_letters[found[0]] if found else None


def did_you_mean(name: str | None) -> str:
    """Return the end of a message that offers a near name; empty without one."""
    return f'; did you mean "{name}"?' if name else ""
