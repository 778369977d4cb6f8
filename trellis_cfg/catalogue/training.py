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
