"""The plot: what stands in it, by matplotlib's own account, and that anything can be drawn."""

import subprocess
import sys
import warnings
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import font_manager, rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from trellis_cfg.catalogue.picture import PICTURE
from trellis_cfg.errors import ConfigError
from trellis_cfg.learning_rate import Rate, rates
from trellis_cfg.preview.curves import Curve
from trellis_cfg.preview.plot import DARK, FORMS, LIGHT, Form, draw, plot
from trellis_cfg.schedule import Run

ENGLISH, CHINESE = PICTURE["en"], PICTURE["zh"]
RUN = Run(4, gpus=8, samples=168_307, max_steps=1_000_000, i_save=10_000, i_sample=10_000)
"""An epoch of 5,260 steps."""
CYCLE = {"max_lr": 1e-3, "total_steps": 100_000}


def curve(rate: Rate | None = Rate(1e-4), name: str = "vae/a.json", **changed: Any) -> Curve:  # noqa: ANN401, B008
    """Return a config that is like ``RUN`` except for what is changed."""
    return Curve(name, RUN._replace(**changed), rate)


def scheduled(name: str, lr: float = 1e-4, **args: float) -> Curve:
    return curve(Rate(lr, name, args))


SITUATIONS = {
    "max_steps_alone": curve(),
    "max_epoch_first": curve(max_epoch=20),
    "max_steps_first": curve(max_steps=100_000, max_epoch=20),
    "both_at_once": curve(max_steps=105_200, max_epoch=20),
    "hangs": curve(samples=20, max_epoch=20),
    "no_samples": curve(samples=0),
    "endless": curve(max_steps=None),
    "endless_without_intervals": curve(max_steps=None, i_save=None, i_sample=None),
    "end_unknown": curve(samples=None, max_steps=None, max_epoch=20),
    "latest_known": curve(samples=None, max_epoch=20),
    "never_saved": curve(max_steps=8_000),
    "saved_at_the_end": curve(max_steps=1_005_000, saves_end=True),
    "resumed": curve(max_epoch=20, start=50_000),
    "over": curve(max_steps=50_000, start=60_000),
    "many_checkpoints": curve(i_save=100, i_sample=20),
    "one_step": curve(max_steps=1, i_save=1, i_sample=1),
    "huge": curve(max_steps=2**63 - 1),
    "cosine": scheduled("CosineAnnealingLR", T_max=500_000),
    "fast_cosine": scheduled("CosineAnnealingLR", T_max=10),
    "below_zero": scheduled("CosineAnnealingLR", T_max=10, eta_min=-1e-4),
    "stairs": scheduled("StepLR", step_size=200_000),
    "low_stairs": scheduled("StepLR", step_size=500_000, gamma=0.5),
    "faded": scheduled("ExponentialLR", gamma=0.999),
    "grown": scheduled("ExponentialLR", gamma=1.01),
    "one_cycle": curve(Rate(1e-4, "OneCycleLR", CYCLE), max_steps=100_000),
    "raises": scheduled("OneCycleLR", **CYCLE),
    "no_schedule": scheduled("CyclicLR", base_lr=1),
    "no_rate": curve(None),
    "zero_rate": curve(Rate(0.0)),
    "unbounded_rate": curve(Rate(1e300)),
    "impossible_rate": curve(Rate(-1.0)),
}
situations = pytest.mark.parametrize("name", SITUATIONS)


def figure(*curves: Curve) -> Figure:
    return plot(curves, LIGHT, ENGLISH)


def panel(name: str) -> Axes:
    (axes,) = figure(SITUATIONS[name]).axes
    return axes


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.findobj(Text) if isinstance(text, Text)]


def steps(axes: Axes, color: str) -> list[list[float]]:
    """Return the steps of the lines of a color."""
    lines = [line for line in axes.lines if line.get_color() == LIGHT[color]]
    return [list(map(float, line.get_xdata())) for line in lines]  # type: ignore[arg-type]


def legend(of: Figure) -> set[str]:
    (entries,) = of.legends
    return {text.get_text() for text in entries.get_texts()}


def svg(*curves: Curve, language: Any = ENGLISH, dark: bool = False) -> bytes:  # noqa: ANN401
    return draw(curves, "svg", dark=dark, texts=language)


def shown(picture: bytes) -> str:
    root = ET.fromstring(picture)  # noqa: S314  our own
    return "\n".join(
        "".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")
    )


@pytest.mark.parametrize("count", [1, 2, 4, 5, 17])
def test_every_config_has_a_panel_of_one_size_on_the_sheet(count: int) -> None:
    of = figure(*[curve(name=f"{number}.json") for number in range(count)])
    of.draw_without_rendering()
    boxes = [axes.get_position() for axes in of.axes]
    assert len({(round(box.x0, 6), round(box.y0, 6)) for box in boxes}) == len(boxes) == count
    assert len({(round(box.width, 6), round(box.height, 6)) for box in boxes}) == 1
    assert all(0 < box.x0 < box.x1 < 1 and 0 < box.y0 < box.y1 < 1 for box in boxes)


@situations
def test_nothing_is_cut_and_no_texts_overlap(name: str) -> None:
    """Measured with the fonts of this machine."""
    of = figure(SITUATIONS[name], curve())
    of.draw_without_rendering()
    written = [[text for text in axes.texts if text.get_text()] for axes in of.axes]
    for boxes in ([text.get_window_extent() for text in panel] for panel in written):
        assert all(of.bbox.x0 <= box.x0 < box.x1 <= of.bbox.x1 for box in boxes)
        assert all(of.bbox.y0 <= box.y0 < box.y1 <= of.bbox.y1 for box in boxes)
        assert [box for box in boxes if box.count_overlaps(boxes) > 1] == []
        assert of.legends[0].get_window_extent().y1 <= min(box.y0 for box in boxes)


def test_the_line_is_the_learning_rate() -> None:
    (line,) = [line for line in panel("cosine").lines if line.get_color() == LIGHT["rate"]]
    ((*drawn, end),), values = steps(panel("cosine"), "rate"), list(line.get_ydata())  # type: ignore[arg-type]
    rate = SITUATIONS["cosine"].rate
    assert rate
    assert values[:-1] == rates(rate, map(int, drawn))
    assert (drawn[0], drawn[-1], end, values[-1]) == (0, 999_999, 1_000_000, values[-2])


@pytest.mark.parametrize(
    ("name", "scale", "ends"),
    [
        *(("stairs", "log", ["1e-8", "1e-4"]), ("low_stairs", "linear", ["0", "1e-4"])),
        *(("faded", "log", ["1e-12", "1e-4"]), ("cosine", "linear", ["0", "1e-4"])),
        *(("grown", "log", ["1", "1e+96"]), ("below_zero", "linear", ["-1e-4", "1e-4"])),
    ],
)
def test_the_axis_of_rates(name: str, scale: str, ends: list[str]) -> None:
    axes = panel(name)
    axes.figure.draw_without_rendering()  # type: ignore[union-attr]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert (axes.get_yscale(), labels[:: len(labels) - 1]) == (scale, ends)


@pytest.mark.parametrize(
    ("name", "max_epoch", "max_steps", "said"),
    [
        ("max_epoch_first", 105_200, None, {"max_epoch 20 = 105,200 steps · ends here"}),
        ("max_epoch_first", 105_200, None, {"max_steps 1,000,000 →"}),
        ("max_steps_first", 105_200, 100_000, {"max_epoch 20 = 105,200 steps"}),
        ("max_steps_first", 105_200, 100_000, {"max_steps 100,000 · ends here"}),
        ("both_at_once", 105_200, 105_200, {"max_steps 105,200 · ends here"}),
        ("latest_known", None, 1_000_000, {"max_steps 1,000,000"}),
        ("huge", None, 10**18, {"max_steps ≈10^19 · ends here"}),
        ("hangs", 20, None, {"max_epoch 20 = 20 steps"}),
    ],
)
def test_limits(name: str, max_epoch: int | None, max_steps: int | None, said: set[str]) -> None:
    axes = panel(name)
    assert steps(axes, "max_epoch") == [[max_epoch] * 2] * (max_epoch is not None)
    is_in_view = max_steps is not None and name != "huge"
    assert steps(axes, "max_steps") == [[max_steps] * 2] * is_in_view
    assert said < set(texts(axes))
    assert sum(text.endswith("ends here") for text in texts(axes)) <= 1


def test_the_axis_of_epochs_is_that_of_the_steps() -> None:
    axes = panel("max_epoch_first")
    (above,) = axes.child_axes
    axes.figure.draw_without_rendering()  # type: ignore[union-attr]
    assert above.get_xlim()[1] * (RUN.epoch or 0) == pytest.approx(axes.get_xlim()[1])
    assert {"epochs", "20", "steps", "100k"} < {*texts(axes), *texts(above)}  # type: ignore[arg-type]
    assert panel("latest_known").child_axes == []


@pytest.mark.parametrize(
    ("name", "saves", "count"),
    [
        ("max_epoch_first", range(10_000, 100_001, 10_000), "checkpoints ×10"),
        ("resumed", range(60_000, 100_001, 10_000), "checkpoints ×5"),
        ("raises", range(10_000, 100_001, 10_000), "checkpoints ×10"),
        ("latest_known", range(10_000, 1_000_001, 10_000), "checkpoints ≤100"),
        ("endless", range(10_000, 100_001, 10_000), "checkpoints"),
        ("many_checkpoints", [1_000_000], "checkpoints ×10,000"),
        ("saved_at_the_end", [*range(10_000, 1_000_001, 10_000), 1_005_000], "checkpoints ×101"),
        ("many_checkpoints", [1_000_000], "snapshots ×50,000"),
    ],
)
def test_each_checkpoint_is_a_mark(name: str, saves: Any, count: str) -> None:  # noqa: ANN401
    axes = panel(name)
    assert steps(axes, "saves") == [list(saves)]
    assert count in texts(axes)
    assert len(axes.collections) == 2 * (name == "many_checkpoints")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("max_epoch_first", [(100_000, 105_200)]),
        ("never_saved", [(0, 8_000)]),
        *((name, []) for name in ("max_steps_alone", "hangs", "endless", "saved_at_the_end")),
    ],
)
def test_the_steps_that_are_not_saved_are_shaded(name: str, place: list[Any]) -> None:
    boxes = [patch.get_extents() for patch in panel(name).patches]
    back = panel(name).transData.inverted()
    assert [tuple(box.transformed(back).intervalx) for box in boxes] == list(
        map(pytest.approx, place)
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("hangs", "never trains: each process gets 3\nsamples, fewer than a batch of 4;"),
        ("no_samples", "never trains: each process gets 0\n"),
        ("no_schedule", "CyclicLR: curve unknown"),
        ("no_rate", "learning rate unknown"),
        ("impossible_rate", "-1.0: curve unknown"),
        ("unbounded_rate", "1e+300: curve unknown"),
        ("endless", "no stop condition: max_steps and max_epoch are both null"),
        ("end_unknown", "end of 20 epochs unknown: set --dataset-size and --gpus"),
        ("latest_known", "end of 20 epochs unknown: set --dataset-size and --gpus"),
        ("over", "resumes after its end: nothing is left to train"),
        ("raises", "OneCycleLR raises after 100,000 steps: the training fails there"),
        ("faded", "the learning rate falls below 1e-13: the curve is cut off there"),
        ("never_saved", "no checkpoint: the first would be at step 10,000"),
        ("max_epoch_first", "the last 5,200 steps are not saved"),
        ("max_epoch_first", "constant 1e-4 · 105,200 steps · 20.00 epochs"),
        ("stairs", "StepLR · 1,000,000 steps · 190.11 epochs"),
    ],
)
def test_a_panel_says_it_in_words(name: str, said: str) -> None:
    assert said in "\n\n".join(texts(panel(name)))
    has_line = bool(steps(panel(name), "rate"))
    assert has_line != (
        "unknown" in said.split(": ")[-1] or "never trains" in said or name == "no_rate"
    )


def test_a_right_run_has_no_warning() -> None:
    assert [text for text in panel("cosine").texts if text.get_color() == LIGHT["warning"]] == []


def test_one_legend_explains_what_is_drawn_and_no_more() -> None:
    assert legend(figure(curve(), curve(None))) == {"learning rate"}
    every = {"learning rate", "resumed here", "not saved"}
    assert legend(figure(curve(), SITUATIONS["resumed"])) == every
    assert legend(figure(curve(None))) == set()


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_each_text_is_used(language: dict[str, str]) -> None:
    marked = {key: f"<{key}>{text}" for key, text in language.items()}
    picture = shown(svg(*SITUATIONS.values(), language=marked))
    assert [key for key in language if f"<{key}>" not in picture] == []


@pytest.mark.parametrize(
    ("form", "magic"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF-")]
)
def test_a_plot_is_always_the_same(form: Form, magic: bytes) -> None:
    curves = [SITUATIONS["max_epoch_first"], SITUATIONS["stairs"]]
    picture = draw(curves, form, dark=False, texts=ENGLISH)
    assert picture.startswith(magic)
    mine: Any = {"font.size": 30, "axes.grid": True, "svg.fonttype": "path", "text.usetex": True}
    with rc_context(mine):
        assert draw(curves, form, dark=False, texts=ENGLISH) == picture
    assert draw(curves, form, dark=True, texts=ENGLISH) != picture
    assert not any(word in picture for word in (b"Date", b"http://matplotlib", b"Software"))


def test_dark_has_light_lines_and_the_file_a_title() -> None:
    assert LIGHT.keys() == DARK.keys()
    for colors, picture in ((LIGHT, svg(curve())), (DARK, svg(curve(), dark=True))):
        assert all(colors[name] in picture.decode() for name in ("background", "text", "rate"))
        assert b"<title>vae/a.json\nconstant 1e-4 \xc2\xb7 1,000,000 steps" in picture
    assert svg(curve()) != svg(curve(), dark=True)


@pytest.mark.parametrize("form", FORMS)
def test_missing_fonts_are_not_reported(
    form: Form, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    fonts: Any = font_manager.fontManager
    monkeypatch.setattr(fonts, "ttflist", [font for font in fonts.ttflist if "DejaVu" in font.name])
    fonts._findfont_cached.cache_clear()  # noqa: SLF001  as if there were none
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw([curve(max_epoch=20)], form, dark=False, texts=CHINESE)
    fonts._findfont_cached.cache_clear()  # noqa: SLF001
    assert caplog.records == []


@pytest.mark.parametrize(
    "name",
    [
        *("$x_1$", "$\\frac{1}{2}$", "\\alpha", "{0} %s {x}", "<b>&amp;]]></b>", "", " ", "\n\n\t"),
        *("a\x00\x1b[31m\x07b", "\ufffe\uffff\ud800", "\u202egnp.exe", "模型/配置.json"),
        *("x" * 5_000, "模" * 5_000, "名" + "y" * 300, "\U0001f600"),
    ],
    ids=ascii,
)
def test_names_are_only_names(name: str) -> None:
    picture = shown(svg(curve(Rate(1e-4, name or "?"), name=name)))
    start = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name[:9])
    assert start[:9].strip() in picture
    assert len(picture) < 1_500


def test_a_name_keeps_its_end() -> None:
    picture = shown(svg(curve(name=f"configs/{'deep/' * 50}ss_vae.json"), curve(name="b.json")))
    assert "configs/deep" in picture
    assert "…" in picture
    assert "deep/ss_vae.json" in picture


def test_chinese_texts_are_wrapped() -> None:
    lines = shown(svg(SITUATIONS["hangs"], language=CHINESE)).splitlines()
    assert {"不会开始训练: 每个进程只有 3", "个样本, 不足一批 4 个;"} < set(lines)


COUNTS = st.none() | st.integers(1, 30) | st.integers(1, 2**63 - 1) | st.just(10**400)
FIELDS = ("batch_size_per_gpu", "gpus", "samples", "max_steps", "max_epoch", "i_save", "i_sample")
RUNS = st.builds(
    Run,
    **dict.fromkeys((*FIELDS, "batch_size"), COUNTS),
    batch_split=st.none(),
    nodes=st.integers(1, 16),
    start=st.just(0) | st.integers(0, 2**63),
    saves_end=st.booleans(),
)
ARGS = st.dictionaries(
    st.sampled_from(["T_max", "gamma", "step_size", "warmup_steps", "eta_min"]),
    st.integers(1, 2**63) | st.floats() | st.text(max_size=3),
    max_size=2,
)
NAMES = st.sampled_from([None, "StepLR", "CosineAnnealingLR", "ExponentialLR", "$x$"])
RATES = st.none() | st.builds(Rate, st.floats(0, 1) | st.floats(), NAMES, ARGS)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=20), RUNS, RATES)
def test_any_run_can_be_drawn(name: str, run: Run, rate: Rate | None) -> None:
    ET.fromstring(svg(Curve(name, run, rate)))  # noqa: S314  our own


@settings(max_examples=20, deadline=None)
@given(st.floats(0, allow_infinity=False), st.floats(0, 3), st.integers(1, 10**6))
def test_any_decay_can_be_drawn(lr: float, gamma: float, end: int) -> None:
    rate = Rate(lr, "ExponentialLR", {"gamma": gamma})
    assert svg(curve(rate, max_steps=end)).startswith(b"<?xml")


def test_a_plot_of_very_many_configs_is_coarser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trellis_cfg.preview.plot._MOST_PIXELS", 300)
    png = draw([curve()] * 2, "png", dark=False, texts=ENGLISH)
    assert int.from_bytes(png[16:20], "big") in range(290, 301)


def test_no_config_is_no_plot() -> None:
    with pytest.raises(ConfigError, match="no config"):
        svg()


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ConfigError, match=r'pip install "trellis-cfg\[plot\]"'):
        svg(curve())


def test_another_missing_module_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    monkeypatch.delitem(sys.modules, "matplotlib", raising=False)
    with pytest.raises(ModuleNotFoundError, match="numpy"):
        svg(curve())


def test_matplotlib_is_imported_only_to_draw_and_pyplot_never() -> None:
    script = """
import sys
import trellis_cfg.cli.preview
print("matplotlib" in sys.modules)
from tests.preview.test_plot import curve, svg
svg(curve())
print("matplotlib.pyplot" in sys.modules)
"""
    command = [sys.executable, "-c", script]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "False"]
