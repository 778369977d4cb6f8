"""``--read-checkpoints``: plain values of a misc file, and nothing that runs code."""

import os
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.cli.conftest import Program
from tests.lint.rules.configs import STRUCTURE_VAE
from tests.restore.folders import write_run

READ = ("resume", "run", "--read-checkpoints")


class Harm:
    """Runs a command when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.path),)


def save(folder: Path, **more: object) -> None:
    weight = torch.nn.Parameter(torch.ones(3))
    optimizer = torch.optim.AdamW([weight], lr=1e-3)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=500)
    weight.grad = torch.ones(3)
    optimizer.step()
    scheduler.step()
    misc = {
        "optimizer": optimizer.state_dict(),
        "lr_scheduler": scheduler.state_dict(),
        "step": 2000,
        "data_sampler": {"epoch": 1, "idx": 64},
        "grad_clip": {"grad_norm": np.zeros(9, dtype=np.float32), "max_norm": 1.0},
    }
    torch.save({**misc, **more}, folder / "ckpts/misc_step0002000.pt")


def test_what_a_misc_file_holds(run: Program, project: Path) -> None:
    save(write_run(project / "run", STRUCTURE_VAE))
    result = run(*READ)
    assert result.code == 0
    assert "step 2000, sampler_epoch 1, sampler_index 64, lr 0.00099999" in result.out
    assert "optimizer_step 1.0, scheduler_step 1, T_max 500" in result.out
    assert "later step" not in result.out


def test_an_optimizer_that_is_ahead(run: Program, project: Path) -> None:
    save(write_run(project / "run", STRUCTURE_VAE), optimizer={"state": {0: {"step": 2018}}})
    assert "the optimizer in it is of a later step" in run(*READ).out


@pytest.mark.parametrize("content", ["harm", "text", "list"])
def test_what_is_refused(content: str, run: Program, project: Path) -> None:
    folder = write_run(project / "run", STRUCTURE_VAE)
    target = project / "harm"
    if content == "harm":
        save(folder, epoch=Harm(target))
    elif content == "text":
        (folder / "ckpts/misc_step0002000.pt").write_text("PK\x1b[31m")
    else:
        torch.save([1], folder / "ckpts/misc_step0002000.pt")
    result = run(*READ)
    assert not target.exists()
    assert "\x1b" not in result.err
    assert result.code == (0 if content == "list" else 2)
    assert ("torch refuses to read it" in result.err) is (content != "list")
