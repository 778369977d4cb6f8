"""``preview`` as a person sees it: figures, languages, formats, and what it cannot know."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Program, Ran, write

CONFIGS = Path(__file__).parents[2] / "configs"
ALONE = """{
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
EPOCHS = ALONE.replace("100000", "null").replace('"max_epoch": null', '"max_epoch": 100')
BOTH = ALONE.replace("100000", "1000").replace('"max_epoch": null', '"max_epoch": 100')
HERE = ("--dataset-size", "150", "--gpus", "2")
RULE = "=" * 100


@pytest.fixture(autouse=True)
def no_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def example(project: Path) -> Path:
    """Write the reference example: each limit alone, and both."""
    write(project / "configs", alone=ALONE, epochs=EPOCHS, both=BOTH)
    return project


def test_steps_alone(example: Path, run: Program) -> None:
    ran = run("preview", "configs/alone.json", *HERE)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "configs/alone.json  SparseSDF_VQVAETrainer\n"
        "  dataset     SparseSDF: 150 samples\n"
        "  batch       4 = 2 per GPU x 2 GPUs\n"
        "  epoch       38 steps = ceil(150 / 4); one pass of the loader is 37 "
        "(it drops the last partial batch)\n"
        "  max_steps   100,000 steps = 2,631.58 epochs\n"
        "  stops       after 100,000 steps, 2,631.58 epochs, 400,000 samples\n"
        "  saves       10, every 10,000 steps, the last at 100,000\n"
        "  snapshots   12, every 10,000 steps and at the start and the end\n"
        "  rule        training stops at whichever limit comes first\n"
    )
    assert example


def test_epochs_alone(example: Path, run: Program) -> None:
    out = run("preview", "configs/epochs.json", *HERE).out
    assert "  max_epoch   100 epochs = 3,800 steps\n" in out
    assert "  stops       after 3,800 steps, 100.00 epochs, 15,200 samples\n" in out
    assert "comes first\n" in out
    assert "<-" not in out
    assert "max_steps " not in out
    assert example


def test_whichever_comes_first(example: Path, run: Program) -> None:
    out = run("preview", "configs/both.json", *HERE).out
    assert "  max_steps   1,000 steps = 26.32 epochs  <- comes first\n" in out
    assert "  max_epoch   100 epochs = 3,800 steps\n" in out
    assert "  stops       after 1,000 steps, 26.32 epochs, 4,000 samples\n" in out
    assert "  saves       none: the first would be at step 10,000\n" in out
    assert out.endswith(
        "  error[TC302] no checkpoint is ever written: training ends after 1,000 steps, "
        "the first comes after 10,000 (i_save)\n"
    )
    assert example


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        (
            "zh",
            [
                "📊 训练循环开始",
                "  批大小: 4 (每GPU: 2, 世界大小: 2)",
                "  将训练约 2631.58 个 epoch",
            ],
        ),
        ("en", ["📊 Training loop starts", "  Batch size: 4 (per GPU: 2, world size: 2)"]),
    ],
)
def test_a_language_brings_the_banner(
    lang: str, lines: list[str], example: Path, run: Program
) -> None:
    told = run("preview", "configs/alone.json", *HERE, "--lang", lang).out.splitlines()
    assert told.count(RULE) == 2
    assert told[-1] == RULE
    for line in lines:
        assert line in told
    assert example


def test_a_chinese_locale_is_a_language(
    example: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = run("preview", "configs/alone.json", *HERE, "--lang", "zh")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert run("preview", "configs/alone.json", *HERE) == asked
    assert "  结束        100,000 步之后, 2,631.58 个 epoch, 400,000 样本\n" in asked.out
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert RULE not in run("preview", "configs/alone.json", *HERE).out
    assert example


def test_many_are_a_table(example: Path, run: Program) -> None:
    ran = run("preview", "--color", "never", *HERE)
    first, *rows, blank, one, two = ran.out.splitlines()
    assert first == (
        "config               samples  batch  steps/epoch  max_steps  max_epoch  stops after  "
        "by           epochs  saves  unsaved"
    )
    assert [row[:70] for row in rows] == [
        "configs/alone.json       150      4           38    100,000           ",
        "configs/both.json        150      4           38      1,000        100",
        "configs/epochs.json      150      4           38                   100",
    ]
    assert [row[72:] for row in rows] == [
        "    100,000  max_steps  2,631.58     10        0",
        "      1,000  max_steps     26.32      0    1,000",
        "      3,800  max_epoch    100.00      0    3,800",
    ]
    assert blank == ""
    assert one.startswith("configs/both.json:7:26: error[TC302] no checkpoint is ever written")
    assert two.startswith("configs/epochs.json:8:26: error[TC302]")
    assert ran.err == "3 configs. Training stops at whichever limit comes first.\n"
    assert example


def test_a_chinese_table_is_aligned(example: Path, run: Program) -> None:
    head, row, *_ = run("preview", "--color", "never", *HERE, "--lang", "zh").out.splitlines()
    assert head.split() == [
        *("配置", "样本", "批大小", "步/epoch", "max_steps", "max_epoch"),
        *("结束步数", "限制", "epoch", "数", "检查点", "未保存"),
    ]
    assert row.startswith("configs/alone.json    150       4        38    100,000")
    assert example


def test_the_order_is_that_of_the_command_line(example: Path, run: Program) -> None:
    given = ("configs/epochs.json", "configs/alone.json")
    out = run("preview", *given, *HERE, "--output-format", "csv").out
    assert [line.split(",")[0] for line in out.splitlines()[1:]] == list(given)
    assert example


def test_json_has_exact_figures(example: Path, run: Program) -> None:
    ran = run("preview", *HERE, "--output-format", "json")
    told = json.loads(ran.out)
    assert told["rule"] == "whichever limit comes first"
    alone, both, epochs = told["configs"]
    expected = {
        "path": "configs/alone.json",
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
    assert [one["code"] for one in both["findings"]] == ["TC302"]
    assert example


def test_csv_for_spreadsheets(example: Path, run: Program) -> None:
    out = run("preview", *HERE, "--output-format", "csv").out
    alone, both, _ = csv.DictReader(io.StringIO(out))
    assert (alone["stops_after"], alone["epochs"], alone["findings"]) == (
        "100000",
        "2631.5789473684213",
        "",
    )
    assert (both["max_epoch"], both["hangs"], both["findings"]) == ("100", "false", "TC302")
    assert example


def test_markdown_for_a_review(example: Path, run: Program) -> None:
    out = run("preview", "configs/alone.json", *HERE, "--output-format", "markdown").out
    assert out == (
        "| config | samples | batch | steps/epoch | max\\_steps | max\\_epoch | stops after | by "
        "| epochs | saves | unsaved |\n"
        "| :-- | --: | --: | --: | --: | --: | --: | :-- | --: | --: | --: |\n"
        "| configs/alone.json | 150 | 4 | 38 | 100,000 |  | 100,000 | max\\_steps | 2,631.58 "
        "| 10 | 0 |\n"
    )
    assert "- configs/both.json:7:26: error\\[TC302\\] no" in (
        run("preview", "configs/both.json", *HERE, "--output-format", "markdown").out
    )
    assert example


def test_without_a_size_all_that_can_be_said(example: Path, run: Program) -> None:
    assert run("preview", "configs/both.json").out == (
        "configs/both.json  SparseSDF_VQVAETrainer\n"
        "  batch       2 = 2 per GPU x 1 GPU (assumed; set --gpus)\n"
        "  epoch       not known: --dataset-size, --data-dir, or dataset-sizes in the settings "
        "tell\n"
        "  max_steps   1,000 steps\n"
        "  max_epoch   100 epochs\n"
        "  stops       after at most 1,000 steps\n"
        "  rule        training stops at whichever limit comes first\n"
        "  error[TC302] no checkpoint is ever written: training ends after 1,000 steps, "
        "the first comes after 10,000 (i_save)\n"
    )
    assert "  stops       unknown\n" in run("preview", "configs/epochs.json").out
    assert run("preview").err == (
        "3 configs. Training stops at whichever limit comes first. Assuming 1 GPU; set --gpus. "
        "Epoch length unknown: set --dataset-size, --data-dir or dataset-sizes.\n"
    )
    assert example


def test_the_seventeen_configs_are_one_table(run: Program) -> None:
    out = run("preview", str(CONFIGS), "--gpus", "8", "--dataset-size", "168307").out
    table = out.split("\n\n")[0].splitlines()
    assert len(table) == 18
    assert len({len(line) for line in table}) == 1


def test_a_resumed_run_and_its_time(example: Path, run: Program) -> None:
    given = ("configs/alone.json", *HERE, "--resume-step", "50000", "--seconds-per-step", "0.5")
    out = run("preview", *given).out
    assert "  resumes     after step 50,000, in epoch 1,315; 50,000 steps remain\n" in out
    assert "  saves       5, every 10,000 steps, the last at 100,000\n" in out
    assert "  takes       6.94 hours; 7,200 steps per hour\n" in out
    told = json.loads(run("preview", *given, "--output-format", "json").out)["configs"][0]
    assert (told["start"], told["start_epoch"], told["remaining"]) == (50_000, 1_315, 50_000)
    assert (told["hours"], told["steps_per_hour"]) == (50_000 * 0.5 / 3600, 7_200)
    assert example


def test_a_run_that_is_resumed_near_its_end(example: Path, run: Program) -> None:
    out = run("preview", "configs/alone.json", *HERE, "--resume-step", "95000").out
    assert "  resumes     after step 95,000, in epoch 2,500; 5,000 steps remain\n" in out
    assert "  saves       1, every 10,000 steps, the last at 100,000\n" in out
    out = run("preview", "configs/alone.json", *HERE, "--resume-step", "100000").out
    assert "; 0 steps remain\n" in out
    assert "  saves       none: the first would be at step 110,000\n" in out
    assert example


def test_a_run_that_hangs_never_stops(example: Path, run: Program) -> None:
    given = ("--dataset-size", "2", "--gpus", "2")
    out = run("preview", "configs/alone.json", *given).out
    assert "  stops       never: the loader yields no batch and the trainer waits forever\n" in out
    assert "saves" not in out
    assert "  error[TC205] each of 2 GPUs gets 1 samples, fewer than its batch of 2" in out
    table = run("preview", *given).out.splitlines()
    assert [line.split()[-2:] for line in table[1:4]] == [
        ["never", "max_steps"],
        ["never", "max_epoch"],
        ["never", "max_epoch"],
    ]
    assert example


def test_a_split_batch_nodes_and_samples_of_every_dataset(example: Path, run: Program) -> None:
    write(example / "configs", alone=ALONE.replace('gpu": 2', 'gpu": 6, "batch_split": 3'))
    (example / "pyproject.toml").write_text(
        "[tool.trellis-cfg]\ngpus = 4\nnodes = 2\n"
        "[tool.trellis-cfg.dataset-sizes]\nSparseSDF = 480\n"
    )
    out = run("preview", "configs/alone.json").out
    assert "  batch       48 = 6 per GPU x 4 GPUs x 2 nodes, each in 3 micro-batches of 2\n" in out
    assert "  epoch       10 steps = ceil(480 / 48)\n" in out
    assert "480 samples" not in run("preview", "configs/alone.json", "--dataset-size", "9").out


def test_the_schedule_s_other_findings(example: Path, run: Program) -> None:
    cosine = '{"name": "CosineAnnealingLR", "args": {"T_max": 200000}}'
    args = f'"lr_scheduler": {cosine}, "i_save": 30000, "num_workers": 4, "optimizer"'
    write(example / "configs", alone=ALONE.replace('"optimizer"', args))
    told = run("preview", "configs/alone.json", *HERE).out.splitlines()[-2:]
    assert [line.split()[0] for line in told] == ["warning[TC404]", "warning[TC301]"]


def test_limits_that_are_none_and_unsound(example: Path, run: Program) -> None:
    write(
        example / "configs",
        alone=ALONE.replace("100000", "null"),
        both=ALONE.replace("100000", '"9"'),
    )
    out = run("preview", "configs/alone.json", *HERE).out
    assert "  stops       never: no stop condition\n" in out
    assert "  error[TC101] nothing ends this training" in out
    out = run("preview", "configs/both.json", *HERE).out
    assert "  stops       unknown\n" in out
    assert "  error[TC104] max_steps is" in out


def test_one_bad_file_never_hides_the_next(example: Path, run: Program) -> None:
    write(example / "configs", bad="{", other="[1]")
    ran = run("preview", *HERE)
    assert ran.code == 0
    assert "configs/bad.json:1:2: error[TC001] the file ends inside an object" in ran.out
    assert ran.err.startswith("4 configs; 1 other JSON file skipped.")
    ran = run("preview", "configs/bad.json", "gone.json")
    assert ran.code == 2
    assert "gone.json:1:1: error[TC006]" in ran.out


def test_a_file_that_cannot_be_read_alone(project: Path, run: Program) -> None:
    ran = run("preview", "gone.json")
    assert (ran.code, ran.err) == (2, "")
    assert ran.out == "gone.json\n  1:1: error[TC006] cannot be read: No such file or directory\n"
    assert project


def test_an_empty_folder(project: Path, run: Program) -> None:
    (project / "configs").mkdir()
    ran = run("preview")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "0 configs. Training stops at whichever limit comes first.\n"


def test_stdin(pipe: Callable[..., Ran]) -> None:
    ran = pipe("preview", "-", *HERE, stdin=ALONE.encode())
    assert ran.out.startswith("stdin  SparseSDF_VQVAETrainer\n")
    assert ran.code == 0


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--resume-step", "-1"),
        ("--resume-step", "x"),
        ("--seconds-per-step", "0"),
        ("--seconds-per-step", "nan"),
        ("--seconds-per-step", "inf"),
        ("--lang", "de"),
        ("--output-format", "xml"),
        ("--gpus", "0"),
    ],
)
def test_bad_options(option: str, value: str, example: Path, run: Program) -> None:
    ran = run("preview", option, value)
    assert ran.code == 2
    assert option in ran.err
    assert example


def test_samples_are_told_once(example: Path, run: Program) -> None:
    ran = run("preview", "--dataset-size", "5", "--data-dir", ".")
    assert (ran.code, ran.out) == (2, "")
    assert "--dataset-size and --data-dir are mutually exclusive" in ran.err
    assert example


def test_a_backend_of_a_screen_is_not_needed(example: Path) -> None:
    command = [sys.executable, "-m", "trellis_cfg", "preview", "--plot", "a.svg"]
    environment = {**os.environ, "MPLBACKEND": "nothing"}
    subprocess.run(command, cwd=example, env=environment, capture_output=True, check=True)
    assert (example / "a.svg").exists()


def test_names_cannot_send_the_terminal_anything(project: Path, run: Program) -> None:
    text = ALONE.replace("SparseSDF_VQVAETrainer", "\\u001b[31mX").replace(
        '"SparseSDF"', '"\\u0007|`Y"'
    )
    write(project / "configs", alone=text, both=text)
    for form in ("table", "csv", "markdown"):
        for given in ("configs", "configs/alone.json"):
            ran = run("preview", given, *HERE, "--output-format", form, "--color", "never")
            assert "\x1b" not in ran.out
            assert "\x07" not in ran.out


def test_migrate_shows_what_it_upgraded(example: Path, run: Program) -> None:
    outdated = ALONE.replace('            "max_epoch": null,\n', "")
    write(example / "configs", alone=outdated, both=outdated)
    ran = run("migrate", "--preview", "--check")
    assert ran.code == 1
    told, _, table = ran.out.partition("\n\n")
    assert told.splitlines() == [
        "would be upgraded configs/alone.json",
        "would be upgraded configs/both.json",
    ]
    assert [line.split()[0] for line in table.splitlines()] == [
        "config",
        "configs/alone.json",
        "configs/both.json",
    ]
    ran = run("migrate", "--preview", "--max-epoch", "7", "configs/alone.json")
    assert ran.code == 0
    assert "upgraded configs/alone.json\n\nconfigs/alone.json  SparseSDF" in ran.out
    assert "  max_epoch   7 epochs\n" in ran.out
    assert run("migrate", "--preview", "configs/alone.json").out == ""


@pytest.mark.parametrize("given", [("--diff",), ("-",)])
def test_a_preview_does_not_mix_with_a_patch_or_a_config(
    given: tuple[str, ...], example: Path, run: Program
) -> None:
    ran = run("migrate", "--preview", *given)
    assert (ran.code, ran.out) == (2, "")
    assert "--preview cannot be combined with --diff or stdin" in ran.err
    assert example


@pytest.mark.parametrize(
    ("name", "magic"), [("a.svg", b"<?xml"), ("a.PNG", b"\x89PNG"), ("a.pdf", b"%PDF")]
)
def test_a_picture(name: str, magic: bytes, example: Path, run: Program) -> None:
    ran = run("preview", "configs/alone.json", *HERE, "--plot", name, "--dark")
    assert ran.code == 0
    assert ran.out.startswith("configs/alone.json  ")
    assert (example / name).read_bytes().startswith(magic)


def test_a_picture_in_chinese_of_many(example: Path, run: Program) -> None:
    assert run("preview", *HERE, "--plot", "a.svg", "--lang", "zh").code == 0
    text = (example / "a.svg").read_text()
    for word in ("学习率", "检查点", "alone.json", "both.json", "epochs.json"):
        assert word in text
    assert "configs/" not in text


def test_pictures_that_cannot_be_drawn(example: Path, run: Program) -> None:
    for name, told in {
        "a.gif": "a.gif must end in one of .svg, .png, .pdf",
        "gone/a.svg": "cannot be written: No such file or directory",
    }.items():
        ran = run("preview", *HERE, "--plot", name)
        assert ran.code == 2
        assert told in ran.err
    ran = run("preview", "gone.json", "--plot", "a.svg")
    assert (ran.code, "there is no config to draw" in ran.err) == (2, True)
    assert not (example / "a.svg").exists()


def test_a_picture_replaces_nothing_that_is_read(example: Path, run: Program) -> None:
    config = example / "configs/alone.svg"
    config.write_text(ALONE)
    ran = run("preview", "configs/alone.svg", "--plot", "configs/alone.svg")
    assert (ran.code, "configs/alone.svg is one of the files to read" in ran.err) == (2, True)
    (example / "link.svg").symlink_to("configs/alone.json")
    assert run("preview", "configs/alone.json", "--plot", "link.svg").code == 2
    (example / "metadata.csv").write_text("sha256\n1\n")
    (example / "table.svg").symlink_to("metadata.csv")
    given = ("preview", "configs/alone.json", "--data-dir", ".", "--plot", "table.svg")
    assert run(*given).code == 2
    assert config.read_text() == (example / "configs/alone.json").read_text() == ALONE
    assert (example / "metadata.csv").read_text() == "sha256\n1\n"


def test_a_count_that_fails_is_not_replaced_by_a_size_of_the_settings(
    example: Path, run: Program
) -> None:
    (example / "pyproject.toml").write_text("[tool.trellis-cfg]\ndataset-size = 1000\n")
    ran = run("preview", "configs/alone.json", "--data-dir", "gone")
    assert ran.code == 2
    assert "gone/metadata.csv cannot be read" in ran.out
    assert "1,000 /" not in ran.out


def test_limits_that_cannot_be_judged_are_not_called_endless(example: Path, run: Program) -> None:
    write(example / "configs", alone=ALONE.replace("100000", '"9"'))
    row = run("preview", "--color", "never", *HERE).out.splitlines()[1]
    assert row.split() == ["configs/alone.json", "150", "4", "38"]


@pytest.mark.parametrize("root", ["\\u0000", "\\ud800"])
def test_a_root_that_is_no_path(root: str, example: Path, run: Program) -> None:
    ran = run("preview", "configs/alone.json", "--data-dir", f'{{"a": {{"b": "{root}"}}}}')
    assert ran.code == 2
    assert example


def test_one_other_file_is_told_of(example: Path, run: Program) -> None:
    write(example / "other", a="[1]")
    assert run("preview", "other").err.startswith("0 configs; 1 other JSON file skipped.")
