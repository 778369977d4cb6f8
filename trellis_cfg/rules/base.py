"""What a rule is given, and what it yields."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from trellis_cfg.document.paths import Path
from trellis_cfg.sections import TRAINER_ARGS


class Context:
    """A config as the rules see it: plain values, no places.

    ``trainer_args`` are the trainer's arguments; None where the config has no such object.
    """

    __slots__ = ("trainer_args", "value")

    def __init__(self, value: object) -> None:
        """Hold the config's value and what most rules ask for."""
        self.value = value
        self.trainer_args = _object(value, TRAINER_ARGS)


def _object(value: object, path: tuple[str, ...]) -> dict[str, object] | None:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else None


class Finding(NamedTuple):
    """A message about the value at ``path``."""

    path: Path
    message: str


class Rule(NamedTuple):
    """A row of the table of codes; the docstring of ``check`` is its manual page."""

    name: str
    check: Callable[[Context], Iterator[Finding]]
