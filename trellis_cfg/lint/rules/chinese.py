"""The rules in Chinese: of each code, what is wrong and what to do."""

# ruff: noqa: RUF001  Chinese punctuation

from typing import NamedTuple


class Translation(NamedTuple):
    """The title of a rule, and its remedy."""

    title: str
    remedy: str


TRANSLATIONS = {
    "TC001": Translation(
        "JSON 语法错误", "修正报告位置的语法：多余的逗号、注释、缺少的引号或括号。"
    ),
    "TC002": Translation("编码不是不带 BOM 的 UTF-8", "保存为不带 BOM 的 UTF-8。"),
    "TC003": Translation("键重复", "删除多余的键，只保留想要的值。"),
    "TC004": Translation("数值不是有限数", "改为有限的数。"),
    "TC005": Translation("值无效", '按提示改为正确的类型，例如 4 而不是 4.0 或 "4"。'),
    "TC006": Translation("文件无法读取", "检查路径、权限，以及它是不是普通文件。"),
    "TC007": Translation(
        "值不在已知范围内", "改为已知的取值；如果你的分支支持它，用 per-file-ignores 忽略 TC007。"
    ),
    "TC008": Translation("不符合指定的 JSON Schema", "按 schema 的要求修改该值。"),
    "TC101": Translation("没有停止条件", "把 max_steps 或 max_epoch 设为正整数。"),
    "TC102": Translation("配置待升级", "运行 trellis-cfg migrate。"),
    "TC103": Translation("缺少 max_steps", "加上 max_steps；设置了 max_epoch 时可以为 null。"),
    "TC104": Translation("限制或间隔不是整数", '写成整数，例如 1000000 而不是 1e6 或 "1000000"。'),
    "TC105": Translation(
        "训练器不支持 max_epoch",
        "改用 max_steps，或通过 trellis_cfg.training 训练（设置 runtime = true）。",
    ),
    "TC201": Translation("没有批大小", "设置 batch_size_per_gpu。"),
    "TC202": Translation("batch_split 不能整除批大小", "让 batch_split 整除 batch_size_per_gpu。"),
    "TC203": Translation("batch_size 被忽略", "删除 batch_size，或设为 null。"),
    "TC204": Translation(
        "batch_size 不能被 GPU 数整除", "改为 GPU 数的整数倍，或改用 batch_size_per_gpu。"
    ),
    "TC205": Translation("样本不足一批", "减小批大小或 GPU 数，或增加样本。"),
    "TC301": Translation(
        "末尾的步没有保存", "让 i_save 整除训练的总步数，或通过 trellis_cfg.training 训练。"
    ),
    "TC302": Translation("不会保存检查点", "把 i_save 设为不大于总步数的值。"),
    "TC303": Translation("间隔为 0", "要关闭它，设为大于训练限制的值。"),
    "TC401": Translation("未知的优化器", "使用 torch.optim 中的类名。"),
    "TC402": Translation(
        "未知的学习率调度器", "使用 torch.optim.lr_scheduler 或 TRELLIS 中的类名。"
    ),
    "TC403": Translation("优化器或调度器不接受该参数", "改正参数名，或删除它。"),
    "TC404": Translation(
        "学习率调度与训练长度不符", "让 T_max、warmup_steps 等与训练的总步数一致；它们按步计数。"
    ),
    "TC405": Translation("恢复训练时精度改变", "把 fp16_mode 设为 null，或把 use_fp16 设为 true。"),
    "TC501": Translation("未知的类名", "改正类名；不在已知包中的类用 --source 指定代码仓库。"),
    "TC502": Translation(
        "类不接受该参数", "改正参数名，或删除它：训练器会忽略它，模型和数据集会出现 TypeError。"
    ),
    "TC503": Translation("缺少必需的参数", "补上这个参数。"),
    "TC504": Translation("参数已由 train.py 传入", "从配置中删除它。"),
    "TC505": Translation("覆盖命令行选项", "删除这个键，改用命令行选项。"),
    "TC506": Translation("占位符未替换", "换成真实的路径。"),
    "TC507": Translation("键从未被读取", "移到正确的位置（通常在 args 中），或删除它。"),
    "TC508": Translation("缺少代码读取的键", "补上这个键。"),
    "TC509": Translation("断言不成立", "按断言的要求修改取值；报告中有断言的文件和行号。"),
    "TC510": Translation(
        "finetune_ckpt 无法加载", "写成 {模型名: .pt 文件路径}，模型名与 models 一致。"
    ),
    "TC511": Translation("参数已弃用", "删除它，或改用替代它的参数。"),
    "TC601": Translation(
        "没有 elastic 模型", "改用名称以 Elastic 开头的模型，或把 elastic 设为 null。"
    ),
    "TC602": Translation("归一化长度不符", "mean 和 std 都要写，各通道一个数，或只写一个数。"),
    "TC603": Translation("潜变量通道数不符", "让两处的通道数一致。"),
    "TC604": Translation("稀疏与稠密不符", "训练器、模型和数据集要么都稀疏，要么都稠密。"),
    "TC605": Translation("条件宽度不符", "设为编码器的宽度，例如 dinov2_vitl14_reg 为 1024。"),
    "TC606": Translation("条件不一致", "四者使用同一种条件；图像边长是 patch 的整数倍。"),
    "TC701": Translation(
        "恢复训练时该修改被忽略", "检查点会带回旧值；需要新值时开始新的训练并使用 finetune_ckpt。"
    ),
    "TC702": Translation("该修改使恢复训练失败", "恢复原值，或开始新的训练。"),
    "TC703": Translation("已经没有要训练的步", "提高 max_steps 或 max_epoch。"),
}


def chinese_title(code: str) -> str:
    """Return the title of a rule in Chinese."""
    return TRANSLATIONS[code].title
