"""The picture as a file: always the same bytes for the same curves."""

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO

from matplotlib import style

from trellis_cfg.preview.plot.curve import Curve
from trellis_cfg.preview.plot.ink import DARK, LIGHT, settings
from trellis_cfg.preview.plot.sheet import sheet

_METADATA: Mapping[str, dict[str, None]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}
_DPI = 144
_MOST_PIXELS = 50_000


def picture(curves: Sequence[Curve], form: str, *, dark: bool, words: Mapping[str, str]) -> bytes:
    """Return the picture, the same bytes for the same curves and fonts."""
    ink, buffer = DARK if dark else LIGHT, BytesIO()
    with style.context(["default", settings(ink)]), _quiet():
        figure = sheet(curves, ink, words)
        dpi = min(_DPI, _MOST_PIXELS / max(figure.get_size_inches()))
        figure.savefig(buffer, format=form, dpi=dpi, metadata=_METADATA[form])
    return buffer.getvalue()


@contextmanager
def _quiet() -> Iterator[None]:
    """Say nothing of fonts and characters that a machine does not have."""
    fonts = logging.getLogger("matplotlib.font_manager")
    level = fonts.level
    fonts.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing from font")
            yield
    finally:
        fonts.setLevel(level)
