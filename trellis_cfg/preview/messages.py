"""The words of a config in detail."""

from collections.abc import Mapping
from typing import NamedTuple

from trellis_cfg.messages import Language


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
        endless="never: no stop condition",
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

HEADINGS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "path": "config",
        "samples": "samples",
        "batch_size": "batch",
        "steps_per_epoch": "steps/epoch",
        "max_steps": "max_steps",
        "max_epoch": "max_epoch",
        "stops_after": "stops after",
        "limit": "by",
        "epochs": "epochs",
        "saves": "saves",
        "unsaved": "unsaved",
        "hours": "hours",
    },
    "zh": {
        "path": "配置",
        "samples": "样本",
        "batch_size": "批大小",
        "steps_per_epoch": "步/epoch",
        "max_steps": "max_steps",
        "max_epoch": "max_epoch",
        "stops_after": "结束步数",
        "limit": "限制",
        "epochs": "epoch 数",
        "saves": "检查点",
        "unsaved": "未保存",
        "hours": "小时",
    },
}
"""The columns of a table of configs."""

NEVER: Mapping[Language, str] = {"en": "never", "zh": "永不"}
"""What stands in such a table where a run never stops."""

PICTURE: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "rate": "learning rate",
        "steps": "steps",
        "epochs": "epochs",
        "resumed": "resumed here",
        "saves": "checkpoints",
        "samples": "snapshots",
        "unsaved": "not saved",
        "constant": "constant {rate}",
        "all_steps": "{steps} steps",
        "all_epochs": "{epochs} epochs",
        "first": "ends here",
        "hangs": (
            "never trains: each process gets {share} samples, fewer than a batch of {batch}; "
            "the trainer waits forever"
        ),
        "no_schedule": "{scheduler}: curve unknown",
        "no_rate": "learning rate unknown",
        "endless": "no stop condition: max_steps and max_epoch are both null",
        "end_unknown": "end of {epochs} epochs unknown: set --dataset-size and --gpus",
        "over": "resumes after its end: nothing is left to train",
        "raises": "{scheduler} raises after {steps} steps: the training fails there",
        "faded": "the learning rate falls below {rate}: the curve is cut off there",
        "never_saved": "no checkpoint: the first would be at step {step}",
        "tail": "the last {steps} steps are not saved",
    },
    "zh": {
        "rate": "学习率",
        "steps": "步数",
        "epochs": "epoch",
        "resumed": "从此恢复",
        "saves": "检查点",
        "samples": "采样",
        "unsaved": "未保存",
        "constant": "恒定 {rate}",
        "all_steps": "{steps} 步",
        "all_epochs": "{epochs} 个 epoch",
        "first": "在此结束",
        "hangs": "不会开始训练: 每个进程只有 {share} 个样本, 不足一批 {batch} 个; 训练器会一直等待",
        "no_schedule": "{scheduler}: 此处不知道它如何变化",
        "no_rate": "学习率未知",
        "endless": "训练没有终点: max_steps 和 max_epoch 都是 null",
        "end_unknown": "{epochs} 个 epoch 在何处结束未知: 请用 --dataset-size 和 --gpus 指定",
        "over": "恢复的步数已在终点之后: 没有剩余的训练",
        "raises": "{scheduler} 在 {steps} 步后报错: 训练在那里失败",
        "faded": "学习率降到 {rate} 以下: 曲线在那里截断",
        "never_saved": "没有任何检查点: 第一个要到第 {step} 步才保存",
        "tail": "最后 {steps} 步不在任何检查点中",
    },
}
