"""The rule about schedulers whose steps do not fit the limit."""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

from trellis_cfg.diagnostics import ERROR
from trellis_cfg.lint.class_use import ClassUse, real, whole
from trellis_cfg.lint.config import Config, Finding

_LEAST = 1e-6
# Which argument a decay is mended by, the first that is given.
_SPENDING = ("gamma", "step_size", "milestones", "total_iters")


class _Horizon(NamedTuple):
    """A scheduler, and the step after which training ends."""

    scheduler: ClassUse
    end: int

    def steps(self, key: str) -> int | None:
        return whole(self.scheduler.args, key)

    def factor(self, key: str, default: float) -> float | None:
        """Return what the rate is multiplied by, torch's default where it is left out."""
        return real(self.scheduler.args.get(key, default))

    def gamma(self) -> float | None:
        """Return the factor of a decay; None where nothing decays."""
        gamma = self.factor("gamma", 0.1)
        return gamma if gamma is not None and 0 < gamma < 1 else None

    def at(self, message: str, *key: str) -> Finding:
        return Finding((*self.scheduler.path, "args", *key), message, on_key=not key)


def schedule_horizon(ctx: Config) -> Iterator[Finding]:
    """The learning-rate schedule does not fit the length of the training.

    The scheduler steps once a *step*, not once an epoch. So the ``T_max`` of a cosine should be
    the limit itself; a warm-up that is as long as the training never ends; OneCycleLR raises
    after its ``total_steps``; and a decay of 0.999 a step leaves a millionth of the learning rate
    after 13,809 steps. With ``max_epoch``, the limit is known only where the size of the dataset
    and the batch are: ``--dataset-size`` and ``--gpus``, or the settings.
    """
    last = ctx.run.end
    for used in ctx.of_section("lr_scheduler") if last else ():
        judge = _JUDGES.get(used.name)
        if judge and last:
            yield from judge(_Horizon(used, last))


def _cosine(horizon: _Horizon) -> Iterator[Finding]:
    period = horizon.steps("T_max")
    if period and period != horizon.end:
        effect = "the rate never gets down" if period > horizon.end else "the rate rises again"
        told = f"T_max is {period:,}, but training ends after {horizon.end:,} steps: {effect}"
        yield horizon.at(told, "T_max")


def _one_cycle(horizon: _Horizon) -> Iterator[Finding]:
    key, total = "total_steps", horizon.steps("total_steps")
    if horizon.scheduler.args.get(key) is None:
        epochs, epoch = horizon.steps("epochs"), horizon.steps("steps_per_epoch")
        key, total = "epochs", epochs * epoch if epochs and epoch else None
    if total and total < horizon.end:
        message = f"OneCycleLR raises after {total:,} steps: training would go on to "
        yield horizon.at(f"{message}{horizon.end:,}", key)._replace(severity=ERROR)


def _linear(horizon: _Horizon) -> Iterator[Finding]:
    """Find a warm-up that is too long, or a decay: that may end with the training."""
    start, end = horizon.factor("start_factor", 1 / 3), horizon.factor("end_factor", 1.0)
    if start is not None and end is not None:
        yield from _completes("total_iters", 0 if start > end else 1)(horizon)
        if end < _LEAST * start:
            yield from _ended(horizon)


def _polynomial(horizon: _Horizon) -> Iterator[Finding]:
    yield from _completes("total_iters", 0)(horizon)
    if (horizon.factor("power", 1.0) or 0) > 0:
        yield from _ended(horizon)


def _ended(horizon: _Horizon) -> Iterator[Finding]:
    """Find that a decay to nothing is over, after torch's 5 steps where no other are given."""
    steps = 5 if "total_iters" not in horizon.scheduler.args else horizon.steps("total_iters")
    if steps:
        yield from _spent(horizon, steps)


def _completes(key: str, margin: int) -> Callable[[_Horizon], Iterator[Finding]]:
    """Return the judge of a schedule that should be over ``margin`` steps before the end."""

    def judge(horizon: _Horizon) -> Iterator[Finding]:
        steps = horizon.steps(key)
        if steps and steps + margin > horizon.end:
            told = f"{key} is {steps:,}, but training ends after {horizon.end:,} steps"
            yield horizon.at(f"{told}: the schedule never completes", key)

    return judge


def _decay(horizon: _Horizon) -> Iterator[Finding]:
    """Find a decay by ``gamma`` a step, or every ``step_size`` steps."""
    is_exponential = horizon.scheduler.name == "ExponentialLR"
    every = 1 if is_exponential else horizon.steps("step_size")
    gamma = horizon.gamma()
    if every and gamma and not (is_exponential and "gamma" not in horizon.scheduler.args):
        yield from _spent(horizon, _decays(gamma) * every)


def _decays(gamma: float) -> int:
    """Return after how many decays the rate is below a millionth of its start."""
    return math.ceil(math.log(_LEAST) / math.log(gamma))


def _milestones(horizon: _Horizon) -> Iterator[Finding]:
    listed, gamma = horizon.scheduler.args.get("milestones"), horizon.gamma()
    if isinstance(listed, list) and gamma:
        steps = sorted(filter(None, map(real, listed)))
        decays = _decays(gamma)
        if decays <= len(steps):
            yield from _spent(horizon, int(steps[decays - 1]))


def _spent(horizon: _Horizon, steps: int) -> Iterator[Finding]:
    """Find that the rate is under a millionth of its start before half of the training."""
    if 2 * steps < horizon.end:
        keys = [key for key in _SPENDING if key in horizon.scheduler.args]
        yield horizon.at(
            f"the learning rate is below a millionth of its start after {steps:,} of "
            f"{horizon.end:,} steps: the scheduler steps once a step, not once an epoch",
            *keys[:1],
        )


_JUDGES: dict[str, Callable[[_Horizon], Iterator[Finding]]] = {
    "CosineAnnealingLR": _cosine,
    "OneCycleLR": _one_cycle,
    "LinearWarmupLRScheduler": _completes("warmup_steps", 1),
    "LinearLR": _linear,
    "ConstantLR": _completes("total_iters", 1),
    "PolynomialLR": _polynomial,
    "ExponentialLR": _decay,
    "StepLR": _decay,
    "MultiStepLR": _milestones,
}
