"""What a misc file holds, read by torch where it is installed, and only as plain values."""

import os
import pickle
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

from trellis_cfg.errors import FileRefused
from trellis_cfg.preview.facts import PlainValue
from trellis_cfg.restore import get_value
from trellis_cfg.restore.run_folder import FOLDER

_NUMPY = (
    "numpy.core.multiarray:_reconstruct numpy._core.multiarray:_reconstruct numpy:ndarray "
    "numpy:dtype numpy.dtypes:Float32DType"
)
"""What the buffer of a gradient clipper is made of."""
_ERRORS = (
    *(pickle.UnpicklingError, RuntimeError, ValueError, TypeError, LookupError, EOFError),
    *(OSError, AttributeError),
)


def read_misc(folder: str, step: int) -> dict[str, PlainValue]:
    """Return the step, sampler, rate and schedule's length in the misc file of a run's step.

    torch reads it with ``weights_only``: what is not plain values and tensors is refused. Raises
    FileRefused.
    """
    try:
        torch: Any = import_module("torch")
    except ImportError:
        message = "--read-checkpoints needs torch, which is not installed here"
        raise FileRefused(message) from None
    path = os.path.join(folder, FOLDER, f"misc_step{step:07d}.pt")
    try:
        with torch.serialization.safe_globals([*_list_numpy()]):
            misc = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except _ERRORS as error:
        lines = str(error).splitlines() or [type(error).__name__]
        raise FileRefused(f"{path}: torch refuses to read it as plain values: {lines[0]}") from None
    return _select_values(misc)


def _list_numpy() -> Iterator[Any]:
    for name in _NUMPY.split():
        module, _, attribute = name.partition(":")
        with suppress(ImportError, AttributeError):
            yield getattr(import_module(module), attribute)


def _select_values(misc: object) -> dict[str, PlainValue]:
    states = get_value(misc, "optimizer", "state")
    first = next(iter(states.values()), None) if isinstance(states, Mapping) else None
    steps: Any = get_value(first, "step")
    groups = get_value(misc, "optimizer", "param_groups")
    group = groups[0] if isinstance(groups, list) and groups else None
    is_tensor = hasattr(steps, "item") and getattr(steps, "numel", lambda: 0)() == 1
    values = {
        "step": get_value(misc, "step"),
        "epoch": get_value(misc, "epoch"),
        "sampler_epoch": get_value(misc, "data_sampler", "epoch"),
        "sampler_index": get_value(misc, "data_sampler", "idx"),
        "lr": get_value(group, "lr"),
        "optimizer_step": steps.item() if is_tensor else steps,
        "scheduler_step": get_value(misc, "lr_scheduler", "last_epoch"),
        "T_max": get_value(misc, "lr_scheduler", "T_max"),
    }
    return {name: value for name, value in values.items() if isinstance(value, int | float)}
