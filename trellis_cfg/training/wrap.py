"""Subclasses of trainers with an epoch limit."""

import copyreg
import functools
import sys
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, TypedDict, TypeVar, overload

from trellis_cfg.messages import LANGUAGES, Language
from trellis_cfg.sections import LIMITS, TRAINER_METHODS
from trellis_cfg.training.resuming import NONE, list_parameters
from trellis_cfg.training.trainer import EpochLimitMixin, TrainingOptions

if TYPE_CHECKING:
    from typing_extensions import Unpack

_WRAP = "_with_max_epoch"
_Trainer = TypeVar("_Trainer")


class Options(TypedDict, total=False):
    """The fields of ``TrainingOptions``, as keywords."""

    language: Language | None
    step_every: int
    save_last: bool
    keep_last: int | None
    keep_every: int | None
    progress: Literal["tqdm"] | None


@overload
def with_max_epoch(cls: type[_Trainer], **options: "Unpack[Options]") -> type[_Trainer]: ...


@overload
def with_max_epoch(
    cls: None = ..., **options: "Unpack[Options]"
) -> Callable[[type[_Trainer]], type[_Trainer]]: ...


def with_max_epoch(cls: type | None = None, **options: Any) -> Any:
    """Return a subclass of a trainer's class that also stops after ``max_epoch`` epochs.

    Without a class, return a decorator with these options. The class needs the interface of the
    ``Trainer`` of TRELLIS, or of the ``BasicTrainer`` of TRELLIS.2; one that takes ``max_epoch``
    itself keeps its reports. They are in ``language``, by default that of the locale; a line is
    printed every ``step_every`` steps, 0 is never. With ``save_last``, a run with ``max_epoch``
    saves its last state. The newest ``keep_last`` checkpoints that were written here stay, and
    those at multiples of ``keep_every``; by default all. ``progress="tqdm"`` shows its bar instead
    of lines, if it is installed.
    Raises TypeError if ``cls`` is not a trainer, ValueError for an option that is not valid.
    """
    training_options = _parse_options(TrainingOptions(**options))
    if cls is None:
        return partial(with_max_epoch, **options)
    if not is_trainer(cls):
        raise TypeError(f"{cls!r} is not a trainer: it lacks one of {', '.join(TRAINER_METHODS)}")
    if issubclass(cls, EpochLimitMixin):
        return cls
    return _make_subclass(cls, training_options)  # type: ignore[arg-type]  # a class is hashable


def _parse_options(options: TrainingOptions) -> TrainingOptions:
    """Return options that are valid; raise ValueError for others."""
    if options.language not in (None, *LANGUAGES):
        names = ", ".join(LANGUAGES)
        raise ValueError(f"language must be one of {names}, not {options.language!r}")
    if options.progress not in (None, "tqdm"):
        raise ValueError(f'progress must be "tqdm" or None, not {options.progress!r}')
    for name in ("keep_last", "keep_every"):
        number = getattr(options, name)
        if number is not None and (not isinstance(number, int) or number < 1 or number is True):
            raise ValueError(f"{name} must be a positive integer or None, not {number!r}")
    return options


def is_trainer(value: object) -> bool:
    """Return whether a value is a class with the methods of a trainer."""
    return isinstance(value, type) and all(hasattr(value, name) for name in TRAINER_METHODS)


@functools.cache
def _make_subclass(cls: type, options: TrainingOptions) -> type:
    """Return the subclass, with the name, module, docstring and signature of the class."""

    @functools.wraps(cls.__init__)  # type: ignore[misc]
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401, N807
        EpochLimitMixin.__init__(self, *args, **kwargs)

    defaults = {name: None if each is NONE else each for name, each in list_parameters(cls)}
    names = {
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "__doc__": cls.__doc__,
        "__init__": __init__,
        "training_options": options,
        "wrapped_trainer": cls,
        "own_limits": {name: defaults[name] for name in LIMITS if name in defaults},
    }
    return _make_metaclass(type(cls))(cls.__name__, (EpochLimitMixin, cls), names)


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


def install(trainers: ModuleType, **options: "Unpack[Options]") -> None:
    """Let a module return each trainer's class as ``with_max_epoch`` makes it with these options.

    This includes classes that the module imports lazily. Call it where the script is imported, so
    that the processes which it spawns do the same; a second call changes the options.
    """
    wrap = with_max_epoch(**options)
    if not hasattr(trainers, _WRAP):
        base: Any = type(trainers)

        class Trainers(base):  # type: ignore[misc]
            def __getattribute__(self, name: str) -> Any:  # noqa: ANN401  anything
                value = super().__getattribute__(name)
                return vars(self)[_WRAP](value) if is_trainer(value) else value

        trainers.__class__ = Trainers
    vars(trainers)[_WRAP] = wrap
