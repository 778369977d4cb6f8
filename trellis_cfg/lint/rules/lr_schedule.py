"""The rule about learning-rate schedules that do not match the training length."""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from trellis_cfg.diagnostics import ERROR
from trellis_cfg.learning_rate import rates
from trellis_cfg.lint.class_use import get_whole, to_finite
from trellis_cfg.lint.config import Config, Finding
from trellis_cfg.lint.fixes import offer_value
from trellis_cfg.lint.schedulers import (
    LENGTHS,
    WARM_UPS,
    Scheduler,
    find_schedulers,
    read_rate,
    read_scheduler_code,
)
from trellis_cfg.models.torch_optim import LR_SCHEDULERS, OPTIMIZERS
from trellis_cfg.sections import TRAINER_ARGS, is_endless
from trellis_cfg.terminal import format_count

# A rate below this share of its initial value trains nothing.
_NEGLIGIBLE = 1e-6
# The steps whose rates are computed, to see whether a rate of 0 stays 0.
_PROBED = (0, *(2**power for power in range(40)))
# The arguments that a decay depends on; the first that is set is reported.
_DECAY_ARGUMENTS = ("gamma", "step_size", "milestones", "total_iters")


class _Schedule(NamedTuple):
    """A scheduler, and the step after which training ends."""

    scheduler: Scheduler
    end: int

    @property
    def left(self) -> int:
        """The steps from the scheduler's start to the end."""
        return self.end - self.scheduler.begin

    @property
    def duration(self) -> str:
        """The length of the training, in words."""
        return format_count(self.end, "step")

    def get_steps(self, key: str) -> int | None:
        return get_whole(self.scheduler.args, key)

    def get_factor(self, key: str, default: float) -> float | None:
        """Return a factor of the rate, torch's default if it is not set; None if it is invalid."""
        return to_finite(self.scheduler.args.get(key, default))

    def get_gamma(self) -> float | None:
        """Return the factor of a decay; None if nothing decays."""
        gamma = self.get_factor("gamma", 0.1)
        return gamma if gamma is not None and 0 < gamma < 1 else None

    def report(self, message: str, *key: str | int) -> Finding:
        return Finding((*self.scheduler.path, *key), message, on_key=not key)

    def report_length(self, key: str, steps: int, effect: str) -> Finding:
        message = f"{key} is {steps:,}, but training ends after {self.duration}: {effect}"
        return self.report(message, key)


def schedule_horizon(config: Config) -> Iterable[Finding]:
    """The learning-rate schedule does not match the training length.

    The scheduler advances once per *step*, not per epoch. So the ``T_max`` of a cosine should equal
    the limit; a warm-up as long as the training never completes; OneCycleLR raises an error after
    ``total_steps``; and a decay of 0.999 per step leaves a millionth of the learning rate after
    13,809 steps. Milestones past the end, and a learning rate of 0, have no effect at all. With
    ``max_epoch``, the limit is known only if the dataset size and the batch are:
    ``--dataset-size`` and ``--gpus``, or the settings.

    The scheduler after a warm-up (``main_scheduler_class``, or the last one of SequentialLR) has
    the remaining steps. A trainer may compute ``T_max`` from ``max_steps`` itself, as that of the
    SDF fork does for WarmupThenScheduler: then a ``T_max`` in the config has no effect, the rate
    does not come down if ``max_epoch`` ends the run sooner, and ``max_steps`` cannot be null.

    Bad: {"trainer": {"args": {"max_steps": 100000,
        "lr_scheduler": {"name": "CosineAnnealingLR", "args": {"T_max": 20}}}}}
    Good: {"trainer": {"args": {"max_steps": 100000,
        "lr_scheduler": {"name": "CosineAnnealingLR", "args": {"T_max": 100000}}}}}
    Chinese: 学习率调度与训练长度不符。让 T_max、warmup_steps 等与训练的总步数一致；它们按步计数。
    """
    yield from _check_zero_rate(config)
    for whole in find_schedulers(config):
        for scheduler in (whole, *whole.parts):
            yield from _check_computed(config, scheduler)
            end = config.run.end
            is_known = end and not scheduler.computed and _is_each_step(config)
            if end and is_known and scheduler.begin < end:
                yield from _check_schedule(_Schedule(scheduler, end))


def _is_each_step(config: Config) -> bool:
    """Return whether the trainer may be expected to advance torch's scheduler in each step."""
    code, trainer = read_scheduler_code(config), config.trainer
    if code is None or trainer is None or trainer.facts is None:
        return True
    call = trainer.facts.read_torch_call("lr_scheduler", trainer.name)
    return code.is_advanced_each_step and not (call and call.is_direct is False)


def _check_zero_rate(config: Config) -> Iterator[Finding]:
    """Report a rate of 0 that stays 0, whatever the schedule."""
    for used in config.of_section("optimizer"):
        lr = used.args.get("lr")
        if used.name not in OPTIMIZERS or isinstance(lr, bool) or lr != 0:
            continue
        code, rate = read_scheduler_code(config), read_rate(config)
        values = rates(rate, _PROBED) if rate else None
        if values and not any(values) and not (code and code.sets_rate):
            yield Finding((*used.path, "args", "lr"), "lr is 0: the models do not change")


def _check_computed(config: Config, scheduler: Scheduler) -> Iterator[Finding]:
    """Report what the trainer computes from the wrong limit, and what it overwrites."""
    limit, end = (*TRAINER_ARGS, "max_steps"), config.run.end
    for key, computed in scheduler.computed.items():
        at = f" at {computed.place}" if computed.place else ""
        written = get_whole(scheduler.args, key)
        if computed.is_failing and not is_endless(config.trainer_args or {}):
            message = f"max_steps is null, but the trainer computes {key} from it{at}: TypeError"
            yield Finding(limit, message, severity=ERROR)
        if not (computed.is_from_limit and computed.steps and end):
            continue
        if written and written != computed.steps:
            message = f"{key} has no effect: the trainer computes it from max_steps{at}"
            yield Finding((*scheduler.path, key), message, on_key=True)
        if config.run.ended_by == "max_epoch" and scheduler.begin + computed.steps > end:
            yield Finding(
                limit,
                f"the schedule is computed from max_steps {config.run.max_steps or 0:,}, but "
                f"training ends after {format_count(end, 'step')} (max_epoch)",
                why=f"the trainer computes {key} = {computed.steps:,}{at} before it applies "
                "max_epoch: the schedule never completes",
            )


def _check_schedule(schedule: _Schedule) -> Iterator[Finding]:
    scheduler = schedule.scheduler
    yield from _check_milestones_end(schedule)
    if scheduler.name in _CHECKS:
        yield from _CHECKS[scheduler.name](schedule)
    elif scheduler.name not in LR_SCHEDULERS:
        warm_up, length = scheduler.find_count(WARM_UPS), scheduler.find_count(LENGTHS)
        for counted, margin in ((warm_up, 1), (length, 0)):
            if counted and counted[1] + margin > schedule.end:
                yield schedule.report_length(*counted, "the schedule never completes")


def _check_milestones_end(schedule: _Schedule) -> Iterator[Finding]:
    """Report the first milestone that is past the end."""
    milestones = schedule.scheduler.args.get("milestones")
    for index, step in enumerate(milestones if isinstance(milestones, list) else ()):
        steps = get_whole({"": step}, "")
        if steps and steps > schedule.left:
            message = f"milestone {steps:,} is never reached: training ends after "
            yield schedule.report(message + schedule.duration, "milestones", index)
            return


def _check_cosine(schedule: _Schedule) -> Iterator[Finding]:
    """Check a cosine; after a warm-up, it may also count the steps of that."""
    period = schedule.get_steps("T_max")
    if period and not schedule.left <= period <= schedule.end:
        is_longer = period > schedule.end
        effect = "the rate never reaches its minimum" if is_longer else "the rate rises again"
        finding = schedule.report_length("T_max", period, effect)
        yield finding._replace(fix=offer_value(finding.path, schedule.left))


def _check_one_cycle(schedule: _Schedule) -> Iterator[Finding]:
    key, total = "total_steps", schedule.get_steps("total_steps")
    if schedule.scheduler.args.get(key) is None:
        epochs, epoch = schedule.get_steps("epochs"), schedule.get_steps("steps_per_epoch")
        key, total = "epochs", epochs * epoch if epochs and epoch else None
    if total and total < schedule.left:
        steps = format_count(schedule.scheduler.begin + total, "step")
        message = f"OneCycleLR raises an error after {steps}, but training runs to "
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
    if every and every > schedule.end:
        yield schedule.report_length("step_size", every, "the rate never decays")
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
    begin = schedule.scheduler.begin
    if steps is not None and 2 * steps < schedule.left:
        keys = [key for key in _DECAY_ARGUMENTS if key in schedule.scheduler.args]
        yield schedule.report(
            "the learning rate falls below a millionth of its initial value after "
            f"{begin + steps:,} of {schedule.duration}: the scheduler advances once per step, not "
            "per epoch",
            *keys[:1],
        )


_CHECKS: dict[str, Callable[[_Schedule], Iterator[Finding]]] = {
    "CosineAnnealingLR": _check_cosine,
    "OneCycleLR": _check_one_cycle,
    "LinearWarmupLRScheduler": _check_length("warmup_steps", 1),
    "WarmupThenScheduler": _check_length("warmup_steps", 1),
    "LinearLR": _check_linear,
    "ConstantLR": _check_length("total_iters", 1),
    "PolynomialLR": _check_polynomial,
    "ExponentialLR": _check_decay,
    "StepLR": _check_decay,
    "MultiStepLR": _check_milestones,
    "CosineAnnealingWarmRestarts": _check_length("T_0", 0),
}
