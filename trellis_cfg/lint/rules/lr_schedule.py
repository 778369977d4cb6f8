"""The rule about learning-rate schedules that do not match the training length."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from trellis_cfg.diagnostics import ERROR
from trellis_cfg.learning_rate import Rate, ends_at, rates
from trellis_cfg.lint.class_use import MAX, get_whole
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

# A rate below this share of its initial value trains nothing; the rest is of rounding.
_NEGLIGIBLE = 1e-6 * (1 + 1e-9)
# The steps whose rates are computed, to see whether a rate of 0 stays 0.
_PROBED = (0, *(2**power for power in range(40)))
# The arguments that a decay depends on; the first that is set is reported.
_LENGTHS = {
    "LinearWarmupLRScheduler": ("warmup_steps", 1),
    "WarmupThenScheduler": ("warmup_steps", 1),
    "ConstantLR": ("total_iters", 1),
    "PolynomialLR": ("total_iters", 0),
    "CosineAnnealingWarmRestarts": ("T_0", 0),
}
"""What counts the steps of a schedule, which should be complete so many before the end."""
_DECAYING = ("LinearLR", "PolynomialLR", "ExponentialLR", "StepLR", "MultiStepLR")
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

    @property
    def rate(self) -> Rate:
        """The rate over the steps, as a share of the optimizer's."""
        return Rate(1.0, self.scheduler.name, self.scheduler.args)

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
    code = read_scheduler_code(config)
    if code is None:
        return True
    call = config.ask_trainer(lambda facts, name: facts.read_torch_call("lr_scheduler", name))
    return code.is_advanced_each_step and not (call and call.is_direct is False)


def _check_zero_rate(config: Config) -> Iterator[Finding]:
    for used in config.of_section("optimizer"):
        lr = used.args.get("lr")
        if used.name not in OPTIMIZERS or isinstance(lr, bool) or lr != 0:
            continue
        code, rate = read_scheduler_code(config), read_rate(config)
        values = rates(rate, _PROBED) if rate else None
        if values and not any(values) and not (code and code.sets_rate):
            yield Finding(used.locate("lr"), "lr is 0: the models do not change")


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
            message = f"the schedule is computed from max_steps {config.run.max_steps or 0:,}, but "
            message += f"training ends after {format_count(end, 'step')} (max_epoch)"
            why = f"the trainer computes {key} = {computed.steps:,}{at} before it applies max_epoch"
            yield Finding(limit, message, why=f"{why}: the schedule never completes")


def _check_schedule(schedule: _Schedule) -> Iterator[Finding]:
    name = schedule.scheduler.name
    yield from _check_milestones_end(schedule)
    if name == "CosineAnnealingLR":
        yield from _check_cosine(schedule)
    elif name == "OneCycleLR":
        yield from _check_one_cycle(schedule)
    for key, margin in _list_lengths(schedule):
        steps = schedule.get_steps(key)
        if steps and steps + margin > schedule.end:
            yield schedule.report_length(key, steps, "the schedule never completes")
    every = schedule.get_steps("step_size") if name == "StepLR" else None
    if every and every > schedule.end:
        yield schedule.report_length("step_size", every, "the rate never decays")
    yield from _check_decay_end(schedule)


def _list_lengths(schedule: _Schedule) -> Iterator[tuple[str, int]]:
    """Yield the arguments that count the steps of the whole, and by how many it ends sooner."""
    scheduler = schedule.scheduler
    if scheduler.name in _LENGTHS:
        yield _LENGTHS[scheduler.name]
    elif scheduler.name == "LinearLR":
        match rates(schedule.rate, (0, MAX)):
            case [first, last]:
                yield "total_iters", 0 if first > last else 1  # a decay, or a warm-up
    elif scheduler.name not in LR_SCHEDULERS:
        for counted, margin in (
            (scheduler.find_count(WARM_UPS), 1),
            (scheduler.find_count(LENGTHS), 0),
        ):
            if counted:
                yield counted[0], margin


def _check_milestones_end(schedule: _Schedule) -> Iterator[Finding]:
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
    key = "epochs" if schedule.scheduler.args.get("total_steps") is None else "total_steps"
    total = ends_at(schedule.rate)
    if total is not None and total < schedule.left:
        steps = format_count(schedule.scheduler.begin + total, "step")
        message = f"OneCycleLR raises an error after {steps}, but training runs to "
        yield schedule.report(f"{message}{schedule.end:,}", key)._replace(severity=ERROR)


def _check_decay_end(schedule: _Schedule) -> Iterator[Finding]:
    """Report a rate that is negligible before half of the training."""
    begin, steps = schedule.scheduler.begin, _find_decay_end(schedule)
    if steps is not None:
        keys = [key for key in _DECAY_ARGUMENTS if key in schedule.scheduler.args]
        message = "the learning rate falls below a millionth of its initial value after "
        message += f"{begin + steps:,} of {schedule.duration}: the scheduler advances once per step"
        yield schedule.report(f"{message}, not per epoch", *keys[:1])


def _find_decay_end(schedule: _Schedule) -> int | None:
    """Return the step of the first half from which the rate is negligible; None if it never is."""

    def is_negligible(step: int) -> bool:
        shares = rates(schedule.rate, (0, step))
        return shares is not None and shares[0] > 0 and shares[1] <= _NEGLIGIBLE * shares[0]

    steps = range((schedule.left + 1) // 2 if schedule.scheduler.name in _DECAYING else 0)
    first = bisect_left(steps, True, key=is_negligible)  # noqa: FBT003  what the key becomes
    return first if first < len(steps) else None
