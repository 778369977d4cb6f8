"""A typical training script: ``python -m tests.training.program FOLDER``."""

import os
import sys
import types
from typing import Any

import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from tests.training import trainer as module
from trellis_cfg.training.wrap import install

trainers: Any = types.ModuleType("trainers")
vars(trainers)["SmallTrainer"] = module.SmallTrainer
install(trainers, language="en")

WORLD = 2


def main(rank: int, folder: str) -> None:
    address = f"file://{os.path.join(folder, 'rendezvous')}"
    dist.init_process_group("gloo", init_method=address, rank=rank, world_size=WORLD)
    models = {"net": torch.nn.Linear(module.WIDTH, module.WIDTH)}
    args = {"output_dir": folder, "load_dir": folder, "step": None, "batch_size_per_gpu": 4}
    trainers.SmallTrainer(models, module.Points(50), max_steps=None, max_epoch=2, **args).run()
    dist.destroy_process_group()


if __name__ == "__main__":
    mp.spawn(main, args=(sys.argv[1],), nprocs=WORLD, join=True)
