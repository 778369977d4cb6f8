"""The texts of reports and previews in each language; the banner, by the reference example."""

import re
from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis_cfg.messages import (
    LANGUAGES,
    TRAINING,
    Language,
    drop_emoji,
    fill_in,
    find_language,
    format_banner,
    format_hundredths,
)
from trellis_cfg.preview.messages import COMPARISON, ENDLESS, HANGING, HEADINGS, PICTURE, PREVIEW
from trellis_cfg.schedule import Run
from trellis_cfg.training.reports import Clock, Reports

HOLES = r"{(\w*)"
"""The names of the figures of a text."""
RULE = "=" * 100
SUMMARY = """\
====================================================================================================
📈 训练进度汇总 [Epoch 2 | Step 100]
====================================================================================================
  Step 进度: 100/100000 (0.10%)
  Epoch 进度: 2.63 / 2631.58 epochs
  已处理样本次数: 400
  已用时间: 0.05 小时
  训练速度: 2000.00 steps/小时
  预计剩余: 49.95 小时
  平均数据加载: 0.180秒/step
  平均训练时间: 1.620秒/step
  数据加载占比: 10.0%
====================================================================================================
"""
EXAMPLE = Run(batch_size_per_gpu=2, gpus=2, samples=150, max_steps=100_000)
BANNERS = {
    "zh": """\
📊 训练循环开始

📦 数据集信息:
  数据集大小: 150 样本
  批大小: 4 (每GPU: 2, 世界大小: 2)
  每个 Epoch 步数: 38 steps

🎯 训练目标:
  最大步数: 100,000 steps
  最大 Epoch: null
  将训练约 2631.58 个 epoch
  总计将处理约 400,000 个样本次数

🔄 训练状态:
  起始步数: 0
  起始 Epoch: 0
  剩余步数: 100,000""",
    "en": """\
📊 Training loop starts

📦 Dataset:
  Dataset size: 150 samples
  Batch size: 4 (per GPU: 2, world size: 2)
  Steps per epoch: 38 steps

🎯 Goal:
  Maximum steps: 100,000 steps
  Maximum epochs: null
  Trains for about 2631.58 epochs
  Processes about 400,000 samples in all

🔄 State:
  First step: 0
  First epoch: 0
  Remaining steps: 100,000""",
}
CATALOG = {
    "training": TRAINING,
    "preview": PREVIEW,
    "columns": HEADINGS,
    "picture": PICTURE,
    "comparison": COMPARISON,
}


def entries(texts: object) -> Mapping[str, str]:
    return texts if isinstance(texts, Mapping) else texts._asdict()  # type: ignore[attr-defined]


@pytest.mark.parametrize("texts", CATALOG.values(), ids=CATALOG)
def test_languages_have_the_same_texts(texts: Mapping[str, object]) -> None:
    english, chinese = entries(texts["en"]), entries(texts["zh"])
    assert tuple(texts) == LANGUAGES
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert text.strip(), key
        assert sorted(re.findall(HOLES, text)) == sorted(re.findall(HOLES, chinese[key])), key


def test_chinese_is_chinese() -> None:
    for text in [*PREVIEW["zh"], *TRAINING["zh"][2:]]:
        assert re.search("[\u4e00-\u9fff，；：。]", text) or text == "epoch", text
    assert tuple(ENDLESS) == tuple(HANGING) == LANGUAGES


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"LANG": "C.UTF-8"}, None),
        ({"LANG": "POSIX"}, None),
        ({"LANG": "de_DE.UTF-8"}, None),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, None),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:zh_CN:en"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "de"}, None),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": ""}, "zh"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "zh_CN"}, None),
        ({"LC_ALL": "POSIX", "LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN"}, None),
        ({"LANGUAGE": "zh_CN"}, None),
    ],
)
def test_find_language(environment: dict[str, str], expected: str | None) -> None:
    assert find_language(environment) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reference_example(language: Language) -> None:
    title, *lines = BANNERS[language].splitlines()
    assert format_banner(EXAMPLE, language).splitlines() == [title, RULE, *lines, RULE]


def test_the_reference_reports_of_a_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """100 steps of 1.8 s each; the last step of an epoch has one number in both reports."""
    times = (start + part for start in range(1000) for part in (0, 0.18, 1.8))
    monkeypatch.setattr("trellis_cfg.training.reports.perf_counter", times.__next__)
    written: list[str] = []
    reports, clock = Reports(EXAMPLE, "zh", 1, 0, written.append), Clock(4, None, 0)
    for step in range(1, 101):
        reports.summary_every = 38 if step < 100 else 100
        clock.start_loading()
        clock.start_training()
        reports.report_step(step, clock.end_step(), 0.123456, clock)
    line = "Loss: 0.123456 | 时间: 1.800s (数据: 0.180s, 训练: 1.620s)\n"
    assert written[0] == f"[Epoch 0 | Step      1/100000 (1/38)] {line}"
    assert written[37] == f"[Epoch 0 | Step     38/100000 (38/38)] {line}"
    assert "\n📈 训练进度汇总 [Epoch 0 | Step 38]\n" in written[38]
    assert "\n  Epoch 进度: 1.00 / 2631.58 epochs\n" in written[38]
    assert written[39] == f"[Epoch 1 | Step     39/100000 (1/38)] {line}"
    assert written[-1] == f"\n{SUMMARY}"


def test_a_resumed_run_counts_the_samples_of_its_checkpoint() -> None:
    run = EXAMPLE._replace(max_steps=1_000, start=400)
    assert "Processes about 4,000 samples" in format_banner(run, "en")
    assert "Processes about 3,200 samples" in format_banner(run, "en", samples_done=800)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("{:step}", "1 step"), ("{:,} of {:sample}", "1 of 2,000 samples"), ("{:.1f} s", "1.0 s")],
)
def test_a_figure_and_its_noun(text: str, expected: str) -> None:
    assert fill_in(text, 1, 2_000) == expected


@pytest.mark.parametrize(
    ("encoding", "title"), [("utf-8", "📊 训练循环开始\n"), ("gbk", "训练循环开始\n")]
)
def test_an_encoding_without_emoji(encoding: str, title: str) -> None:
    assert drop_emoji(format_banner(EXAMPLE, "zh"), encoding).startswith(title)


def test_two_limits_and_a_resumed_run() -> None:
    run = EXAMPLE._replace(max_steps=1_000, max_epoch=100, start=400)
    text = format_banner(run, "en")
    sooner = format_banner(run._replace(max_epoch=20), "en")
    assert "  Maximum steps: 760 steps (max_epoch comes first)\n" in sooner
    for line in (
        *("Maximum steps: 1,000 steps", "Maximum epochs: 100", "Trains for about 26.32 epochs"),
        *("First step: 400", "First epoch: 10", "Remaining steps: 600"),
    ):
        assert f"  {line}\n" in text


def test_unknown_figures_are_left_out() -> None:
    assert format_banner(Run(), "en").splitlines() == [
        *["📊 Training loop starts", RULE, "", "📦 Dataset:", "", "🎯 Goal:"],
        *["  Maximum epochs: null", "", "🔄 State:", "  First step: 0", RULE],
    ]


@pytest.mark.parametrize(
    ("value", "plain", "grouped"),
    [
        (Fraction(0), "0.00", "0.00"),
        (Fraction(100_000, 38), "2631.58", "2,631.58"),
        (Fraction(1, 3), "0.33", "0.33"),
        (Fraction(199_999, 2), "99999.50", "99,999.50"),
        (Fraction(9_999, 1_000), "10.00", "10.00"),
        (Fraction(10**30 + 1, 10), f"{10**29}.10", f"{10**29:,}.10"),
    ],
)
def test_two_decimal_places(value: Fraction, plain: str, grouped: str) -> None:
    assert format_hundredths(value) == plain
    assert format_hundredths(value, grouped=True) == grouped


@given(st.fractions(0, 10**20))
def test_hundredths_are_rounded_exactly(value: Fraction) -> None:
    assert abs(Fraction(format_hundredths(value)) - value) <= Fraction(1, 200)
