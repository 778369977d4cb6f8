"""Suggest the intended name for a misspelled one."""

from collections.abc import Iterable

_LONGEST = 64
"""Characters of a name that is compared; a longer one takes too long."""
_CUTOFF = 0.6
"""Names that are less similar, from 0 to 1, are no suggestion."""


def find_nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most similar to ``name``, or None if none is similar."""
    from difflib import get_close_matches  # noqa: PLC0415  valid input needs none

    if len(name) > _LONGEST:
        return None
    by_lower_case = {candidate.lower(): candidate for candidate in known}
    closest = get_close_matches(name.lower(), by_lower_case, 1, _CUTOFF)
    return by_lower_case[closest[0]] if closest else None


def format_hint(name: str, known: Iterable[str]) -> str:
    """Return the end of a message that suggests the nearest known name; empty without one."""
    nearest = find_nearest(name, known)
    return f'; did you mean "{nearest}"?' if nearest else ""
