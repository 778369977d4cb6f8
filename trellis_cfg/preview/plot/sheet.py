"""The sheet of a picture: panels in a grid, with one legend."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.figure import Figure

from trellis_cfg.preview.plot.curve import Curve
from trellis_cfg.preview.plot.frame import frame
from trellis_cfg.preview.plot.heading import heading
from trellis_cfg.preview.plot.ink import Ink
from trellis_cfg.preview.plot.limits import limits, tail
from trellis_cfg.preview.plot.line import line
from trellis_cfg.preview.plot.marks import marks
from trellis_cfg.preview.plot.panel import Panel

if TYPE_CHECKING:
    from matplotlib.artist import Artist


# All lengths are inches: so all is aligned, whatever the texts are.
_LEFT, _RIGHT, _GAP, _EDGE = 0.75, 0.62, 0.2, 0.2
_STEPS, _EPOCHS, _LEGEND = 0.34, 0.3, 0.2
_FEW = 4
_LAYERS = (frame, line, tail, limits, marks)
_LABELS = ("rate", "max_steps", "max_epoch", "resumed", "saves", "samples", "unsaved")


class Grid(NamedTuple):
    """How many columns there are, and the size of the axes of each panel."""

    columns: int
    width: float
    height: float

    @property
    def pitch(self) -> float:
        """How far it is from one panel to the next."""
        return _LEFT + self.width + _RIGHT + _GAP


def grid(panels: int) -> Grid:
    """Return the grid for so many panels: a single one is large."""
    if panels == 1:
        return Grid(1, 8.6, 3.4)
    if panels <= _FEW:
        return Grid(2, 5.0, 2.2)
    return Grid(max(3, math.ceil(math.sqrt(panels / 2))), 3.7, 1.75)


def sheet(curves: Sequence[Curve], ink: Ink, words: Mapping[str, str]) -> Figure:
    """Return the figure of the curves."""
    form = grid(len(curves))
    headings = [heading(curve, form.width + _RIGHT, words) for curve in curves]
    above = _EPOCHS if any(curve.run.epoch for curve in curves) else 0.05
    firsts = range(0, len(curves), form.columns)
    heads = [max(one.height for one in headings[at : at + form.columns]) for at in firsts]
    row = above + form.height + _STEPS + _GAP
    width = 2 * _EDGE + form.columns * form.pitch - _GAP
    height = 2 * _EDGE + sum(heads) + len(heads) * row + _LEGEND
    figure = Figure((width, height))
    for at, curve in enumerate(curves):
        down, across = divmod(at, form.columns)
        left = _EDGE + across * form.pitch + _LEFT
        top = height - _EDGE - sum(heads[: down + 1]) - down * row - above
        place = (left / width, (top - form.height) / height, form.width / width)
        axes = figure.add_axes((*place, form.height / height))
        panel = Panel(axes, (form.width, form.height), ink, words)
        headings[at].put(panel, above + heads[down] - headings[at].height)
        for layer in _LAYERS:
            layer(panel, curve)
    _legend(figure, ink, words)
    return figure


def _legend(figure: Figure, ink: Ink, words: Mapping[str, str]) -> None:
    """Explain what is on the sheet, below it."""
    drawn: dict[object, Artist] = {}
    for axes in figure.axes:
        for artist in axes.get_children():
            drawn.setdefault(artist.get_label(), artist)
    shown = [label for label in _LABELS if label in drawn]
    figure.legend(
        [drawn[label] for label in shown],
        [words[label] for label in shown],
        loc="lower center",
        bbox_to_anchor=(0.5, _EDGE / 2 / figure.get_figheight()),
        ncols=len(_LABELS),
        frameon=False,
        labelcolor=ink.text,
        handlelength=1.8,
        columnspacing=1.8,
    )
