"""Trainers, checkpoints and data at the edges: what is saved, removed and reported."""

from pathlib import Path
from typing import Any

import pytest
import torch

from tests.training.runs import checkpoint_files
from tests.training.test_torch_training import make_small
from tests.training.trainer import SmallTrainer

pytestmark = pytest.mark.slow

EN = {"language": "en", "step_every": 0}


def misc_steps(folder: Path) -> list[int]:
    """Return the steps of the checkpoints; each has its model."""
    names = checkpoint_files(folder)
    steps = [int(name[9:16]) for name in names if name.startswith("misc")]
    assert [int(name[8:15]) for name in names if name.startswith("net")] == steps
    return steps


def test_a_trainer_with_its_own_limit_saves_the_last_state(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its schedule gets the real limit; it reports itself, and removes checkpoints as before."""
    args: dict[str, Any] = {"max_steps": 1_000, "max_epoch": 3, "lr_scheduler": {}, "options": EN}
    trainer = make_small(tmp_path, "OwnLimitTrainer", i_print=20, **args)
    trainer.run()
    assert (trainer.lr_scheduler.T_max, trainer.step, trainer.i_print) == (39, 39, 20)
    assert misc_steps(tmp_path) == [30, 39]
    out = capsys.readouterr().out
    assert "Step: 20/39" in out
    assert "[Epoch" not in out
    assert torch.load(tmp_path / "ckpts/misc_step0000039.pt")["epoch"] == 3


def test_a_lower_limit_of_the_trainer_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trainer = make_small(tmp_path, max_epoch=3, options=EN)
    trainer.max_steps = 5
    trainer.run()
    out = capsys.readouterr().out
    assert "end training after 39 steps, but the trainer stops after 5" in out
    assert "Remaining steps: 5\n" in out


@pytest.mark.parametrize("name", ["SkippingTrainer", "NeverSavingTrainer"])
def test_a_save_that_skips_the_last_step_is_called_again(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    trainer = make_small(tmp_path, name, max_epoch=1, options=EN)
    trainer.run()
    assert misc_steps(tmp_path)[-1] == 13
    assert trainer.i_save == 10
    assert "save() did not save the last step 13, and was called again" in capsys.readouterr().out
    assert make_small(tmp_path, max_epoch=1, options=EN).step == 13


def test_a_last_checkpoint_that_is_not_whole_is_an_error(tmp_path: Path) -> None:
    trainer = make_small(tmp_path, "PartlySavingTrainer", max_epoch=1, options=EN)
    with pytest.raises(RuntimeError, match="step 13 was not saved: earlier checkpoints have net_"):
        trainer.run()
    assert misc_steps(tmp_path) == [10], "the next run resumes there"


def test_a_truncated_last_checkpoint_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written by other means than torch.save."""

    def save(trainer: Any) -> None:
        Path(trainer.output_dir, "ckpts/misc_step0000013.pt").write_bytes(b"PK\3\4")

    monkeypatch.setattr(SmallTrainer, "save", save)
    with pytest.raises(RuntimeError, match=r"0013\.pt is not complete; the latest checkpoint is -"):
        make_small(tmp_path, max_epoch=1, options=EN, i_save=100).run()


CHANGED = (
    "The checkpoint was trained with 50 samples, batch size 4 and world size 1; now it is 22, 2 "
    "and 1. Its 1.00 epochs still count; an epoch now has 11 steps, not 13"
)


def test_another_setup_is_reported_and_its_samples_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args: dict[str, Any] = {"lr_scheduler": {}, "options": EN}
    make_small(tmp_path, max_epoch=1, **args).run()
    capsys.readouterr()
    make_small(tmp_path, max_epoch=1, **args)
    assert capsys.readouterr().out == "", "nothing changed"
    trainer = make_small(tmp_path, max_epoch=2, samples=22, batch_size_per_gpu=2, **args)
    assert CHANGED in capsys.readouterr().out
    trainer.run()
    out = capsys.readouterr().out
    assert f"Processes about {13 * 4 + 11 * 2} samples in all" in out
    assert "Remaining steps: 11" in out
    assert "Trains for about 2.00 epochs" in out


def test_a_schedule_that_was_built_for_another_limit_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args: dict[str, Any] = {"lr_scheduler": {}, "options": EN, "max_epoch": 3}
    make_small(tmp_path, **args, max_steps=20).run()
    make_small(tmp_path, **args, samples=100)
    assert "built for 75 steps, but the resumed run ends after 57" in capsys.readouterr().out


@pytest.mark.parametrize(("epoch", "end"), [(1, 39), (2, 33), (None, 39), ("1", 39)])
def test_the_epoch_of_another_trainer_is_read(
    tmp_path: Path, epoch: object, end: int, capsys: pytest.CaptureFixture[str]
) -> None:
    make_small(tmp_path, wrapped=False, max_steps=20).run()
    path = tmp_path / "ckpts/misc_step0000020.pt"
    torch.save({**torch.load(path, weights_only=False), "epoch": epoch}, path)
    trainer = make_small(tmp_path, max_epoch=3, options=EN)
    assert (trainer.max_steps, trainer.epoch) == (end, 2 if epoch == 2 else 1)
    out = capsys.readouterr().out
    assert ("has no epoch" in out) == (not isinstance(epoch, int))
    differs = "has epoch 2, but its step 20 is in epoch 1 of 13 steps each"
    assert (differs in out) == (epoch == 2)


def test_files_and_folders_of_a_user_stay(tmp_path: Path) -> None:
    trainer = make_small(tmp_path, max_epoch=1, options=EN)
    folder = tmp_path / "ckpts"
    suffix = ".trellis-cfg-partial"
    (folder / f"net_step0000010.pt{suffix}").mkdir()
    (folder / "mine.partial").touch()
    (folder / f"net_step0000005.pt.0123{suffix}").touch()
    trainer.run()
    names = checkpoint_files(tmp_path)
    assert names == [
        *("mine.partial", "misc_step0000010.pt", "misc_step0000013.pt"),
        *("net_step0000010.pt", f"net_step0000010.pt{suffix}", "net_step0000013.pt"),
    ]


def test_a_save_that_fails_half_way_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trainer = make_small(tmp_path, max_epoch=1, options=EN)
    (tmp_path / "ckpts/misc_step0000013.pt").mkdir()
    with pytest.raises(OSError, match="misc_step0000013"):
        trainer.run()
    out = capsys.readouterr().out
    assert "The checkpoint of step 13 was not saved: IsADirectoryError" in out
    assert "The latest one is misc_step0000010.pt" in out


@pytest.mark.parametrize(
    ("keep", "steps"),
    [
        ({"keep_last": 2}, [30, 35]),
        ({"keep_last": 1, "keep_every": 10}, [10, 20, 30, 35]),
        ({"keep_every": 15}, [15, 30, 35]),
        ({}, [5, 10, 15, 20, 25, 30, 35]),
    ],
)
def test_checkpoints_that_stay(tmp_path: Path, keep: dict[str, int], steps: list[int]) -> None:
    """Also over two runs, and with one of the user's between them."""
    args: dict[str, Any] = {"max_epoch": 9, "i_save": 5, "options": {**EN, **keep}}
    make_small(tmp_path, max_steps=20, **args).run()
    for name in ("misc", "net"):
        (tmp_path / f"ckpts/{name}_step0000001.pt").write_bytes(b"mine")
    make_small(tmp_path, max_steps=35, **args).run()
    assert misc_steps(tmp_path) == [1, *steps]


@pytest.mark.parametrize("record", ["", "[]", '{"x": 1}', '{"1": ["../net_step0000010.pt"]}'])
def test_a_record_that_is_not_valid_removes_nothing(tmp_path: Path, record: str) -> None:
    args: dict[str, Any] = {"max_epoch": 1, "options": {**EN, "keep_last": 1}}
    (tmp_path / "ckpts").mkdir()
    (tmp_path / "net_step0000010.pt").touch()
    (tmp_path / "ckpts/trellis-cfg-checkpoints.json").write_text(record)
    make_small(tmp_path, **args).run()
    assert misc_steps(tmp_path) == [13]
    assert (tmp_path / "net_step0000010.pt").exists()


def test_a_resumed_run_says_what_its_changes_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_small(tmp_path, max_steps=20, lr_scheduler={}, options=EN).run()
    capsys.readouterr()
    make_small(tmp_path, max_steps=30, i_print=7, options=EN).run()
    out = capsys.readouterr().out
    assert "only partly:\n  trainer.args.lr_scheduler: {} -> absent: the rate stays at" in out
    assert "acts from here:\n  trainer.args.max_steps: 20 -> 30: the " in out
    make_small(tmp_path, max_steps=30, i_print=7, options=EN).run()
    out = capsys.readouterr().out
    assert "Changed" not in out
    assert "Nothing is left to train: the run ends after 30 steps, and step 30 is done" in out
