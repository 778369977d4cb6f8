"""Where training ends: a line for each limit, and the steps at the end that are not saved."""

from collections.abc import Mapping
from typing import NamedTuple

from trellis_cfg.preview.plot.curve import Curve
from trellis_cfg.preview.plot.marks import LANES
from trellis_cfg.preview.plot.panel import Look, Panel
from trellis_cfg.preview.plot.sentences import counted
from trellis_cfg.schedule import Limit

_LABEL = 0.18
LABELS = 2 * _LABEL
"""The height of the names of both limits, in inches."""
_LINES: Mapping[Limit, str] = {"max_steps": "-", "max_epoch": "--"}
_NARROWEST = 0.004


class _Limit(NamedTuple):
    """A limit: its step, how far below the top it is named, and whether training ends there."""

    name: Limit
    step: int
    below: float
    is_first: bool


def limits(panel: Panel, curve: Curve) -> None:
    """Draw the limits; the later one is named above the other, so that no line crosses a name."""
    ordered = sorted(curve.limits.items(), key=lambda one: (-one[1], one[0] == curve.run.ended_by))
    for row, (name, step) in enumerate(ordered):
        limit = _Limit(name, step, row * _LABEL, name == curve.run.ended_by)
        if step <= curve.reach:
            _line(panel, limit)
        _name(panel, limit, curve)
    if curve.run.start and curve.run.start <= curve.reach:
        look: Look = {"lw": 1, "ls": ":", "zorder": 3, "label": "resumed"}
        panel.axes.axvline(curve.run.start, color=panel.ink.muted, **look)


def tail(panel: Panel, curve: Curve) -> None:
    """Shade the steps that are in no checkpoint, wide enough to be seen."""
    if curve.tail is None:
        return
    begin, end = curve.tail
    panel.axes.axvspan(
        *(min(begin, end - int(_NARROWEST * curve.reach)), end),
        ymax=1 - panel.part(_LABEL * any(step > end for step in curve.limits.values())),
        facecolor=panel.ink.unsaved,
        edgecolor=panel.ink.hatch,
        hatch="////",
        lw=0,
        zorder=0.3,
        label="unsaved",
    )


def _line(panel: Panel, limit: _Limit) -> None:
    panel.axes.axvline(
        limit.step,
        ymin=panel.part(LANES),
        ymax=1 - panel.part(limit.below),
        color=getattr(panel.ink, limit.name),
        lw=2 if limit.is_first else 1.2,
        ls=_LINES[limit.name],
        zorder=5,
        label=limit.name,
    )


def _name(panel: Panel, limit: _Limit, curve: Curve) -> None:
    """Name a limit beside its line; one that is out of view at the edge."""
    at = limit.step / panel.axes.get_xlim()[1] if limit.step <= curve.reach else 1
    side = -1 if at > 0.5 else 1  # noqa: PLR2004  the half of the panel that has the room
    look: Look = {
        "ha": "right" if side < 0 else "left",
        "va": "top",
        "color": getattr(panel.ink, limit.name),
        "fontweight": "bold" if limit.is_first else "normal",
        "zorder": 6,
        "bbox": {"facecolor": panel.ink.paper, "alpha": 0.85, "lw": 0, "pad": 1},
    }
    place = (at, 1 - panel.part(limit.below))
    panel.write(_text(limit, curve, panel.words), place, (4 * side, -3), look)


def _text(limit: _Limit, curve: Curve, words: Mapping[str, str]) -> str:
    """Return a limit as it stands in the config, and what becomes of it."""
    text = f"{limit.name} {counted(limit.step)}"
    if limit.name == "max_epoch":
        steps = words["all_steps"].format(steps=counted(limit.step))
        text = f"{limit.name} {counted(curve.run.max_epoch or 0)} = {steps}"
    if limit.is_first and not curve.run.hangs:
        text += f" · {words['first']}"
    return text if limit.step <= curve.reach else f"{text} →"
