"""What is wrong with a value, by its model or by the code beside the config."""

from typing import NamedTuple

from trellis_cfg.document.paths import Path

MISSING, TYPE, RANGE, CHOICE = "missing", "type", "range", "choice"


class Fault(NamedTuple):
    """A value that the models reject, at ``path``; of a missing key, that of its object.

    ``expected`` is what would do, in words; for a choice, ``choices`` are the known ones.
    """

    problem: str
    path: Path
    expected: str
    value: object
    choices: tuple[str, ...] = ()
