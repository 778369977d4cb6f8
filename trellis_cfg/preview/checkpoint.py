"""What a misc file holds, read by torch where it is installed, and only as plain values."""

import pickle
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from trellis_cfg.errors import FileRefused
from trellis_cfg.preview.facts import PlainValue
from trellis_cfg.restore import get_value

_NUMPY = (
    "numpy.core.multiarray:_reconstruct numpy._core.multiarray:_reconstruct numpy:ndarray "
    "numpy:dtype numpy.dtypes:Float32DType"
)
"""What the buffer of a gradient clipper is made of."""
_ERRORS = (
    *(pickle.UnpicklingError, RuntimeError, ValueError, TypeError, LookupError, EOFError),
    *(OSError, AttributeError),
)


def read_misc(path: str) -> dict[str, PlainValue]:
    """Return the step, the sampler's place, the rate and the schedule's length in a misc file.

    torch reads it with ``weights_only``: what is not plain values and tensors is refused. Raises
    FileRefused.
    """
    try:
        torch: Any = import_module("torch")
    except ImportError:
        message = "--read-checkpoints needs torch, which is not installed here"
        raise FileRefused(message) from None
    try:
        with torch.serialization.safe_globals(_list_numpy()):
            misc = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except _ERRORS as error:
        lines = str(error).splitlines() or [type(error).__name__]
        raise FileRefused(f"{path}: torch refuses to read it as plain values: {lines[0]}") from None
    return {name: value for name, value in _list_values(misc) if value is not None}


def _list_numpy() -> list[Any]:
    names = (name.split(":") for name in _NUMPY.split())
    objects = []
    for module, name in names:
        try:
            objects.append(getattr(import_module(module), name))
        except (ImportError, AttributeError):
            continue
    return objects


def _list_values(misc: object) -> list[tuple[str, PlainValue]]:
    states = get_value(misc, "optimizer", "state")
    first = next(iter(states.values()), None) if isinstance(states, Mapping) else None
    steps: Any = get_value(first, "step")
    groups = get_value(misc, "optimizer", "param_groups")
    group = groups[0] if isinstance(groups, list) and groups else None
    is_tensor = hasattr(steps, "item") and getattr(steps, "numel", lambda: 0)() == 1
    return [
        ("step", _to_plain(get_value(misc, "step"))),
        ("epoch", _to_plain(get_value(misc, "epoch"))),
        ("sampler_epoch", _to_plain(get_value(misc, "data_sampler", "epoch"))),
        ("sampler_index", _to_plain(get_value(misc, "data_sampler", "idx"))),
        ("lr", _to_plain(get_value(group, "lr"))),
        ("optimizer_step", _to_plain(steps.item() if is_tensor else steps)),
        ("scheduler_step", _to_plain(get_value(misc, "lr_scheduler", "last_epoch"))),
        ("T_max", _to_plain(get_value(misc, "lr_scheduler", "T_max"))),
    ]


def _to_plain(value: object) -> PlainValue:
    return value if isinstance(value, int | float) else None
