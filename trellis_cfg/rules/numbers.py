"""Numbers of a config that are what they should be: a rule is silent about others."""

from collections.abc import Mapping

from trellis_cfg.rules.base import Context
from trellis_cfg.schedule import last_step, steps_per_epoch

I_SAVE = 10_000


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


def batch_of_gpu(ctx: Context) -> int | None:
    """Return how many samples a GPU trains on in a step, where that can be told."""
    args, world = ctx.trainer_args or {}, ctx.facts.world
    if args.get("batch_size_per_gpu") is not None:
        return positive(args, "batch_size_per_gpu")
    total = positive(args, "batch_size")
    return total // world if total and world and total % world == 0 else None


def batch_of_all(ctx: Context) -> int | None:
    """Return how many samples all GPUs together train on in a step, where that can be told."""
    args, world = ctx.trainer_args or {}, ctx.facts.world
    if args.get("batch_size_per_gpu") is None:
        return positive(args, "batch_size")
    own = positive(args, "batch_size_per_gpu")
    return own * world if own and world else None


def end(ctx: Context) -> int | None:
    """Return after how many steps training ends; None unless that is certain."""
    args = ctx.trainer_args or {}
    steps, epochs = positive(args, "max_steps"), positive(args, "max_epoch")
    if (steps, epochs) != (args.get("max_steps"), args.get("max_epoch")):
        return None
    size, batch = ctx.facts.dataset_size, batch_of_all(ctx)
    return last_step(steps, epochs, steps_per_epoch(size, batch) if size and batch else None)


def first_limit(ctx: Context) -> str:
    """Return the argument that sets the end, or the latest one."""
    steps = positive(ctx.trainer_args, "max_steps")
    return "max_epoch" if steps is None or (end(ctx) or steps) < steps else "max_steps"


def latest_end(ctx: Context) -> int | None:
    """Return after how many steps training ends at the latest."""
    found = end(ctx)
    return found if found is not None else positive(ctx.trainer_args, "max_steps")


def i_save(ctx: Context) -> int | None:
    """Return the steps between two checkpoints; the default only of a known trainer."""
    if ctx.trainer_args is None or "i_save" in ctx.trainer_args:
        return positive(ctx.trainer_args, "i_save")
    return I_SAVE if ctx.trainer and ctx.trainer.model else None
