"""Numbers of a config that are what they should be: a rule is silent about others."""

from collections.abc import Mapping
from typing import Any

from trellis_cfg.schedule import Run

_SIZES = ("batch_size_per_gpu", "batch_size", "batch_split")
_COMPARED = ("max_steps", "max_epoch", "i_save", "i_sample")
MAX = 2**63 - 1
# Where one is unsound, the other cannot be judged.
_TOGETHER = (("batch_size_per_gpu", "batch_size"), ("max_steps", "max_epoch"))
# Those of the known trainers.
_DEFAULTS = {"i_save": 10_000, "i_sample": 10_000}


def positive(args: Mapping[str, object] | None, key: str) -> int | None:
    """Return a positive integer of a usual size; None for anything else."""
    match args.get(key) if args else None:
        case int(value) if not isinstance(value, bool) and 0 < value <= MAX:
            return value
    return None


def whole(args: Mapping[str, object] | None, key: str) -> int | None:
    """Return a positive integer, also one that is written as a float, such as 1e6."""
    value = args.get(key) if args else None
    if isinstance(value, float) and 0 < value <= MAX and value.is_integer():
        return int(value)
    return positive(args, key)


def real(value: object) -> float | None:
    """Return a finite number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if abs(number) < float("inf") else None


def run_of(args: Mapping[str, object], told: Run, *, is_known: bool) -> Run:
    """Return the run that a trainer's arguments describe, as far as they are sound.

    ``told`` is what is known of it beside them. Only a known trainer has known defaults.
    """
    numbers: dict[str, Any] = {key: positive(args, key) for key in _SIZES}
    numbers |= {key: whole(args, key) for key in _COMPARED}
    for group in _TOGETHER:
        if any(args.get(key) is not None and numbers[key] is None for key in group):
            numbers |= dict.fromkeys(group)
    defaults = _DEFAULTS if is_known else {}
    numbers |= {key: value for key, value in defaults.items() if key not in args}
    return told._replace(**numbers)
