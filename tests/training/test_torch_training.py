"""Real training runs: where they stop, what they print, and what they save."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.training.runs import checkpoint_files, train
from tests.training.trainer import SmallTrainer, make_trainer
from trellis_cfg.training.wrap import with_max_epoch

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

REFERENCE: dict[str, Any] = {"samples": 150, "batch_size_per_gpu": 2, "world": 2}
REFERENCE |= {"i_print": 100, "i_save": 500}


def preview_banner(folder: Path, limits: dict[str, int]) -> str:
    """Return the banner that ``preview`` prints for a config with the reference's batch."""
    args = {"batch_size_per_gpu": 2, **limits}
    config = {
        "models": {"net": {"name": "Net", "args": {}}},
        "dataset": {"name": "Points", "args": {}},
        "trainer": {"name": "SmallTrainer", "args": args},
    }
    path = folder / "config.json"
    path.write_text(json.dumps(config))
    command = [sys.executable, "-m", "trellis_cfg", "preview", "--lang", "zh", str(path)]
    command += ["--gpus", "2", "--dataset-size", "150"]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return out[out.index("📊") : out.rindex("=" * 100) + 100]


@pytest.mark.parametrize(
    ("limits", "steps"),
    [
        ({"max_steps": 100_000, "max_epoch": 100}, 3_800),
        ({"max_steps": 1_000, "max_epoch": 100}, 1_000),
    ],
)
def test_training_does_what_preview_says(
    tmp_path: Path, limits: dict[str, int], steps: int
) -> None:
    args = {"options": {"language": "zh", "step_every": 19}, **REFERENCE, **limits}
    result = train(tmp_path / "run", **args)
    assert (result.code, result.step) == (0, steps), result.out
    assert preview_banner(tmp_path, limits) in result.out
    assert f"[Epoch 0 | Step {38:>{len(str(steps))}}/{steps} (38/38)] Loss: " in result.out
    assert f"[Epoch 1 | Step {57:>{len(str(steps))}}/{steps} (19/38)] Loss: " in result.out
    assert "📈 训练进度汇总 [Epoch 2 | Step 100]" in result.out
    share = {3_800: "2.63%", 1_000: "10.00%"}[steps]
    total = {3_800: "100.00", 1_000: "26.32"}[steps]
    assert f"  Step 进度: 100/{steps} ({share})\n" in result.out
    assert f"  Epoch 进度: 2.63 / {total} epochs\n" in result.out
    assert "  已处理样本次数: 400\n" in result.out
    assert f"  将训练约 {total} 个 epoch\n" in result.out


@pytest.mark.parametrize(("every", "lines"), [(1, 40), (7, 5), (0, 0)])
def test_what_is_printed(tmp_path: Path, every: int, lines: int) -> None:
    options = {"language": "en", "step_every": every}
    out = train(tmp_path, max_steps=40, max_epoch=None, options=options).out
    assert "Step: 20/40" not in out, "the trainer's own progress"
    assert out.count("📈 Training progress") == 2
    assert len(re.findall(r"^\[Epoch \d+ \| Step", out, re.MULTILINE)) == lines


def test_only_the_master_reports(tmp_path: Path) -> None:
    result = train(tmp_path, max_steps=5, world=2, options={"language": "en"})
    assert result.out.count("📊 Training loop starts") == 1
    assert len(re.findall(r"^\[Epoch \d+ \| Step", result.out, re.MULTILINE)) == 5


def test_the_last_state_is_saved_before_the_final_snapshot(tmp_path: Path) -> None:
    result = train(tmp_path, max_epoch=1)
    assert result.step == 13
    assert [name for name in checkpoint_files(tmp_path) if "misc" in name] == [
        *("misc_step0000010.pt", "misc_step0000013.pt"),
    ]
    again = train(tmp_path, max_epoch=1)
    assert (again.step, again.events[-1]) == (13, "snapshot final")


def test_the_last_state_is_saved_where_no_interval_is(tmp_path: Path) -> None:
    class Rarely(SmallTrainer):
        def run(self) -> None:
            while self.step < self.max_steps:
                self.run_step(self.load_data())
                self.step += 1

    trainer = make_small(tmp_path, max_epoch=1)
    trainer.__class__ = with_max_epoch(Rarely)
    trainer.i_save = None
    trainer.run()
    assert checkpoint_files(tmp_path) == ["misc_step0000013.pt", "net_step0000013.pt"]


def test_saving_the_last_state_is_an_option(tmp_path: Path) -> None:
    train(tmp_path, max_epoch=1, options={"save_last": False})
    assert checkpoint_files(tmp_path) == ["misc_step0000010.pt", "net_step0000010.pt"]


def test_a_failing_final_snapshot_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def snapshot(_: object, suffix: str | None = None) -> None:
        if suffix == "final":
            raise RuntimeError("the processes do not gather")

    monkeypatch.setattr(SmallTrainer, "snapshot", snapshot)
    trainer = make_small(tmp_path, max_epoch=1)
    with pytest.raises(RuntimeError, match="gather"):
        trainer.run()
    assert "misc_step0000013.pt" in checkpoint_files(tmp_path)
    assert trainer.i_print == 1000


def make_small(folder: Path, name: str = "SmallTrainer", **args: Any) -> Any:
    args = {"samples": 50, "batch_size_per_gpu": 4, "i_save": 10, **args}
    return make_trainer(name, str(folder), **args)


def test_a_schedule_gets_the_effective_limit(tmp_path: Path) -> None:
    trainer = make_small(tmp_path, max_steps=1_000_000, max_epoch=2, lr_scheduler={})
    assert trainer.lr_scheduler.T_max == trainer.max_steps == 26


def test_null_limits_are_refused_before_anything_is_touched(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"trainer\.args\.max_steps, trainer\.args\.max_epoch"):
        make_small(tmp_path, max_steps=None, max_epoch=None)
    assert list(tmp_path.iterdir()) == []


def test_the_epoch_is_that_of_the_next_step(tmp_path: Path) -> None:
    trainer = make_small(tmp_path, max_epoch=2)
    assert (trainer.epoch, trainer.dataset_size, trainer.steps_per_epoch) == (0, 50, 13)
    trainer.run()
    assert (trainer.epoch, trainer.step) == (2, 26)


THREADED = ("ThreadedTrainer", "AlwaysThreadedTrainer", "DaemonThreadedTrainer")


@pytest.mark.parametrize("name", ["SmallTrainer", *THREADED])
def test_a_failed_save_keeps_the_previous_checkpoint(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if a thread saves, whose exception would be lost."""
    trainer = make_small(tmp_path, name, max_epoch=2)
    trainer.run()
    before = checkpoint_files(tmp_path)
    original = torch.save

    def save(obj: Any, f: Any, *args: Any) -> None:
        if "optimizer" not in obj:
            raise OSError(28, "No space left on device")
        original(obj, f, *args)

    monkeypatch.setattr(torch, "save", save)
    monkeypatch.setattr("threading.excepthook", lambda _: None)
    trainer.step = 30
    with pytest.raises(OSError, match="No space"):
        trainer.save()
    assert checkpoint_files(tmp_path) == before
    assert torch.save is save


@pytest.mark.parametrize("has_folder", [True, False])
def test_other_files_are_saved_as_usual(tmp_path: Path, *, has_folder: bool) -> None:
    trainer = make_small(tmp_path, max_epoch=1)

    class Saves(SmallTrainer):
        def save(self) -> None:
            if has_folder:
                super().save()
            torch.save({"a": 1}, Path(self.output_dir) / "other.pt")
            with (Path(self.output_dir) / "open.pt").open("wb") as file:
                torch.save({"b": 2}, file)

    trainer.__class__ = type("Made", (with_max_epoch(Saves),), {})
    if not has_folder:
        (tmp_path / "ckpts").rmdir()
    trainer.save()
    assert torch.load(tmp_path / "other.pt") == {"a": 1}
    assert torch.load(tmp_path / "open.pt") == {"b": 2}


def test_install_reaches_spawned_processes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.training.program", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "Maximum epochs: 2" in done.stdout
    assert "misc_step0000014.pt" in checkpoint_files(tmp_path)


def test_a_batch_may_be_nested(tmp_path: Path) -> None:
    """The prefetched batch is moved to the device as the trainer does it."""
    trainer = make_small(tmp_path, max_epoch=1)
    points = torch.ones(2)
    batch = {"x": points, "rest": [points, ("name", 3)]}
    trainer.data_iterator = iter([batch])
    data = vars(trainer)["_data"]
    data.prepare_step()
    prefetched = vars(trainer)["_data_prefetched"]
    assert prefetched.keys() == batch.keys()
    assert torch.equal(prefetched["x"], points)
    assert prefetched["rest"][1] == ("name", 3)
    trainer.data_sampler.idx = 8
    assert data.sampler_state() == {"epoch": 0, "idx": 0}


def test_a_step_may_have_no_loss(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Silent(SmallTrainer):
        def run_step(self, data_list: Any) -> Any:
            super().run_step(data_list)

    trainer = make_small(tmp_path, max_steps=2)
    trainer.__class__ = with_max_epoch(Silent, language="en")
    trainer.run()
    out = capsys.readouterr().out
    assert "[Epoch 0 | Step 1/2 (1/13)] | Time: " in out
    assert "Loss" not in out


@pytest.mark.parametrize("prefetch", [True, False])
def test_an_interrupted_run_continues(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, prefetch: bool
) -> None:
    """In one process: an exception during a step, and the rest in a new trainer."""
    args: dict[str, Any] = {"max_epoch": 3, "prefetch_data": prefetch, "i_print": 13}
    whole = make_small(tmp_path / "whole", **args)
    whole.run()
    first = make_small(tmp_path / "parts", **args)
    run_step = first.run_step

    def run_step_or_fail(*args: Any) -> Any:
        if first.step == 24:
            raise RuntimeError("out of memory")
        return run_step(*args)

    vars(first)["run_step"] = run_step_or_fail
    with pytest.raises(RuntimeError, match="out of memory"):
        first.run()
    rest = make_small(tmp_path / "parts", **args)
    assert (rest.step, rest.epoch, rest.max_steps) == (20, 1, 39)
    rest.run()
    weights, expected = (list(each.models["net"].parameters()) for each in (rest, whole))
    assert all(map(torch.equal, weights, expected))
    assert capsys.readouterr().out.count("Training progress [Epoch 2 | Step 39]") == 2


def test_a_run_continues_with_other_data(tmp_path: Path) -> None:
    make_small(tmp_path, max_epoch=1).run()
    other = make_small(tmp_path, max_epoch=2, samples=22, batch_size_per_gpu=2)
    assert (other.step, other.epoch, other.max_steps) == (13, 1, 13 + 11)
    misc = torch.load(tmp_path / "ckpts/misc_step0000013.pt", weights_only=False)
    vars(other)["_data"].resume({**misc["trellis_cfg"], "world_size": 2})
    assert other.data_sampler.idx % 2 == 0


def test_a_checkpoint_of_the_unwrapped_trainer_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_small(tmp_path, wrapped=False, max_steps=20).run()
    trainer = make_small(tmp_path, max_epoch=3, options={"language": "zh"})
    assert (trainer.step, trainer.epoch) == (20, 1)
    assert (
        "检查点中没有 epoch: 按其步数和当前批大小推算, 已完成 1 个 epoch" in capsys.readouterr().out
    )
