"""Trainers that run through the runtime: the checkpoint at the end is counted, and drawn."""

from pathlib import Path

import pytest

from tests.cli.conftest import Program

CONFIG = """{
    "models": {},
    "dataset": {"name": "SparseStructure", "args": {}},
    "trainer": {
        "name": "SparseStructureVaeTrainer",
        "args": {"max_steps": null, "max_epoch": 20, "batch_size_per_gpu": 4, "i_save": 10000}
    }
}"""
HERE = ("--gpus", "8", "--dataset-size", "168307", "--lang", "en")


@pytest.fixture
def saved_at_the_end(project: Path) -> Path:
    (project / "pyproject.toml").write_text("[tool.trellis-cfg]\nruntime = true\n")
    (project / "configs").mkdir()
    (project / "configs/a.json").write_text(CONFIG)
    return project


@pytest.mark.usefixtures("saved_at_the_end")
def test_the_last_save_is_counted(run: Program) -> None:
    ran = run("preview", *HERE)
    assert "  saves       11, every 10,000 steps and at the end, the last at 105,200\n" in ran.out
    assert "TC301" not in ran.out
    zh = run("preview", *HERE[:-1], "zh").out
    assert "11 个, 每 10,000 步一个, 另加结束时一个, 最后一个在第 105,200 步\n" in zh


def test_nothing_is_added_where_the_interval_divides_the_end(
    saved_at_the_end: Path, run: Program
) -> None:
    path = saved_at_the_end / "configs/a.json"
    path.write_text(CONFIG.replace("10000", "5260"))
    assert "  saves       20, every 5,260 steps, the last at 105,200\n" in run("preview", *HERE).out


def test_a_run_by_steps_is_as_ever(saved_at_the_end: Path, run: Program) -> None:
    path = saved_at_the_end / "configs/a.json"
    path.write_text(CONFIG.replace("null", "105200").replace("20,", "null,"))
    ran = run("preview", *HERE)
    assert "  saves       10, every 10,000 steps, the last at 100,000\n" in ran.out
    assert "warning[TC301] the last 5,200 steps are never saved" in ran.out


def test_a_run_shorter_than_the_interval_saves_once(saved_at_the_end: Path, run: Program) -> None:
    path = saved_at_the_end / "configs/a.json"
    path.write_text(CONFIG.replace("10000", "1000000"))
    ran = run("preview", *HERE)
    assert "  saves       1, every 1,000,000 steps and at the end, the last at 105,200\n" in ran.out
    assert "TC302" not in ran.out


@pytest.mark.parametrize("save", ["10000", "1000000"])
def test_the_last_save_is_drawn(save: str, saved_at_the_end: Path, run: Program) -> None:
    (saved_at_the_end / "configs/a.json").write_text(CONFIG.replace("10000", save))
    assert run("preview", *HERE, "--plot", "a.svg").code == 0
    assert "\N{MULTIPLICATION SIGN}" in (saved_at_the_end / "a.svg").read_text(encoding="utf-8")
