"""The words of a training that tells of itself."""

from collections.abc import Mapping
from typing import NamedTuple

from trellis_cfg.catalogue import Language


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
