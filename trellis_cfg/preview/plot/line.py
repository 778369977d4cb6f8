"""The line of the learning rate, with its axis; or in words, why there is none."""

from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from trellis_cfg.preview.plot.curve import Curve
from trellis_cfg.preview.plot.limits import LABELS
from trellis_cfg.preview.plot.marks import LANES
from trellis_cfg.preview.plot.panel import Look, Panel
from trellis_cfg.preview.plot.scale import Scale
from trellis_cfg.preview.plot.sentences import message, scientific, wrapped

_SPACE = 0.06
_COLUMNS_OF_INCH = 11


def line(panel: Panel, curve: Curve) -> None:
    """Draw the curve between the lanes and the labels."""
    below, above = panel.part(LANES + _SPACE), panel.part(LABELS + _SPACE)
    look: Look
    trace = curve.trace
    missing = message(curve, panel.words, is_drawn=trace is not None)
    if missing or trace is None:
        panel.axes.yaxis.set_major_locator(NullLocator())
        text = "\n".join(wrapped(missing or "", int(panel.size[0] * _COLUMNS_OF_INCH)))
        look = {"ha": "center", "fontsize": 9, "color": panel.ink.warning, "zorder": 6}
        panel.write(text, (0.5, (below + 1 - above) / 2), (0, 0), look)
        return
    _axis(panel, trace.scale)
    panel.axes.set_ylim(*trace.scale.limits(below, above))
    steps, rates = zip(*trace.visible, strict=True)
    look = {"lw": 1.8, "zorder": 4, "solid_capstyle": "butt", "label": "rate"}
    panel.axes.plot(steps, rates, color=panel.ink.rate, **look)


def _axis(panel: Panel, scale: Scale) -> None:
    axes, ticks = panel.axes, scale.ticks()
    axes.set_autoscaley_on(False)
    axes.set_yscale("log" if scale.is_log else "linear")
    axes.yaxis.set_major_locator(FixedLocator(ticks))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda rate, _: scientific(rate)))
    axes.hlines(
        ticks,
        *(0, 1),
        transform=axes.get_yaxis_transform(),
        color=panel.ink.grid,
        lw=0.6,
        zorder=0.5,
    )
