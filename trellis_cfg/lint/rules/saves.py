"""Rules about what happens every so many steps."""

from collections.abc import Iterator

from trellis_cfg.diagnostics import WARNING
from trellis_cfg.lint.config import Config, Finding, RelatedPlace
from trellis_cfg.sections import TRAINER_ARGS

INTERVALS = ("i_print", "i_log", "i_sample", "i_save", "i_ddpcheck")
_SAVE = (*TRAINER_ARGS, "i_save")


def tail_not_saved(ctx: Config) -> Iterator[Finding]:
    """The last steps of a run are lost, unless ``i_save`` divides the limit.

    Checkpoints are written at multiples of ``i_save`` only, and nothing is saved at the end.
    Training through ``trellis_cfg.training`` (``runtime = true`` in the settings) saves at the end
    of a run with ``max_epoch``.
    """
    planned = ctx.run
    if planned.unsaved and planned.last_save and not planned.hangs:
        yield _about_saving(
            ctx,
            f"the last {planned.unsaved:,} steps are never saved: "
            f"i_save {planned.i_save:,} does not divide {planned.end:,}",
        )


def never_saved(ctx: Config) -> Iterator[Finding]:
    """A run that ends before ``i_save`` steps leaves no checkpoint at all.

    Checkpoints are written at multiples of ``i_save`` only, and nothing is saved at the end. Of a
    trainer that is not known this is a warning: it may save at the end.
    Training through ``trellis_cfg.training`` (``runtime = true`` in the settings) saves at the end
    of a run with ``max_epoch``.
    """
    planned = ctx.run
    last, first = planned.latest_end, planned.next_save(planned.start)
    if last and first and last < first and not (planned.hangs or planned.is_end_saved):
        yield _about_saving(
            ctx,
            f"no checkpoint is ever written: training ends after {last:,} steps, "
            f"the first comes after {first:,} (i_save)",
        )._replace(severity=None if ctx.is_known else WARNING)


def _about_saving(ctx: Config, message: str) -> Finding:
    """Return a finding at ``i_save``, or at the limit where that is left to its default."""
    args = ctx.trainer_args or {}
    limit = (*TRAINER_ARGS, ctx.run.ended_by or "max_steps")
    if "i_save" not in args:
        return Finding(limit, message)
    return Finding(_SAVE, message, also=(RelatedPlace(limit, "the limit"),))


def zero_interval(ctx: Config) -> Iterator[Finding]:
    """An interval of 0 is a division by zero in the trainer's loop.

    Something happens when the step is a multiple of its interval. To have it never, set the
    interval above the limit; only ``i_ddpcheck`` can be null.
    """
    for key in INTERVALS:
        value = (ctx.trainer_args or {}).get(key)
        if value == 0 and not isinstance(value, bool):
            message = f"{key} is 0: a ZeroDivisionError in the trainer's loop; use a large number"
            yield Finding((*TRAINER_ARGS, key), message)
