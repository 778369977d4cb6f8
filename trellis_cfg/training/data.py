"""Exact resuming of a run's data: the same batches, and the same random numbers."""

import random
import sys
from collections.abc import Mapping
from typing import Any
from zlib import crc32

from trellis_cfg.schedule import Run

_FETCH, _STEP = "fetch", "step"
_PREFETCHED = "_data_prefetched"


class ResumableData:
    """Prepares a trainer's loader and sampler so that a resumed run gets the same data.

    A trainer that prefetches has one batch more than it trained on, and saves its sampler after
    that batch. Here the sampler is saved as it was before it. At each checkpoint all generators
    are seeded again, before the batch that is fetched ahead and before the step; and the loader
    draws from a generator of its own. So a resumed run and an uninterrupted one do the same.
    """

    def __init__(self, trainer: Any) -> None:  # noqa: ANN401  any class with the interface
        """Give the trainer's loader its own generator."""
        self._trainer = trainer
        torch: Any = sys.modules.get("torch")
        self._base = torch.initial_seed() if torch else 0
        self._state_before_prefetch: dict[str, Any] | None = None
        loader = getattr(trainer, "dataloader", None)
        if torch and loader is not None and getattr(loader, "generator", self) is None:
            loader.generator = torch.Generator().manual_seed(self._base % 2**63)

    def resume(self, saved: Mapping[str, Any] | None) -> None:
        """Move the sampler to the same part of the data if the number of processes changed."""
        sampler, world = self._trainer.data_sampler, self._trainer.world_size
        before = saved.get("world_size") if saved else None
        if before and before != world and hasattr(sampler, "idx"):
            batch = self._trainer.batch_size_per_gpu
            sampler.idx = sampler.idx * before // world // batch * batch

    def sampler_state(self) -> dict[str, Any]:
        """Return the state of the sampler after the batches that were trained on."""
        return self._state_before_prefetch or self._trainer.data_sampler.state_dict()

    def prepare_step(self) -> None:
        """Prepare for the batch of the next step, and for the one that is fetched ahead."""
        trainer = self._trainer
        is_checkpoint = Run(i_save=trainer.i_save).saves_at
        if getattr(trainer, "prefetch_data", False) and _PREFETCHED in vars(trainer):
            if vars(trainer)[_PREFETCHED] is None:
                self._seed(trainer.step, _FETCH)
                batch = next(trainer.data_iterator)
                vars(trainer)[_PREFETCHED] = _move_batch(batch, trainer.device)
            self._state_before_prefetch = dict(trainer.data_sampler.state_dict())
            if is_checkpoint(trainer.step + 1):
                self._seed(trainer.step + 1, _FETCH)
        if is_checkpoint(trainer.step):
            self._seed(trainer.step, _STEP)

    def _seed(self, step: int, purpose: str) -> None:
        """Seed all generators of this process by a step and what they are used for there.

        So a run that is resumed at the step draws the same numbers as an uninterrupted one.
        """
        seed = crc32(f"{self._base}:{self._trainer.rank}:{step}:{purpose}".encode())
        random.seed(seed)
        if numpy := sys.modules.get("numpy"):
            numpy.random.seed(seed)
        if torch := sys.modules.get("torch"):
            torch.manual_seed(seed)


def _move_batch(data: Any, device: Any) -> Any:  # noqa: ANN401  tensors, and containers of them
    """Return a batch on a device, as the trainer's own loading does it."""
    if hasattr(data, "to"):
        return data.to(device, non_blocking=True)
    if isinstance(data, dict):
        return {key: _move_batch(value, device) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return type(data)(_move_batch(value, device) for value in data)
    return data
