"""Draw what configs mean: the learning rate over the steps, limits, checkpoints.

matplotlib is an extra and takes long to import: it is imported only to draw.
"""

import math
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from trellis_cfg.errors import ConfigError
from trellis_cfg.learning_rate import Rate
from trellis_cfg.messages import fill_in, format_hundredths
from trellis_cfg.preview.fonts import FAMILIES, escape_missing, wrap_text
from trellis_cfg.schedule import Limit
from trellis_cfg.terminal import width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from trellis_cfg.preview.curves import Curve

Form = Literal["svg", "png", "pdf"]
FORMS: tuple[Form, ...] = get_args(Form)
Texts = Mapping[str, str]
Colors = Mapping[str, str]
Look = dict[str, Any]  # in matplotlib's words
Point = tuple[float, float]

_EXACT = 10**15  # numbers from here on are written as powers of ten
_LINE, _LIMITS, _MARKS = 0.165, 0.42, 0.38  # inches: a line of text, room above and below a curve
_DPI, _MOST_PIXELS, _MOST_MARKS = 144, 50_000, 120
_OMITTED: Mapping[Form, tuple[str, ...]] = {
    "svg": ("Creator", "Date"),
    "png": ("Software",),
    "pdf": ("Creator", "CreationDate", "Producer"),
}
_COLORS: Mapping[str, tuple[str, str]] = {
    "background": ("#ffffff", "#0d1117"),
    "text": ("#1f2328", "#e6edf3"),
    "muted": ("#59636e", "#9198a1"),
    "grid": ("#d8dee4", "#30363d"),
    "warning": ("#a33b00", "#ffb27a"),
    "rate": ("#0072b2", "#56b4e9"),
    "max_steps": ("#1f2328", "#e6edf3"),
    "max_epoch": ("#d55e00", "#ff8a3d"),
    "saves": ("#009e73", "#2bc99a"),
    "samples": ("#b5508f", "#e39ac5"),
    "unsaved": ("#fbeed0", "#33290f"),
    "hatch": ("#e69f00", "#a8760c"),
}
"""Light and dark, after Okabe and Ito: color-blind readers can tell them apart."""
LIGHT, DARK = ({name: pair[at] for name, pair in _COLORS.items()} for at in (0, 1))


def draw(curves: Sequence["Curve"], form: Form, *, dark: bool, texts: Texts) -> bytes:
    """Return a plot with a panel for each config; raises ConfigError without one."""
    if not curves:
        raise ConfigError("no config to draw")
    os.environ["MPLBACKEND"] = "agg"  # the user's may need a screen, or not be installed
    from logging import ERROR, getLogger  # noqa: PLC0415  only to draw

    from matplotlib import style  # noqa: PLC0415  takes long

    colors, buffer = DARK if dark else LIGHT, BytesIO()
    getLogger("matplotlib.font_manager").setLevel(ERROR)  # no machine has all fonts
    if form != "svg":  # text, for whose fonts its viewer cares
        curves = [replace(curve, name=escape_missing(curve.name)) for curve in curves]
    with style.context(["default", _settings(colors)]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        figure = plot(curves, colors, texts)
        title = "\n".join(line for curve in curves for line, _ in _heading(curve, 200, texts))
        dpi = min(_DPI, _MOST_PIXELS / max(figure.get_size_inches()))
        metadata = {"Title": title, **dict.fromkeys(_OMITTED[form])}
        figure.savefig(buffer, format=form, dpi=dpi, metadata=metadata)
    return buffer.getvalue()


def plot(curves: Sequence["Curve"], colors: Colors, texts: Texts) -> "Figure":
    """Return the figure of the curves, with one legend."""
    from matplotlib.figure import Figure  # noqa: PLC0415  takes long

    columns, inches, height = _grid(len(curves))
    rows, gap = -(-len(curves) // columns), 34 if any(curve.run.epoch for curve in curves) else 5
    headings = [_heading(curve, int((inches - 1.3) * 16), texts) for curve in curves]
    lines = max(map(len, headings))
    size = columns * inches, rows * (height + lines * _LINE + gap / 72 + 0.75) + 0.3
    figure = Figure(size, layout="constrained")
    grid = list(figure.subplots(rows, columns, squeeze=False).flat)
    for axes in grid[len(curves) :]:
        axes.remove()
    for axes, curve, heading in zip(grid, curves, headings, strict=False):
        panel = _Panel(axes, curve, colors, texts, _LIMITS / height, _MARKS / height)
        panel.draw([*heading, *[("", "text")] * (lines - len(heading))], gap)
    drawn = [zip(*axes.get_legend_handles_labels(), strict=True) for axes in figure.axes]
    legend = {label: artist for pairs in drawn for artist, label in pairs}
    figure.legend(legend.values(), legend, loc="outside lower center", ncols=len(legend) or 1)
    return figure


class _Panel(NamedTuple):
    """The axes of one config, and the parts of their height above and below the curve."""

    axes: "Axes"
    curve: "Curve"
    colors: Colors
    texts: Texts
    above: float
    below: float

    def draw(self, heading: Sequence[tuple[str, str]], gap: int) -> None:
        """Draw all of a config, with its heading so many points above the axes."""
        for row, (text, color) in enumerate(reversed(heading)):
            look: Look = {"va": "bottom", "color": self.colors[color], "in_layout": True}
            if row == len(heading) - 1:
                look |= {"fontsize": 9, "fontweight": "bold"}
            self._write(text, (0, 1), (0, gap + 72 * _LINE * row), look)
        self._draw_steps()
        if self.curve.run.hangs or not self.curve.points:
            self.axes.set_yticks([])
            text = "\n".join(wrap_text(_explain_missing(self.curve, self.texts), 36))
            look = {"ha": "center", "color": self.colors["warning"], "fontsize": 9}
            self._write(text, (0.5, 0.5), (0, 0), look)
        else:
            self._draw_rate()
        self._draw_limits()
        self._draw_marks()

    def _draw_steps(self) -> None:
        """Draw the axis of steps, and that of epochs above it."""
        run, reach = self.curve.run, self.curve.reach
        self.axes.set_xlim(0, reach * 1.02 if run.latest_end else reach)
        shown: dict[str, Any] = {"steps": self.axes}
        if run.epoch:
            epoch = float(min(run.epoch, _EXACT**2))
            functions = (lambda steps: steps / epoch), (lambda epochs: epochs * epoch)
            shown["epochs"] = self.axes.secondary_xaxis("top", functions=functions)
        for name, axes in shown.items():
            axes.set_xlabel(self.texts[name])
            ticks = {"nbins": 6, "steps": [1, 2, 2.5, 5, 10], "integer": name == "steps"}
            axes.xaxis.get_major_locator().set_params(**ticks)
            axes.xaxis.set_major_formatter(_format_tick)

    def _draw_rate(self) -> None:
        """Draw the learning rate, with room for the limits above it and the marks below."""
        axes, (low, high, is_log) = self.axes, self.curve.scale
        points = zip(*(point for point in self.curve.points if point[1] >= low), strict=True)
        axes.plot(*points, color=self.colors["rate"], lw=1.8, label=self.texts["rate"])
        axes.locator_params(axis="y", nbins=5)
        if is_log:
            axes.set_yscale("log")
        axes.set_ylim(low, high)
        scale, ticks = axes.yaxis.get_transform(), axes.get_yticks()
        bottom, top = scale.transform([low, high])
        places = (scale.transform(ticks) - bottom) / (top - bottom)
        axes.set_yticks(ticks[places == places.clip(-0.02, 1.02)])
        axes.minorticks_off()
        axes.yaxis.set_major_formatter(_format_rate)
        unit = (top - bottom) / (1 - self.below - self.above)
        view = bottom - self.below * unit, top + self.above * unit
        axes.set_ylim(*scale.inverted().transform(view))

    def _draw_limits(self) -> None:
        """Draw both limits, the start of a resumed run, and the steps that are not saved."""
        axes, curve, colors = self.axes, self.curve, self.colors
        for row, (limit, step) in enumerate(curve.limits.items()):
            style, color = "--" if limit == "max_epoch" else "-", colors[limit]
            thickness, weight = (2, "bold") if limit == curve.run.ended_by else (1.2, "normal")
            if step <= curve.reach:
                look: Look = {"color": color, "lw": thickness, "ls": style, "zorder": 5}
                axes.axvline(step, self.below, 1 - row * self.above / 2, **look)
            place = min(step, curve.reach) / axes.get_xlim()[1], 1
            box = {"facecolor": colors["background"], "alpha": 0.85, "lw": 0, "pad": 1}
            look = {"ha": "right", "va": "top", "color": color, "fontweight": weight, "bbox": box}
            self._write(self._name_limit(limit, step), place, (-4, -4 - 72 * _LINE * row), look)
        if 0 < curve.run.start <= curve.reach:
            look = {"color": colors["muted"], "lw": 1, "ls": ":"}
            axes.axvline(curve.run.start, label=self.texts["resumed"], **look)
        if curve.tail:
            look = {"hatch": "////", "lw": 0.8, "zorder": 0.3, "label": self.texts["unsaved"]}
            look |= {"facecolor": colors["unsaved"], "edgecolor": colors["hatch"]}
            axes.axvspan(*curve.tail, **look)

    def _name_limit(self, limit: Limit, step: int) -> str:
        """Return a limit as the config has it, and what becomes of it."""
        run, text = self.curve.run, f"{limit} {_format_count(step)}"
        if run.max_epoch and limit == "max_epoch":
            steps = fill_in(self.texts["all_steps"], steps=_format_count(step))
            text = f"{limit} {_format_count(run.max_epoch)} = {steps}"
        if limit == run.ended_by and not run.hangs:
            text += f" · {self.texts['first']}"
        return text if step <= self.curve.reach else f"{text} →"

    def _draw_marks(self) -> None:
        """Draw a mark for each checkpoint and snapshot, or a band if there are too many."""
        run, curve, axes = self.curve.run, self.curve, self.axes
        lanes = ("saves", "|", 0.68, run.i_save), ("samples", ".", 0.27, run.i_sample)
        for name, marker, part, interval in lanes:
            steps, extra = curve.marks(interval), curve.final_saves if name == "saves" else []
            height, color = part * self.below, self.colors[name]
            look: Look = {"color": color, "transform": axes.get_xaxis_transform()}
            shown = [*(steps if len(steps) <= _MOST_MARKS else steps[-1:]), *extra]
            if len(steps) > _MOST_MARKS:
                axes.hlines(height, steps[0], steps[-1], lw=4.5, alpha=0.45, **look)
            if shown:
                axes.plot(shown, [height] * len(shown), ls="", marker=marker, ms=5, **look)
                text, drawn = self.texts[name], _format_count(len(steps) + len(extra))
                if run.latest_end is not None:
                    text += f" ≤{drawn}" if run.end is None else f" \N{MULTIPLICATION SIGN}{drawn}"
                look = {"ha": "right", "color": color, "in_layout": True}
                self._write(text, (0, height), (-4, 0), look)

    def _write(self, text: str, place: Point, offset: Point, look: Look) -> None:
        """Write at a part of the axes, with an offset in points."""
        look = {"va": "center", "zorder": 6, "in_layout": False, **look}
        look |= {"xycoords": "axes fraction", "textcoords": "offset points", "xytext": offset}
        self.axes.annotate(text, place, **look)


def _grid(panels: int) -> tuple[int, float, float]:
    """Return how many columns there are, and the inches of a panel and of its axes."""
    if panels == 1:
        return 1, 10.4, 3.3
    if panels <= 4:  # noqa: PLR2004
        return 2, 6.6, 2.2
    return max(3, math.ceil(math.sqrt(panels / 2))), 5.2, 1.8


def _settings(colors: Colors) -> Look:
    """Return matplotlib's settings; a name is shown as it is, whatever dollars it holds."""
    grid, muted = colors["grid"], colors["muted"]
    return {
        **dict.fromkeys(("axes.facecolor", "savefig.facecolor"), colors["background"]),
        **dict.fromkeys(("axes.edgecolor", "grid.color", "xtick.color", "ytick.color"), grid),
        **dict.fromkeys(("axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor"), muted),
        **dict.fromkeys(("font.size", "axes.labelsize", "legend.fontsize"), 8),
        **dict.fromkeys(("xtick.labelsize", "ytick.labelsize"), 7.5),
        **dict.fromkeys(("grid.linewidth", "hatch.linewidth"), 0.6),
        **dict.fromkeys(("legend.frameon", "text.parse_math", "text.usetex"), False),
        **{f"figure.constrained_layout.{side}_pad": 0.13 for side in "hw"},
        **dict.fromkeys(("text.color", "legend.labelcolor"), colors["text"]),
        "axes.grid": True,
        "axes.grid.axis": "y",
        "font.family": FAMILIES,
        "svg.fonttype": "none",
        "svg.hashsalt": "trellis-cfg",
    }


def _heading(curve: "Curve", columns: int, texts: Texts) -> list[tuple[str, str]]:
    """Return the name of a config, facts, and what is wrong, each with the name of its color."""
    lines = [(line, "muted") for line in wrap_text(" · ".join(_facts(curve, texts)), columns)]
    for note in _warnings(curve, texts):
        lines += [(line, "warning") for line in wrap_text(note, columns)]
    return [(_shorten(curve.name, columns * 3 // 4), "text"), *lines]


def _facts(curve: "Curve", texts: Texts) -> Iterator[str]:
    """Yield the schedule of a config, and how long it trains."""
    run, rate = curve.run, curve.rate
    if rate and rate.scheduler:
        yield _name_scheduler(rate)
    elif rate:
        yield fill_in(texts["constant"], rate=_format_rate(rate.lr))
    if run.end is not None and not run.hangs:
        yield fill_in(texts["all_steps"], steps=_format_count(run.end))
        epochs = run.epochs(run.end)
        if epochs is not None and run.end < _EXACT:
            yield fill_in(texts["all_epochs"], epochs=format_hundredths(epochs, grouped=True))


def _warnings(curve: "Curve", texts: Texts) -> Iterator[str]:
    """Yield what is wrong with the end of a run."""
    run = curve.run
    if run.hangs:
        return
    if run.epoch_limit and run.ended_by is None:
        yield fill_in(texts["end_unknown"], epochs=_format_count(run.epoch_limit))
    if curve.is_endless:
        yield texts["endless"]
    if run.remaining == 0:
        yield texts["over"]
    if curve.raises_at is not None and curve.rate:
        steps = _format_count(curve.raises_at)
        yield fill_in(texts["raises"], scheduler=_name_scheduler(curve.rate), steps=steps)
    if curve.fades_below is not None:
        yield fill_in(texts["faded"], rate=_format_rate(curve.fades_below))
    if run.remaining and run.i_save and run.saves == 0:
        yield fill_in(texts["never_saved"], step=_format_count(run.next_save(run.start) or 0))
    elif run.unsaved:
        yield fill_in(texts["tail"], steps=_format_count(run.unsaved))


def _explain_missing(curve: "Curve", texts: Texts) -> str:
    if curve.run.hangs:
        share, batch = _format_count(curve.run.share or 0), _format_count(curve.run.batch or 0)
        return fill_in(texts["hangs"], share=share, batch=batch)
    name = "no_schedule" if curve.rate else "no_rate"
    return fill_in(texts[name], scheduler=curve.rate and _name_scheduler(curve.rate))


def _format_count(number: int) -> str:
    """Return a count, as a power of ten if it has too many digits to read."""
    return f"{number:,}" if number < _EXACT else f"≈10^{round(math.log10(number))}"


def _format_tick(number: float, _: object = None) -> str:
    """Return the label of a tick: 250k, 1M."""
    from matplotlib.ticker import EngFormatter  # noqa: PLC0415  takes long

    return EngFormatter(sep="")(number) if 1 <= number < _EXACT else f"{number:g}"


def _format_rate(rate: float, _: object = None) -> str:
    """Return a learning rate as people write it: 1e-4."""
    digits, _, power = f"{rate:.2e}".partition("e") if math.isfinite(rate) else (rate, "", "0")
    return f"{float(digits):g}e{int(power)}" if int(power) < -1 else f"{float(rate):.3g}"


def _name_scheduler(rate: Rate) -> str:
    """Return a scheduler's name; without one, a learning rate that no optimizer takes."""
    return _shorten(rate.scheduler or str(rate.lr), 40)


def _shorten(name: str, columns: int) -> str:
    """Return a name that fits, its end above all, with unprintable characters written out."""
    name = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name)
    length = columns if width(name) == len(name) else columns // 2
    start = length // 4
    return name if len(name) <= length else f"{name[:start]}…{name[start + 1 - length :]}"
