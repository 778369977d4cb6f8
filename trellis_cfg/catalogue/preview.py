"""The words of a config in detail."""

from collections.abc import Mapping
from typing import NamedTuple

from trellis_cfg.catalogue import Language


class Preview(NamedTuple):
    """What a preview says of one config: the names of its lines, and what stands in them."""

    dataset: str
    batch: str
    epoch: str
    stops: str
    saves: str
    snapshots: str
    resumes: str
    takes: str
    rule: str
    size: str
    rows: str
    sum: str
    of_gpu: str
    of_gpus: str
    of_nodes: str
    assumed: str
    micro: str
    per_epoch: str
    loader: str
    steps: str
    epochs: str
    first: str
    end: str
    latest: str
    never: str
    endless: str
    saved: str
    saved_last: str
    none_saved: str
    unset: str
    sampled: str
    resumed: str
    remain: str
    hours: str
    whichever: str
    unknown: str


PREVIEW: Mapping[Language, Preview] = {
    "en": Preview(
        dataset="dataset",
        batch="batch",
        epoch="epoch",
        stops="stops",
        saves="saves",
        snapshots="snapshots",
        resumes="resumes",
        takes="takes",
        rule="rule",
        size="{:,} samples",
        rows="{path}: {rows:,} rows",
        sum="{:,} samples in all",
        of_gpu="{:,} per GPU x 1 GPU",
        of_gpus="{:,} per GPU x {:,} GPUs",
        of_nodes="{:,} per GPU x {:,} GPUs x {:,} nodes",
        assumed=" (assumed: --gpus tells)",
        micro=", each in {:,} micro-batches of {:,}",
        per_epoch="{:,} steps = ceil({:,} / {:,})",
        loader="; one pass of the loader is {:,} (it drops the last partial batch)",
        steps="{:,} steps",
        epochs="{} epochs",
        first="  <- comes first",
        end="after {:,} steps",
        latest="after {:,} steps at the latest",
        never="never: the loader yields no batch, and the trainer waits for it",
        endless="never: nothing ends this training",
        saved="{:,}, every {:,} steps, the last at {:,}",
        saved_last="{:,}, every {:,} steps and at the end, the last at {:,}",
        none_saved="none: the first would come at step {:,}",
        unset="not known",
        sampled="{:,}, every {:,} steps, and at the start and the end",
        resumed="after step {:,}, in epoch {}",
        remain="; {:,} steps remain",
        hours="{} hours; {} steps an hour",
        whichever="training stops at whichever limit comes first",
        unknown="not known: --dataset-size, --data-dir, or dataset-sizes in the settings tell",
    ),
    "zh": Preview(
        dataset="数据集",
        batch="批大小",
        epoch="epoch",
        stops="结束",
        saves="检查点",
        snapshots="采样",
        resumes="恢复",
        takes="耗时",
        rule="规则",
        size="{:,} 样本",
        rows="{path}: {rows:,} 行",
        sum="共 {:,} 样本",
        of_gpu="每 GPU {:,} x 1 GPU",
        of_gpus="每 GPU {:,} x {:,} GPU",
        of_nodes="每 GPU {:,} x {:,} GPU x {:,} 节点",
        assumed=" (假定值, 可用 --gpus 指定)",
        micro=", 各分为 {:,} 个微批, 每个 {:,}",
        per_epoch="{:,} 步 = ceil({:,} / {:,})",
        loader="; 数据加载器一轮为 {:,} 步 (丢弃最后不完整的批)",
        steps="{:,} 步",
        epochs="{} 个 epoch",
        first="  <- 先到达",
        end="{:,} 步之后",
        latest="最迟 {:,} 步之后",
        never="永不结束: 加载器给不出任何批, 训练会一直等待",
        endless="永不结束: 没有任何终止条件",
        saved="{:,} 个, 每 {:,} 步一个, 最后一个在第 {:,} 步",
        saved_last="{:,} 个, 每 {:,} 步一个, 另加结束时一个, 最后一个在第 {:,} 步",
        none_saved="无: 第一个要到第 {:,} 步",
        unset="未知",
        sampled="{:,} 次, 每 {:,} 步一次, 另加开始和结束各一次",
        resumed="从第 {:,} 步之后继续, epoch {}",
        remain="; 还剩 {:,} 步",
        hours="{} 小时; 每小时 {} 步",
        whichever="以先到达的限制为准",
        unknown="未知: 可用 --dataset-size, --data-dir 或设置中的 dataset-sizes 指定",
    ),
}
