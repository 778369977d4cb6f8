"""The words of a picture; ``{}`` holds a figure that is already written out."""

from collections.abc import Mapping

from trellis_cfg.catalogue import Language

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
