"""Training runs in forked processes, so that torch is imported once."""

import json
import os
import signal
import sys
import traceback
import warnings
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torch.distributed as dist

from tests.training.trainer import make_trainer

SMALL = {"samples": 50, "batch_size_per_gpu": 4, "i_save": 10, "i_print": 20}
NO_DETAILS: dict[str, Any] = {"step": -1, "epoch": -1, "events": [], "weights": None}
torch.set_num_threads(1)  # threads do not survive a fork
torch.optim.AdamW([torch.zeros(1, requires_grad=True)]).step()  # lazy imports, once for all forks


class Result(NamedTuple):
    """The exit code and output of a run, and its last step, epoch, events and weights."""

    code: int
    out: str
    step: int
    epoch: int
    events: list[str]
    weights: Any


def train(
    folder: Path, *, world: int = 1, name: str = "SmallTrainer", wrapped: bool = True, **args: Any
) -> Result:
    """Train in ``folder``, from the latest checkpoint there on.

    All processes are killed during step ``kill_at``, or before renaming file ``kill_naming``.
    """
    folder.mkdir(exist_ok=True, parents=True)
    result, out = folder / "result.json", folder / "out.txt"
    result.unlink(missing_ok=True)
    rendezvous = folder / f"rendezvous-{os.urandom(4).hex()}"
    processes: list[int] = []
    for rank in range(world):
        all_args = {"wrapped": wrapped, "name": name, "output_dir": str(folder), **SMALL, **args}
        work = partial(_train_rank, rank, world, rendezvous, result, all_args)
        processes.append(_fork(out, processes, work))
    exits = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in processes]
    details = json.loads(result.read_text()) if result.exists() else NO_DETAILS
    return Result(exits[0], out.read_text(encoding="utf-8"), **details)


def _fork(out: Path, group: list[int], work: Any) -> int:
    """Start a process that does some work, in the group of processes, and return its ID."""
    sys.stdout.flush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # forking does not copy threads
        pid = os.fork()
    if pid:
        os.setpgid(pid, group[0] if group else pid)
        return pid
    code = 1
    try:
        mode = "a" if group else "w"
        sys.stdout = sys.stderr = out.open(mode, encoding="utf-8")
        work()
        code = 0
    except BaseException:  # noqa: BLE001  this process ends here
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)
    raise AssertionError


def _train_rank(
    rank: int, world: int, rendezvous: Path, result: Path, args: dict[str, Any]
) -> None:
    if world > 1:
        dist.init_process_group(
            "gloo", init_method=f"file://{rendezvous}", rank=rank, world_size=world
        )
    _kill_before_rename(args.pop("kill_naming", None))
    kill_at = args.pop("kill_at", None)
    trainer = make_trainer(**args)
    _kill_at(trainer, kill_at)
    trainer.run()
    if rank == 0:
        weights = [weight.tolist() for weight in trainer.models["net"].parameters()]
        summary = {"step": trainer.step, "epoch": getattr(trainer, "epoch", -1)}
        result.write_text(json.dumps({**summary, "events": trainer.events, "weights": weights}))
    if world > 1:
        dist.destroy_process_group()


def _kill_all() -> None:
    sys.stdout.flush()
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _kill_at(trainer: Any, step: int | None) -> None:
    losses = trainer.training_losses

    def training_losses(batch: torch.Tensor) -> torch.Tensor:
        if trainer.step + 1 == step and trainer.is_master:
            _kill_all()
        return losses(batch)

    trainer.training_losses = training_losses


def _kill_before_rename(number: int | None) -> None:
    if number is None:
        return
    original: Any = os.replace
    remaining = [number]

    def replace(*args: Any) -> None:
        remaining[0] -= 1
        if remaining[0] < 0:
            _kill_all()
        original(*args)

    vars(os)["replace"] = replace


def checkpoint_files(folder: Path) -> list[str]:
    """Return the names of the checkpoints' files."""
    return sorted(path.name for path in (folder / "ckpts").iterdir())
