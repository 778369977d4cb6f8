"""The plot: what stands in it, by matplotlib's own account, and that anything can be drawn."""

import re
import warnings
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import font_manager, rc_context
from matplotlib.axes import Axes
from matplotlib.text import Text

from tests.cli.conftest import CONFIGS, run_without
from trellis_cfg.errors import ConfigError
from trellis_cfg.learning_rate import Rate, rates
from trellis_cfg.preview.curves import Curve
from trellis_cfg.preview.fonts import escape_missing, find_chinese_font, wrap_text
from trellis_cfg.preview.messages import PICTURE
from trellis_cfg.preview.plot import DARK, FORMS, LIGHT, Form, draw, plot
from trellis_cfg.schedule import Run
from trellis_cfg.terminal import width

ENGLISH, CHINESE = PICTURE["en"], PICTURE["zh"]
RUN = Run(4, gpus=8, samples=168_307, max_steps=1_000_000, i_save=10_000, i_sample=10_000)
"""An epoch of 5,260 steps."""


def curve(rate: Rate | None = Rate(1e-4), name: str = "vae/a.json", **changed: Any) -> Curve:  # noqa: ANN401, B008
    """Return a config that is like ``RUN`` except for what is changed."""
    run = RUN._replace(**changed)
    return Curve(name, run, rate, not (run.max_steps or run.max_epoch))


def scheduled(name: str, lr: float = 1e-4, **args: float) -> Curve:
    return curve(Rate(lr, name, args))


SITUATIONS = {
    "max_steps_alone": curve(),
    "max_epoch_first": curve(max_epoch=20),
    "max_steps_first": curve(max_steps=100_000, max_epoch=20),
    "both_at_once": curve(max_steps=105_200, max_epoch=20),
    "hangs": curve(samples=20, max_epoch=20),
    "endless": curve(max_steps=None),
    "endless_without_intervals": curve(max_steps=None, i_save=None, i_sample=None),
    "end_unknown": curve(samples=None, max_steps=None, max_epoch=20),
    "latest_known": curve(samples=None, max_epoch=20),
    "never_saved": curve(max_steps=8_000),
    "saved_at_the_end": curve(max_steps=25_000, is_end_saved=True),
    "resumed": curve(max_epoch=20, start=50_000),
    "over": curve(max_steps=50_000, start=60_000),
    "many_checkpoints": curve(i_save=100, i_sample=20),
    "one_step": curve(max_steps=1, i_save=1, i_sample=1),
    "huge": curve(max_steps=2**63 - 1),
    "cosine": scheduled("CosineAnnealingLR", T_max=500_000),
    "below_zero": scheduled("CosineAnnealingLR", T_max=10, eta_min=-1e-4),
    "stairs": scheduled("StepLR", step_size=200_000),
    "faded": scheduled("ExponentialLR", gamma=0.999),
    "grown": scheduled("ExponentialLR", gamma=1.01),
    "raises": scheduled("OneCycleLR", max_lr=1e-3, total_steps=100_000),
    "no_schedule": scheduled("CyclicLR", base_lr=1),
    "no_rate": curve(None),
    "zero_rate": curve(Rate(0.0)),
    "unbounded_rate": curve(Rate(1e300)),
}


def panel(name: str) -> Axes:
    (axes,) = plot([SITUATIONS[name]], LIGHT, ENGLISH).axes
    return axes


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.findobj(Text) if isinstance(text, Text)]


def steps(axes: Axes, color: str) -> list[float]:
    """Return the steps of the line of a color, or the ends of the area."""
    if color == "unsaved":
        areas: list[Any] = list(axes.patches)
        return [step for area in areas for step in area.get_bbox().intervalx]
    lines: list[Any] = [line for line in axes.lines if line.get_color() == LIGHT[color]]
    return [step for line in lines for step in line.get_xdata()]


def svg(*curves: Curve, language: Any = ENGLISH, dark: bool = False) -> bytes:  # noqa: ANN401
    return draw(curves, "svg", dark=dark, texts=language)


def shown(picture: bytes) -> str:
    elements = ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")  # noqa: S314  our own
    return "\n".join("".join(text.itertext()) for text in elements)


@pytest.mark.parametrize("name", SITUATIONS)
def test_nothing_is_cut_and_no_texts_overlap(name: str) -> None:
    """Measured with the fonts of this machine."""
    of = plot([SITUATIONS[name], curve()], LIGHT, ENGLISH)
    of.draw_without_rendering()
    written = [[text for text in axes.texts if text.get_text()] for axes in of.axes]
    for boxes in ([text.get_window_extent() for text in panel] for panel in written):
        assert all(of.bbox.x0 <= box.x0 < box.x1 <= of.bbox.x1 for box in boxes)
        assert all(of.bbox.y0 <= box.y0 < box.y1 <= of.bbox.y1 for box in boxes)
        assert [box for box in boxes if box.count_overlaps(boxes) > 1] == []
        assert of.legends[0].get_window_extent().y1 <= min(box.y0 for box in boxes)


def test_the_line_is_the_learning_rate() -> None:
    axes, rate = panel("cosine"), SITUATIONS["cosine"].rate
    (line,) = [line for line in axes.lines if line.get_color() == LIGHT["rate"]]
    *drawn, end = steps(axes, "rate")
    *values, last = list(line.get_ydata())  # type: ignore[arg-type]
    assert rate
    assert values == rates(rate, map(int, drawn))
    assert (drawn[0], drawn[-1], end, last) == (0, 999_999, 1_000_000, values[-1])
    assert [text for text in axes.texts if text.get_color() == LIGHT["warning"]] == []


@pytest.mark.parametrize(
    "expected",
    ["stairs log 1e-8 1e-4", "cosine linear 0 1e-4", "below_zero linear -1e-4 1e-4"],
)
def test_the_axis_of_rates(expected: str) -> None:
    name, *said = expected.split()
    axes = panel(name)
    axes.figure.draw_without_rendering()  # type: ignore[union-attr]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert said == [axes.get_yscale(), labels[0], labels[-1]]
    assert {panel(name).get_yscale() for name in ("faded", "grown")} == {"log"}


TENS = list(range(10_000, 100_001, 10_000))


@pytest.mark.parametrize(
    ("name", "color", "drawn"),
    [
        ("max_epoch_first", "max_epoch", [105_200, 105_200]),
        ("max_steps_first", "max_epoch", [105_200, 105_200]),
        ("max_steps_first", "max_steps", [100_000, 100_000]),
        *((name, "saves", TENS) for name in ("max_epoch_first", "raises", "endless")),
        *(("max_epoch_first", "samples", TENS), ("resumed", "saves", TENS[5:])),
        ("saved_at_the_end", "saves", [10_000, 20_000, 25_000]),
        ("many_checkpoints", "saves", [1_000_000]),
        *((name, "rate", []) for name in ("hangs", "no_rate", "no_schedule", "unbounded_rate")),
        *((name, "saves", []) for name in ("hangs", "over", "never_saved")),
        *(
            ("max_epoch_first", "unsaved", [100_000, 105_200]),
            ("never_saved", "unsaved", [0, 8_000]),
        ),
        *((name, "unsaved", []) for name in ("max_steps_alone", "endless", "saved_at_the_end")),
        *((name, "max_steps", []) for name in ("max_epoch_first", "huge")),
    ],
)
def test_lines_and_marks(name: str, color: str, drawn: list[float]) -> None:
    assert steps(panel(name), color) == drawn
    assert len(panel(name).collections) == 2 * (name in {"many_checkpoints", "huge"})


def test_the_axis_of_epochs_is_that_of_the_steps() -> None:
    axes = panel("max_epoch_first")
    (above,) = axes.child_axes
    axes.figure.draw_without_rendering()  # type: ignore[union-attr]
    assert above.get_xlim()[1] * (RUN.epoch or 0) == pytest.approx(axes.get_xlim()[1])
    assert {"epochs", "20", "steps", "100k"} < {*texts(axes), *texts(above)}  # type: ignore[arg-type]
    assert panel("latest_known").child_axes == []


SAID = {
    "max_epoch_first": "max_epoch 20 = 105,200 steps · ends here|max_steps 1,000,000 →"
    "|constant 1e-4 · 105,200 steps · 20.00 epochs|not saved: the last 5,200 steps",
    "max_steps_first": "max_epoch 20 = 105,200 steps|max_steps 100,000 · ends here",
    "both_at_once": "max_steps 105,200 · ends here|max_epoch 20 = 105,200 steps",
    "hangs": "never trains: each process gets 3\nsamples, fewer than a batch of 4;\n"
    "the trainer waits forever|max_epoch 20 = 20 steps",
    "endless": "no stop condition: max_steps and max_epoch are both null|checkpoints|snapshots",
    "end_unknown": "end of 20 epochs unknown: set --dataset-size and --gpus|checkpoints",
    "latest_known": "end of 20 epochs unknown: set --dataset-size and --gpus|checkpoints ≤100",
    "never_saved": "no checkpoint: the first would be at step 10,000|max_steps 8,000 · ends here",
    "saved_at_the_end": "checkpoints ×3|snapshots ×2",
    "resumed": "checkpoints ×5|snapshots ×5",
    "over": "resumes after its end: nothing is left to train",
    "many_checkpoints": "checkpoints ×10,000|snapshots ×50,000",
    "huge": "max_steps ≈10^19 · ends here →",
    "stairs": "StepLR · 1,000,000 steps · 190.11 epochs|checkpoints ×100",
    "faded": "the learning rate falls below 1e-13: the curve is cut off there",
    "raises": "OneCycleLR raises an error after 100,000 steps: the training fails there"
    "|checkpoints ×10",
    "no_schedule": "CyclicLR: curve unknown",
    "no_rate": "learning rate unknown",
    "unbounded_rate": "1e+300: curve unknown",
}


@pytest.mark.parametrize("name", SAID)
def test_a_panel_says_it_in_words(name: str) -> None:
    assert set(SAID[name].split("|")) <= set(texts(panel(name)))
    assert sum("ends here" in text for text in texts(panel(name))) <= 1


def test_one_legend_explains_what_is_drawn_and_no_more() -> None:
    for second, more in (("no_rate", []), ("resumed", ["resumed here", "not saved"])):
        (legend,) = plot([curve(), SITUATIONS[second]], LIGHT, ENGLISH).legends
        assert [text.get_text() for text in legend.get_texts()] == ["learning rate", *more]


def test_each_text_and_each_color_is_used() -> None:
    marked = {key: f"<{key}>{text}" for key, text in ENGLISH.items()}
    for colors, dark in ((LIGHT, False), (DARK, True)):
        picture = svg(*SITUATIONS.values(), language=marked, dark=dark)
        assert [key for key in ENGLISH if f"<{key}>" not in shown(picture)] == []
        assert [color for color in colors.values() if color not in picture.decode()] == []


@pytest.mark.parametrize(
    ("form", "magic"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF-")]
)
def test_a_plot_is_always_the_same(form: Form, magic: bytes) -> None:
    curves = [SITUATIONS["max_epoch_first"], SITUATIONS["stairs"]]
    picture = draw(curves, form, dark=False, texts=ENGLISH)
    assert picture.startswith(magic)
    assert draw(curves, form, dark=True, texts=ENGLISH) != picture
    mine: Any = {"font.size": 30, "axes.grid": True, "svg.fonttype": "path", "text.usetex": True}
    with rc_context(mine):
        assert draw(curves, form, dark=False, texts=ENGLISH) == picture
    assert not any(word in picture for word in (b"Date", b"http://matplotlib", b"Software"))


@pytest.fixture
def no_chinese_font(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    fonts: Any = font_manager.fontManager
    monkeypatch.setattr(fonts, "ttflist", [font for font in fonts.ttflist if "DejaVu" in font.name])
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [__file__])
    fonts._findfont_cached.cache_clear()  # noqa: SLF001
    yield
    fonts._findfont_cached.cache_clear()  # noqa: SLF001


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.usefixtures("no_chinese_font")
def test_missing_fonts_are_not_reported(form: Form, caplog: pytest.LogCaptureFixture) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw([curve(name="模型.json", max_epoch=20)], form, dark=False, texts=ENGLISH)
    assert caplog.records == []


@pytest.mark.usefixtures("no_chinese_font")
def test_a_name_without_a_font_is_written_out() -> None:
    assert find_chinese_font() is None
    assert escape_missing("né/模.json") == r"né/\u6a21.json"


@pytest.mark.usefixtures("no_chinese_font")
def test_a_font_that_was_installed_later(monkeypatch: pytest.MonkeyPatch) -> None:
    fonts: Any = font_manager.fontManager
    entry = font_manager.FontEntry("/new.ttf", name="Noto Sans CJK JP")
    monkeypatch.setattr(fonts, "addfont", lambda _: fonts.ttflist.append(entry))
    assert find_chinese_font() == "Noto Sans CJK JP"


@pytest.mark.parametrize("columns", [20, 36, 60])
def test_a_chinese_sign_starts_no_line(columns: int) -> None:
    text = CHINESE["hangs"].format(share="3", batch="4")
    lines = wrap_text(text, columns)
    assert "".join(lines) == text
    assert all(line[0] not in "，；：）" for line in lines)
    assert all(width(line) <= columns + 2 for line in lines)


HOSTILE = (
    *("$x_1$", "$\\frac{1}{2}$", "\\alpha", "{0} %s {x}", "<b>&amp;]]></b>", "", " ", "\n\n\t"),
    *("a\x00\x1b[31m\x07b", "\ufffe\uffff\ud800", "\u202egnp.exe", "模型/配置.json"),
    *("x" * 5_000, "模" * 5_000, "名" + "y" * 300, "\U0001f600"),
)


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_names_are_only_names(name: str) -> None:
    picture = shown(svg(curve(Rate(1e-4, name or "?"), name=name)))
    start = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name[:9])
    assert start[:9].strip() in picture
    assert len(picture) < 1_500


def test_a_name_keeps_its_end() -> None:
    picture = svg(curve(name=f"configs/{'deep/' * 50}ss_vae.json"), curve(name="b.json"))
    assert re.search("configs/deep.*….*deep/ss_vae.json", shown(picture))
    assert b"<title>configs/deep" in picture


COUNTS = st.none() | st.integers(1, 30) | st.integers(1, 2**63 - 1) | st.just(10**400)
OTHERS: Any = {"nodes": st.integers(1, 16), "start": st.just(0) | st.integers(0, 2**63)}
OTHERS |= {
    "is_end_saved": st.booleans(),
    **dict.fromkeys(["batch_split", "epochs_done"], st.none()),
}
RUNS = st.builds(Run, **{**dict.fromkeys(Run._fields, COUNTS), **OTHERS})
KEYS = st.sampled_from(["T_max", "gamma", "step_size", "warmup_steps", "eta_min"])
VALUES = st.integers(1, 2**63) | st.floats() | st.text(max_size=3)
NAMES = st.sampled_from([None, "StepLR", "CosineAnnealingLR", "ExponentialLR", "$x$"])
ARGS = st.dictionaries(KEYS, VALUES, max_size=2)
RATES = st.none() | st.builds(Rate, st.floats(0, 1) | st.floats(), NAMES, ARGS)
GAMMAS = st.builds(dict, gamma=st.floats(0, 3))  # type: ignore[var-annotated]
DECAYS = st.builds(Rate, st.floats(0), st.just("ExponentialLR"), GAMMAS)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=20), RUNS, RATES | DECAYS)
def test_any_run_can_be_drawn(name: str, run: Run, rate: Rate | None) -> None:
    ET.fromstring(svg(Curve(name, run, rate)))  # noqa: S314  our own


def test_no_config_cannot_be_drawn() -> None:
    with pytest.raises(ConfigError, match="no config"):
        svg()


def test_matplotlib_is_imported_only_to_draw() -> None:
    run_without({"matplotlib"}, "preview", str(CONFIGS))
