"""The closed forms of the schedulers that are made of one formula."""

import math
from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

from trellis_cfg.learning_rate.arguments import real, whole

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
