"""The heading of a panel: the config's name, facts, and what is wrong."""

from collections.abc import Mapping
from typing import NamedTuple

from trellis_cfg.preview.plot.curve import Curve
from trellis_cfg.preview.plot.panel import Look, Panel
from trellis_cfg.preview.plot.sentences import notes, printable, shortened, summary, wrapped

_LINE, _NAME = 0.165, 0.22
_NAME_COLUMNS, _LINE_COLUMNS = 12, 16


class Heading(NamedTuple):
    """Lines of text, fitted to a width."""

    name: str
    facts: list[str]
    warnings: list[str]

    @property
    def height(self) -> float:
        """How many inches it takes."""
        return _NAME + _LINE * len(self.facts + self.warnings)

    def put(self, panel: Panel, above: float) -> None:
        """Write it so many inches above the axes."""
        ink = panel.ink
        lines = [(self.name, ink.text, 9.5, "bold", _NAME)]
        lines += [(text, ink.muted, 8, "normal", _LINE) for text in self.facts]
        lines += [(text, ink.warning, 8, "normal", _LINE) for text in self.warnings]
        top = above + self.height
        for text, colour, size, weight, height in lines:
            look: Look = {"va": "top", "color": colour, "fontsize": size, "fontweight": weight}
            panel.write(text, (0, 1), (0, top * 72), look)
            top -= height


def heading(curve: Curve, inches: float, words: Mapping[str, str]) -> Heading:
    """Return the heading of a config, as wide as that."""
    columns = int(inches * _LINE_COLUMNS)
    facts = summary(curve, words)
    return Heading(
        shortened(printable(curve.name), int(inches * _NAME_COLUMNS)),
        wrapped(facts, columns) if facts else [],
        [line for note in notes(curve, words) for line in wrapped(note, columns)],
    )
