"""Runs that are killed at any moment, and what they are once they were resumed."""

import signal
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.training.runs import Ended, files, ran

pytestmark = pytest.mark.slow

TEN: dict[str, Any] = {
    "max_steps": None,
    "max_epoch": 3,
    "options": {"language": "en"},
}  # 3 x 13 steps


def equal(one: Ended, other: Ended) -> None:
    assert (one.code, other.code) == (0, 0), (one.out, other.out)
    assert (one.step, one.epoch) == (other.step, other.epoch)
    assert one.weights == other.weights


def killed(folder: Path, step: int, **told: Any) -> None:
    """Kill a run, all its processes, in the middle of a step."""
    assert ran(folder, kill_at=step, **told).code == -signal.SIGKILL


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[Any, Ended]:
    """Return runs that nobody interrupted, by prefetch_data, jitter and processes."""
    found = {}
    for prefetch, jitter, world in (
        *((True, False, 1), (False, False, 1), (True, True, 1), (False, True, 1)),
        *((True, False, 2), (False, False, 2)),
    ):
        folder = tmp_path_factory.mktemp("whole")
        told: dict[str, Any] = {"prefetch_data": prefetch, "jitter": jitter, "world": world}
        found[prefetch, jitter, world] = ran(folder, **TEN, **told)
    return found


@pytest.mark.parametrize("step", [3, 10, 11, 12, 21, 27, 39])
@pytest.mark.parametrize("jitter", [False, True])
@pytest.mark.parametrize("prefetch", [True, False])
def test_a_killed_run_ends_as_one_that_was_not(
    tmp_path: Path, whole: dict[Any, Ended], step: int, *, prefetch: bool, jitter: bool
) -> None:
    told: dict[str, Any] = {**TEN, "prefetch_data": prefetch, "jitter": jitter}
    killed(tmp_path, step, **told)
    equal(ran(tmp_path, **told), whole[prefetch, jitter, 1])


@pytest.mark.parametrize("prefetch", [True, False])
def test_two_processes_are_resumed_exactly(
    tmp_path: Path, whole: dict[Any, Ended], *, prefetch: bool
) -> None:
    told: dict[str, Any] = {**TEN, "prefetch_data": prefetch, "world": 2}
    killed(tmp_path, 14, **told)
    equal(ran(tmp_path, **told), whole[prefetch, False, 2])


@pytest.mark.parametrize("name", ["SmallTrainer", "ThreadedTrainer", "AlwaysThreadedTrainer"])
@pytest.mark.parametrize("kill", [0, 1, 2, 3])
def test_a_save_that_is_killed_leaves_the_checkpoint_before(
    tmp_path: Path, whole: dict[Any, Ended], kill: int, name: str
) -> None:
    """Files get their names one by one, misc last: killed before each of them."""
    told: dict[str, Any] = {**TEN, "prefetch_data": True, "name": name}
    assert ran(tmp_path, kill_naming=kill, **told).code == -signal.SIGKILL
    complete = [
        name for name in files(tmp_path) if name.startswith("misc_") and name.endswith(".pt")
    ]
    assert len(complete) == kill // 2
    equal(ran(tmp_path, **told), whole[True, False, 1])
    assert not any(name.endswith(".partial") for name in files(tmp_path))


def test_two_then_one_then_two_processes_end_where_the_formula_says(tmp_path: Path) -> None:
    """50 samples: 7 steps an epoch by 2 processes of 4, 13 by one."""
    told: dict[str, Any] = {"max_steps": None, "max_epoch": 9, "prefetch_data": True}
    killed(tmp_path, 25, world=2, **told)  # the checkpoint is that of step 20
    killed(tmp_path, 46, world=1, **told)
    last = ran(tmp_path, world=2, **told)
    behind_40 = 20 / 7 + 20 / 13
    assert behind_40 == pytest.approx(4.3956, abs=1e-4)
    assert last.code == 0, last.out
    assert last.step == 40 + -(-(9 - behind_40) * 7 // 1) == 73
    assert last.epoch == 9


def test_an_old_checkpoint_counts_by_its_steps(tmp_path: Path) -> None:
    before = ran(tmp_path, wrapped=False, max_steps=20)
    assert before.code == 0
    after = ran(tmp_path, **TEN)
    assert (after.step, after.epoch) == (39, 3)
    assert after.out.count("does not say its epoch: by its step and the batch, it is 1") == 1
    assert "First step: 20" in after.out
    assert "First epoch: 1" in after.out


def test_a_new_checkpoint_loads_without_the_wrapper(tmp_path: Path) -> None:
    assert ran(tmp_path, **TEN).code == 0
    misc = torch.load(tmp_path / "ckpts/misc_step0000030.pt", weights_only=False)
    assert (misc["step"], misc["epoch"]) == (30, 2)
    assert misc["trellis_cfg"]["step_of_epoch"] == 4
    assert misc["trellis_cfg"]["steps_per_epoch"] == 13
    after = ran(tmp_path, wrapped=False, max_steps=45)
    assert (after.code, after.step) == (0, 45), after.out


def test_the_data_goes_on_after_the_batch_that_was_trained_on(tmp_path: Path) -> None:
    """12 batches a pass; upstream saves the sampler one batch ahead of what was trained on."""
    for prefetch in (True, False):
        folder = tmp_path / str(prefetch)
        assert ran(folder, prefetch_data=prefetch, **TEN).code == 0
        misc = torch.load(folder / "ckpts/misc_step0000020.pt", weights_only=False)
        assert misc["data_sampler"] == {"epoch": 1, "idx": 8 * 4}


@pytest.mark.parametrize("prefetch", [True, False])
def test_without_max_epoch_nothing_but_the_reports_differs(
    tmp_path: Path, *, prefetch: bool
) -> None:
    told: dict[str, Any] = {"max_steps": 25, "prefetch_data": prefetch, "jitter": True}
    ours = ran(tmp_path / "ours", max_epoch=None, **told)
    theirs = ran(tmp_path / "theirs", wrapped=False, **told)
    equal(ours, theirs._replace(epoch=ours.epoch))
    assert ours.events == theirs.events
    assert files(tmp_path / "ours") == files(tmp_path / "theirs")
    for name in files(tmp_path / "ours"):
        one, other = (
            torch.load(tmp_path / whose / "ckpts" / name, weights_only=False)
            for whose in ("ours", "theirs")
        )
        extra = {key: one.pop(key) for key in ("epoch", "trellis_cfg") if key in one}
        assert bool(extra) is name.startswith("misc_")
        assert str(one) == str(other)
