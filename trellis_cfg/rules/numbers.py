"""Numbers of a config that are what they should be: a rule is silent about others."""

from collections.abc import Mapping
from typing import Any

from trellis_cfg.schedule import Run

MAX = 2**63 - 1
# Where one of two is unsound, neither can be judged.
_TOGETHER = {
    key: pair
    for pair in (("batch_size_per_gpu", "batch_size"), ("max_steps", "max_epoch"))
    for key in pair
}


def positive(args: Mapping[str, object] | None, key: str) -> int | None:
    """Return a positive integer of a usual size; None for anything else."""
    value = args.get(key) if args else None
    return value if type(value) is int and 0 < value <= MAX else None


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


# A size must be written as an integer; what is only compared with steps need not.
_READ = (
    *((key, positive) for key in ("batch_size_per_gpu", "batch_size", "batch_split")),
    *((key, whole) for key in ("max_steps", "max_epoch", "i_save", "i_sample")),
)


def run_of(args: Mapping[str, object], told: Run, defaults: Mapping[str, int | None]) -> Run:
    """Return the run that a trainer's arguments describe, as far as they are sound.

    ``told`` is what is known of it beside them, ``defaults`` are those of the trainer.
    """
    numbers: dict[str, Any] = {key: read(args, key) for key, read in _READ if key in args}
    for key in [key for key, number in numbers.items() if number is None is not args[key]]:
        numbers |= dict.fromkeys(_TOGETHER.get(key, ()))
    return told._replace(**{**defaults, **numbers})
