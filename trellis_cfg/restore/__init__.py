"""What a trainer restores from a checkpoint, so that a changed config does not act.

Imports only the standard library: a training asks, too.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

Effect = Literal["fails", "silent", "ignored", "partly", "unknown", "acts"]
"""What a change does, the worst first."""
Stage = Literal["start", "load", "step"]
Precision = Literal["fp16_mode", "mix_precision_mode"]
Config = Mapping[str, object]

ARGS = ("trainer", "args")
SOURCE = "name the checkout with --source DIR"
COMPONENTS = (
    *("models", "ema", "optimizer", "lr_scheduler", "data_sampler", "scaler", "log_scale"),
    *("elastic", "grad_clip"),
)
"""What a checkpoint of TRELLIS holds."""
COSINE = "T_max"
"""The name in ``places`` of the length of a cosine that is set again after the scheduler."""


class RestoreBehavior(NamedTuple):
    """What a trainer does when it loads a checkpoint.

    ``places`` are the components that it restores, each with its ``file:line`` in a checkout;
    for those in ``unclear``, that is not known; a checkpoint may lack the ``optional``
    ones. ``converts`` is whether it converts the models to
    half precision under ``inflat_all``; None is not known. ``precision`` is the argument that sets
    the mode. ``is_sdf`` is whether it is of the SDF fork. It ``lacks``
    attributes that it reads; None is not known.
    """

    places: Mapping[str, str] = MappingProxyType(dict.fromkeys(COMPONENTS, ""))
    unclear: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    converts: bool | None = None
    precision: Precision = "fp16_mode"
    is_sdf: bool = False
    lacks: frozenset[str] | None = None

    def restores(self, component: str) -> bool | None:
        """Return whether a component comes from the checkpoint; None if that is not known."""
        return None if component in self.unclear else component in self.places


TRELLIS = RestoreBehavior(converts=True, lacks=frozenset({"backbone"}))
TRELLIS_2 = RestoreBehavior(converts=False, precision="mix_precision_mode", lacks=frozenset())
SDF_FORK = TRELLIS._replace(places={**TRELLIS.places, COSINE: ""}, is_sdf=True)


class Change(NamedTuple):
    """A value that differs between two configs; None where the key is absent."""

    path: tuple[str, ...]
    old: object = None
    new: object = None
    is_added: bool = False
    is_removed: bool = False

    def format_values(self) -> tuple[str, str]:
        """Return the old value and the new one as JSON, not escaped."""
        import json  # noqa: PLC0415  only to report

        values = ((self.is_added, self.old), (self.is_removed, self.new))
        old, new = (
            "absent" if is_absent else json.dumps(value, ensure_ascii=False)
            for is_absent, value in values
        )
        return old, new


class Outcome(NamedTuple):
    """What a change does to a run that is resumed: why, and what to do instead.

    A failure has its ``stage``. ``place`` is the ``file:line`` of the trainer that decides it.
    """

    effect: Effect
    reason: str
    advice: str = ""
    stage: Stage | None = None
    place: str = ""


class Resume(NamedTuple):
    """A run that is resumed at ``step``: the config it was trained with, and the new one.

    Without a ``behavior``, the trainer's code is not known. The defaults are those of a class's
    arguments, by the path of the class. ``arguments`` are those that the new trainer accepts, with
    their place; None where that is not known. ``foreign`` are arguments that their class does not
    know, by path: whether it ignores them or rejects them; None is not known. ``keep_argument``
    says how many checkpoints stay. ``known`` are the names of classes that TRELLIS has, or that
    extend them. ``ema_rates`` are those that the checkpoint has files of. ``schedule_end`` is the
    step after which the restored scheduler raises, ``rate`` its rate at the step. Of the old run
    and of the new one, ``samples`` are those that were counted, ``batches`` those of a process,
    ``ends`` the last step. ``read_keys`` are keys beside the sections, and whether the train script
    reads them; others are not known.
    """

    old: Config
    new: Config
    step: int = 0
    behavior: RestoreBehavior | None = None
    old_defaults: Mapping[tuple[str, ...], Mapping[str, object]] = MappingProxyType({})
    new_defaults: Mapping[tuple[str, ...], Mapping[str, object]] = MappingProxyType({})
    arguments: Mapping[str, str] | None = None
    foreign: Mapping[tuple[str, ...], bool | None] = MappingProxyType({})
    reads_max_epoch: bool | None = None
    keep_argument: str = ""
    keep_if_null: int | None = None
    world: int | None = None
    batches: tuple[int | None, int | None] = (None, None)
    ends: tuple[int | None, int | None] = (None, None)
    known: frozenset[str] = frozenset()
    ema_rates: frozenset[str] | None = None
    schedule_end: int | None = None
    rate: float | None = None
    samples: tuple[int | None, int | None] = (None, None)
    read_keys: Mapping[str, bool] = MappingProxyType({})

    def get_arguments(self, key: str, default: object = None) -> tuple[object, object]:
        """Return an argument of the trainer in the old and the new config, or its default."""

        def get(config: Config, defaults: Mapping[tuple[str, ...], Config]) -> object:
            args = get_value(config, *ARGS)
            if isinstance(args, Mapping) and key in args:
                return args[key]
            return defaults.get(ARGS[:1], {}).get(key, default)

        return get(self.old, self.old_defaults), get(self.new, self.new_defaults)

    def restores(self, component: str) -> bool | None:
        """Return whether the trainer restores a component; None if that is not known."""
        return self.behavior.restores(component) if self.behavior else None

    def locate(self, component: str) -> str:
        """Return the place where the trainer restores a component."""
        return self.behavior.places.get(component, "") if self.behavior else ""

    def locate_argument(self, key: str) -> str:
        """Return the place of an argument of the trainer."""
        return (self.arguments or {}).get(key, "")

    def decide_unrestored(self, component: str) -> Outcome | None:
        """Return the outcome for a component that is surely not brought back, or may not be."""
        if self.behavior is None:
            return Outcome("unknown", "the code that loads the checkpoint is not known", SOURCE)
        restored = self.behavior.restores(component)
        if restored is None:
            reason = f"whether the trainer restores its {component} could not be read in its code"
            return Outcome("unknown", reason, "read the trainer's load method")
        reason = f"the trainer does not restore its {component}: it is built from the new config"
        return None if restored else Outcome("acts", reason)

    def decide_unusual(self, component: str) -> Outcome | None:
        """Return that the outcome is unknown, unless the trainer restores a component, as usual."""
        if self.restores(component):
            return None
        reason = f"the trainer does not restore its {component} as those of TRELLIS do"
        return Outcome("unknown", f"{reason}: what this changes is not known", "try it on a copy")

    def decide_without_state(self, component: str, key: str) -> Outcome:
        """Return the outcome for a component that the old config does not have."""
        place = self.locate(component)
        if self.behavior and component in self.behavior.optional:
            reason = f"the checkpoint has no state of {component}: it is built from the new config"
            return Outcome("acts", reason, place=place)
        reason = f"the checkpoint has no state of {component}: KeyError {key!r}"
        return Outcome("fails", reason, f"leave {component} as it was", "load", place)


class Plan(NamedTuple):
    """What a run will do that is resumed at a step: each change with what it does.

    ``problems`` are reasons why the checkpoint cannot be loaded, whatever changed.
    """

    step: int
    decided: tuple[tuple[Change, Outcome], ...] = ()
    problems: tuple[str, ...] = ()


def get_value(config: object, *path: str) -> object:
    """Return the value at a path in a config; None without one."""
    for key in path:
        config = config.get(key) if isinstance(config, Mapping) else None
    return config
