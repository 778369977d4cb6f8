"""A panel: the axes of one config, and how text is put on them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from matplotlib.axes import Axes

from trellis_cfg.preview.plot.ink import Ink

Look = dict[str, Any]
"""How a thing is drawn, by matplotlib's names."""
SMALL = 7.5
"""The size of the type on the axes, in points."""


class Panel(NamedTuple):
    """The axes of a config, their size in inches, and the colours and texts to use."""

    axes: Axes
    size: tuple[float, float]
    ink: Ink
    words: Mapping[str, str]

    def part(self, inches: float) -> float:
        """Return a height as a part of that of the axes."""
        return inches / self.size[1]

    def write(
        self, text: str, at: tuple[float, float], offset: tuple[float, float], look: Look
    ) -> None:
        """Write at a part of the axes, so many points beside it; else left-aligned and small."""
        full: Look = {"ha": "left", "va": "center", "fontsize": SMALL, **look}
        full |= {"xycoords": "axes fraction", "textcoords": "offset points"}
        self.axes.annotate(text, at, xytext=offset, **full)
