"""The words of a picture; ``{}`` holds a figure that is already written out."""

from collections.abc import Mapping

from trellis_cfg.catalogue import Language

PICTURE: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "rate": "learning rate",
        "steps": "steps",
        "epochs": "epochs",
        "max_steps": "max_steps",
        "max_epoch": "end of max_epoch",
        "resumed": "resumed here",
        "saves": "checkpoint (i_save)",
        "samples": "snapshot (i_sample)",
        "unsaved": "in no checkpoint",
        "constant": "constant {rate}",
        "all_steps": "{steps} steps",
        "all_epochs": "{epochs} epochs",
        "from_step": "resumes at step {step}",
        "first": "ends here",
        "hangs": (
            "never trains: each process gets {share} samples, less than a batch of {batch}; "
            "the trainer waits for ever"
        ),
        "no_schedule": "{scheduler}: how it goes is not known here",
        "no_rate": "the learning rate is not known",
        "endless": "nothing ends this training: max_steps and max_epoch are both null",
        "end_unknown": ("where {epochs} epochs end is not known: --dataset-size and --gpus tell"),
        "latest_known": (
            "ends after {steps} steps at the latest; where {epochs} epochs end is not known"
        ),
        "over": "resumes after its end: nothing is left to train",
        "raises": "{scheduler} raises after {steps} steps: the training fails there",
        "faded": "the learning rate falls below {rate}: the curve is cut off there",
        "never_saved": "no checkpoint at all: the first would come at step {step}",
        "tail": "the last {steps} steps are in no checkpoint",
    },
    "zh": {
        "rate": "学习率",
        "steps": "步数",
        "epochs": "epoch",
        "max_steps": "max_steps",
        "max_epoch": "max_epoch 的终点",
        "resumed": "从此恢复",
        "saves": "检查点 (i_save)",
        "samples": "采样 (i_sample)",
        "unsaved": "不在任何检查点中",
        "constant": "恒定 {rate}",
        "all_steps": "{steps} 步",
        "all_epochs": "{epochs} 个 epoch",
        "from_step": "从第 {step} 步恢复",
        "first": "在此结束",
        "hangs": "不会开始训练: 每个进程只有 {share} 个样本, 不足一批 {batch} 个; 训练器会一直等待",
        "no_schedule": "{scheduler}: 此处不知道它如何变化",
        "no_rate": "学习率未知",
        "endless": "训练没有终点: max_steps 和 max_epoch 都是 null",
        "end_unknown": "{epochs} 个 epoch 在何处结束未知: 请用 --dataset-size 和 --gpus 指定",
        "latest_known": "最迟在 {steps} 步后结束; {epochs} 个 epoch 在何处结束未知",
        "over": "恢复的步数已在终点之后: 没有剩余的训练",
        "raises": "{scheduler} 在 {steps} 步后报错: 训练在那里失败",
        "faded": "学习率降到 {rate} 以下: 曲线在那里截断",
        "never_saved": "没有任何检查点: 第一个要到第 {step} 步才保存",
        "tail": "最后 {steps} 步不在任何检查点中",
    },
}
