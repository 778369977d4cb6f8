"""The texts of the training reports, in English and Chinese."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Literal, NamedTuple, get_args

from trellis_cfg.schedule import Run

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


def find_language(environment: Mapping[str, str]) -> Language | None:
    """Return the language of the locale; None if it is neither English nor Chinese."""
    locale = next(filter(None, map(environment.get, _LOCALE)), "")
    return next((language for language in LANGUAGES if locale.lower().startswith(language)), None)


class TrainingTexts(NamedTuple):
    """The texts printed by a training, in English by default; ``{}`` is a figure.

    First those of a step, then those of the banner at the start, and of the summaries.
    """

    step: str = "[Epoch {} | Step {:>{}}/{} ({}/{})]"
    loss: str = "Loss: {:.6f}"
    times: str = "Time: {:.3f}s (data: {:.3f}s, training: {:.3f}s)"
    title: str = "📊 Training loop starts"
    data: str = "📦 Dataset:"
    samples: str = "Dataset size: {:,} samples"
    batch: str = "Batch size: {:,} (per GPU: {:,}, world size: {:,})"
    epoch: str = "Steps per epoch: {:,} steps"
    goal: str = "🎯 Goal:"
    end: str = "Maximum steps: {:,} steps"
    max_epoch: str = "Maximum epochs: {}"
    all_epochs: str = "Trains for about {} epochs"
    all_samples: str = "Processes about {:,} samples in all"
    state: str = "🔄 State:"
    start: str = "First step: {:,}"
    start_epoch: str = "First epoch: {:,}"
    remaining: str = "Remaining steps: {:,}"
    summary: str = "📈 Training progress [Epoch {} | Step {}]"
    progress: str = "📊 Progress:"
    steps: str = "Steps: {}/{} ({})"
    epochs: str = "Epochs: {} / {} epochs"
    processed: str = "Samples processed: {:,}"
    elapsed: str = "Time elapsed: {:.2f} hours"
    performance: str = "⏱️ Performance:"
    speed: str = "Training speed: {:.2f} steps/hour"
    remaining_time: str = "Time remaining: about {:.2f} hours"
    loading: str = "Mean data loading: {:.3f} s/step"
    training: str = "Mean training time: {:.3f} s/step"
    share: str = "Share of data loading: {:.1f}%"
    old_checkpoint: str = (
        "The checkpoint has no epoch; computed from its step and the batch size: {}"
    )


TRAINING: Mapping[Language, TrainingTexts] = {
    "en": TrainingTexts(),
    "zh": TrainingTexts(
        times="时间: {:.3f}s (数据: {:.3f}s, 训练: {:.3f}s)",
        title="📊 训练循环开始",
        data="📦 数据集信息:",
        samples="数据集大小: {:,} 样本",
        batch="批大小: {:,} (每GPU: {:,}, 世界大小: {:,})",
        epoch="每个 Epoch 步数: {:,} steps",
        goal="🎯 训练目标:",
        end="最大步数: {:,} steps",
        max_epoch="最大 Epoch: {}",
        all_epochs="将训练约 {} 个 epoch",
        all_samples="总计将处理约 {:,} 个样本次数",
        state="🔄 训练状态:",
        start="起始步数: {:,}",
        start_epoch="起始 Epoch: {:,}",
        remaining="剩余步数: {:,}",
        summary="📈 训练进度汇总 [Epoch {} | Step {}]",
        progress="📊 训练进度:",
        steps="Step 进度: {}/{} ({})",
        epochs="Epoch 进度: {} / {} epochs",
        processed="已处理样本次数: {:,}",
        elapsed="已用时间: {:.2f} 小时",
        performance="⏱️ 性能统计:",
        speed="训练速度: {:.2f} steps/小时",
        remaining_time="预计剩余: {:.2f} 小时",
        loading="平均数据加载: {:.3f} 秒/step",
        training="平均训练时间: {:.3f} 秒/step",
        share="数据加载占比: {:.1f}%",
        old_checkpoint="检查点中没有 epoch: 按其步数和当前批大小推算, 已完成 {} 个 epoch",
    ),
}

Sections = Mapping[str, Iterable[tuple[Any, ...]]]
"""The sections of a report by their headings: texts, each with its figures."""


def format_report(title: str, sections: Sections) -> str:
    """Return a report between two rules, without the texts that have an unknown figure."""
    rule = "=" * 100
    lines = [rule, title]
    for heading, entries in sections.items():
        known = [text.format(*figures) for text, *figures in entries if None not in figures]
        lines += ["", heading, *(f"  {entry}" for entry in known)]
    return "".join(f"{line}\n" for line in [*lines, rule])


def format_banner(run: Run, language: Language) -> str:
    """Return the banner of a run, without the figures that are unknown."""
    texts, epochs = TRAINING[language], None if run.end is None else run.progress(run.end)
    data = (
        (texts.samples, run.samples),
        (texts.batch, run.batch_of_all or None, run.batch, run.world),
        (texts.epoch, run.epoch or None),
    )
    goal = (
        (texts.end, run.end),
        (texts.max_epoch, "null" if run.max_epoch is None else f"{run.max_epoch:,}"),
        (texts.all_epochs, None if epochs is None else format_hundredths(epochs)),
        (texts.all_samples, run.samples_seen),
    )
    state = (
        (texts.start, run.start),
        (texts.start_epoch, run.epoch_at(run.start)),
        (texts.remaining, run.remaining),
    )
    return format_report(texts.title, {texts.data: data, texts.goal: goal, texts.state: state})


def format_hundredths(value: Fraction, *, grouped: bool = False) -> str:
    """Return a number with two decimals, rounded exactly; ``grouped`` separates thousands."""
    whole, rest = divmod(round(value * 100), 100)
    return f"{whole:{',' if grouped else ''}}.{rest:02}"
