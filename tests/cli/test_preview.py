"""``preview`` as a user sees it: figures, languages, formats, plots and bad input."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import CONFIGS, Program, write

STEPS = """{
    "models": {"vqvae": {"name": "SparseSDFVQVAE", "args": {}}},
    "dataset": {"name": "SparseSDF", "args": {}},
    "trainer": {
        "name": "SparseSDF_VQVAETrainer",
        "args": {
            "max_steps": 100000,
            "max_epoch": null,
            "batch_size_per_gpu": 2,
            "optimizer": {"name": "AdamW", "args": {}}
        }
    }
}
"""
EPOCHS = STEPS.replace("100000", "null").replace('"max_epoch": null', '"max_epoch": 100')
BOTH = STEPS.replace("100000", "1000").replace('"max_epoch": null', '"max_epoch": 100')
INVALID = STEPS.replace("100000", '"9"')
ENDLESS = STEPS.replace("100000", "null")
STEPS_FILE = "configs/alone.json"
FACTS = ("--dataset-size", "150", "--gpus", "2")
RULE = "=" * 100


@pytest.fixture(autouse=True)
def without_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def example(project: Path) -> Path:
    """Write the reference example: each limit alone, and both."""
    write(project / "configs", alone=STEPS, epochs=EPOCHS, both=BOTH)
    return project


def test_steps_alone(run: Program) -> None:
    result = run("preview", STEPS_FILE, *FACTS)
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        "configs/alone.json  SparseSDF_VQVAETrainer\n"
        "  dataset     SparseSDF: 150 samples\n"
        "  batch       4 = 2 per GPU x 2 GPUs\n"
        "  epoch       38 steps = ceil(150 / 4); one pass of the loader is 37 "
        "(it drops the last partial batch)\n"
        "  max_steps   100,000 steps = 2,631.58 epochs\n"
        "  stops       after 100,000 steps, 2,631.58 epochs, 400,000 samples\n"
        "  saves       10, every 10,000 steps, the last at 100,000; the newest 3 stay\n"
        "  snapshots   12, every 10,000 steps and at the start and the end\n"
    )


def test_an_unknown_size(run: Program) -> None:
    assert run("preview", "configs/both.json").out.splitlines()[1:-1] == [
        "  batch       2 = 2 per GPU x 1 GPU (assumed; set --gpus)",
        "  epoch       unknown: set --dataset-size, --data-dir, or dataset-sizes in the settings",
        "  max_steps   1,000 steps",
        "  max_epoch   100 epochs",
        "  stops       after at most 1,000 steps",
        "  rule        training stops at whichever limit comes first",
    ]
    assert run("preview").err == (
        "3 configs. Training stops at whichever limit comes first. Assuming 1 GPU; set --gpus. "
        "Epoch length unknown: set --dataset-size, --data-dir, or dataset-sizes in the settings.\n"
    )


SCHEDULE = '"lr_scheduler": {"name": "CosineAnnealingLR", "args": {"T_max": 200000}}'
RESUME = (*FACTS, "--resume-step")
LINES = {
    "both_limits": (
        BOTH,
        FACTS,
        [
            "  max_steps   1,000 steps = 26.32 epochs  <- comes first\n",
            "  max_epoch   100 epochs = 3,800 steps\n",
            "  stops       after 1,000 steps, 26.32 epochs, 4,000 samples\n",
            "  saves       none: the first would be at step 10,000\n",
            "  rule        training stops at whichever limit comes first\n  error[TC302] no ch",
        ],
    ),
    "epochs_alone": (
        EPOCHS,
        FACTS,
        [
            "  max_epoch   100 epochs = 3,800 steps\n",
            "  stops       after 3,800 steps, 100.00 epochs, 15,200 samples\n",
        ],
    ),
    "epochs_of_an_unknown_size": (EPOCHS, (), ["  stops       unknown\n"]),
    "an_invalid_limit": (
        INVALID,
        FACTS,
        ["  stops       unknown\n", "  error[TC104] max_steps is"],
    ),
    "no_stop_condition": (ENDLESS, FACTS, ["  stops       never: no stop condition\n", "[TC101]"]),
    "too_few_samples": (
        STEPS,
        ("--dataset-size", "2", "--gpus", "2"),
        [
            "  stops       never: the loader yields no batch and the trainer waits forever\n",
            "  error[TC205] each of 2 GPUs gets 1 sample, fewer than its batch of 2",
        ],
    ),
    "no_samples": (
        STEPS,
        ("--dataset-size", "0", "--gpus", "1"),
        [" 0 samples", "  stops       never: the loader yields no batch", "error[TC205]"],
    ),
    "resumed": (
        STEPS,
        (*RESUME, "50000", "--seconds-per-step", "0.5"),
        [
            "  resumes     after step 50,000, in epoch 1,315; 50,000 steps left\n",
            "  saves       5, every 10,000 steps, the last at 100,000; the newest 3 stay\n",
            "  takes       6.94 hours; 7,200 steps per hour\n",
        ],
    ),
    "resumed_at_the_end": (
        STEPS,
        (*RESUME, "100000", "--lang", "en"),
        [
            "  resumes     after step 100,000, in epoch 2,631; past the end, no steps left\n",
            "saves       none\n",
        ],
    ),
    "a_schedule_that_does_not_fit": (
        STEPS.replace('"optimizer"', f'{SCHEDULE}, "i_save": 30000, "optimizer"'),
        FACTS,
        ["  warning[TC404]", "  warning[TC301]"],
    ),
    "nodes_and_micro_batches": (
        STEPS.replace('gpu": 2', 'gpu": 6, "batch_split": 3'),
        ("--gpus", "4", "--nodes", "2", "--dataset-size", "480"),
        [
            "  batch       48 = 6 per GPU x 4 GPUs x 2 nodes, each in 3 micro-batches of 2\n",
            "  epoch       10 steps = ceil(480 / 48)\n",
        ],
    ),
}


@pytest.mark.parametrize("situation", LINES)
def test_lines(situation: str, example: Path, run: Program) -> None:
    config, options, lines = LINES[situation]
    write(example / "configs", alone=config)
    out = run("preview", STEPS_FILE, *options).out
    for line in lines:
        assert line in out
    assert RULE not in out
    assert ("comes first" in out) == (situation == "both_limits")
    if "  stops       never" in out:
        assert "  saves " not in out


def test_facts_of_the_settings(example: Path, run: Program) -> None:
    (example / "pyproject.toml").write_text(
        "[tool.trellis-cfg]\ngpus = 4\n[tool.trellis-cfg.dataset-sizes]\nSparseSDF = 480\n"
    )
    assert "  epoch       60 steps = ceil(480 / 8)\n" in run("preview", STEPS_FILE).out
    assert "480 samples" not in run("preview", STEPS_FILE, "--dataset-size", "9").out


RUNTIME = {
    "the_end": (
        "10000",
        "11, every 10,000 steps and at the end, the last at 105,200; the newest 3 stay",
    ),
    "only_the_end": ("1000000", "1, every 1,000,000 steps and at the end, the last at 105,200"),
    "a_multiple": ("5260", "20, every 5,260 steps, the last at 105,200; the newest 3 stay"),
}


@pytest.mark.parametrize(("i_save", "expected"), RUNTIME.values(), ids=RUNTIME)
def test_the_runtime_also_saves(i_save: str, expected: str, example: Path, run: Program) -> None:
    (example / "pyproject.toml").write_text("[tool.trellis-cfg]\nruntime = true\n")
    config = EPOCHS.replace("100,", f'20, "i_save": {i_save},').replace('gpu": 2', 'gpu": 4')
    write(example / "configs", alone=config)
    facts = ("--gpus", "8", "--dataset-size", "168307", "--plot", "a.svg")
    out = run("preview", STEPS_FILE, *facts).out
    assert f"  saves       {expected}\n" in out
    assert "TC30" not in out
    assert "\N{MULTIPLICATION SIGN}" in (example / "a.svg").read_text(encoding="utf-8")
    write(example / "configs", alone=config.replace("null", "105200").replace("20,", "null,"))
    has_loss = i_save == "10000"
    assert ("the last 5,200 steps are " in run("preview", STEPS_FILE, *facts).out) == has_loss


CHINESE = """\
configs/alone.json  SparseSDF_VQVAETrainer
  数据集      SparseSDF: 150 个样本
  批大小      4 = 每 GPU 2 × 2 个 GPU
  epoch       38 步 = ceil(150 / 4)；数据加载器遍历一遍为 37 步（丢弃末尾不足一批的样本）
  max_steps   100,000 步 = 2,631.58 个 epoch
  结束        训练 100,000 步后，2,631.58 个 epoch，400,000 个样本次数
  检查点      共 10 个：每 10,000 步一个；最后一个在第 100,000 步；只保留最新的 3 个
  快照        共 12 次：每 10,000 步一次，开始和结束各一次
"""


@pytest.mark.parametrize(
    ("language", "title"), [("zh", "📊 训练循环开始"), ("en", "📊 Training loop starts")]
)
def test_a_language_brings_the_banner(language: str, title: str, run: Program) -> None:
    lines = run("preview", STEPS_FILE, *FACTS, "--lang", language).out.splitlines()
    assert lines.count(RULE) == 2
    assert lines[-1] == RULE
    assert title in lines


@pytest.mark.parametrize("config", [ENDLESS, STEPS.replace('gpu": 2', 'gpu": 99')])
def test_a_training_that_cannot_run_has_no_banner(config: str, example: Path, run: Program) -> None:
    write(example / "configs", alone=config)
    assert RULE not in run("preview", STEPS_FILE, *FACTS, "--lang", "en").out


def test_the_locale_selects_the_language_without_banner(
    run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert run("preview", STEPS_FILE, *FACTS).out == CHINESE
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert "  stops  " in run("preview", STEPS_FILE, *FACTS).out


@pytest.mark.parametrize("options", [(), ("configs/both.json",), ("--output-format", "markdown")])
def test_a_chinese_report_is_in_chinese(options: tuple[str, ...], run: Program) -> None:
    """Only the message of a finding is in English, and the Chinese title of its rule follows."""
    result = run("preview", *options, "--gpus", "2", "--data-dir", "gone", "--lang", "zh")
    *_, reason = [line for line in result.out.splitlines() if "metadata.csv" in line]
    assert reason.endswith("gone/metadata.csv 无法读取：文件不存在。训练器会抛出 FileNotFoundError")
    (finding,) = re.findall(r"TC302\\?\] (.*)", result.out)[:1]
    assert re.fullmatch(r"no checkpoint is .*（.*[\u4e00-\u9fff].*）", finding)
    if "configs/both.json" not in options:
        summary = "共 3 个配置。训练以先达到的限制为准。缺少样本数，无法计算 epoch 长度："
        assert result.err.startswith(summary)


def test_many_are_a_table(run: Program) -> None:
    result = run("preview", "--color", "never", *FACTS)
    first, *rows, blank, both, epochs = result.out.splitlines()
    assert first == (
        "config               samples  batch  steps/epoch  max_steps  max_epoch  stops after  "
        "by           epochs  saves  unsaved"
    )
    assert rows == [
        (
            "configs/alone.json       150      4           38    100,000                 100,000  "
            "max_steps  2,631.58     10        0"
        ),
        (
            "configs/both.json        150      4           38      1,000        100        1,000  "
            "max_steps     26.32      0    1,000"
        ),
        (
            "configs/epochs.json      150      4           38                   100        3,800  "
            "max_epoch    100.00      0    3,800"
        ),
    ]
    assert blank == ""
    assert both.startswith("configs/both.json:7:26: error[TC302] no checkpoint is ")
    assert epochs.startswith("configs/epochs.json:8:26: error[TC302]")
    assert result.err == "3 configs. Training stops at whichever limit comes first.\n"


def test_a_chinese_table_is_aligned(run: Program) -> None:
    head, row, *_ = run("preview", "--color", "never", *FACTS, "--lang", "zh").out.splitlines()
    assert head.split() == [
        *("配置", "样本数", "批大小", "每", "epoch", "步数", "max_steps", "max_epoch"),
        *("结束步数", "终止条件", "epoch", "数", "检查点数", "未保存步数"),
    ]
    assert row.startswith("configs/alone.json      150       4             38    100,000")


def test_ends_in_a_table(example: Path, run: Program) -> None:
    out = run("preview", "--dataset-size", "2", "--gpus", "2").out
    assert [line.split()[-2] for line in out.splitlines()[1:4]] == ["never"] * 3
    write(example / "configs", alone=INVALID, both=ENDLESS)
    invalid, endless = run("preview", "--color", "never", *FACTS).out.splitlines()[1:3]
    assert invalid.split() == [STEPS_FILE, "150", "4", "38"]
    assert endless.split()[-1] == "never"


def test_the_seventeen_configs_are_one_table(run: Program) -> None:
    out = run("preview", str(CONFIGS), "--gpus", "8", "--dataset-size", "168307").out
    table = out.split("\n\n")[0].splitlines()
    assert len(table) == 18
    assert len({len(line) for line in table}) == 1


def test_the_order_is_that_of_the_command_line(run: Program) -> None:
    paths = ("configs/epochs.json", STEPS_FILE)
    out = run("preview", *paths, *FACTS, "--output-format", "csv").out
    assert [line.split(",")[0] for line in out.splitlines()[1:]] == list(paths)


def test_json_has_exact_figures(run: Program) -> None:
    document = json.loads(run("preview", *FACTS, "--output-format", "json").out)
    assert document["rule"] == "whichever limit comes first"
    alone, both, epochs = document["configs"]
    expected = {
        "path": STEPS_FILE,
        "trainer": "SparseSDF_VQVAETrainer",
        "dataset": "SparseSDF",
        "samples": 150,
        "batch_size": 4,
        "batch_size_per_gpu": 2,
        "micro_batch": 2,
        "steps_per_epoch": 38,
        "batches_per_pass": 37,
        "limit": "max_steps",
        "stops_after": 100_000,
        "epochs": 100_000 / 38,
        "samples_seen": 400_000,
        "remaining": 100_000,
        "saves": 10,
        "last_save": 100_000,
        "unsaved": 0,
        "snapshots": 12,
        "hangs": False,
        "findings": [],
    }
    assert expected.items() <= alone.items()
    assert (both["limit"], both["stops_after"], both["saves"]) == ("max_steps", 1_000, 0)
    assert (epochs["limit"], epochs["stops_after"]) == ("max_epoch", 3_800)
    assert [finding["code"] for finding in both["findings"]] == ["TC302"]
    options = (*RESUME, "50000", "--seconds-per-step", "0.5", "--output-format", "json")
    resumed = json.loads(run("preview", STEPS_FILE, *options).out)["configs"][0]
    names = ("start", "start_epoch", "remaining", "hours", "steps_per_hour")
    assert [resumed[name] for name in names] == [50_000, 1_315, 50_000, 25_000 / 3600, 7_200]


def test_csv_for_spreadsheets(run: Program) -> None:
    out = run("preview", *FACTS, "--output-format", "csv").out
    alone, both, _ = csv.DictReader(io.StringIO(out))
    names = ("stops_after", "epochs", "findings")
    assert [alone[name] for name in names] == ["100000", "2631.5789473684213", ""]
    names = ("max_epoch", "hangs", "findings")
    assert [both[name] for name in names] == ["100", "false", "TC302"]


def test_markdown_for_a_review(run: Program) -> None:
    out = run("preview", STEPS_FILE, *FACTS, "--output-format", "markdown").out
    assert out == (
        "| config | samples | batch | steps/epoch | max\\_steps | max\\_epoch | stops after | by "
        "| epochs | saves | unsaved |\n"
        "| :-- | --: | --: | --: | --: | --: | --: | :-- | --: | --: | --: |\n"
        "| configs/alone.json | 150 | 4 | 38 | 100,000 |  | 100,000 | max\\_steps | 2,631.58 "
        "| 10 | 0 |\n"
    )
    out = run("preview", "configs/both.json", *FACTS, "--output-format", "markdown").out
    assert "- configs/both.json:7:26: error\\[TC302\\] no" in out


def test_one_bad_file_never_hides_the_next(example: Path, run: Program) -> None:
    write(example / "configs", bad="{", other="[1]")
    result = run("preview", *FACTS)
    assert result.code == 1
    assert "configs/bad.json:1:2: error[TC001]" in result.out
    assert result.err.startswith("4 configs; 1 other JSON file skipped.")
    result = run("preview", "configs/bad.json", "gone.json")
    assert result.code == 2
    assert "gone.json:1:1: error[TC006]" in result.out


def test_an_unreadable_file_alone(run: Program) -> None:
    assert run("preview", "gone.json") == (
        2,
        "gone.json\n  1:1: error[TC006] cannot be read: No such file or directory\n",
        "",
    )


def test_a_folder_without_configs(example: Path, run: Program) -> None:
    (example / "empty").mkdir()
    result = run("preview", "empty")
    assert (result.code, result.out.startswith("empty/*.json\n  1:1: error[TC006]")) == (2, True)
    write(example / "empty", a="[1]")
    none = "No config: none of the files has models, dataset or trainer.\n"
    expected = (2, "", f"0 configs; 1 other JSON file skipped.\n{none}")
    assert run("preview", "empty") == expected


def test_stdin(pipe: Program) -> None:
    result = pipe("preview", "-", *FACTS, stdin=STEPS.encode())
    assert result.out.startswith("stdin  SparseSDF_VQVAETrainer\n")
    assert result.code == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--lang", "de"), "--lang"),
        (("--output-format", "xml"), "--output-format"),
        (("--dataset-size", "5", "--data-dir", "."), "--dataset-size and --data-dir are mutually"),
        (("--plot", "a.gif"), "a.gif must end in one of .svg, .png, .pdf"),
        (("--plot", "gone/a.svg"), "cannot be written: No such file or directory"),
        (("gone.json", "--plot", "a.svg"), "no config to draw"),
    ],
)
def test_bad_options(options: tuple[str, ...], message: str, example: Path, run: Program) -> None:
    result = run("preview", *options)
    assert (result.code, message in result.err) == (2, True)
    assert not (example / "a.svg").exists()


def test_names_are_escaped(example: Path, run: Program) -> None:
    text = STEPS.replace("SparseSDF_VQVAETrainer", "\\u001b[31mX")
    text = text.replace('"SparseSDF"', '"\\u0007|`Y"')
    write(example / "configs", alone=text, both=text)
    for form in ("table", "csv", "markdown"):
        for path in ("configs", STEPS_FILE):
            result = run("preview", path, *FACTS, "--output-format", form, "--color", "never")
            assert not {"\x1b", "\x07"} & {*result.out}


@pytest.mark.parametrize("form", ["table", "csv", "markdown"])
def test_no_path_starts_a_command_in_a_log(form: str, example: Path, run: Program) -> None:
    write(example, **{"::error::a": STEPS, " ::error::b": STEPS})
    options = ("--output-format", form, "--data-dir", "none")
    for paths in (["::error::a.json"], ["."], ["--compare", "::error::a.json", " ::error::b.json"]):
        out = run("preview", *options, *paths).out
        assert "::error::" in out
        assert not any(line.lstrip().startswith("::") for line in out.splitlines())


def test_migrate_previews_what_it_upgrades(example: Path, run: Program) -> None:
    outdated = STEPS.replace('            "max_epoch": null,\n', "")
    write(example / "configs", alone=outdated, both=outdated)
    result = run("migrate", "--preview", "--check")
    assert result.code == 1
    changes, _, table = result.out.partition("\n\n")
    paths = [STEPS_FILE, "configs/both.json"]
    assert changes.splitlines() == [f"would be upgraded {path}" for path in paths]
    assert [line.split()[0] for line in table.splitlines()] == ["config", *paths]
    result = run("migrate", "--preview", "--max-epoch", "7", STEPS_FILE)
    assert result.code == 0
    assert "upgraded configs/alone.json\n\nconfigs/alone.json  SparseSDF" in result.out
    assert "  max_epoch   7 epochs\n" in result.out
    assert run("migrate", "--preview", STEPS_FILE).out == ""
    for option in ("--diff", "-"):
        assert run("migrate", "--preview", option).refuses(
            "--preview cannot be combined with --diff or stdin"
        )


@pytest.mark.parametrize(
    ("name", "magic"), [("a.svg", b"<?xml"), ("a.PNG", b"\x89PNG"), ("a.pdf", b"%PDF")]
)
def test_a_plot(name: str, magic: bytes, example: Path, run: Program) -> None:
    result = run("preview", STEPS_FILE, *FACTS, "--plot", name, "--dark")
    assert result.code == 0
    assert result.out.startswith("configs/alone.json  ")
    assert (example / name).read_bytes().startswith(magic)


def test_a_plot_needs_no_screen(example: Path) -> None:
    command = [sys.executable, "-m", "trellis_cfg", "preview", "--plot", "a.svg"]
    environment = {**os.environ, "MPLBACKEND": "nothing"}
    subprocess.run(command, cwd=example, env=environment, capture_output=True, check=True)
    text = (example / "a.svg").read_text()
    assert all(part in text for part in ("learning rate", "alone.json", "epochs.json"))
    assert "configs/" not in text


@pytest.mark.parametrize(("font", "text"), [("SimHei", "学习率"), (None, "learning rate")])
def test_a_plot_has_no_text_without_a_font(
    font: str | None, text: str, example: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trellis_cfg.cli.preview.find_chinese_font", lambda: font)
    result = run("preview", "--plot", "a.svg", "--lang", "zh", *FACTS)
    assert result.code == 0
    assert text in (example / "a.svg").read_text()
    assert ("没有找到中文字体，图中的文字改用英文" in result.err) == (font is None)


def test_a_plot_replaces_no_input(example: Path, run: Program) -> None:
    (example / "configs/alone.svg").write_text(STEPS)
    (example / "link.svg").symlink_to(STEPS_FILE)
    (example / "metadata.csv").write_text("sha256\n1\n")
    (example / "table.svg").symlink_to("metadata.csv")
    for path, plot in (
        ("configs/alone.svg", "configs/alone.svg"),
        (STEPS_FILE, "link.svg"),
        (STEPS_FILE, "table.svg"),
    ):
        data = ("--data-dir", ".") if plot == "table.svg" else ()
        assert run("preview", path, *data, "--plot", plot).refuses(" is one of the files to read")
    assert (example / "configs/alone.svg").read_text() == STEPS
    assert (example / STEPS_FILE).read_text() == STEPS
    assert (example / "metadata.csv").read_text() == "sha256\n1\n"


def test_a_failed_count_is_not_replaced_by_a_setting(example: Path, run: Program) -> None:
    (example / "pyproject.toml").write_text("[tool.trellis-cfg]\ndataset-size = 1000\n")
    result = run("preview", STEPS_FILE, "--data-dir", "gone")
    assert result.code == 2
    assert "gone/metadata.csv cannot be read" in result.out
    assert "1,000 /" not in result.out
    for root in ("\\u0000", "\\ud800"):
        path = f'{{"a": {{"b": "{root}"}}}}'
        assert run("preview", STEPS_FILE, "--data-dir", path).code == 2


def test_a_limit_that_the_trainer_may_change_is_unknown(example: Path, run: Program) -> None:
    """Its code decides where it stops: it is not said to have no stop condition."""
    package = example / "fork/trainers"
    for folder in (package, example / "fork/models"):
        folder.mkdir(parents=True)
    code = (
        "class Own:\n    def __init__(self, max_steps):\n        self.max_steps = 2 * max_steps\n"
    )
    (package / "__init__.py").write_text(code)
    write(example / "configs", alone=STEPS.replace("SparseSDF_VQVAETrainer", "Own"))
    assert "  stops       unknown\n" in run("preview", STEPS_FILE, *FACTS).out


def test_a_file_that_is_not_a_config(example: Path, run: Program) -> None:
    (example / "other.json").write_text('{"a": 1}')
    result = run("preview", "other.json", "--color", "never")
    problem = "1:1: error[TC005] not a training config: it has no models, dataset or trainer"
    assert (result.code, result.out) == (1, f"other.json\n  {problem}\n")


HIDDEN = {
    "limit_is_text": ("100000", '"x"', "TC104"),
    "no_limit": ("100000", "null", "TC101"),
    "limit_is_0": ("100000", "0", "TC104"),
    "batch_is_text": ('gpu": 2', 'gpu": "x"', "TC005"),
    "batch_is_0": ('gpu": 2', 'gpu": 0', "TC005"),
    "no_batch": ('"batch_size_per_gpu": 2,', "", "TC201"),
    "interval_is_text": ('gpu": 2', 'gpu": 2, "i_save": "x"', "TC005"),
    "no_arguments": ('"args": {\n            "max', '"kwargs": {"max', "TC005"),
    "no_config": (STEPS, "[1]", "TC005"),
    "no_trainer": ('"trainer"', '"trainr"', "TC005"),
    "limit_is_no_number": ("100000", "NaN", "TC004"),
    "batch_is_no_number": ('gpu": 2', 'gpu": Infinity', "TC004"),
}


@pytest.mark.parametrize("situation", HIDDEN)
def test_an_error_that_hides_a_figure(situation: str, example: Path, run: Program) -> None:
    old, new, code = HIDDEN[situation]
    write(example / "configs", alone=STEPS.replace(old, new, 1), both=STEPS)
    result = run("preview", STEPS_FILE, *FACTS)
    assert (result.code, f"error[{code}]" in result.out) == (1, True)
    assert "set --dataset-size" not in result.out
    assert "never" not in result.out or code == "TC101"
    assert run("preview", "configs/both.json", STEPS_FILE).code == 1


def test_other_invalid_values_hide_no_figure(example: Path, run: Program) -> None:
    write(example / "configs", alone=STEPS.replace('"AdamW"', '5, "k": NaN'))
    result = run("preview", STEPS_FILE)
    assert (result.code, "[TC" in result.out) == (0, False)
    (example / "trellis-cfg.toml").write_text('ignore = ["TC"]\n')
    write(example / "configs", alone=INVALID)
    assert "[TC" not in run("preview", STEPS_FILE).out


def test_a_plot_without_matplotlib_is_refused_first(
    example: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    del example
    monkeypatch.setattr("trellis_cfg.cli.preview.find_spec", lambda _: None)
    result = run("preview", "--plot", "a.svg")
    assert (result.code, result.out) == (2, "")
    assert re.search("a plot needs matplotlib: .*install .*(matplotlib|plot)", result.err)


COMPARED = ("preview", "--compare", *FACTS)
TABLES = """\
config       configs/both.json  /dev/fd/{}
samples      150                150
batch        4                  4
steps/epoch  38                 38
max_steps    1,000              100,000
max_epoch    100
stops after  1,000              100,000
by           max_steps          max_steps
epochs       26.32              2,631.58
saves        0                  3
unsaved      1,000              10,000
first LR     0.001              0.001
highest LR   0.001              0.001
last LR      0.001              0.0005

key                                   configs/both.json  /dev/fd/{}
trainer.args.max_steps                1000               100000
trainer.args.max_epoch                100                null
trainer.args.lr_scheduler.name        -                  "CosineAnnealingLR"
trainer.args.lr_scheduler.args.T_max  -                  200000
trainer.args.i_save                   -                  30000

configs/both.json:7:26: error[TC302] no checkpoint is written: training ends after 1,000 steps, \
before the first at 10,000 (i_save)
/dev/fd/{}:10:77: warning[TC404] T_max is 200,000, but training ends after 100,000 steps: \
the rate never reaches its minimum
/dev/fd/{}:10:97: warning[TC301] the last 10,000 steps are never saved: i_save 30,000 does \
not divide 100,000; 25,000 does
"""
DIFFERENCES: dict[str, dict[str, object]] = {
    "trainer.args.max_steps": {"a": 1000, "b": 100000},
    "trainer.args.max_epoch": {"a": 100, "b": None},
    "trainer.args.lr_scheduler.name": {"b": "CosineAnnealingLR"},
    "trainer.args.lr_scheduler.args.T_max": {"b": 200000},
    "trainer.args.i_save": {"b": 30000},
}


@pytest.fixture
def stream(example: Path) -> Iterator[str]:
    """Return the path of a pipe with a config, as a shell's process substitution makes it."""
    both = BOTH.replace('"args": {}}\n        }', '"args": {"lr": 0.001}}\n        }')
    config = both.replace("1000,", "100000,").replace(": 100,", ": null,")
    config = config.replace('"optimizer"', f'{SCHEDULE}, "i_save": 30000, "optimizer"')
    write(example / "configs", both=both)
    reading, writing = os.pipe()
    os.write(writing, config.encode())
    os.close(writing)
    yield f"/dev/fd/{reading}"
    os.close(reading)


def test_two_configs_side_by_side(stream: str, run: Program) -> None:
    result = run(*COMPARED, "configs/both.json", stream)
    assert result.out == TABLES.replace("/dev/fd/{}", stream)
    assert (result.code, result.err) == (
        0,
        "2 configs. Training stops at whichever limit comes first.\n",
    )


def test_a_comparison_for_programs(stream: str, run: Program) -> None:
    files = ("configs/both.json", stream)
    report = json.loads(run(*COMPARED, *files, "--output-format", "json").out)
    rates = [config["learning_rate"] for config in report["configs"]]
    assert [each["start"] for each in rates] == [each["peak"] for each in rates] == [0.001, 0.001]
    assert (rates[0]["end"], round(rates[1]["end"], 8)) == (0.001, 0.00050001)
    keys = [{"key": key, **sides} for key, sides in DIFFERENCES.items()]
    assert report["differences"] == keys


def test_a_comparison_as_csv(stream: str, run: Program) -> None:
    result = run(*COMPARED, "configs/both.json", stream, "--output-format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.out)))
    shown = {row["name"]: (row["a"], row["b"]) for row in rows if row["about"] == "figure"}
    assert shown["path"] == ("configs/both.json", stream)
    assert (shown["stops_after"], shown["lr_peak"]) == (("1000", "100000"), ("0.001", "0.001"))
    assert shown["findings"] == ("TC302", "TC404 TC301")
    keys = {row["name"]: (row["a"], row["b"]) for row in rows if row["about"] == "key"}
    assert keys.keys() == DIFFERENCES.keys()
    assert keys["trainer.args.max_epoch"] == ("100", "null")
    assert keys["trainer.args.lr_scheduler.name"] == ("", '"CosineAnnealingLR"')


def test_a_comparison_in_markdown_and_chinese(stream: str, run: Program) -> None:
    options = ("--output-format", "markdown", "--lang", "zh")
    out = run(*COMPARED, "configs/both.json", stream, *options).out
    assert f"| 配置 | configs/both.json | {stream} |\n| :-- | :-- | :-- |\n" in out
    assert "| 结束学习率 | 0.001 | 0.0005 |\n\n| 键 | configs/both.json | " in out
    assert "\n| trainer.args.i\\_save | - | 30000 |\n\n- configs/both.json:7:26: error" in out


def test_a_stream_counts_as_beside_the_other_file(example: Path, stream: str, run: Program) -> None:
    (example / "trellis-cfg.toml").write_text('dataset-sizes = {"configs/*" = 480}\n')
    out = run("preview", "--compare", stream, "configs/both.json").out
    assert out.splitlines()[1].split() == ["samples", "480", "480"]


def test_what_cannot_be_compared(example: Path, run: Program) -> None:
    write(example / "configs", same=STEPS, bad="[")
    assert run("preview", "--compare", "configs/same.json", STEPS_FILE).out.endswith(
        "\n\nNo key differs.\n"
    )
    for paths in (["configs"], [STEPS_FILE], [STEPS_FILE, STEPS_FILE], ["-"]):
        assert run("preview", "--compare", *paths).refuses("--compare needs two files")
    result = run("preview", "--compare", STEPS_FILE, "configs/bad.json")
    assert (result.code, "\nkey" in result.out, "[TC001]" in result.out) == (1, False, True)
    assert run("preview", "--compare", "configs/none.json", "configs/bad.json").code == 2
