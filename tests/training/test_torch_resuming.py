"""Runs that are killed at any moment and then resumed."""

import signal
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.training.runs import Result, checkpoint_files, train

pytestmark = pytest.mark.slow

EPOCHS: dict[str, Any] = {"max_steps": None, "max_epoch": 3, "options": {"language": "en"}}
"""3 epochs of 13 steps."""


def assert_equal(result: Result, expected: Result) -> None:
    assert (result.code, expected.code) == (0, 0), (result.out, expected.out)
    assert (result.step, result.epoch) == (expected.step, expected.epoch)
    assert result.weights == expected.weights


def kill(folder: Path, step: int, **args: Any) -> None:
    """Kill all processes of a run during a step."""
    assert train(folder, kill_at=step, **args).code == -signal.SIGKILL


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[Any, Result]:
    """Return uninterrupted runs, by prefetch_data, jitter and number of processes."""
    results = {}
    for prefetch, jitter, world in (
        *((True, False, 1), (False, False, 1), (True, True, 1), (False, True, 1)),
        *((True, False, 2), (False, False, 2)),
    ):
        folder = tmp_path_factory.mktemp("whole")
        args: dict[str, Any] = {"prefetch_data": prefetch, "jitter": jitter, "world": world}
        results[prefetch, jitter, world] = train(folder, **EPOCHS, **args)
    return results


@pytest.mark.parametrize("step", [3, 10, 11, 12, 21, 27, 39])
@pytest.mark.parametrize("jitter", [False, True])
@pytest.mark.parametrize("prefetch", [True, False])
def test_a_killed_run_ends_as_an_uninterrupted_one(
    tmp_path: Path, whole: dict[Any, Result], step: int, *, prefetch: bool, jitter: bool
) -> None:
    args: dict[str, Any] = {**EPOCHS, "prefetch_data": prefetch, "jitter": jitter}
    kill(tmp_path, step, **args)
    assert_equal(train(tmp_path, **args), whole[prefetch, jitter, 1])


@pytest.mark.parametrize("prefetch", [True, False])
def test_two_processes_are_resumed_exactly(
    tmp_path: Path, whole: dict[Any, Result], *, prefetch: bool
) -> None:
    args: dict[str, Any] = {**EPOCHS, "prefetch_data": prefetch, "world": 2}
    kill(tmp_path, 14, **args)
    assert_equal(train(tmp_path, **args), whole[prefetch, False, 2])


@pytest.mark.parametrize("name", ["SmallTrainer", "ThreadedTrainer", "AlwaysThreadedTrainer"])
@pytest.mark.parametrize("renamed", [0, 1, 2, 3])
def test_a_killed_save_keeps_the_previous_checkpoint(
    tmp_path: Path, whole: dict[Any, Result], renamed: int, name: str
) -> None:
    """Files are renamed one by one, misc last; the run is killed before each of them."""
    args: dict[str, Any] = {**EPOCHS, "prefetch_data": True, "name": name}
    assert train(tmp_path, kill_naming=renamed, **args).code == -signal.SIGKILL
    assert len([*tmp_path.glob("ckpts/misc_*.pt")]) == renamed // 2
    assert_equal(train(tmp_path, **args), whole[True, False, 1])
    assert not any("partial" in name for name in checkpoint_files(tmp_path))


def test_a_changing_number_of_processes(tmp_path: Path) -> None:
    """50 samples are 7 steps per epoch with 2 processes of 4 samples, 13 with one."""
    args: dict[str, Any] = {"max_steps": None, "max_epoch": 9, "prefetch_data": True}
    kill(tmp_path, 25, world=2, **args)  # the checkpoint is that of step 20
    kill(tmp_path, 46, world=1, **args)
    last = train(tmp_path, world=2, **args)
    epochs_at_40 = 20 / 7 + 20 / 13
    assert epochs_at_40 == pytest.approx(4.3956, abs=1e-4)
    assert last.code == 0, last.out
    assert last.step == 40 + -(-(9 - epochs_at_40) * 7 // 1) == 73
    assert last.epoch == 9


def test_an_old_checkpoint_counts_by_its_steps(tmp_path: Path) -> None:
    before = train(tmp_path, wrapped=False, max_steps=20)
    assert before.code == 0
    after = train(tmp_path, **EPOCHS)
    assert (after.step, after.epoch) == (39, 3)
    assert after.out.count("has no epoch; computed from its step and the batch size: 1") == 1
    assert "First step: 20" in after.out
    assert "First epoch: 1" in after.out


def test_a_new_checkpoint_loads_without_the_wrapper(tmp_path: Path) -> None:
    assert train(tmp_path, **EPOCHS).code == 0
    misc = torch.load(tmp_path / "ckpts/misc_step0000030.pt", weights_only=False)
    assert (misc["step"], misc["epoch"]) == (30, 2)
    assert misc["trellis_cfg"]["step_of_epoch"] == 4
    assert misc["trellis_cfg"]["steps_per_epoch"] == 13
    after = train(tmp_path, wrapped=False, max_steps=45)
    assert (after.code, after.step) == (0, 45), after.out


def test_the_sampler_is_saved_after_the_batch_of_the_step(tmp_path: Path) -> None:
    """12 batches per pass; upstream saves the sampler one batch too far."""
    for prefetch in (True, False):
        folder = tmp_path / str(prefetch)
        assert train(folder, prefetch_data=prefetch, **EPOCHS).code == 0
        misc = torch.load(folder / "ckpts/misc_step0000020.pt", weights_only=False)
        assert misc["data_sampler"] == {"epoch": 1, "idx": 8 * 4}


@pytest.mark.parametrize("prefetch", [True, False])
def test_without_max_epoch_only_the_reports_differ(tmp_path: Path, *, prefetch: bool) -> None:
    args: dict[str, Any] = {"max_steps": 25, "prefetch_data": prefetch, "jitter": True}
    ours = train(tmp_path / "ours", max_epoch=None, **args)
    theirs = train(tmp_path / "theirs", wrapped=False, **args)
    assert_equal(ours, theirs._replace(epoch=ours.epoch))
    assert ours.events == theirs.events
    assert checkpoint_files(tmp_path / "ours") == checkpoint_files(tmp_path / "theirs")
    for name in checkpoint_files(tmp_path / "ours"):
        our_file, their_file = (
            torch.load(tmp_path / run / "ckpts" / name, weights_only=False)
            for run in ("ours", "theirs")
        )
        extra = {key: our_file.pop(key) for key in ("epoch", "trellis_cfg") if key in our_file}
        assert bool(extra) is name.startswith("misc_")
        assert str(our_file) == str(their_file)
