"""Subclasses of trainers with an epoch limit."""

import copyreg
import functools
import inspect
import sys
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from trellis_cfg.messages import LANGUAGES, Language
from trellis_cfg.sections import TRAINER_METHODS
from trellis_cfg.training.trainer import EpochLimitMixin, TrainingOptions

_WRAP = "_with_max_epoch"


def with_max_epoch(
    cls: type, *, language: Language | None = None, step_every: int = 1, save_last: bool = True
) -> Any:  # noqa: ANN401  a class with the methods of ``cls``
    """Return a subclass of a trainer's class that also stops after ``max_epoch`` epochs.

    The class needs the interface of the ``Trainer`` of TRELLIS, or of the ``BasicTrainer`` of
    TRELLIS.2; one that takes ``max_epoch`` itself is returned unchanged. Reports are in
    ``language``, by default that of the locale; a line is printed every ``step_every`` steps, 0 is
    never. With ``save_last``, a run with ``max_epoch`` saves its last state.
    Raises TypeError if ``cls`` is not a trainer, ValueError for an unknown language.
    """
    if language not in (None, *LANGUAGES):
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, not {language!r}")
    if not is_trainer(cls):
        raise TypeError(f"{cls!r} is not a trainer: it lacks one of {', '.join(TRAINER_METHODS)}")
    if issubclass(cls, EpochLimitMixin) or _takes_max_epoch(cls):
        return cls
    options = TrainingOptions(language, step_every, save_last)
    return _make_subclass(cls, options)  # type: ignore[arg-type]  # a class is hashable


def is_trainer(value: object) -> bool:
    """Tell whether a value is a class with the methods of a trainer."""
    return isinstance(value, type) and all(hasattr(value, name) for name in TRAINER_METHODS)


def _takes_max_epoch(cls: type) -> bool:
    constructors = (base.__dict__.get("__init__") for base in cls.__mro__)
    return any(
        "max_epoch" in inspect.signature(constructor).parameters
        for constructor in constructors
        if callable(constructor)
    )


@functools.cache
def _make_subclass(cls: type, options: TrainingOptions) -> type:
    """Return the subclass, with the name, module, docstring and signature of the class."""

    @functools.wraps(cls.__init__)  # type: ignore[misc]
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401, N807
        EpochLimitMixin.__init__(self, *args, **kwargs)

    names = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
    return _make_metaclass(type(cls))(
        cls.__name__,
        (EpochLimitMixin, cls),
        {**names, "__init__": __init__, "training_options": options, "wrapped_trainer": cls},
    )


@functools.cache
def _make_metaclass(base: type) -> Callable[..., type]:
    """Return a metaclass whose classes can be pickled."""
    metaclass = type(f"{base.__name__}WithMaxEpoch", (base,), {})
    copyreg.pickle(metaclass, _reduce_class)
    return metaclass


def _reduce_class(cls: Any) -> Any:  # noqa: ANN401  as pickle requires
    """Return how to restore a subclass: its name if that leads to it, else how to make it."""
    named: Any = sys.modules.get(cls.__module__)
    for part in cls.__qualname__.split("."):
        named = getattr(named, part, None)
    if named is cls or "wrapped_trainer" not in vars(cls):
        return cls.__qualname__
    return partial(with_max_epoch, **cls.training_options._asdict()), (cls.wrapped_trainer,)


def install(
    trainers: ModuleType,
    *,
    language: Language | None = None,
    step_every: int = 1,
    save_last: bool = True,
) -> None:
    """Let a module return each trainer's class as ``with_max_epoch`` makes it.

    This includes classes that the module imports lazily. Call it where the script is imported, so
    that the processes which it spawns do the same; a second call changes the options.
    """
    wrap = partial(with_max_epoch, language=language, step_every=step_every, save_last=save_last)
    if not hasattr(trainers, _WRAP):
        base: Any = type(trainers)

        class Trainers(base):  # type: ignore[misc]
            def __getattribute__(self, name: str) -> Any:  # noqa: ANN401  anything
                value = super().__getattribute__(name)
                return vars(self)[_WRAP](value) if is_trainer(value) else value

        trainers.__class__ = Trainers
    vars(trainers)[_WRAP] = wrap
