"""The closed form of OneCycleLR: phases, each with the step and the rate that it ends with."""

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from trellis_cfg.learning_rate.arguments import real, whole
from trellis_cfg.learning_rate.forms import Form, along_cosine

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
