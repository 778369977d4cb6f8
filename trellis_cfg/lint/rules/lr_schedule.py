"""The rule about learning-rate schedules that do not match the training length."""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from trellis_cfg.diagnostics import ERROR
from trellis_cfg.lint.class_use import ClassUse, get_whole, to_finite
from trellis_cfg.lint.config import Config, Finding

# A rate below this share of its initial value trains nothing.
_NEGLIGIBLE = 1e-6
# The arguments that a decay depends on; the first that is set is reported.
_DECAY_ARGUMENTS = ("gamma", "step_size", "milestones", "total_iters")


class _Schedule(NamedTuple):
    """A scheduler, and the step after which training ends."""

    scheduler: ClassUse
    end: int

    def get_steps(self, key: str) -> int | None:
        return get_whole(self.scheduler.args, key)

    def get_factor(self, key: str, default: float) -> float | None:
        """Return a factor of the rate, torch's default if it is not set; None if it is invalid."""
        return to_finite(self.scheduler.args.get(key, default))

    def get_gamma(self) -> float | None:
        """Return the factor of a decay; None if nothing decays."""
        gamma = self.get_factor("gamma", 0.1)
        return gamma if gamma is not None and 0 < gamma < 1 else None

    def report(self, message: str, *key: str) -> Finding:
        return Finding((*self.scheduler.path, "args", *key), message, on_key=not key)

    def report_length(self, key: str, steps: int, effect: str) -> Finding:
        message = f"{key} is {steps:,}, but training ends after {self.end:,} steps: {effect}"
        return self.report(message, key)


def schedule_horizon(config: Config) -> Iterable[Finding]:
    """The learning-rate schedule does not match the training length.

    The scheduler advances once per *step*, not per epoch. So the ``T_max`` of a cosine should equal
    the limit; a warm-up as long as the training never completes; OneCycleLR raises an error after
    ``total_steps``; and a decay of 0.999 per step leaves a millionth of the learning rate after
    13,809 steps. With ``max_epoch``, the limit is known only if the dataset size and the batch are:
    ``--dataset-size`` and ``--gpus``, or the settings.

    Bad: {"trainer": {"args": {"max_steps": 100000,
        "lr_scheduler": {"name": "CosineAnnealingLR", "args": {"T_max": 20}}}}}
    Good: {"trainer": {"args": {"max_steps": 100000,
        "lr_scheduler": {"name": "CosineAnnealingLR", "args": {"T_max": 100000}}}}}
    """
    end = config.run.end
    for used in config.of_section("lr_scheduler") if end else ():
        check = _CHECKS.get(used.name)
        if check and end:
            yield from check(_Schedule(used, end))


def _check_cosine(schedule: _Schedule) -> Iterator[Finding]:
    period = schedule.get_steps("T_max")
    if period and period != schedule.end:
        is_longer = period > schedule.end
        effect = "the rate never reaches its minimum" if is_longer else "the rate rises again"
        yield schedule.report_length("T_max", period, effect)


def _check_one_cycle(schedule: _Schedule) -> Iterator[Finding]:
    key, total = "total_steps", schedule.get_steps("total_steps")
    if schedule.scheduler.args.get(key) is None:
        epochs, epoch = schedule.get_steps("epochs"), schedule.get_steps("steps_per_epoch")
        key, total = "epochs", epochs * epoch if epochs and epoch else None
    if total and total < schedule.end:
        message = f"OneCycleLR raises an error after {total:,} steps, but training runs to "
        yield schedule.report(f"{message}{schedule.end:,}", key)._replace(severity=ERROR)


def _check_linear(schedule: _Schedule) -> Iterator[Finding]:
    """Check a warm-up, or a decay, which may end with the training."""
    start, end = schedule.get_factor("start_factor", 1 / 3), schedule.get_factor("end_factor", 1.0)
    if start is not None and end is not None:
        yield from _check_length("total_iters", 0 if start > end else 1)(schedule)
        if end < _NEGLIGIBLE * start:
            yield from _check_decay_to_zero(schedule)


def _check_polynomial(schedule: _Schedule) -> Iterator[Finding]:
    yield from _check_length("total_iters", 0)(schedule)
    if (schedule.get_factor("power", 1.0) or 0) > 0:
        yield from _check_decay_to_zero(schedule)


def _check_decay_to_zero(schedule: _Schedule) -> Iterator[Finding]:
    is_set = "total_iters" in schedule.scheduler.args
    yield from _check_decay_end(schedule, schedule.get_steps("total_iters") if is_set else 5)


def _check_length(key: str, margin: int) -> Callable[[_Schedule], Iterator[Finding]]:
    """Return the check of a schedule that should be complete ``margin`` steps before the end."""

    def check(schedule: _Schedule) -> Iterator[Finding]:
        steps = schedule.get_steps(key)
        if steps and steps + margin > schedule.end:
            yield schedule.report_length(key, steps, "the schedule never completes")

    return check


def _check_decay(schedule: _Schedule) -> Iterator[Finding]:
    """Check a decay by ``gamma`` per step, or every ``step_size`` steps."""
    is_exponential = schedule.scheduler.name == "ExponentialLR"
    every = 1 if is_exponential else schedule.get_steps("step_size")
    gamma = schedule.get_gamma()
    if every and gamma and not (is_exponential and "gamma" not in schedule.scheduler.args):
        yield from _check_decay_end(schedule, _count_decays(gamma) * every)


def _count_decays(gamma: float) -> int:
    """Return the number of decays after which the rate is negligible."""
    return math.ceil(math.log(_NEGLIGIBLE) / math.log(gamma))


def _check_milestones(schedule: _Schedule) -> Iterator[Finding]:
    milestones, gamma = schedule.scheduler.args.get("milestones"), schedule.get_gamma()
    if isinstance(milestones, list) and gamma:
        steps = sorted(filter(None, map(to_finite, milestones)))
        decays = _count_decays(gamma)
        if decays <= len(steps):
            yield from _check_decay_end(schedule, int(steps[decays - 1]))


def _check_decay_end(schedule: _Schedule, steps: int | None) -> Iterator[Finding]:
    """Report a rate that is negligible before half of the training."""
    if steps is not None and 2 * steps < schedule.end:
        keys = [key for key in _DECAY_ARGUMENTS if key in schedule.scheduler.args]
        yield schedule.report(
            "the learning rate falls below a millionth of its initial value after "
            f"{steps:,} of {schedule.end:,} steps: the scheduler advances once per step, not per "
            "epoch",
            *keys[:1],
        )


_CHECKS: dict[str, Callable[[_Schedule], Iterator[Finding]]] = {
    "CosineAnnealingLR": _check_cosine,
    "OneCycleLR": _check_one_cycle,
    "LinearWarmupLRScheduler": _check_length("warmup_steps", 1),
    "LinearLR": _check_linear,
    "ConstantLR": _check_length("total_iters", 1),
    "PolynomialLR": _check_polynomial,
    "ExponentialLR": _check_decay,
    "StepLR": _check_decay,
    "MultiStepLR": _check_milestones,
}
