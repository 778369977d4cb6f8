"""What differs between the arguments of a resumed run and its checkpoint's, and what it does."""

import inspect
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from trellis_cfg.restore import COSINE, Change, Outcome, RestoreBehavior, Resume
from trellis_cfg.restore.effects import decide, find_changes
from trellis_cfg.terminal import escape_controls

_PARTS = ("models", "dataset")
_NO_ARGUMENTS = (*_PARTS, "output_dir", "load_dir", "step")
_ATTRIBUTES = {
    "models": "models",
    "ema": "ema_params",
    "optimizer": "optimizer",
    "lr_scheduler": "lr_scheduler",
    "data_sampler": "data_sampler",
    "scaler": "scaler",
    "log_scale": "log_scale",
    "elastic": "elastic_controller",
    "grad_clip": "grad_clip",
    COSINE: COSINE,
}
"""The components that a checkpoint holds, by the attributes that ``load`` names."""


def describe_arguments(cls: type, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """Return the part of a config that a trainer is made with, as JSON."""
    parts = {**dict(zip(_PARTS, args, strict=False)), **kwargs}
    models = parts.get("models")
    roles = models.items() if isinstance(models, Mapping) else ()
    config = {
        "models": {role: {"name": type(model).__name__} for role, model in roles},
        "dataset": {"name": type(parts.get("dataset")).__name__},
        "trainer": {
            "name": cls.__name__,
            "args": {key: kwargs[key] for key in kwargs if key not in _NO_ARGUMENTS},
        },
    }
    return json.dumps(config, skipkeys=True, default=lambda value: type(value).__name__)


def find_effects(
    cls: type, saved: object, arguments: str, step: int
) -> list[tuple[Change, Outcome]]:
    """Return what differs from the arguments that a checkpoint saved, with what that does."""
    old, new = None, json.loads(arguments)
    with suppress(ValueError):
        old = json.loads(saved) if isinstance(saved, str) else None
    if not isinstance(old, dict):
        return []
    parameters = dict(list_parameters(cls))
    known = {key: default for key, default in parameters.items() if default is not NONE}
    defaults: dict[tuple[str, ...], dict[str, object]] = {("trainer",): known}
    resume = Resume(
        old=old,
        new=new,
        step=step,
        behavior=_read_behavior(cls, parameters),
        old_defaults=defaults,
        new_defaults=defaults,
        arguments=dict.fromkeys(parameters, ""),
        reads_max_epoch=True,
    )
    return [(change, decide(change, resume)) for change in find_changes(old, new)]


NONE = inspect.Parameter.empty
"""The default of a parameter without one."""


def list_parameters(cls: type) -> Iterator[tuple[str, Any]]:
    """Yield the parameters of the constructors of a class, and their defaults."""
    for base in reversed(cls.__mro__[:-1]):
        constructor = vars(base).get("__init__")
        if callable(constructor):
            for name, parameter in inspect.signature(constructor).parameters.items():
                yield name, parameter.default


def _read_behavior(cls: Any, parameters: Mapping[str, Any]) -> RestoreBehavior:  # noqa: ANN401  a trainer
    """Return what a trainer restores, by the names in its ``load``; others may be elsewhere."""
    names = getattr(getattr(cls.load, "__code__", None), "co_names", ())
    has_state = "load_state_dict" in names
    restored = {each for each, name in _ATTRIBUTES.items() if has_state and name in names}
    is_mixed = "mix_precision_mode" in parameters
    return RestoreBehavior(
        dict.fromkeys(restored, ""),
        frozenset(_ATTRIBUTES.keys() - restored - {COSINE}),
        converts=True if "convert_to_fp16" in names else None,
        precision="mix_precision_mode" if is_mixed else "fp16_mode",
    )


def format_change(change: Change, outcome: Outcome) -> str:
    """Return a change, and why it does what it does, in one line."""
    old, new = change.format_values()
    return escape_controls(f"{'.'.join(change.path)}: {old} -> {new}: {outcome.reason}")
