"""Rules about what ends a training run."""

from collections.abc import Iterator

from trellis_cfg.rules.base import Context, Finding
from trellis_cfg.sections import TRAINER_ARGS


def no_stop_condition(ctx: Context) -> Iterator[Finding]:
    """Nothing ends a training whose ``max_steps`` and ``max_epoch`` are both null or absent.

    Training ends at whichever limit comes first, so one of the two must be a positive integer.
    A trainer finds out only after it has loaded the data and built the models.
    """
    args = ctx.trainer_args
    if args is None:
        return
    if args.get("max_steps") is not None or args.get("max_epoch") is not None:
        return
    place = next((key for key in ("max_steps", "max_epoch") if key in args), None)
    message = "nothing ends this training: max_steps and max_epoch are both null"
    yield Finding((*TRAINER_ARGS, place) if place else TRAINER_ARGS, message)
