"""The axes of steps and of epochs, each named at its left end."""

from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, MaxNLocator

from trellis_cfg.preview.plot.curve import FARTHEST, Curve
from trellis_cfg.preview.plot.ink import Ink
from trellis_cfg.preview.plot.panel import SMALL, Look, Panel
from trellis_cfg.preview.plot.sentences import short

_MARGIN = 1.02
_STEPS_OF_10 = (1, 2, 2.5, 5, 10)
_TICK = 2.5
_BESIDE = 6


def frame(panel: Panel, curve: Curve) -> None:
    """Draw the frame of a panel; a curve without end runs up to its edge."""
    margin = _MARGIN if curve.run.latest_end else 1
    panel.axes.set_xlim(0, curve.reach * margin)
    panel.axes.spines[:].set_color(panel.ink.grid)
    for axis in (panel.axes.xaxis, panel.axes.yaxis):
        _label(axis, panel.ink)
    named: Look = {"ha": "right", "color": panel.ink.muted}
    panel.write(panel.words["steps"], (0, 0), (-_BESIDE - 3, -_BESIDE), {**named, "va": "top"})
    if curve.run.epoch:
        _epochs(panel, min(curve.run.epoch, FARTHEST))
        panel.write(
            panel.words["epochs"], (0, 1), (-_BESIDE - 3, _BESIDE), {**named, "va": "bottom"}
        )


def _epochs(panel: Panel, epoch: int) -> None:
    """Draw the axis of epochs above that of the steps."""
    forth, back = (lambda steps: steps / epoch), (lambda epochs: epochs * epoch)
    above = panel.axes.secondary_xaxis("top", functions=(forth, back))
    above.spines[:].set_color(panel.ink.grid)
    _label(above.xaxis, panel.ink)


def _label(axis: Axis, ink: Ink) -> None:
    axis.set_major_locator(MaxNLocator(6, steps=_STEPS_OF_10))
    axis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axis.set_tick_params(color=ink.grid, labelcolor=ink.muted, length=_TICK, labelsize=SMALL)
