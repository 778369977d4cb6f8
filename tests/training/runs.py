"""Runs of a training in processes of their own, forked, so that torch is imported once."""

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

from tests.training.trainer import trainer

SMALL = {"samples": 50, "batch_size_per_gpu": 4, "i_save": 10, "i_print": 20}
NOTHING: dict[str, Any] = {"step": -1, "epoch": -1, "events": [], "weights": None}
torch.set_num_threads(1)  # other threads would not outlive a fork
torch.optim.AdamW([torch.zeros(1, requires_grad=True)]).step()  # imports much, once for all forks


class Ended(NamedTuple):
    """How a run ended: what it printed, and its step, epoch, events and weights."""

    code: int
    out: str
    step: int
    epoch: int
    events: list[str]
    weights: Any


def ran(
    folder: Path, *, world: int = 1, name: str = "SmallTrainer", wrapped: bool = True, **args: Any
) -> Ended:
    """Return how a run in ``folder`` ended, which goes on from the latest checkpoint there.

    ``kill_at`` is the step, and ``kill_naming`` the number of the file, in the middle of which all
    processes are killed.
    """
    folder.mkdir(exist_ok=True, parents=True)
    result, out = folder / "result.json", folder / "out.txt"
    result.unlink(missing_ok=True)
    rendezvous = folder / f"rendezvous-{os.urandom(4).hex()}"
    processes: list[int] = []
    for rank in range(world):
        told = {"wrapped": wrapped, "name": name, "output_dir": str(folder), **SMALL, **args}
        work = partial(_main, rank, world, rendezvous, result, told)
        processes.append(_forked(out, processes, work))
    exits = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in processes]
    found = json.loads(result.read_text()) if result.exists() else NOTHING
    return Ended(exits[0], out.read_text(encoding="utf-8"), **found)


def _forked(out: Path, others: list[int], work: Any) -> int:
    """Return the number of a process, of one group with the others, that does some work."""
    sys.stdout.flush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of threads that forking does not take along
        pid = os.fork()
    if pid:
        os.setpgid(pid, others[0] if others else pid)
        return pid
    code = 1
    try:
        mode = "a" if others else "w"
        sys.stdout = sys.stderr = out.open(mode, encoding="utf-8")
        work()
        code = 0
    except BaseException:  # noqa: BLE001  this process ends here, whatever it was
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)
    raise AssertionError


def _main(rank: int, world: int, rendezvous: Path, result: Path, told: dict[str, Any]) -> None:
    if world > 1:
        dist.init_process_group(
            "gloo", init_method=f"file://{rendezvous}", rank=rank, world_size=world
        )
    _kill_naming(told.pop("kill_naming", None))
    kill_at = told.pop("kill_at", None)
    made = trainer(**told)
    _kill_at(made, kill_at)
    made.run()
    if rank == 0:
        summary = {"step": made.step, "epoch": getattr(made, "epoch", -1), "events": made.events}
        summary["weights"] = [p.tolist() for p in made.models["net"].parameters()]
        result.write_text(json.dumps(summary))
    if world > 1:
        dist.destroy_process_group()


def _kill_all() -> None:
    sys.stdout.flush()
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _kill_at(made: Any, step: int | None) -> None:
    losses = made.training_losses

    def training_losses(batch: torch.Tensor) -> torch.Tensor:
        if made.step + 1 == step and made.is_master:
            _kill_all()
        return losses(batch)

    made.training_losses = training_losses


def _kill_naming(number: int | None) -> None:
    if number is None:
        return
    original: Any = os.replace
    left = [number]

    def replace(*args: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            _kill_all()
        original(*args)

    vars(os)["replace"] = replace


def files(folder: Path) -> list[str]:
    """Return the names of the files of checkpoints."""
    return sorted(path.name for path in (folder / "ckpts").iterdir())
