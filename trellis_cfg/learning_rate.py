"""The learning rate over the steps: torch's schedulers, each as a closed form."""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import takewhile
from types import MappingProxyType
from typing import NamedTuple


def real(value: object, *, least: float = -math.inf, most: float = math.inf) -> float:
    """Return a finite number within bounds; TypeError or ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    try:
        number = float(value)
    except OverflowError as error:
        raise ValueError(value) from error
    if not (math.isfinite(number) and least <= number <= most):
        raise ValueError(value)
    return number


def whole(value: object, *, least: int = 0) -> int:
    """Return a count of steps, also one written as a float, exactly; errors as of ``real``."""
    number = real(value, least=least)
    if not number.is_integer():
        raise ValueError(value)
    return value if isinstance(value, int) else int(number)


_ABOVE_0 = math.ulp(0)


class Form(NamedTuple):
    """The rate of a step, counted from 0, and the last step that has one."""

    at: Callable[[int], float]
    last: int | None = None


def constant(lr: float) -> Form:
    """Leave the rate as it is."""
    return Form(lambda _: lr)


def warm_up(lr: float, *, warmup_steps: object) -> Form:
    """Rise in equal steps, the first one above 0; TRELLIS's own."""
    warm = whole(warmup_steps)
    return Form(lambda step: lr * ((step + 1) / warm if step < warm else 1.0))


def cosine(lr: float, *, T_max: object, eta_min: object = 0.0) -> Form:  # noqa: N803  torch's name
    """Fall along a cosine for ``T_max`` steps, and rise again for as many."""
    half, least = whole(T_max, least=1), real(eta_min)
    return Form(lambda step: along_cosine(lr, least, step % (2 * half) / half))


def along_cosine(start: float, end: float, part: float) -> float:
    """Return what lies between two rates, after a part of the way from 0 to 1."""
    return end + (start - end) / 2 * (1 + math.cos(math.pi * part))


def exponential(lr: float, *, gamma: object) -> Form:
    """Multiply by ``gamma`` at each step."""
    factor = real(gamma, least=0)
    return Form(lambda step: _decayed(lr, factor, step))


def stairs(lr: float, *, step_size: object, gamma: object = 0.1) -> Form:
    """Multiply by ``gamma`` every ``step_size`` steps."""
    size, factor = whole(step_size, least=1), real(gamma, least=0)
    return Form(lambda step: _decayed(lr, factor, step // size))


def milestones(lr: float, *, milestones: object, gamma: object = 0.1) -> Form:
    """Multiply by ``gamma`` at each of the steps that are listed, as often as they are."""
    if not isinstance(milestones, list | tuple):
        raise TypeError(milestones)
    listed, factor = sorted(map(whole, milestones)), real(gamma, least=0)
    return Form(lambda step: _decayed(lr, factor, bisect_right(listed, step)))


def lowered(lr: float, *, factor: object = 1 / 3, total_iters: object = 5) -> Form:
    """Multiply by ``factor`` until a step, which has to be reached: 0 never is."""
    low, total = real(factor, least=_ABOVE_0, most=1), whole(total_iters)
    return Form(lambda step: lr if 0 < total <= step else lr * low)


def linear(
    lr: float,
    *,
    start_factor: object = 1 / 3,
    end_factor: object = 1.0,
    total_iters: object = 5,
) -> Form:
    """Go from one factor to another in equal steps."""
    start, end = real(start_factor, least=_ABOVE_0, most=1), real(end_factor, least=0, most=1)
    total = whole(total_iters)
    return Form(lambda step: lr * (start + (end - start) * _part(step, total)))


def polynomial(lr: float, *, total_iters: object = 5, power: object = 1.0) -> Form:
    """Fall to 0 as a power of the steps that are left."""
    total, exponent = whole(total_iters), real(power, least=0)
    return Form(lambda step: lr * (1 - _part(step, total)) ** exponent)


def _part(step: int, total: int) -> float:
    """Return how much of a schedule is over; one of no steps never begins."""
    return min(step, total) / total if total else 0.0


def _decayed(lr: float, factor: float, times: int) -> float:
    """Return a rate after so many multiplications, infinite where torch lets it be so."""
    try:
        return lr * factor**times
    except OverflowError:
        return math.inf if lr else lr


_Anneal = Callable[[float, float, float], float]


def _along_line(start: float, end: float, part: float) -> float:
    return (end - start) * part + start


_ANNEAL: Mapping[str, _Anneal] = MappingProxyType({"cos": along_cosine, "linear": _along_line})
_MOMENTUM = {"cycle_momentum", "base_momentum", "max_momentum"}


def one_cycle(  # noqa: PLR0913  torch's arguments
    _: float,
    *,
    max_lr: object,
    pct_start: object = 0.3,
    anneal_strategy: object = "cos",
    div_factor: object = 25.0,
    final_div_factor: object = 1e4,
    three_phase: object = False,
    **length: object,
) -> Form:
    """Rise to ``max_lr`` and fall below the start, whatever the optimizer's own rate is."""
    if not isinstance(pct_start, float) or not isinstance(anneal_strategy, str):
        raise TypeError(pct_start, anneal_strategy)
    if anneal_strategy not in _ANNEAL:
        raise ValueError(anneal_strategy)
    part, total = real(pct_start, least=0, most=1), _total(**length)
    top = real(max_lr[0] if isinstance(max_lr, list) and len(max_lr) == 1 else max_lr)
    low = top / real(div_factor)
    ends = [(0.0, low), (part * total - 1, top), (total - 1, low / real(final_div_factor))]
    if three_phase:
        ends.insert(2, (2 * part * total - 2, low))
    form = Form(lambda step: _at(step, ends, _ANNEAL[anneal_strategy]), total)
    form.at(0)
    # After the other phases, the last one may be of no length, and is divided by it.
    return form._replace(last=total - (ends[-2][0] == total - 1))


def _total(
    *,
    total_steps: object = None,
    epochs: object = None,
    steps_per_epoch: object = None,
    **momentum: object,
) -> int:
    if not momentum.keys() <= _MOMENTUM:
        raise TypeError(momentum)
    counts = (epochs, steps_per_epoch) if total_steps is None else (total_steps,)
    if any(isinstance(count, float) for count in counts):
        raise TypeError(counts)
    return whole(math.prod(whole(count, least=1) for count in counts))


def _at(step: int, ends: Sequence[tuple[float, float]], anneal: _Anneal) -> float:
    """Return the rate in the phase that a step is in; the last goes on beyond its end."""
    at = next((at for at in range(1, len(ends)) if step <= ends[at][0]), len(ends) - 1)
    (begin, start), (end, goal) = ends[at - 1 : at + 1]
    return anneal(start, goal, (step - begin) / (end - begin))


class Rate(NamedTuple):
    """How the learning rate goes: that of the optimizer, and the scheduler with its arguments.

    A scheduler of None leaves the rate as it is.
    """

    lr: float
    scheduler: str | None = None
    args: Mapping[str, object] = MappingProxyType({})


_FORMS: dict[str | None, Callable[..., Form]] = {
    None: constant,
    "LinearWarmupLRScheduler": warm_up,
    "CosineAnnealingLR": cosine,
    "StepLR": stairs,
    "MultiStepLR": milestones,
    "ExponentialLR": exponential,
    "ConstantLR": lowered,
    "LinearLR": linear,
    "PolynomialLR": polynomial,
    "OneCycleLR": one_cycle,
}


def rates(rate: Rate, steps: Iterable[int]) -> list[float] | None:
    """Return the rate that each step trains with, steps counted from 0.

    The list ends before the first step beyond ``ends_at``. None for a scheduler that is not known
    here, or arguments that torch raises for, or that make no sense, such as a negative decay.
    """
    form = _form(rate)
    if form is None:
        return None
    last = math.inf if form.last is None else form.last
    return [form.at(step) for step in takewhile(lambda step: step <= last, steps)]


def ends_at(rate: Rate) -> int | None:
    """Return after how many steps torch raises, as OneCycleLR does; None where it never does."""
    form = _form(rate)
    return form.last if form else None


def _form(rate: Rate) -> Form | None:
    build = _FORMS.get(rate.scheduler) if isinstance(rate.scheduler, str | None) else None
    if build is None or not isinstance(rate.args, Mapping):
        return None
    # torch's older versions take verbose; last_epoch is for checkpoints.
    given = {key: rate.args[key] for key in rate.args if key != "verbose"}
    if given.pop("last_epoch", -1) != -1:
        return None
    # An argument that is missing, or one too many, is the TypeError that torch raises.
    try:
        return build(real(rate.lr, least=0), **given)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
