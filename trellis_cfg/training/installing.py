"""One line for a whole script: every trainer of a module gets the epoch limit."""

from functools import partial
from types import ModuleType
from typing import Any

from trellis_cfg.catalogue import Language
from trellis_cfg.training.wrapping import is_trainer, with_max_epoch

_WRAP = "_with_max_epoch"


def install(
    trainers: ModuleType,
    *,
    language: Language | None = None,
    step_every: int = 1,
    save_last: bool = True,
) -> None:
    """Let a module give each trainer's class as ``with_max_epoch`` makes it.

    Also those that it imports only when they are asked for. Call it where the script is imported,
    so that processes which it starts do the same; a second call changes the options.
    """
    wrap = partial(with_max_epoch, language=language, step_every=step_every, save_last=save_last)
    if not hasattr(trainers, _WRAP):
        trainers.__class__ = _wrapping(type(trainers))
    vars(trainers)[_WRAP] = wrap


def _wrapping(of: type[ModuleType]) -> type[ModuleType]:
    """Return a class of modules that wrap the trainers they give, whatever else they do."""

    class Trainers(of):  # type: ignore[misc, valid-type]
        def __getattribute__(self, name: str) -> Any:  # noqa: ANN401  anything
            value = super().__getattribute__(name)
            return vars(self)[_WRAP](value) if is_trainer(value) else value

    return Trainers
