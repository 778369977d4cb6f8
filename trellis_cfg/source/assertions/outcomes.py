"""How it ends to follow a function."""

from typing import NamedTuple

from trellis_cfg.source.assertions.evaluate import Known


class FailedAssertion(NamedTuple):
    """An assertion or ``raise`` that arguments meet: those that decide it, its text, its place.

    ``text`` is the condition that is false; empty for a ``raise``.
    """

    parameters: frozenset[str]
    text: str
    place: str


class Failed(Exception):
    """The code surely raises here; ``failure`` is None if no argument decides it."""

    def __init__(self, failure: FailedAssertion | None) -> None:
        """Hold the failure."""
        super().__init__()
        self.failure = failure


class Left(Exception):
    """A function returns, with what; or perhaps, with what is unknown."""

    def __init__(self, result: Known | None, *, is_sure: bool) -> None:
        """Hold the result; ``is_sure`` if the function surely returns it."""
        super().__init__()
        self.result, self.is_sure = result, is_sure


class Unfollowable(Exception):
    """The code does something that cannot be followed, or too much."""
