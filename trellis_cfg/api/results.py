"""What the public functions return: plain data."""

from typing import NamedTuple

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.preview.facts import PlainValue
from trellis_cfg.restore import Effect, Stage


class Edited(NamedTuple):
    """A config's new text, and a line for each value that differs: ``a.b: 1 -> 2``."""

    text: str
    changes: tuple[str, ...]


class Fixed(NamedTuple):
    """A config's new text, a line for each fix, and the findings that remain."""

    text: str
    fixes: tuple[str, ...]
    findings: tuple[Diagnostic, ...]


class Previewed(NamedTuple):
    """What the limits of a config mean: the figures by name, and what is wrong with them.

    A figure is None where it is not known, or does not apply. Limits and intervals are in steps,
    ``samples`` in samples of the dataset, ``hours`` in hours.
    """

    figures: dict[str, PlainValue]
    findings: tuple[Diagnostic, ...]


class ResumeChange(NamedTuple):
    """A value that differs, by its JSON pointer, and what it does to a run that is resumed.

    ``old`` or ``new`` is None where the key is absent. ``effect`` is "acts", "partly", "ignored",
    "silent", "fails" or "unknown"; a failure has a ``stage``: "start", "load" or "step". ``place``
    is the ``file:line`` of the trainer that decides it, if its code is known.
    """

    pointer: str
    old: object
    new: object
    effect: Effect
    stage: Stage | None
    reason: str
    advice: str
    place: str


class Resumed(NamedTuple):
    """What resuming a run means: the last whole step, later ones that are not whole, with reasons.

    ``figures`` are those of a preview from that step on.
    """

    step: int
    incomplete: dict[int, str]
    changes: tuple[ResumeChange, ...]
    findings: tuple[Diagnostic, ...]
    figures: dict[str, PlainValue]
