"""The learning rate over the steps: torch's schedulers, each as a closed form."""

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import takewhile
from types import MappingProxyType
from typing import NamedTuple

from trellis_cfg.learning_rate import forms
from trellis_cfg.learning_rate.arguments import real
from trellis_cfg.learning_rate.one_cycle import one_cycle


class Rate(NamedTuple):
    """How the learning rate goes: that of the optimizer, and the scheduler with its arguments.

    A scheduler of None leaves the rate as it is.
    """

    lr: float
    scheduler: str | None = None
    args: Mapping[str, object] = MappingProxyType({})


_FORMS: dict[str | None, Callable[..., forms.Form]] = {
    None: forms.constant,
    "LinearWarmupLRScheduler": forms.warm_up,
    "CosineAnnealingLR": forms.cosine,
    "StepLR": forms.stairs,
    "MultiStepLR": forms.milestones,
    "ExponentialLR": forms.exponential,
    "ConstantLR": forms.lowered,
    "LinearLR": forms.linear,
    "PolynomialLR": forms.polynomial,
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


def _form(rate: Rate) -> forms.Form | None:
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
