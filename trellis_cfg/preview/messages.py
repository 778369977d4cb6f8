"""The texts of previews and plots, in English and Chinese."""
# ruff: noqa: RUF001  Chinese has its own punctuation

from collections.abc import Mapping
from typing import NamedTuple

from trellis_cfg import metadata, sections
from trellis_cfg.messages import LANGUAGES, Language


def _by_language(pairs: Mapping[str, tuple[str, str]]) -> Mapping[Language, Mapping[str, str]]:
    return {
        language: {name: texts[at] for name, texts in pairs.items()}
        for at, language in enumerate(LANGUAGES)
    }


class Preview(NamedTuple):
    """The texts for one config, in English by default: names of lines and their contents."""

    dataset: str = "dataset"
    batch: str = "batch"
    epoch: str = "epoch"
    stops: str = "stops"
    saves: str = "saves"
    snapshots: str = "snapshots"
    resumes: str = "resumes"
    takes: str = "takes"
    rule: str = "rule"
    comma: str = ", "
    colon: str = ": "
    size: str = "{:sample}"
    processed: str = "{:sample}"
    rows: str = "{path}: {rows:row}"
    filtered: str = "{filter}: {rows:,}"
    semicolon: str = "; "
    sum: str = "{:sample} in all"
    of_gpus: str = "{:,} per GPU x {:GPU}"
    of_nodes: str = "{:,} per GPU x {:GPU} x {:node}"
    assumed: str = " (assumed; set --gpus)"
    micro: str = ", each in {:,} micro-batches of {:,}"
    per_epoch: str = "{:step} = ceil({:,} / {:,})"
    loader: str = "; one pass of the loader is {:,} (it drops the last partial batch)"
    steps: str = "{:step}"
    epochs: str = "{:epoch}"
    first: str = "  <- comes first"
    ignored: str = "  (ignored: the trainer in this checkout does not read it)"
    end: str = "after {:step}"
    latest: str = "after at most {:step}"
    never: str = "never: the loader yields no batch and the trainer waits forever"
    endless: str = "never: no stop condition"
    saved: str = "{:,}, every {:step}, the last at {:,}"
    saved_last: str = "{:,}, every {:step} and at the end, the last at {:,}"
    kept: str = "; the newest {:,} stay"
    none_saved: str = "none: the first would be at step {:,}"
    none: str = "none"
    unset: str = "unknown"
    sampled_ends: str = "{:,}, at the start and the end"
    sampled: str = "{:,}, every {:step} and at the start and the end"
    resumed: str = "after step {:,}"
    in_epoch: str = ", in epoch {:,}"
    in_unknown: str = " (epoch unknown, as its length is)"
    remain: str = "; {:step} left"
    over: str = "; past the end, no steps left"
    hours: str = "{:hour}; {:step} per hour"
    whichever: str = "training stops at whichever limit comes first"
    unknown: str = "unknown: set --dataset-size, --data-dir, or dataset-sizes in the settings"
    more: str = " and {:,} more"
    configs: str = "{:config}"
    skipped: str = "; {:other JSON file} skipped"
    stop: str = "."
    first_limit: str = " Training stops at whichever limit comes first."
    one_gpu: str = " Assuming 1 GPU; set --gpus."
    no_samples: str = (
        " Epoch length unknown: set --dataset-size, --data-dir, or dataset-sizes in the settings."
    )
    no_font: str = "No Chinese font is installed: the text of the plot is in English."


PREVIEW: Mapping[Language, Preview] = {
    "en": Preview(),
    "zh": Preview(
        dataset="数据集",
        batch="批大小",
        stops="结束",
        saves="检查点",
        snapshots="快照",
        resumes="恢复",
        takes="预计耗时",
        rule="规则",
        comma="，",
        colon="：",
        size="{:,} 个样本",
        processed="{:,} 个样本次数",
        rows="{path}：{rows:,} 行",
        filtered="按 {filter} 过滤后 {rows:,} 行",
        semicolon="；",
        sum="共 {:,} 个样本",
        of_gpus="每 GPU {:,} × {:,} 个 GPU",
        of_nodes="每 GPU {:,} × {:,} 个 GPU × {:,} 个节点",
        assumed="（假定 1 个 GPU，可用 --gpus 指定）",
        micro="，每个 GPU 的批分成 {:,} 个微批次（梯度累积），每个 {:,} 个样本",
        per_epoch="{:,} 步 = ceil({:,} / {:,})",
        loader="；数据加载器遍历一遍为 {:,} 步（丢弃末尾不足一批的样本）",
        steps="{:,} 步",
        epochs="{} 个 epoch",
        first="  <- 先达到",
        ignored="（不起作用：此代码库中的训练器不读取它）",
        end="训练 {:,} 步后",
        latest="最迟在第 {:,} 步",
        never="不会开始训练：数据加载器凑不满一批，训练会一直卡住",
        endless="不会结束：max_steps 和 max_epoch 都是 null",
        saved="共 {:,} 个：每 {:,} 步一个；最后一个在第 {:,} 步",
        saved_last="共 {:,} 个：每 {:,} 步一个，结束时再保存一个；最后一个在第 {:,} 步",
        kept="；只保留最新的 {:,} 个",
        none_saved="无：第一个检查点要到第 {:,} 步才保存",
        none="无",
        unset="未知",
        sampled_ends="共 {:,} 次：开始和结束各一次",
        sampled="共 {:,} 次：每 {:,} 步一次，开始和结束各一次",
        resumed="从第 {:,} 步继续",
        in_epoch="，已完成 {:,} 个 epoch",
        in_unknown="（epoch 长度未知，无法得知已完成几个 epoch）",
        remain="；还剩 {:,} 步",
        over="；已超过终点，没有剩余步数",
        hours="{} 小时（每小时 {} 步）",
        whichever="以先达到的限制为准",
        unknown="未知：可用 --dataset-size、--data-dir 或设置文件中的 dataset-sizes 指定",
        more=" 和另外 {:,} 个配置",
        configs="共 {:,} 个配置",
        skipped="；跳过 {:,} 个其他 JSON 文件",
        stop="。",
        first_limit="训练以先达到的限制为准。",
        one_gpu="假定 1 个 GPU，可用 --gpus 指定。",
        no_samples=(
            "缺少样本数，无法计算 epoch 长度："
            "请用 --dataset-size、--data-dir 或设置文件中的 dataset-sizes 指定。"
        ),
        no_font=(
            "没有找到中文字体，图中的文字改用英文：请安装 fonts-noto-cjk 或 fonts-wqy-zenhei。"
        ),
    ),
}

HEADINGS = _by_language(
    {
        "path": ("config", "配置"),
        "samples": ("samples", "样本数"),
        "batch_size": ("batch", "批大小"),
        "steps_per_epoch": ("steps/epoch", "每 epoch 步数"),
        "max_steps": ("max_steps", "max_steps"),
        "max_epoch": ("max_epoch", "max_epoch"),
        "stops_after": ("stops after", "结束步数"),
        "limit": ("by", "终止条件"),
        "epochs": ("epochs", "epoch 数"),
        "saves": ("saves", "检查点数"),
        "unsaved": ("unsaved", "未保存步数"),
        "hours": ("hours", "预计小时数"),
    }
)
"""The headings of a table of configs."""
COLUMNS = tuple(HEADINGS["en"])

ENDLESS: Mapping[Language, str] = {"en": "never", "zh": "不结束"}
HANGING: Mapping[Language, str] = {"en": "never", "zh": "无法开始"}
"""The table cells for the end of a run without a stop condition, and of one that hangs."""

REASONS: Mapping[Language, Mapping[str, str]] = {
    "en": {},
    "zh": {
        metadata.UNCOUNTABLE: (
            "无法用 metadata.csv 统计 {dataset} 的样本数：请用 --dataset-size 指定"
        ),
        metadata.NO_DATASET: "配置中没有数据集：没有可统计的样本",
        metadata.NO_PANDAS: "--data-dir 需要 pandas：{command}",
        metadata.NO_NUMBER: "{dataset} 的 {key} 必须是数字，而不是 {value}",
        metadata.NO_ARGUMENT: "{dataset} 需要参数 {key}：请添加到 dataset.args",
        metadata.NO_JSON: "data_dir 不是有效的 JSON：{error}",
        metadata.NO_FILE: "{where} 无法读取：不是普通文件",
        metadata.NO_COLUMN: '{where} 中没有列 "{column}"：请运行生成该列的数据准备步骤',
        metadata.RAISES: "。训练器会抛出 {error}",
        metadata.UNREADABLE: "{where} 无法读取（{reason}）",
        metadata.COLUMN: '{where}：列 "{column}" ',
        metadata.UNUSABLE: "无法使用（{reason}）",
        metadata.ODD_CELL: "，而不是 {cell}",
        metadata.FILLED_CELLS: "（{rows:,} 行中有 {filled:,} 行有值）",
        metadata.CAUSES["AttributeError"]: (
            '{where} 是 JSON，但不是 {{"NAME": {{"base": "PATH"}}}}（文件夹请以 ./ 开头）'
        ),
        metadata.CAUSES["EmptyDataError"]: "{where} 是空文件：连表头也没有",
        metadata.CAUSES["FileNotFoundError"]: "{where} 无法读取：文件不存在",
        metadata.CAUSES["ParserError"]: (
            "{where} 不是有效的 CSV（{reason}）：含逗号的单元格请加引号"
        ),
        metadata.CAUSES["UnicodeDecodeError"]: "{where} 不是 UTF-8 编码：请另存为 UTF-8",
        metadata.FAULTS["KeyError"]: "只能包含 True 和 False",
        metadata.FAULTS["ValueError"]: "在保留的行中有空白单元格：请填写 True 或 False",
        metadata.FAULTS["TypeError"]: "只能包含数字",
    },
}
"""Translations of the texts of errors about the samples in a data directory."""

COMPARISON = _by_language(
    {
        "start": ("first LR", "起始学习率"),
        "peak": ("highest LR", "最高学习率"),
        "end": ("last LR", "结束学习率"),
        "key": ("key", "键"),
        "same": ("No key differs.", "没有不同的键。"),
    }
)
"""The texts that only a comparison of two configs has."""

PICTURE = _by_language(
    {
        "rate": ("learning rate", "学习率"),
        "steps": ("steps", "步数"),
        "epochs": ("epochs", "epoch"),
        "resumed": ("resumed here", "从此处恢复"),
        "saves": ("checkpoints", "检查点"),
        "samples": ("snapshots", "快照"),
        "unsaved": ("not saved", "未保存的步"),
        "constant": ("constant {rate}", "恒定学习率 {rate}"),
        "all_steps": ("{steps:step}", "{steps} 步"),
        "all_epochs": ("{epochs:epoch}", "{epochs} 个 epoch"),
        "first": ("ends here", "在此结束"),
        "hangs": (
            (
                "never trains: each process gets {share:sample}, fewer than a batch of {batch}; "
                "the trainer waits forever"
            ),
            "不会开始训练：每个进程只有 {share} 个样本，不足一批（{batch} 个）；训练会一直卡住",
        ),
        "no_schedule": ("{scheduler}: curve unknown", "{scheduler}：无法得知学习率如何变化"),
        "no_rate": ("learning rate unknown", "学习率未知"),
        "endless": (sections.ENDLESS, "不会结束：max_steps 和 max_epoch 都是 null"),
        "end_unknown": (
            "end of {epochs:epoch} unknown: set --dataset-size and --gpus",
            (
                "无法确定 {epochs} 个 epoch 在第几步结束："
                "请用 --dataset-size 和 --gpus 指定样本数和 GPU 数"
            ),
        ),
        "over": (
            "resumes after its end: nothing is left to train",
            "恢复的步数已超过终点：没有剩余步数可训练",
        ),
        "raises": (
            "{scheduler} raises an error after {steps:step}: the training fails there",
            "{scheduler} 在 {steps} 步后抛出异常：训练会在此中断",
        ),
        "faded": (
            "the learning rate falls below {rate}: the curve is cut off there",
            "学习率降到 {rate} 以下：曲线在此截断",
        ),
        "never_saved": (
            "no checkpoint: the first would be at step {step}",
            "没有任何检查点：第一个要到第 {step} 步才保存",
        ),
        "tail": ("not saved: the last {steps:step}", "最后 {steps} 步没有保存到任何检查点"),
    }
)
