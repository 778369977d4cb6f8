"""The colours and fonts of a picture, on light and on dark paper."""

from typing import NamedTuple


class Ink(NamedTuple):
    """A colour for each thing that is drawn, after Okabe and Ito: the colour-blind see them."""

    paper: str
    text: str
    muted: str
    grid: str
    rate: str
    max_steps: str
    max_epoch: str
    saves: str
    samples: str
    unsaved: str
    hatch: str
    warning: str


LIGHT = Ink(
    paper="#ffffff",
    text="#1f2328",
    muted="#59636e",
    grid="#d8dee4",
    rate="#0072b2",
    max_steps="#1f2328",
    max_epoch="#d55e00",
    saves="#009e73",
    samples="#b5508f",
    unsaved="#fbeed0",
    hatch="#e69f00",
    warning="#a33b00",
)
DARK = Ink(
    paper="#0d1117",
    text="#e6edf3",
    muted="#9198a1",
    grid="#30363d",
    rate="#56b4e9",
    max_steps="#e6edf3",
    max_epoch="#ff8a3d",
    saves="#2bc99a",
    samples="#e39ac5",
    unsaved="#33290f",
    hatch="#a8760c",
    warning="#ffb27a",
)
_FONTS = [
    # The first one comes with matplotlib: without Chinese, a picture is the same everywhere.
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "SimHei",
    "Arial Unicode MS",
    "sans-serif",
]


def settings(ink: Ink) -> dict[str, object]:
    """Return matplotlib's settings; names are shown as they are, whatever dollars they hold."""
    return {
        "figure.facecolor": ink.paper,
        "savefig.facecolor": ink.paper,
        "axes.facecolor": ink.paper,
        "font.family": _FONTS,
        "font.size": 8,
        "hatch.linewidth": 0.6,
        "svg.fonttype": "none",
        "svg.hashsalt": "trellis-cfg",
        "text.color": ink.text,
        "text.parse_math": False,
        "text.usetex": False,
    }
