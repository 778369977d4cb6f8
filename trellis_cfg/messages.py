"""The words of the reports, in English and in Chinese."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Literal, NamedTuple, get_args

from trellis_cfg.schedule import Run

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


def language(environment: Mapping[str, str]) -> Language | None:
    """Return the language that the locale asks for; None where it is not one of these."""
    locale = next(filter(None, map(environment.get, _LOCALE)), "")
    return next((known for known in LANGUAGES if locale.lower().startswith(known)), None)


class Banner(NamedTuple):
    """What a training says when its loop starts; ``{}`` holds a figure of the run."""

    title: str
    data: str
    samples: str
    batch: str
    epoch: str
    goal: str
    end: str
    max_epoch: str
    epochs: str
    seen: str
    state: str
    start: str
    start_epoch: str
    remaining: str


BANNER: Mapping[Language, Banner] = {
    "en": Banner(
        title="📊 Training loop starts",
        data="📦 Dataset:",
        samples="Dataset size: {:,} samples",
        batch="Batch size: {:,} (per GPU: {:,}, world size: {:,})",
        epoch="Steps per epoch: {:,} steps",
        goal="🎯 Goal:",
        end="Maximum steps: {:,} steps",
        max_epoch="Maximum epochs: {}",
        epochs="Trains for about {} epochs",
        seen="Processes about {:,} samples in all",
        state="🔄 State:",
        start="First step: {:,}",
        start_epoch="First epoch: {:,}",
        remaining="Remaining steps: {:,}",
    ),
    "zh": Banner(
        title="📊 训练循环开始",
        data="📦 数据集信息:",
        samples="数据集大小: {:,} 样本",
        batch="批大小: {:,} (每GPU: {:,}, 世界大小: {:,})",
        epoch="每个 Epoch 步数: {:,} steps",
        goal="🎯 训练目标:",
        end="最大步数: {:,} steps",
        max_epoch="最大 Epoch: {}",
        epochs="将训练约 {} 个 epoch",
        seen="总计将处理约 {:,} 个样本次数",
        state="🔄 训练状态:",
        start="起始步数: {:,}",
        start_epoch="起始 Epoch: {:,}",
        remaining="剩余步数: {:,}",
    ),
}


class Progress(NamedTuple):
    """What a training says while it runs: a line a step, and a summary now and then."""

    step: str
    loss: str
    times: str
    title: str
    progress: str
    steps: str
    epochs: str
    seen: str
    elapsed: str
    performance: str
    speed: str
    remaining: str
    loading: str
    training: str
    share: str
    old_checkpoint: str


PROGRESS: Mapping[Language, Progress] = {
    "en": Progress(
        step="[Epoch {} | Step {:>{}}/{} ({}/{})]",
        loss="Loss: {:.6f}",
        times="Time: {:.3f}s (data: {:.3f}s, training: {:.3f}s)",
        title="📈 Training progress [Epoch {} | Step {}]",
        progress="📊 Progress:",
        steps="Steps: {}/{} ({})",
        epochs="Epochs: {} / {} epochs",
        seen="Samples processed: {:,}",
        elapsed="Time elapsed: {:.2f} hours",
        performance="⏱️ Performance:",
        speed="Training speed: {:.2f} steps/hour",
        remaining="Time remaining: about {:.2f} hours",
        loading="Mean data loading: {:.3f} s/step",
        training="Mean training time: {:.3f} s/step",
        share="Share of data loading: {:.1f}%",
        old_checkpoint="The checkpoint does not say its epoch: by its step and the batch, it is {}",
    ),
    "zh": Progress(
        step="[Epoch {} | Step {:>{}}/{} ({}/{})]",
        loss="Loss: {:.6f}",
        times="时间: {:.3f}s (数据: {:.3f}s, 训练: {:.3f}s)",
        title="📈 训练进度汇总 [Epoch {} | Step {}]",
        progress="📊 训练进度:",
        steps="Step 进度: {}/{} ({})",
        epochs="Epoch 进度: {} / {} epochs",
        seen="已处理样本次数: {:,}",
        elapsed="已用时间: {:.2f} 小时",
        performance="⏱️ 性能统计:",
        speed="训练速度: {:.2f} steps/小时",
        remaining="预计剩余: {:.2f} 小时",
        loading="平均数据加载: {:.3f} 秒/step",
        training="平均训练时间: {:.3f} 秒/step",
        share="数据加载占比: {:.1f}%",
        old_checkpoint="检查点没有记录 epoch: 按其步数和当前的批大小算为 {}",
    ),
}
"""What a training says while it runs."""

_RULE = "=" * 100
_INDENT = "  "


def format_banner(run: Run, language: Language) -> str:
    """Return the banner of a run; figures that are not known are left out."""
    words = BANNER[language]
    sections = (
        (words.data, _data(run, words)),
        (words.goal, _goal(run, words)),
        (words.state, _state(run, words)),
    )
    lines = [_RULE, words.title]
    for heading, entries in sections:
        lines += ["", heading, *(f"{_INDENT}{entry}" for entry in entries)]
    return "".join(f"{line}\n" for line in [*lines, _RULE])


def hundredths(value: Fraction, *, grouped: bool = False) -> str:
    """Return a number with two decimal places, rounded exactly; its thousands ``grouped``."""
    whole, rest = divmod(round(value * 100), 100)
    return f"{whole:{',' if grouped else ''}}.{rest:02}"


def _data(run: Run, words: Banner) -> Iterator[str]:
    if run.samples is not None:
        yield words.samples.format(run.samples)
    if run.batch_of_all and run.batch and run.world:
        yield words.batch.format(run.batch_of_all, run.batch, run.world)
    if run.epoch:
        yield words.epoch.format(run.epoch)


def _goal(run: Run, words: Banner) -> Iterator[str]:
    if run.end is not None:
        yield words.end.format(run.end)
    yield words.max_epoch.format("null" if run.max_epoch is None else f"{run.max_epoch:,}")
    epochs = None if run.end is None else run.progress(run.end)
    if epochs is not None:
        yield words.epochs.format(hundredths(epochs))
    if run.samples_seen is not None:
        yield words.seen.format(run.samples_seen)


def _state(run: Run, words: Banner) -> Iterator[str]:
    yield words.start.format(run.start)
    epoch = run.epoch_at(run.start)
    if epoch is not None:
        yield words.start_epoch.format(epoch)
    if run.remaining is not None:
        yield words.remaining.format(run.remaining)
