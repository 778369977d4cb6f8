"""The files that are drawn: their kind, that they are always the same, and hostile input."""

import subprocess
import sys
import warnings
from typing import Any, get_args
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import font_manager, rc_context

from tests.preview.plot.curves import CONSTANT, SITUATIONS, WORDS, curve
from trellis_cfg.errors import ConfigError
from trellis_cfg.learning_rate import Rate
from trellis_cfg.preview.plot import WORDS as KEYS
from trellis_cfg.preview.plot import Form, draw
from trellis_cfg.preview.plot.curve import Curve
from trellis_cfg.schedule import Run

MAGIC: dict[Form, bytes] = {"svg": b"<?xml", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-"}
CHINESE = {key: f"学习率{text}" for key, text in WORDS.items()}
TEXT = "{http://www.w3.org/2000/svg}text"


def svg(*curves: Curve, words: dict[str, str] = WORDS, dark: bool = False) -> bytes:
    return draw(curves, "svg", dark=dark, words=words)


def shown(picture: bytes) -> str:
    root = ET.fromstring(picture)  # noqa: S314  our own
    return "\n".join("".join(one.itertext()) for one in root.iter(TEXT))


@pytest.mark.parametrize("form", get_args(Form))
@pytest.mark.parametrize("dark", [False, True])
def test_each_form_is_what_it_is_called(form: Form, *, dark: bool) -> None:
    assert draw([curve()], form, dark=dark, words=WORDS).startswith(MAGIC[form])


@pytest.mark.parametrize("form", get_args(Form))
def test_a_picture_is_always_the_same(form: Form) -> None:
    some = [SITUATIONS["max_epoch_first"], SITUATIONS["stairs"]]
    assert draw(some, form, dark=False, words=WORDS) == draw(some, form, dark=False, words=WORDS)


def test_a_picture_is_the_same_whatever_the_settings_of_matplotlib_are() -> None:
    mine: Any = {"font.size": 30, "axes.grid": True, "svg.fonttype": "path", "text.usetex": True}
    plain = svg(curve())
    with rc_context(mine):
        assert svg(curve()) == plain


def test_a_picture_tells_neither_the_day_nor_the_program() -> None:
    for form in get_args(Form):
        picture = draw([curve()], form, dark=False, words=WORDS)
        assert b"Date" not in picture
        assert b"http://matplotlib" not in picture


def test_the_words_are_those_that_are_given() -> None:
    assert set(WORDS) == set(KEYS)
    told = shown(svg(SITUATIONS["max_epoch_first"], words=CHINESE))
    assert "学习率learning rate" in told
    assert "学习率last 5,200 unsaved" in told


def test_each_word_is_used() -> None:
    told = shown(svg(*SITUATIONS.values(), words={key: f"<{key}>" for key in WORDS}))
    assert [key for key in WORDS if f"<{key}>" not in told] == []


@pytest.mark.parametrize("form", get_args(Form))
def test_fonts_that_are_missing_are_not_spoken_of(
    form: Form, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    fonts = font_manager.fontManager
    own = [font for font in fonts.ttflist if "DejaVu" in font.name]
    monkeypatch.setattr(fonts, "ttflist", own)
    fonts._findfont_cached.cache_clear()  # type: ignore[attr-defined]  # noqa: SLF001  as if there were none
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw([curve(max_epoch=20)], form, dark=False, words=CHINESE)
    fonts._findfont_cached.cache_clear()  # type: ignore[attr-defined]  # noqa: SLF001
    assert caplog.records == []


HOSTILE = (
    *("$x_1$", "$\\frac{1}{2}$", "a_b^c", "\\alpha", "{0} %s {x}", "<b>&amp;]]></b>", "$"),
    *(
        "a\x00\x1b[31m\x07b",
        "\ufffe\uffff\ud800",
        "\u202egnp.exe",
        "\n\n\t",
        "",
        " ",
        "模型/配置.json",
    ),
    *("x" * 5_000, "模" * 5_000, "名" + "y" * 300, "\U0001f600"),
)


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_names_are_only_names(name: str) -> None:
    picture = svg(curve(Rate(1e-4, name), name=name))
    told = shown(picture)
    start = "".join(one if one.isprintable() else ascii(one)[1:-1] for one in name[:10])
    assert start[:10].strip() in told
    assert len(told) < 1_500


def test_a_name_keeps_its_end() -> None:
    name = f"configs/{'deep/' * 50}ss_vae.json"
    told = shown(svg(curve(name=name), curve(name="b.json")))
    assert "configs/deep" in told
    assert "deep/ss_vae.json" in told
    assert "…" in told


COUNTS = st.none() | st.integers(1, 30) | st.integers(1, 2**63 - 1) | st.just(10**400)
RUNS = st.builds(
    Run,
    **dict.fromkeys(("batch_size_per_gpu", "gpus", "samples", "max_steps"), COUNTS),
    **dict.fromkeys(("max_epoch", "i_save", "i_sample"), COUNTS),
    batch_size=COUNTS,
    batch_split=st.none(),
    nodes=st.integers(1, 16),
    start=st.just(0) | st.integers(0, 2**63),
)
ARGS = st.dictionaries(
    st.sampled_from(["T_max", "gamma", "step_size", "warmup_steps", "eta_min"]),
    st.integers(1, 2**63) | st.floats() | st.text(max_size=3),
    max_size=2,
)
RATES = st.none() | st.builds(
    Rate,
    st.floats(0, 1) | st.floats(),
    st.sampled_from([None, "StepLR", "CosineAnnealingLR", "ExponentialLR", "$x$"]),
    ARGS,
)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=20), RUNS, RATES)
def test_any_run_can_be_drawn(name: str, run: Run, rate: Rate | None) -> None:
    ET.fromstring(svg(Curve(name, run, rate)))  # noqa: S314  our own


@settings(max_examples=20, deadline=None)
@given(st.floats(0, allow_infinity=False), st.floats(0, 3), st.integers(1, 10**6))
def test_any_decay_can_be_drawn(lr: float, gamma: float, end: int) -> None:
    rate = Rate(lr, "ExponentialLR", {"gamma": gamma})
    assert svg(curve(rate, max_steps=end)).startswith(MAGIC["svg"])


def test_a_picture_of_very_many_configs_is_coarser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trellis_cfg.preview.plot.picture._MOST_PIXELS", 300)
    png = draw([curve()] * 2, "png", dark=False, words=WORDS)
    assert int.from_bytes(png[16:20], "big") in range(290, 301)


def test_no_config_is_no_picture() -> None:
    with pytest.raises(ConfigError, match="no config"):
        svg()


def test_without_matplotlib_the_extra_is_named() -> None:
    script = """
import sys
sys.modules["matplotlib"] = None
from trellis_cfg.errors import ConfigError
from trellis_cfg.preview.plot import Curve, draw
from trellis_cfg.schedule import Run
try:
    draw([Curve("a", Run(), None)], "svg", dark=False, words={})
except ConfigError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert 'pip install "trellis-cfg[plot]"' in done.stdout


def test_another_module_that_is_missing_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trellis_cfg.preview.plot.picture", None)
    with pytest.raises(ModuleNotFoundError, match="picture"):
        svg(curve(CONSTANT))


def test_matplotlib_is_imported_only_to_draw() -> None:
    script = "import sys; import trellis_cfg.preview.plot; print('matplotlib' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_no_state_of_pyplot_is_touched() -> None:
    svg(curve())
    loaded: Any = sys.modules.get("matplotlib.pyplot")
    assert loaded is None or not loaded.get_fignums()
