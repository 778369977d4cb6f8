"""Which alternative of a schema was probably meant, where a value fits none."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from trellis_cfg.lint.rules.user_schema.clauses import choices, clause, either

Error = Any
_TELLING = ("const", "enum")
Branch = list[Error]
"""What is wrong with one alternative."""


class Meant(NamedTuple):
    """What is wrong with the alternative that was meant, or ``words`` for what would do.

    The words are about the value of ``subject``, one of whose ``choices`` may have been meant.
    Without errors or words nobody knows; the error of an alternative that is a guess is one.
    """

    errors: tuple[Error, ...] = ()
    is_guess: bool = False
    words: str = ""
    subject: Error = None
    choices: tuple[str, ...] = ()


def meant(error: Error) -> Meant:
    """Return the closest alternative of an anyOf or oneOf: of the right type, and named right."""
    branches = _branches(error)
    typed = [branch for branch in branches if not any(map(_is_wrong_type, branch))]
    at_once = _of_itself(branches, error) or _of_itself(typed, error) or _of_its_name(typed)
    if at_once:
        return at_once
    if len(typed) == 1:
        return Meant(tuple(typed[0]))
    return _nearest(typed or branches)


def count(error: Error) -> int:
    """Return how many alternatives there are."""
    return len(error.validator_value)


def _branches(error: Error) -> list[Branch]:
    """Return the errors of each alternative; one that is false is none, and has no index."""
    found: dict[object, Branch] = defaultdict(list)
    for one in error.context:
        if one.schema_path:
            found[one.schema_path[0]].append(one)
    return list(found.values())


def _is_wrong_type(error: Error) -> bool:
    return error.validator == "type" and not error.path


def _of_itself(branches: list[Branch], error: Error) -> Meant | None:
    """Return what would do, if each alternative has one thing to say, of the value itself."""
    if all(len(branch) == 1 and not branch[0].path for branch in branches):
        return _would_do([branch[0] for branch in branches], error)
    return None


def _of_its_name(branches: list[Branch]) -> Meant | None:
    """Return what would do as a value that tells the alternatives apart, and is none of them."""
    telling = [{tuple(one.path): one for one in branch if _is_telling(one)} for branch in branches]
    shared = [path for path in telling[0] if all(path in one for one in telling)] if telling else []
    return _would_do([one[shared[0]] for one in telling], telling[0][shared[0]]) if shared else None


def _is_telling(error: Error) -> bool:
    return error.validator in _TELLING and len(error.path) <= 1


def _would_do(errors: Iterable[Error], subject: Error) -> Meant | None:
    words = [clause(one.validator, one.validator_value, one.schema) for one in errors]
    if not (words and all(words)):
        return None
    known = [name for one in errors for name in choices(one.validator, one.validator_value)]
    return Meant(words=either(words), subject=subject, choices=tuple(known))


def _nearest(branches: list[Branch]) -> Meant:
    """Return the alternative with the fewest names wrong, else the one with the least wrong."""
    ranked = sorted(map(_distance, branches))
    if not ranked or ranked[0] in ranked[1:]:
        return Meant()
    best = next(branch for branch in branches if _distance(branch) == ranked[0])
    is_named = all(ranked[0][0] < other for other, _ in ranked[1:])
    deepest = max(best, key=lambda one: len(one.path))
    return Meant(tuple(best)) if is_named else Meant((deepest,), is_guess=True)


def _distance(branch: Branch) -> tuple[int, int]:
    return sum(map(_is_telling, branch)), len(branch)
