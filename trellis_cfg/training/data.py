"""The data of a run that is resumed exactly: the same batches, and the same random numbers."""

import random
import sys
from collections.abc import Mapping
from typing import Any
from zlib import crc32

from trellis_cfg.schedule import Run


def base() -> int:
    """Return what the script seeded this process with; 0 where torch was not imported."""
    torch = sys.modules.get("torch")
    return torch.initial_seed() if torch else 0


def reseed(base: int, rank: int, step: int, purpose: str) -> None:
    """Seed all generators of this process by a step and what they are used for there.

    A run that is resumed at the step draws the numbers that one does which was never interrupted.
    """
    seed = crc32(f"{base}:{rank}:{step}:{purpose}".encode())
    random.seed(seed)
    numpy: Any = sys.modules.get("numpy")
    if numpy:
        numpy.random.seed(seed)
    torch: Any = sys.modules.get("torch")
    if torch:
        torch.manual_seed(seed)


_FETCH, _STEP = "fetch", "step"
_PREFETCHED = "_data_prefetched"


class Data:
    """What stands between a trainer and its loader.

    A trainer that prefetches has one batch more than it trained on, and saves its sampler so. Here
    the sampler is saved as it stood before that batch. At each checkpoint all generators are
    seeded anew, before the batch that is fetched ahead and before the step; and the loader draws
    from a generator of its own. So it does not matter whether a run came there or was resumed.
    """

    def __init__(self, trainer: Any) -> None:  # noqa: ANN401  any class with the interface
        """Take over the loader of a trainer."""
        self._trainer = trainer
        self._base = base()
        self._before_prefetched: dict[str, Any] | None = None
        loader = getattr(trainer, "dataloader", None)
        torch: Any = sys.modules.get("torch")
        if torch and loader is not None and getattr(loader, "generator", self) is None:
            loader.generator = torch.Generator().manual_seed(self._base % 2**63)

    def resumes(self, saved: Mapping[str, Any] | None) -> None:
        """Go on after a checkpoint: at the same part of the data, whatever the processes."""
        sampler, world = self._trainer.data_sampler, self._trainer.world_size
        before = saved.get("world_size") if saved else None
        if before and before != world and hasattr(sampler, "idx"):
            batch = self._trainer.batch_size_per_gpu
            sampler.idx = sampler.idx * before // world // batch * batch

    def sampler_state(self) -> dict[str, Any]:
        """Return the state of the sampler after the batches that were trained on."""
        return self._before_prefetched or self._trainer.data_sampler.state_dict()

    def before_loading(self) -> None:
        """Prepare for the batch of the next step, and for the one that is fetched ahead."""
        trainer = self._trainer
        if getattr(trainer, "prefetch_data", False) and _PREFETCHED in vars(trainer):
            if vars(trainer)[_PREFETCHED] is None:
                self._seed(trainer.step, _FETCH)
                batch = next(trainer.data_iterator)
                vars(trainer)[_PREFETCHED] = _moved(batch, trainer.device)
            self._before_prefetched = dict(trainer.data_sampler.state_dict())
            if self._is_seeded(trainer.step + 1):
                self._seed(trainer.step + 1, _FETCH)
        if self._is_seeded(trainer.step):
            self._seed(trainer.step, _STEP)

    def _is_seeded(self, step: int) -> bool:
        return Run(i_save=self._trainer.i_save).saves_at(step)

    def _seed(self, step: int, purpose: str) -> None:
        reseed(self._base, self._trainer.rank, step, purpose)


def _moved(data: Any, device: Any) -> Any:  # noqa: ANN401  tensors, and what holds them
    """Return a batch on a device, as the trainer's own loading does it."""
    if hasattr(data, "to"):
        return data.to(device, non_blocking=True)
    if isinstance(data, dict):
        return {key: _moved(value, device) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return type(data)(_moved(value, device) for value in data)
    return data
