"""What a user's schema rejects of a config."""

from collections.abc import Iterator
from itertools import islice

from referencing.exceptions import Unresolvable

from trellis_cfg.document.paths import Path
from trellis_cfg.lint.config import Finding, UserSchema
from trellis_cfg.lint.rules.user_schema.compiled import Compiled, compiled
from trellis_cfg.lint.rules.user_schema.errors import Error, findings
from trellis_cfg.lint.rules.user_schema.patience import TookTooLong, limited
from trellis_cfg.lint.wording import format_value, shorten

SECONDS = 10
"""How long a schema may take for one config: thousands of times longer than any needs."""
_MOST = 1_000
_DEEP = "this is nested too deeply for the schema, which refers to itself, to be applied"
_LARGE = "a number in here is too large for the schema to be applied"


def rejections(source: UserSchema, value: object) -> Iterator[Finding]:
    """Yield what the schema rejects of a value, each thing once.

    Raises SettingsError, placed in the schema, where it turns out that it cannot be applied.
    """
    told: set[tuple[Path, str]] = set()
    for found in _found(compiled(source), value):
        if (found.path, found.message) not in told:
            told.add((found.path, found.message))
            yield found


def _found(schema: Compiled, value: object) -> list[Finding]:
    found: list[Finding] = []
    try:
        with limited(SECONDS):
            for error in _errors(schema, value):
                found += findings(error, value) if error else [Finding((), _LARGE)]
    except TookTooLong as error:
        raise schema.refusal(*_endless(schema, *error.search())) from None
    except Unresolvable as error:
        raise schema.refusal((), f'a reference leads nowhere: "{shorten(error.ref)}"') from None
    except RecursionError:
        found.append(Finding((), _DEEP))
    return found


def _errors(schema: Compiled, value: object) -> Iterator[Error]:
    """Yield what the library finds, and None where a number is too much for it."""
    try:
        yield from islice(schema.validator.iter_errors(value), _MOST)
    except (OverflowError, ValueError):
        yield None


def _endless(schema: Compiled, pattern: str, text: str) -> tuple[Path, str]:
    """Return where and what to say of a schema that does not come to an end."""
    if not pattern:
        return (), f"this takes more than {SECONDS} seconds for a single config: simplify it"
    told = (
        f"the pattern {shorten(pattern)} takes more than {SECONDS} seconds on {format_value(text)}"
    )
    return schema.place_of(pattern), f"{told}: write it without a repeat inside a repeat"
