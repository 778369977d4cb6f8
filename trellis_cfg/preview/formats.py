"""The formats of a preview: each a function from rows to text."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple

from trellis_cfg.catalogue import Language
from trellis_cfg.preview.rows import Row
from trellis_cfg.reporters import Style


class Shape(NamedTuple):
    """How a preview is to look; with ``banner``, one config's training is announced, too."""

    language: Language
    style: Style
    banner: bool = False


Format = Callable[[Sequence[Row], Shape], str]

FORMATS = {
    "table": "trellis_cfg.preview.table",
    "json": "trellis_cfg.preview.json",
    "csv": "trellis_cfg.preview.csv",
    "markdown": "trellis_cfg.preview.markdown",
}
"""The names of the formats, each with a module whose ``report`` is the format."""


def format_of(name: str) -> Format:
    """Return the function of a format."""
    found: Format = import_module(FORMATS[name]).report
    return found
