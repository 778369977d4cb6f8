"""Numbers of a config that are what they should be: a rule is silent about others."""

from collections.abc import Mapping
from typing import Any

from trellis_cfg.rules.base import Context
from trellis_cfg.schedule import Run

_ARGUMENTS = (
    *("batch_size_per_gpu", "batch_size", "batch_split"),
    *("max_steps", "max_epoch", "i_save", "i_sample"),
)
# Where one is unsound, the other cannot be judged.
_TOGETHER = (("batch_size_per_gpu", "batch_size"), ("max_steps", "max_epoch"))
# Those of the known trainers.
_DEFAULTS = {"i_save": 10_000, "i_sample": 10_000}


def positive(args: Mapping[str, object] | None, key: str) -> int | None:
    """Return a positive integer, also one written as a float; None for anything else."""
    match args.get(key) if args else None:
        case bool():
            return None
        case int(value) if value > 0:
            return value
        case float(value) if value > 0 and value.is_integer():
            return int(value)
    return None


def real(value: object) -> float | None:
    """Return a finite number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if abs(number) < float("inf") else None


def run(ctx: Context) -> Run:
    """Return the training run that a config describes, as far as its arguments are sound."""
    args, facts = ctx.trainer_args or {}, ctx.facts
    numbers: dict[str, Any] = {key: positive(args, key) for key in _ARGUMENTS}
    for group in _TOGETHER:
        if any(args.get(key) is not None and numbers[key] is None for key in group):
            numbers |= dict.fromkeys(group)
    defaults = _DEFAULTS if ctx.trainer and ctx.trainer.model else {}
    numbers |= {key: value for key, value in defaults.items() if key not in args}
    told = Run(gpus=facts.gpus, nodes=facts.nodes, samples=facts.dataset_size)
    return told._replace(**numbers)
