"""The learning rate over the steps: torch's schedulers, each as a closed form."""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import takewhile
from types import MappingProxyType
from typing import NamedTuple

_ABOVE_0 = math.ulp(0)


def _parse_number(value: object, *, least: float = -math.inf, most: float = math.inf) -> float:
    """Return a finite number within bounds; raise what ``_build`` catches for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    number = float(value)
    if not (math.isfinite(number) and least <= number <= most):
        raise ValueError(value)
    return number


def _parse_steps(value: object, *, least: int = 0) -> int:
    """Return an exact number of steps, which may be written as a float; raise as above."""
    number = _parse_number(value, least=least)
    if not number.is_integer():
        raise ValueError(value)
    return value if isinstance(value, int) else int(number)


class Form(NamedTuple):
    """The rate of a step, counted from 0, and the last step that has one."""

    at: Callable[[int], float]
    last: int | None = None


def _build_warm_up(lr: float, *, warmup_steps: object) -> Form:
    """Rise in equal steps, the first one above 0; TRELLIS's own."""
    warm = _parse_steps(warmup_steps)
    return Form(lambda step: lr * ((step + 1) / warm if step < warm else 1.0))


def _build_cosine(lr: float, *, T_max: object, eta_min: object = 0.0) -> Form:  # noqa: N803  torch's name
    """Fall along a cosine for ``T_max`` steps, then rise for as many."""
    half, least = _parse_steps(T_max, least=1), _parse_number(eta_min)
    return Form(lambda step: _follow_cosine(lr, least, step % (2 * half) / half))


def _build_steps(lr: float, *, step_size: object, gamma: object = 0.1) -> Form:
    """Multiply by ``gamma`` every ``step_size`` steps."""
    size, factor = _parse_steps(step_size, least=1), _parse_number(gamma, least=0)
    return Form(lambda step: _decay(lr, factor, step // size))


def _build_milestones(lr: float, *, milestones: object, gamma: object = 0.1) -> Form:
    """Multiply by ``gamma`` at each of the listed steps, once per mention."""
    if not isinstance(milestones, list | tuple):
        raise TypeError(milestones)
    listed, factor = sorted(map(_parse_steps, milestones)), _parse_number(gamma, least=0)
    return Form(lambda step: _decay(lr, factor, bisect_right(listed, step)))


def _build_factor(lr: float, *, factor: object = 1 / 3, total_iters: object = 5) -> Form:
    """Multiply by ``factor`` up to a step; 0 is never reached."""
    low, total = _parse_number(factor, least=_ABOVE_0, most=1), _parse_steps(total_iters)
    return Form(lambda step: lr if 0 < total <= step else lr * low)


def _build_linear(
    lr: float, *, start_factor: object = 1 / 3, end_factor: object = 1.0, total_iters: object = 5
) -> Form:
    """Go from one factor to the next in equal steps."""
    start = _parse_number(start_factor, least=_ABOVE_0, most=1)
    end, total = _parse_number(end_factor, least=0, most=1), _parse_steps(total_iters)
    return Form(lambda step: lr * (start + (end - start) * _find_part(step, total)))


def _build_polynomial(lr: float, *, total_iters: object = 5, power: object = 1.0) -> Form:
    """Fall to 0 as a power of the remaining steps."""
    total, exponent = _parse_steps(total_iters), _parse_number(power, least=0)
    return Form(lambda step: lr * (1 - _find_part(step, total)) ** exponent)


def _find_part(step: int, total: int) -> float:
    """Return the part of a schedule that is over; a schedule of no steps never begins."""
    return min(step, total) / total if total else 0.0


def _decay(lr: float, factor: float, times: int) -> float:
    """Return a rate after so many multiplications; infinite where torch's is."""
    try:
        return lr * factor**times
    except OverflowError:
        return math.inf if lr else lr


def _follow_cosine(start: float, end: float, part: float) -> float:
    """Return the rate between two rates, at a part from 0 to 1."""
    return end + (start - end) / 2 * (1 + math.cos(math.pi * part))


_Curve = Callable[[float, float, float], float]
_CURVES: Mapping[str, _Curve] = {
    "cos": _follow_cosine,
    "linear": lambda start, end, part: (end - start) * part + start,
}
_MOMENTUM = {"cycle_momentum", "base_momentum", "max_momentum"}


def _build_one_cycle(  # noqa: PLR0913  torch's arguments
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
    if anneal_strategy not in _CURVES:
        raise ValueError(anneal_strategy)
    part, total = _parse_number(pct_start, least=0, most=1), _parse_total(**length)
    top = _parse_number(max_lr[0] if isinstance(max_lr, list) and len(max_lr) == 1 else max_lr)
    low = top / _parse_number(div_factor)
    final = low / _parse_number(final_div_factor)
    ends = [(0.0, low), (part * total - 1, top), (total - 1, final)]
    if three_phase:
        ends.insert(2, (2 * part * total - 2, low))
    form = Form(lambda step: _follow_phases(step, ends, _CURVES[anneal_strategy]), total)
    form.at(0)
    # The last phase may have no length, and is divided by it.
    return form._replace(last=total - (ends[-2][0] == total - 1))


def _parse_total(
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
    return _parse_steps(math.prod(_parse_steps(count, least=1) for count in counts))


def _follow_phases(step: int, ends: Sequence[tuple[float, float]], curve: _Curve) -> float:
    """Return the rate in the phase of a step; the last phase continues past its end."""
    last = len(ends) - 1
    phase = next((index for index in range(1, last) if step <= ends[index][0]), last)
    (begin, start), (end, goal) = ends[phase - 1 : phase + 1]
    return curve(start, goal, (step - begin) / (end - begin))


class Rate(NamedTuple):
    """The learning rate of the optimizer, and the scheduler with its arguments.

    Without a scheduler the rate is constant. A scheduler of schedulers has each as an object of
    its ``name`` and ``args``.
    """

    lr: float
    scheduler: str | None = None
    args: Mapping[str, object] = MappingProxyType({})


def _build_warm_up_then(
    lr: float,
    *,
    warmup_steps: object,
    main_scheduler_class: object,
    main_scheduler_kwargs: object = MappingProxyType({}),
) -> Form:
    """Rise as TRELLIS's warm-up, then follow a scheduler that counts from there; the SDF fork's.

    Only for those that all versions of torch start alike: without a factor in their first step.
    """
    if main_scheduler_class not in _STARTED_ALIKE:
        raise ValueError(main_scheduler_class)
    warm_up, start = _build_warm_up(lr, warmup_steps=warmup_steps), _parse_steps(warmup_steps)
    main = _build_part(lr, {"name": main_scheduler_class, "args": main_scheduler_kwargs})
    if not start and main.at(0) != lr:
        raise ValueError(main_scheduler_class)  # its first factor would count twice
    return Form(lambda step: warm_up.at(step) if step < start else main.at(step - start))


def _build_sequence(lr: float, *, schedulers: object, milestones: object) -> Form:
    """Follow one scheduler after the other; each counts from its own start."""
    if not isinstance(schedulers, list) or not isinstance(milestones, list):
        raise TypeError(schedulers, milestones)
    starts = [0, *(_parse_steps(step) for step in milestones)]
    parts = [_build_part(lr, scheduler) for scheduler in schedulers]
    is_stuck = any(part["args"].get("total_iters") == 0 for part in schedulers[1:])
    if is_stuck or len(parts) != len(starts) or sorted(set(starts)) != starts:
        raise ValueError(schedulers, milestones)

    def find_rate(step: int) -> float:
        part = bisect_right(starts, step) - 1
        return parts[part].at(step - starts[part])

    return Form(find_rate)


def _build_part(lr: float, scheduler: object) -> Form:
    """Return the form of a scheduler in another; raise as above where it is not known."""
    match scheduler:
        case {"name": str(name), "args": Mapping() as args}:
            form = None if name in _NESTING else _build(Rate(lr, name, args))
        case _:
            raise TypeError(scheduler)
    if form is None or form.last is not None:
        raise ValueError(scheduler)
    return form


_NESTING = ("WarmupThenScheduler", "SequentialLR")
_STARTED_ALIKE = (
    *("CosineAnnealingLR", "StepLR", "MultiStepLR", "ConstantLR", "LinearLR"),
    "LinearWarmupLRScheduler",
)
_BUILDERS: dict[str | None, Callable[..., Form]] = {
    None: lambda lr: Form(lambda _: lr),
    "LinearWarmupLRScheduler": _build_warm_up,
    "WarmupThenScheduler": _build_warm_up_then,
    "SequentialLR": _build_sequence,
    "CosineAnnealingLR": _build_cosine,
    "StepLR": _build_steps,
    "MultiStepLR": _build_milestones,
    "ExponentialLR": lambda lr, *, gamma: _build_steps(lr, step_size=1, gamma=gamma),
    "ConstantLR": _build_factor,
    "LinearLR": _build_linear,
    "PolynomialLR": _build_polynomial,
    "OneCycleLR": _build_one_cycle,
}


def rates(rate: Rate, steps: Iterable[int]) -> list[float] | None:
    """Return the rate of each step, counted from 0, up to the step after which torch raises.

    None for an unknown scheduler, and for arguments that torch rejects or that make no sense, such
    as a negative decay.
    """
    form = _build(rate)
    if form is None:
        return None
    last = math.inf if form.last is None else form.last
    return [form.at(step) for step in takewhile(lambda step: step <= last, steps)]


def ends_at(rate: Rate) -> int | None:
    """Return the step after which torch raises, as OneCycleLR does; None if it never does."""
    form = _build(rate)
    return form.last if form else None


def _build(rate: Rate) -> Form | None:
    build = _BUILDERS.get(rate.scheduler) if isinstance(rate.scheduler, str | None) else None
    if build is None or not isinstance(rate.args, Mapping):
        return None
    # torch's older versions accept verbose; last_epoch is for checkpoints.
    args = {key: rate.args[key] for key in rate.args if key != "verbose"}
    if args.pop("last_epoch", -1) != -1:
        return None
    # A missing or unknown argument is a TypeError here as in torch.
    try:
        return build(_parse_number(rate.lr, least=0), **args)
    except (TypeError, ValueError, ArithmeticError):
        return None
