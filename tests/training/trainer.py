"""A trainer with the interface of TRELLIS, for a small model."""

import json
import os
import random
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch.utils.data import DataLoader, Dataset, Sampler

from trellis_cfg.training.wrap import with_max_epoch

WIDTH = 3


class Points(Dataset[torch.Tensor]):
    """Fixed points; with ``jitter``, each is moved at random when it is loaded."""

    def __init__(self, samples: int, *, jitter: bool = False) -> None:
        self._points = torch.arange(samples * WIDTH, dtype=torch.float32).reshape(samples, WIDTH)
        self._jitter = jitter

    def __len__(self) -> int:
        return len(self._points)

    def __getitem__(self, index: int) -> torch.Tensor:
        offset = torch.rand(WIDTH) * random.random() if self._jitter else 0.0  # noqa: S311
        return (self._points[index] + offset) / len(self._points)


class Shares(Sampler[int]):
    """Shuffles by its epoch, pads to equal shares, and can resume within a share."""

    def __init__(self, dataset: Points) -> None:
        self._dataset = dataset
        self.epoch = self.idx = 0
        self._world = dist.get_world_size() if dist.is_initialized() else 1
        self._rank = dist.get_rank() if dist.is_initialized() else 0
        self._share = -(-len(dataset) // self._world)

    def __len__(self) -> int:
        return self._share

    def __iter__(self) -> Iterator[int]:
        shuffled = torch.randperm(
            len(self._dataset), generator=torch.Generator().manual_seed(self.epoch)
        ).tolist()
        padded = (shuffled * 2)[: self._share * self._world]
        return iter(padded[self._rank :: self._world][self.idx :])

    def state_dict(self) -> dict[str, int]:
        return {"epoch": self.epoch, "idx": self.idx}

    def load_state_dict(self, state: dict[str, int]) -> None:
        self.epoch, self.idx = state["epoch"], state["idx"]


def endless(loader: DataLoader[torch.Tensor], sampler: Shares) -> Iterator[torch.Tensor]:
    while True:
        for batch in loader:
            sampler.idx += loader.batch_size or 0
            yield batch
        sampler.epoch, sampler.idx = sampler.epoch + 1, 0


class SmallTrainer:
    """Trains a small model as TRELLIS trains its large ones."""

    def __init__(
        self,
        models: dict[str, torch.nn.Module],
        dataset: Points,
        *,
        output_dir: str,
        load_dir: str | None,
        step: int | None,
        max_steps: int,
        batch_size: int | None = None,
        batch_size_per_gpu: int | None = None,
        lr_scheduler: dict[str, Any] | None = None,
        prefetch_data: bool = True,
        seconds_per_step: float = 0.0,
        i_print: int = 1000,
        i_sample: int = 10_000,
        i_save: int = 10_000,
        **kwargs: Any,
    ) -> None:
        assert batch_size is not None or batch_size_per_gpu is not None
        self.models, self.dataset, self.max_steps = models, dataset, max_steps
        self.output_dir, self.prefetch_data = output_dir, prefetch_data
        self.lr_scheduler_config = lr_scheduler
        self.seconds_per_step = seconds_per_step
        if prefetch_data:
            self._data_prefetched: Any = None
        self.i_print, self.i_sample, self.i_save = i_print, i_sample, i_save
        self.events: list[str] = []
        self.world_size = dist.get_world_size() if dist.is_initialized() else 1
        self.rank = dist.get_rank() if dist.is_initialized() else 0
        self.is_master = self.rank == 0
        whole = (batch_size_per_gpu or 0) * self.world_size
        self.batch_size = whole or batch_size or 0
        self.batch_size_per_gpu = batch_size_per_gpu or self.batch_size // self.world_size
        self.init_models_and_more(**kwargs)
        self.prepare_dataloader(**kwargs)
        self.step = 0
        if load_dir is not None and step is not None:
            self.load(load_dir, step)
        if self.is_master:
            os.makedirs(os.path.join(output_dir, "ckpts"), exist_ok=True)

    @property
    def device(self) -> torch.device:
        return next(self.models["net"].parameters()).device

    def init_models_and_more(self, **kwargs: Any) -> None:
        del kwargs
        self.events.append("models")
        net = self.models["net"]
        self.training_model: torch.nn.Module = net
        if self.world_size > 1:
            self.training_model = torch.nn.parallel.DistributedDataParallel(net)
        self.optimizer = torch.optim.AdamW(net.parameters(), lr=1e-2)
        if self.lr_scheduler_config is not None:
            self.lr_scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(
                self.optimizer, self.max_steps
            )

    def prepare_dataloader(self, **kwargs: Any) -> None:
        del kwargs
        self.events.append("loader")
        self.data_sampler = Shares(self.dataset)
        self.dataloader = DataLoader(
            self.dataset, self.batch_size_per_gpu, sampler=self.data_sampler, drop_last=True
        )
        self.data_iterator = endless(self.dataloader, self.data_sampler)

    def _path(self, folder: str, name: str, step: int) -> str:
        return os.path.join(folder, "ckpts", f"{name}_step{step:07d}.pt")

    def load(self, load_dir: str, step: int = 0) -> None:
        self.events.append("load")
        self.models["net"].load_state_dict(torch.load(self._path(load_dir, "net", step)))
        misc = torch.load(self._path(load_dir, "misc", step), weights_only=False)
        self.optimizer.load_state_dict(misc["optimizer"])
        self.step = misc["step"]
        self.data_sampler.load_state_dict(misc["data_sampler"])
        if self.lr_scheduler_config is not None:
            self.lr_scheduler.load_state_dict(misc["lr_scheduler"])

    def save(self) -> None:
        assert self.is_master
        for name, state in self._states().items():
            torch.save(state, self._path(self.output_dir, name, self.step))

    def _states(self) -> dict[str, Any]:
        misc = {
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "data_sampler": self.data_sampler.state_dict(),
        }
        if self.lr_scheduler_config is not None:
            misc["lr_scheduler"] = self.lr_scheduler.state_dict()
        return {"net": self.models["net"].state_dict(), "misc": misc}

    def snapshot(self, suffix: str | None = None) -> None:
        self.events.append(f"snapshot {suffix or self.step}")
        torch.rand(7)

    def load_data(self) -> Any:
        if not self.prefetch_data:
            return [next(self.data_iterator).to(self.device)]
        if self._data_prefetched is None:
            self._data_prefetched = next(self.data_iterator).to(self.device)
        data = self._data_prefetched
        self._data_prefetched = next(self.data_iterator).to(self.device)
        return [data]

    def training_losses(self, batch: torch.Tensor) -> torch.Tensor:
        noise = torch.randn_like(batch) * random.random()  # noqa: S311
        return ((self.training_model(batch + noise) - noise) ** 2).mean()

    def run_step(self, data_list: Any) -> dict[str, Any]:
        time.sleep(self.seconds_per_step)
        self.optimizer.zero_grad()
        loss = self.training_losses(data_list[0])
        loss.backward()
        self.optimizer.step()
        if self.lr_scheduler_config is not None:
            self.lr_scheduler.step()
        return {"loss": {"loss": loss.item()}, "status": {}}

    def run(self) -> None:
        self.snapshot(suffix="init" if self.step == 0 else f"resume_step{self.step:07d}")
        while self.step < self.max_steps:
            log = self.run_step(self.load_data())
            self.step += 1
            if self.is_master and self.step % self.i_print == 0:
                print(f"Step: {self.step}/{self.max_steps}", json.dumps(log))
            if self.step % self.i_sample == 0:
                self.snapshot()
            if self.is_master and self.step % self.i_save == 0:
                self.save()
        if self.is_master:
            self.snapshot(suffix="final")


class ThreadedTrainer(SmallTrainer):
    """Saves in threads, as TRELLIS.2 does."""

    def save(self, non_blocking: bool = True) -> None:  # noqa: FBT001, FBT002  as TRELLIS.2 has it
        for name, state in self._states().items():
            write = partial(torch.save, state, self._path(self.output_dir, name, self.step))
            threading.Thread(target=write).start() if non_blocking else write()


class AlwaysThreadedTrainer(SmallTrainer):
    """Always saves in threads."""

    are_daemons = False

    def save(self) -> None:
        for name, state in self._states().items():
            args = state, self._path(self.output_dir, name, self.step)
            threading.Thread(target=torch.save, args=args, daemon=self.are_daemons).start()


class DaemonThreadedTrainer(AlwaysThreadedTrainer):
    """Saves in daemon threads, and has another one that never ends."""

    are_daemons = True

    def save(self) -> None:
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        super().save()


class OwnLimitTrainer(SmallTrainer):
    """Takes ``max_epoch`` itself, lowers its limit once all is built, and keeps 2 checkpoints."""

    def __init__(self, *args: Any, max_steps: int, max_epoch: int | None, **kwargs: Any) -> None:
        super().__init__(*args, max_steps=max_steps, **kwargs)
        self.steps_per_epoch = -(-len(self.dataset) // self.batch_size)
        if max_epoch:
            self.max_steps = min(self.max_steps, max_epoch * self.steps_per_epoch)

    def save(self) -> None:
        super().save()
        for old in sorted(Path(self.output_dir, "ckpts").glob("misc_*.pt"))[:-2]:
            old.unlink()
            old.with_name(old.name.replace("misc", "net")).unlink()

    def _states(self) -> dict[str, Any]:
        states = super()._states()
        return {**states, "misc": {**states["misc"], "epoch": self.step // self.steps_per_epoch}}


class SkippingTrainer(SmallTrainer):
    """Saves only where the interval divides the step."""

    def save(self) -> None:
        if self.step % self.i_save == 0:
            super().save()


class NeverSavingTrainer(SmallTrainer):
    """Leaves saving the last step to its base."""

    def save(self) -> None: ...


class PartlySavingTrainer(SmallTrainer):
    """Saves all but its model, and so do its bases."""

    def _states(self) -> dict[str, Any]:
        states = super()._states()
        return states if self.step == 10 else {"misc": states["misc"]}


_ALL = (
    *(SmallTrainer, ThreadedTrainer, AlwaysThreadedTrainer, DaemonThreadedTrainer),
    *(OwnLimitTrainer, SkippingTrainer, NeverSavingTrainer, PartlySavingTrainer),
)
CLASSES = {cls.__name__: cls for cls in _ALL}


def make_trainer(name: str, output_dir: str, *, wrapped: bool = True, **args: Any) -> Any:
    """Return a trainer as a training script makes it, resumed if there is a checkpoint."""
    seed = args.pop("seed", 0) + (dist.get_rank() if dist.is_initialized() else 0)
    torch.manual_seed(seed)
    random.seed(seed)
    dataset = Points(args.pop("samples"), jitter=args.pop("jitter", False))
    torch.manual_seed(args.pop("model_seed", 0))
    models = {"net": torch.nn.Sequential(torch.nn.Linear(WIDTH, 4), torch.nn.Linear(4, WIDTH))}
    torch.manual_seed(seed)
    cls: Any = CLASSES[name]
    options = args.pop("options", {})
    cls = with_max_epoch(cls, **options) if wrapped else cls
    steps = [
        int(path.stem.partition("step")[2]) for path in Path(output_dir, "ckpts").glob("misc_*.pt")
    ]
    paths = {"output_dir": output_dir, "load_dir": output_dir}
    return cls(models, dataset, **paths, step=max(steps, default=None), **args)
