"""The lanes below a curve: when checkpoints are saved, and when samples are made."""

from typing import NamedTuple

from trellis_cfg.preview.plot.curve import Curve
from trellis_cfg.preview.plot.panel import Look, Panel
from trellis_cfg.preview.plot.sentences import counted

LANES = 0.36
"""The height of both lanes together, in inches."""
_TIMES = "\N{MULTIPLICATION SIGN}"
_PITCH = 2.3 / 72


class _Lane(NamedTuple):
    """A kind of mark: its name and height, when it is set, the marker and its size.

    ``known`` is how many there are, ``last`` the step of one outside the interval.
    """

    name: str
    height: float
    interval: int | None
    known: int | None
    last: int | None
    marker: str
    size: float


def marks(panel: Panel, curve: Curve) -> None:
    """Draw both lanes, each with its count to the right."""
    run = curve.run
    last = None if run.hangs or curve.raises_at is not None else run.final_save and curve.end
    lanes = (
        _Lane("saves", 0.25, run.i_save, run.saves, last, "|", 6),
        _Lane("samples", 0.09, run.i_sample, run.count_events(run.i_sample), None, "o", 2.2),
    )
    edge: Look = {"color": panel.ink.grid, "lw": 0.8, "transform": panel.axes.transAxes}
    panel.axes.plot([0, 1], [panel.part(LANES)] * 2, zorder=0.5, **edge)
    for lane in lanes:
        steps = curve.marks(lane.interval)
        if len(steps) or lane.last:
            _draw(panel, lane, steps)
            place, colour = (1, panel.part(lane.height)), getattr(panel.ink, lane.name)
            panel.write(_count(curve, lane, steps), place, (5, 0), {"color": colour})


def _draw(panel: Panel, lane: _Lane, steps: range) -> None:
    """Draw a mark for each step; where there is no room for them, a band and the last one."""
    width = panel.size[0] * (steps[-1] if steps else 0) / panel.axes.get_xlim()[1]
    is_crowded = len(steps) * _PITCH > width
    height, colour = panel.part(lane.height), getattr(panel.ink, lane.name)
    where: Look = {"transform": panel.axes.get_xaxis_transform(), "color": colour}
    if is_crowded:
        band: Look = {**where, "lw": 4.5, "alpha": 0.45, "solid_capstyle": "butt"}
        panel.axes.plot([steps[0], steps[-1]], [height] * 2, **band)
    shown = list(steps[-1:] if is_crowded else steps) + ([lane.last] if lane.last else [])
    look: Look = {**where, "ls": "", "marker": lane.marker, "ms": lane.size, "mew": 1}
    panel.axes.plot(shown, [height] * len(shown), zorder=3, label=lane.name, **look)


def _count(curve: Curve, lane: _Lane, steps: range) -> str:
    """Return how many marks there are, or how many at the most."""
    if lane.known is not None:
        return f"{_TIMES}{counted(min(lane.known, len(steps) + (lane.last is not None)))}"
    if curve.run.latest_end:
        return f"≤{counted(len(steps))}"
    return f"{_TIMES}{'?' if curve.run.max_epoch else '∞'}"
