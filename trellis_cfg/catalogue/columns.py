"""The words of a table of configs."""

from collections.abc import Mapping

from trellis_cfg.catalogue import Language

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
