"""A trainer's class and the same one with an epoch limit."""

import copyreg
import functools
import inspect
import sys
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from trellis_cfg.messages import LANGUAGES, Language
from trellis_cfg.training.trainer import EpochLimitMixin, TrainingOptions

_METHODS = (
    *("init_models_and_more", "prepare_dataloader", "load_data", "run_step", "run"),
    *("save", "load", "snapshot"),
)
_known: dict[tuple[type, TrainingOptions], type] = {}


def with_max_epoch(
    cls: type,
    *,
    language: Language | None = None,
    step_every: int = 1,
    save_last: bool = True,
) -> Any:  # noqa: ANN401  a class with the methods of ``cls``
    """Return a subclass of a trainer's class that also stops after ``max_epoch`` epochs.

    The class needs the interface of the ``Trainer`` of TRELLIS, or of the ``BasicTrainer`` of
    TRELLIS.2; one that takes ``max_epoch`` itself is returned as it is. Reports are in
    ``language``, by default that of the locale; a line is printed every ``step_every`` steps, 0 is
    never. With ``save_last``, a run with ``max_epoch`` saves the state that it ends in.
    Raises TypeError for what is no such class, ValueError for an unknown language.
    """
    if language not in (None, *LANGUAGES):
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, not {language!r}")
    if not is_trainer(cls):
        raise TypeError(f"{cls!r} is no trainer: it lacks one of {', '.join(_METHODS)}")
    if issubclass(cls, EpochLimitMixin) or _takes_max_epoch(cls):
        return cls
    key = cls, TrainingOptions(language, step_every, save_last)
    if key not in _known:
        _known[key] = _subclass(*key)
    return _known[key]


def is_trainer(value: object) -> bool:
    """Tell whether a value is a class with the methods of a trainer."""
    return isinstance(value, type) and all(hasattr(value, name) for name in _METHODS)


def _takes_max_epoch(cls: type) -> bool:
    constructors = (one.__dict__.get("__init__") for one in cls.__mro__)
    return any(
        "max_epoch" in inspect.signature(one).parameters for one in constructors if callable(one)
    )


def _subclass(cls: type, options: TrainingOptions) -> type:
    """Return the subclass; name, module, docstring and signature are those of the class."""

    @functools.wraps(cls.__init__)  # type: ignore[misc]
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401, N807
        EpochLimitMixin.__init__(self, *args, **kwargs)

    names = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
    meta = _metaclass(type(cls))
    return meta(
        cls.__name__,
        (EpochLimitMixin, cls),
        {**names, "__init__": __init__, "training_options": options, "wrapped_trainer": cls},
    )


@functools.cache
def _metaclass(of: type) -> Callable[..., type]:
    """Return a metaclass by which pickle knows the subclasses, of that of a trainer."""
    made = type(f"{of.__name__}WithMaxEpoch", (of,), {})
    copyreg.pickle(made, _reduced)
    return made


def _reduced(cls: Any) -> Any:  # noqa: ANN401  what pickle wants
    """Return how a subclass is made again; its name, where that leads to it."""
    named: Any = sys.modules.get(cls.__module__)
    for part in cls.__qualname__.split("."):
        named = getattr(named, part, None)
    if named is cls or "wrapped_trainer" not in vars(cls):
        return cls.__qualname__
    return _made_again, (cls.wrapped_trainer, tuple(cls.training_options))


def _made_again(cls: type, options: tuple[Any, ...]) -> Any:  # noqa: ANN401  a class
    language, step_every, save_last = options
    return with_max_epoch(cls, language=language, step_every=step_every, save_last=save_last)


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
