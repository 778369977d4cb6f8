"""What is on a sheet, by matplotlib's own account."""

from typing import Any

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from tests.preview.plot.curves import CONSTANT, RUN, SITUATIONS, WORDS, curve
from trellis_cfg.learning_rate import Rate, rates
from trellis_cfg.preview.plot.curve import Curve
from trellis_cfg.preview.plot.ink import DARK, LIGHT
from trellis_cfg.preview.plot.sheet import grid, sheet


def figure(*curves: Curve) -> Figure:
    return sheet(curves, LIGHT, WORDS)


def panel(one: Curve) -> Axes:
    (axes,) = figure(one).axes
    return axes


def texts(axes: Axes) -> list[str]:
    return [found.get_text() for found in axes.findobj(Text) if isinstance(found, Text)]


def xs(line: Line2D) -> list[float]:
    steps: Any = line.get_xdata()
    return [float(step) for step in steps]


def labelled(axes: Axes, label: str) -> list[list[float]]:
    """Return the steps of the lines of a label."""
    return [xs(line) for line in axes.lines if line.get_label() == label]


def legend(of: Figure) -> list[str]:
    (found,) = of.legends
    return [text.get_text() for text in found.get_texts()]


def shaded(axes: Axes) -> list[tuple[float, float]]:
    found = [patch for patch in axes.patches if patch.get_label() == "unsaved"]
    back = axes.transData.inverted()
    boxes = [patch.get_window_extent().transformed(back) for patch in found]
    return [(box.x0, box.x1) for box in boxes]


@pytest.mark.parametrize("count", [1, 2, 4, 5, 17])
def test_every_config_has_a_panel_in_the_grid(count: int) -> None:
    of = figure(*[curve(name=f"{at}.json") for at in range(count)])
    assert len(of.axes) == count
    corners = {
        (round(one.get_position().x0, 6), round(one.get_position().y0, 6)) for one in of.axes
    }
    assert len(corners) == count
    assert len({left for left, _ in corners}) == min(grid(count).columns, count)


@pytest.mark.parametrize("count", [2, 5, 20])
def test_panels_are_of_one_size_and_on_the_sheet(count: int) -> None:
    places = [one.get_position() for one in figure(*[curve()] * count).axes]
    assert len({(round(at.width, 6), round(at.height, 6)) for at in places}) == 1
    assert all(0 < at.x0 < at.x1 < 1 and 0 < at.y0 < at.y1 < 1 for at in places)


def test_the_line_is_the_learning_rate() -> None:
    rate = Rate(1e-4, "CosineAnnealingLR", {"T_max": 500_000})
    axes = panel(curve(rate))
    (line,) = [line for line in axes.lines if line.get_label() == "rate"]
    steps = [int(step) for step in xs(line)]
    assert list(line.get_ydata()) == rates(rate, steps)  # type: ignore[arg-type]
    assert (steps[0], steps[-1]) == (0, 999_999)
    assert axes.get_yscale() == "linear"


def test_what_is_multiplied_is_drawn_in_decades() -> None:
    assert panel(SITUATIONS["stairs"]).get_yscale() == "log"
    assert panel(SITUATIONS["faded"]).get_yscale() == "log"
    shallow = Rate(1e-4, "StepLR", {"step_size": 500_000, "gamma": 0.5})
    assert panel(curve(shallow)).get_yscale() == "linear"


def test_the_limit_that_comes_first_is_marked() -> None:
    axes = panel(SITUATIONS["max_epoch_first"])
    assert labelled(axes, "max_epoch") == [[105_200, 105_200]]
    assert labelled(axes, "max_steps") == []
    assert "max_epoch 20 = 105,200 steps · ends here" in texts(axes)
    assert "max_steps 1,000,000 →" in texts(axes)


def test_both_limits_are_lines_where_both_are_in_view() -> None:
    axes = panel(SITUATIONS["max_steps_first"])
    assert labelled(axes, "max_epoch") == [[105_200, 105_200]]
    assert labelled(axes, "max_steps") == [[100_000, 100_000]]
    assert {"max_epoch 20 = 105,200 steps", "max_steps 100,000 · ends here"} < set(texts(axes))


@pytest.mark.parametrize("name", ["max_steps_first", "max_epoch_first", "both_at_once"])
def test_a_single_limit_comes_first(name: str) -> None:
    assert sum(text.endswith("ends here") for text in texts(panel(SITUATIONS[name]))) == 1


def test_the_axis_of_epochs_is_that_of_the_steps() -> None:
    axes = panel(curve(max_epoch=20))
    (above,) = axes.child_axes
    axes.figure.draw_without_rendering()  # type: ignore[union-attr]
    assert above.get_xlim()[1] * (RUN.epoch or 0) == pytest.approx(axes.get_xlim()[1])
    assert "epochs" in texts(axes)


def test_without_the_length_of_an_epoch_there_is_no_axis_of_epochs() -> None:
    axes = panel(curve(samples=None))
    assert not axes.child_axes
    assert "epochs" not in texts(axes)


def test_each_checkpoint_and_each_sampling_is_a_mark() -> None:
    axes = panel(curve(max_steps=50_000, i_save=20_000))
    assert labelled(axes, "saves") == [[20_000, 40_000]]
    assert labelled(axes, "samples") == [[10_000, 20_000, 30_000, 40_000, 50_000]]
    assert {"×2", "×5"} < set(texts(axes))


def test_thousands_of_checkpoints_are_a_band_with_a_count() -> None:
    axes = panel(SITUATIONS["many_checkpoints"])
    assert labelled(axes, "saves") == [[1_000_000]]
    assert [100, 1_000_000] in [xs(line) for line in axes.lines]
    assert {"×10,000", "×50,000"} < set(texts(axes))


def test_nothing_is_saved_after_torch_has_raised() -> None:
    axes = panel(SITUATIONS["raises"])
    assert labelled(axes, "saves") == [list(range(10_000, 100_001, 10_000))]
    assert "×10" in texts(axes)


@pytest.mark.parametrize(
    ("name", "count"),
    [("latest_known", "≤100"), ("endless", "×∞"), ("end_unknown", "×?"), ("resumed", "×5")],
)
def test_a_count_says_no_more_than_is_known(name: str, count: str) -> None:
    assert count in texts(panel(SITUATIONS[name]))


def test_a_resumed_run_is_marked_where_it_starts() -> None:
    axes = panel(SITUATIONS["resumed"])
    assert labelled(axes, "resumed") == [[50_000, 50_000]]
    assert labelled(axes, "saves") == [[60_000, 70_000, 80_000, 90_000, 100_000]]


@pytest.mark.parametrize(
    ("one", "place"),
    [
        (curve(max_epoch=20), [(100_000, 105_200)]),
        (SITUATIONS["never_saved"], [(0, 8_000)]),
        (curve(max_steps=1_000_001), [(1_000_001 - 4_000, 1_000_001)]),
        (curve(), []),
        (SITUATIONS["hangs"], []),
        (SITUATIONS["endless"], []),
    ],
)
def test_the_unsaved_tail_is_shaded(one: Curve, place: list[tuple[float, float]]) -> None:
    found = [pytest.approx(ends) for ends in shaded(panel(one))]
    assert found == place


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("hangs", "hangs: 3 of 4"),
        ("no_samples", "hangs: 0 of 4"),
        ("no_schedule", "CyclicLR is not known"),
        ("no_rate", "no rate"),
        ("impossible_rate", "-1.0 is not known"),
        ("unbounded_rate", "1e+300 is not known"),
        ("endless", "endless"),
        ("end_unknown", "20 epochs, of unknown length"),
        ("latest_known", "1,000,000 steps, or 20 epochs of unknown length"),
        ("over", "over"),
        ("raises", "OneCycleLR raises after 100,000"),
        ("faded", "below 1e-13"),
        ("never_saved", "first saved at 10,000"),
        ("max_epoch_first", "last 5,200 unsaved"),
        ("max_epoch_first", "constant 1e-4 · 105,200 steps · 20.00 epochs"),
        ("resumed", "constant 1e-4 · 105,200 steps · 20.00 epochs · from step 50,000"),
    ],
)
def test_a_panel_says_in_words_what_is_wrong(name: str, told: str) -> None:
    assert told in texts(panel(SITUATIONS[name]))


@pytest.mark.parametrize(
    "name", ["hangs", "no_schedule", "no_rate", "impossible_rate", "unbounded_rate"]
)
def test_where_nothing_is_known_there_is_no_line(name: str) -> None:
    axes = panel(SITUATIONS[name])
    assert labelled(axes, "rate") == []
    assert not list(axes.get_yticks())


def test_a_run_that_is_right_gives_no_warning() -> None:
    warned = [text for text in panel(curve()).texts if text.get_color() == LIGHT.warning]
    assert not warned


def test_one_legend_explains_what_is_drawn_and_no_more() -> None:
    assert legend(figure(curve(), curve(None))) == [
        *("learning rate", "max_steps", "checkpoint", "samples")
    ]
    every = [SITUATIONS[name] for name in ("max_steps_first", "resumed")]
    assert legend(figure(*every)) == [
        *("learning rate", "max_steps", "end of max_epoch", "resumed"),
        *("checkpoint", "samples", "unsaved"),
    ]


@pytest.mark.parametrize("name", SITUATIONS)
def test_nothing_is_cut_and_the_legend_is_below(name: str) -> None:
    """Measured with the fonts of this machine."""
    of = figure(SITUATIONS[name], curve())
    of.draw_without_rendering()
    boxes = [text.get_window_extent() for axes in of.axes for text in axes.texts]
    assert all(of.bbox.x0 <= box.x0 < box.x1 <= of.bbox.x1 for box in boxes)
    assert all(of.bbox.y0 <= box.y0 < box.y1 <= of.bbox.y1 for box in boxes)
    (found,) = of.legends
    assert found.get_window_extent().y1 <= min(box.y0 for box in boxes)


@pytest.mark.parametrize("name", SITUATIONS)
def test_texts_do_not_overlap(name: str) -> None:
    axes = panel(SITUATIONS[name])
    axes.figure.draw_without_rendering()  # type: ignore[union-attr]
    boxes = [text.get_window_extent() for text in axes.texts]
    overlapping = [one for one in boxes if one.count_overlaps(boxes) > 1]
    assert not overlapping


def test_dark_paper_has_light_lines() -> None:
    for ink, is_dark in ((LIGHT, False), (DARK, True)):
        colours = {name: int(value[1:3], 16) for name, value in ink._asdict().items()}
        assert (colours["paper"] < colours["text"]) == is_dark
        assert len({*ink}) >= len(ink) - 1


def test_colours_of_lines_are_told_apart_by_their_form_too() -> None:
    axes = panel(SITUATIONS["max_steps_first"])
    forms = {
        line.get_label(): (line.get_linestyle(), line.get_marker())
        for line in axes.lines
        if not str(line.get_label()).startswith("_") and line.get_label() != "rate"
    }
    assert len(set(forms.values())) == len(forms) == 4


def test_curves_without_a_rate_share_a_sheet() -> None:
    assert len(figure(*SITUATIONS.values()).axes) == len(SITUATIONS)
    assert CONSTANT.scheduler is None
