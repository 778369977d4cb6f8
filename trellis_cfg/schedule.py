"""Epochs, steps and samples: the trainer's own arithmetic, in exact integers."""


def steps_per_epoch(samples: int, batch: int) -> int:
    """Return how many steps the trainer counts as an epoch; ``batch`` is that of all GPUs."""
    return -(-samples // batch)


def samples_per_rank(samples: int, world: int) -> int:
    """Return how many samples each of ``world`` processes gets: the sampler pads their number."""
    return -(-samples // world)


def last_step(max_steps: int | None, max_epoch: int | None, epoch: int | None) -> int | None:
    """Return after which step training ends: at whichever limit comes first.

    ``epoch`` is the length of one in steps. None where that cannot be told: no limit is
    set, or an epoch limit without the length of an epoch.
    """
    if max_epoch is None:
        return max_steps
    if epoch is None:
        return None
    limit = max_epoch * epoch
    return limit if max_steps is None else min(max_steps, limit)
