"""The texts of the training reports, in English and Chinese."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import chain
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
    steps: str = "Steps: {}/{} ({})"
    epochs: str = "Epochs: {} / {} epochs"
    processed: str = "Samples processed: {:,}"
    elapsed: str = "Time elapsed: {:.2f} hours"
    speed: str = "Training speed: {:.2f} steps/hour"
    remaining_time: str = "Time remaining: about {:.2f} hours"
    loading: str = "Mean data loading: {:.3f}s/step"
    training: str = "Mean training time: {:.3f}s/step"
    share: str = "Share of data loading: {:.1f}%"
    old_checkpoint: str = (
        "The checkpoint has no epoch; computed from its step and the batch size: {}"
    )
    other_epoch: str = (
        "The checkpoint has epoch {:,}, but its step {:,} is in epoch {:,} of {:,} steps each: it "
        "was trained with other data, another batch size or other GPUs. Continues from epoch {:,}"
    )
    changed: str = (
        "The checkpoint was trained with {:,} samples, batch size {:,} and world size {:,}; now it "
        "is {:,}, {:,} and {:,}. Its {} epochs count; from here, an epoch has {:,} steps, not {:,}"
    )
    schedule: str = (
        "The trainer was built for {:,} steps, but the resumed run ends after {:,}: a "
        "learning-rate schedule with a length from max_steps does not end with it"
    )
    other_limit: str = (
        "max_steps and max_epoch end training after {:,} steps, but the trainer stops after {:,}: "
        "its learning-rate schedule may have the first length"
    )
    failed_save: str = "The checkpoint of step {:,} was not saved: {}. The latest one is {}"
    skipped_save: str = "save() did not save the last step {:,}, and was called again: {}"
    fails: str = "Changed since the checkpoint, and fails:{}"
    silent: str = "Changed since the checkpoint, and changes the run silently:{}"
    ignored: str = "Changed since the checkpoint, but is ignored:{}"
    partly: str = "Changed since the checkpoint, but acts only partly:{}"
    unknown: str = "Changed since the checkpoint; whether it acts is not known:{}"
    acts: str = "Changed since the checkpoint, and acts from here:{}"
    nothing_left: str = (
        "Nothing is left to train: the run ends after {:,} steps, and step {:,} is done. Raise "
        "max_steps or max_epoch to continue"
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
        steps="Step 进度: {}/{} ({})",
        epochs="Epoch 进度: {} / {} epochs",
        processed="已处理样本次数: {:,}",
        elapsed="已用时间: {:.2f} 小时",
        speed="训练速度: {:.2f} steps/小时",
        remaining_time="预计剩余: {:.2f} 小时",
        loading="平均数据加载: {:.3f}秒/step",
        training="平均训练时间: {:.3f}秒/step",
        share="数据加载占比: {:.1f}%",
        old_checkpoint="检查点中没有 epoch: 按其步数和当前批大小推算, 已完成 {} 个 epoch",
        other_epoch=(
            "检查点的 epoch 为 {:,}, 但其步数 {:,} 属于 epoch {:,} (每个 Epoch {:,} steps): "
            "训练时的数据、批大小或 GPU 数量不同。从 epoch {:,} 继续"
        ),
        changed=(
            "检查点训练时: {:,} 样本, 批大小 {:,}, 世界大小 {:,}; 现在: {:,}, {:,}, {:,}。"
            "已完成的 {} 个 epoch 保留; 此后每个 Epoch 为 {:,} steps, 之前为 {:,}"
        ),
        schedule=(
            "训练器按 {:,} steps 构建, 但恢复后的训练在 {:,} steps 结束: "
            "长度取自 max_steps 的学习率调度不会同时结束"
        ),
        other_limit=(
            "max_steps 和 max_epoch 在 {:,} steps 结束训练, 但训练器在 {:,} steps 停止: "
            "其学习率调度可能按前者计算"
        ),
        failed_save="第 {:,} 步的检查点未保存: {}。最新的检查点: {}",
        skipped_save="save() 没有保存最后的第 {:,} 步, 已再次调用: {}",
        fails="检查点之后已更改, 会失败:{}",
        silent="检查点之后已更改, 会悄悄改变训练:{}",
        ignored="检查点之后已更改, 但不起作用:{}",
        partly="检查点之后已更改, 但只部分起作用:{}",
        unknown="检查点之后已更改, 是否起作用未知:{}",
        acts="检查点之后已更改, 从此处起作用:{}",
        nothing_left=(
            "没有剩余的步数: 训练在 {:,} steps 结束, 第 {:,} 步已完成。"
            "要继续训练, 请增大 max_steps 或 max_epoch"
        ),
    ),
}

_RULE = "=" * 100
_Entries = Iterable[tuple[Any, ...]]
"""Texts, each with its figures."""


def format_summary(title: str, entries: _Entries) -> str:
    """Return a report below a title between two rules."""
    return _join_lines(_RULE, title, _RULE, *_format_entries(entries), _RULE)


def _format_entries(entries: _Entries) -> list[str]:
    """Return the lines of the texts, without those that have an unknown figure."""
    known = (text.format(*figures) for text, *figures in entries if None not in figures)
    return [f"  {entry}" for entry in known]


def _join_lines(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def format_banner(run: Run, language: Language, samples_done: int | None = None) -> str:
    """Return the banner of a run, without the figures that are unknown.

    ``samples_done`` counts those of the run that it resumes, by default as if its steps had this
    run's batch.
    """
    samples = run.samples_seen
    if samples_done is not None and run.remaining is not None and run.batch_of_all:
        samples = samples_done + run.remaining * run.batch_of_all
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
        (texts.all_samples, samples),
    )
    state = (
        (texts.start, run.start),
        (texts.start_epoch, run.epoch_at(run.start)),
        (texts.remaining, run.remaining),
    )
    sections = {texts.data: data, texts.goal: goal, texts.state: state}
    lines = [["", heading, *_format_entries(entries)] for heading, entries in sections.items()]
    return _join_lines(texts.title, _RULE, *chain.from_iterable(lines), _RULE)


def format_hundredths(value: Fraction, *, grouped: bool = False) -> str:
    """Return a number with two decimals, rounded exactly; ``grouped`` separates thousands."""
    whole, rest = divmod(round(value * 100), 100)
    return f"{whole:{',' if grouped else ''}}.{rest:02}"
