"""The words of the reports, in English and in Chinese."""

from collections.abc import Mapping
from typing import Literal, get_args

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


def language(environment: Mapping[str, str]) -> Language | None:
    """Return the language that the locale asks for; None where it is not one of these."""
    locale = next(filter(None, map(environment.get, _LOCALE)), "")
    return next((known for known in LANGUAGES if locale.lower().startswith(known)), None)
