"""The learning-rate schedulers of a config, as its trainer builds them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from trellis_cfg.document.paths import Path
from trellis_cfg.learning_rate import Rate
from trellis_cfg.lint.class_use import get_whole, to_finite
from trellis_cfg.lint.config import Config
from trellis_cfg.models.torch_optim import LR_SCHEDULERS, torch_arguments
from trellis_cfg.sections import TRAINER_ARGS

if TYPE_CHECKING:
    from trellis_cfg.source.uses.scheduler import SchedulerCode, SetArgument

MAIN, MAIN_ARGS = "main_scheduler_class", "main_scheduler_kwargs"
WARM_UPS = (
    *("warmup_steps", "num_warmup_steps", "n_warmup_steps", "warmup_iters", "num_warmup_iters"),
    *("warmup_epochs", "warmup"),
)
"""The arguments that count the steps of a warm-up."""
LENGTHS = (
    *("T_max", "max_steps", "total_steps", "num_training_steps", "total_iters", "max_iters"),
    *("training_steps", "num_steps", "decay_steps", "max_epochs", "t_initial"),
)
"""The arguments that count the steps of a whole schedule, in classes that are not torch's."""
# The keys that hold a scheduler of the rate; t_schedule and noise_scheduler are of another kind.
_KEYS = re.compile(r"(\w+_)?(lr|rate|warm_?up|optim|optimizer)_sched\w*|sched\w*")
_MAX_DEPTH = 3  # of objects in the trainer's arguments
_COSINE = "CosineAnnealingLR"


class Scheduler(NamedTuple):
    """A scheduler with its arguments, which are at ``path`` in the config.

    It starts after ``begin`` steps. ``computed`` are arguments that the trainer sets itself,
    whatever the config says. ``parts`` are the schedulers that it consists of.
    """

    name: str
    path: Path
    args: Mapping[str, object]
    begin: int = 0
    computed: "Mapping[str, SetArgument]" = MappingProxyType({})
    parts: "tuple[Scheduler, ...]" = ()

    @property
    def main_args(self) -> dict[str, object]:
        """The arguments of the scheduler after a warm-up."""
        args = self.args.get(MAIN_ARGS)
        return args if isinstance(args, dict) else {}

    @property
    def torch_args(self) -> dict[str, object]:
        """The arguments that the class gets; one that is not known has no valid value."""
        computed = {key: each.steps or "unknown" for key, each in self.computed.items()}
        args = {**self.args, **computed}
        if MAIN in args and self.parts:
            args[MAIN_ARGS] = self.parts[0].torch_args
        return args

    def find_count(self, keys: Iterable[str]) -> tuple[str, int] | None:
        """Return the first of some arguments that is a number of steps, and that number."""
        counts = ((key, get_whole(self.args, key)) for key in keys)
        return next(((key, count) for key, count in counts if count), None)


def find_schedulers(config: Config) -> Iterator[Scheduler]:
    """Yield the schedulers of a config: its own, and those elsewhere that its trainer reads."""
    for used in config.of_section("lr_scheduler"):
        yield _read(config, Scheduler(used.name, (*used.path, "args"), used.args))
    for path, name, args in _find_nested(config.trainer_args, TRAINER_ARGS):
        code, is_argument = read_scheduler_code(config), len(path) == len(TRAINER_ARGS) + 1
        read = config.trainer.parameters if config.trainer and is_argument else code and code.keys
        if code and read and path[-1] in read:
            yield _read(config, Scheduler(name, (*path, "args"), args))


def read_scheduler_code(config: Config) -> "SchedulerCode | None":
    """Return what the trainer's code does with its scheduler; None without a checkout."""
    return config.ask_trainer(lambda facts, name: facts.read_scheduler_code(name))


def read_rate(config: Config) -> Rate | None:
    """Return how a config's learning rate goes; None where it gives none."""
    optimizer = next(iter(config.of_section("optimizer")), None)
    lr = to_finite(optimizer.args.get("lr")) if optimizer else None
    if lr is None:
        return None
    scheduler = next(find_schedulers(config), None)
    return Rate(lr, scheduler.name, scheduler.torch_args) if scheduler else Rate(lr)


def _find_nested(value: object, path: Path) -> Iterator[tuple[Path, str, dict[str, object]]]:
    """Yield the path, name and arguments of each scheduler below the trainer's arguments."""
    for key, item in value.items() if isinstance(value, dict) else ():
        if not isinstance(item, dict) or (*path, key) == (*TRAINER_ARGS, "lr_scheduler"):
            continue
        below = (*path, key)
        name, args = item.get("name"), item.get("args")
        if _KEYS.fullmatch(key) and isinstance(name, str) and isinstance(args, dict):
            yield below, name, args
        elif len(below) < len(TRAINER_ARGS) + _MAX_DEPTH:
            yield from _find_nested(item, below)


def _read(config: Config, whole: Scheduler) -> Scheduler:
    """Return a scheduler with its parts, and what the trainer sets of their arguments."""
    main, warm_up = whole.args.get(MAIN), whole.find_count(WARM_UPS)
    if not isinstance(main, str):
        whole = whole._replace(computed=_find_computed(config, whole))
        return whole._replace(parts=tuple(_read_sequence(whole)))
    part = Scheduler(main, (*whole.path, MAIN_ARGS), whole.main_args, warm_up[1] if warm_up else 0)
    return whole._replace(parts=(part._replace(computed=_find_computed(config, whole, part)),))


def _find_computed(
    config: Config, whole: Scheduler, part: Scheduler | None = None
) -> "dict[str, SetArgument]":
    """Return the arguments that the trainer sets for a scheduler, other than the config's."""
    name, args = (part or whole).name, (part or whole).args
    code, trainer_args = read_scheduler_code(config), dict(config.trainer_args or {})
    if code is None:
        is_fork = whole.name == "WarmupThenScheduler" and not config.behavior.is_wrapped
        return _compute_as_fork(trainer_args, whole) if is_fork and name == _COSINE else {}
    from trellis_cfg.source.uses import scheduler_values  # noqa: PLC0415  of a checkout

    if config.behavior.is_wrapped:  # the runtime sets the limit before
        trainer_args.pop("max_steps", None)
    main, known = part.name if part else None, {**whole.main_args, **whole.args}
    configured = scheduler_values.ConfiguredScheduler(whole.name, main, known, trainer_args)
    sets = ((key, code.find_set(key, configured)) for key in _list_arguments(name))
    return {
        key: each
        for key, each in sets
        if each and not (each.is_default and args.get(key) is not None)
    }


def _compute_as_fork(args: Mapping[str, object], whole: Scheduler) -> "dict[str, SetArgument]":
    """Return what the trainer of the SDF fork sets: the length of a cosine after a warm-up."""
    from trellis_cfg.source.uses.scheduler import SetArgument  # noqa: PLC0415  likewise

    limit, warm_up = get_whole(args, "max_steps"), get_whole(whole.args, "warmup_steps") or 0
    steps = max(1, limit - warm_up) if limit else None
    is_failing = "max_steps" in args and args["max_steps"] is None
    return {"T_max": SetArgument("", steps, is_from_limit=True, is_failing=is_failing)}


def _list_arguments(name: str) -> tuple[str, ...]:
    """Return the arguments of a class; of one that is not torch's, those that count steps."""
    arguments = torch_arguments(LR_SCHEDULERS, name)
    names = (*arguments.required, *arguments.optional) if arguments else (*WARM_UPS, *LENGTHS)
    return tuple(name for name in names if name not in ("last_epoch", "verbose"))


def _read_sequence(whole: Scheduler) -> Iterator[Scheduler]:
    """Yield the last part of a sequence, if the config gives each as an object."""
    listed, milestones = whole.args.get("schedulers"), whole.args.get("milestones")
    if not (isinstance(listed, list) and isinstance(milestones, list)):
        return
    last, begin = (listed or [None])[-1], get_whole({"": (milestones or [0])[-1]}, "") or 0
    match last:
        case {"name": str(name), "args": dict(args)}:
            yield Scheduler(name, (*whole.path, "schedulers", len(listed) - 1, "args"), args, begin)
