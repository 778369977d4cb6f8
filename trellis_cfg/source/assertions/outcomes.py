"""How it ends to follow a function."""

from dataclasses import dataclass
from typing import NamedTuple

from trellis_cfg.source.evaluate import Known


class FailedAssertion(NamedTuple):
    """An assertion or ``raise`` that arguments meet: those that decide it, its text, its place.

    ``text`` is the condition that is false; empty for a ``raise``.
    """

    parameters: frozenset[str]
    text: str
    place: str


@dataclass(eq=False)
class Failed(Exception):
    """The code surely raises here; ``failure`` is None if no argument decides it."""

    failure: FailedAssertion | None


@dataclass(eq=False)
class Left(Exception):
    """A function returns, with what; or perhaps, with what is unknown."""

    result: Known | None
    is_sure: bool


class Unfollowable(Exception):
    """The code does something that cannot be followed, or too much."""
