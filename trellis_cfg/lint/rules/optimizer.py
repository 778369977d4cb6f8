"""Rules about the optimizer and the learning-rate scheduler, by what torch has."""

from collections.abc import Iterator, Mapping
from functools import cache

from trellis_cfg.diagnostics import ERROR, WARNING
from trellis_cfg.lint.class_use import ClassUse
from trellis_cfg.lint.config import Config, Finding
from trellis_cfg.lint.wording import (
    NearMiss,
    find_near_miss,
    format_suggestion,
    format_value,
    shorten,
)
from trellis_cfg.models import WARMUP
from trellis_cfg.models.torch_optim import (
    LR_SCHEDULERS,
    OPTIMIZERS,
    TorchArguments,
    torch_arguments,
)

_SCHEDULERS = LR_SCHEDULERS | {WARMUP: "warmup_steps [last_epoch]"}
# What the trainer gives by itself, and which tables a section's names come from.
_GIVEN = {"optimizer": "params", "lr_scheduler": "optimizer"}
_TABLES: Mapping[str, dict[str, str]] = {"optimizer": OPTIMIZERS, "lr_scheduler": _SCHEDULERS}
# What OneCycleLR's total_steps are computed from, and the steps that torch wants as integers.
_CYCLE = ("epochs", "steps_per_epoch")
_INTEGERS = {
    "OneCycleLR": ("total_steps", "epochs", "steps_per_epoch"),
    "CosineAnnealingWarmRestarts": ("T_0", "T_mult"),
}
# How other libraries call what torch calls by another name.
_ALIASES = {"learning_rate": "lr", "wd": "weight_decay"}


def _signature(used: ClassUse) -> TorchArguments | None:
    """Return what torch's class takes that is named; None for one that torch has not."""
    return _read(used.section, used.name) if used.name in _TABLES[used.section] else None


@cache
def _read(section: str, name: str) -> TorchArguments | None:
    return torch_arguments(_TABLES[section], name)


def absent(scheduler: ClassUse) -> list[str]:
    """Return the arguments that a scheduler cannot do without and is not given.

    torch says what those are, not a model.
    """
    found = _signature(scheduler)
    missing = [key for key in found.required if key not in scheduler.args] if found else []
    given = [key for key in _CYCLE if scheduler.args.get(key) is not None]
    if scheduler.name == "OneCycleLR" and "total_steps" not in given and len(given) < len(_CYCLE):
        missing.append("total_steps")
    return missing


def unset_steps(ctx: Config) -> Iterator[Finding]:
    """Find arguments of a scheduler that torch refuses: null, and steps that are no integers."""
    for used in ctx.of_section("lr_scheduler"):
        found = _signature(used)
        for key in found.required if found else ():
            if key in used.args and used.args[key] is None:
                yield _refused(used, key, "a value")
        for key in _INTEGERS.get(used.name, ()):
            if isinstance(used.args.get(key), float):
                yield _refused(used, key, "an integer")


def _refused(used: ClassUse, key: str, expected: str) -> Finding:
    message = f"{key} is {format_value(used.args[key])}, but {used.name} needs {expected}"
    return Finding((*used.path, "args", key), message)


def unknown_optimizer(ctx: Config) -> Iterator[Finding]:
    """The optimizer is not in ``torch.optim``.

    Forks bring their own, 8-bit Adam for one: then this is only a warning. It is an error
    where the name is surely a misspelling of one that torch has, or where the code beside the
    config looks into torch and its own module only, and neither has it.
    """
    yield from _unknown(ctx, "optimizer", "torch.optim")


def unknown_lr_scheduler(ctx: Config) -> Iterator[Finding]:
    """The scheduler is neither in ``torch.optim.lr_scheduler`` nor one that TRELLIS has.

    Forks bring their own: then this is only a warning. It is an error where the name is surely
    a misspelling. TRELLIS itself has ``LinearWarmupLRScheduler``.
    """
    yield from _unknown(ctx, "lr_scheduler", "torch.optim.lr_scheduler")


def _unknown(ctx: Config, section: str, where: str) -> Iterator[Finding]:
    for used in ctx.of_section(section):
        known = _TABLES[section]
        if used.name in known:
            continue
        meant = find_near_miss(used.name, known)
        is_sure = meant is not None and meant.is_sure
        is_missing = _is_missing(ctx, section, used.name)
        if is_missing is not False and (is_missing or is_sure or not _is_read(ctx)):
            yield Finding(
                (*used.path, "name"),
                f'{where} has no "{shorten(used.name)}"{format_suggestion(meant and meant.name)}',
                severity=ERROR if is_missing or is_sure else WARNING,
                why="the modules of this checkout's trainers do not have it" if is_missing else "",
            )


def _is_read(ctx: Config) -> bool:
    """Tell whether the code beside the config says what trainer it is."""
    return ctx.trainer is not None and ctx.trainer.signature is not None


def _is_missing(ctx: Config, section: str, name: str) -> bool | None:
    """Tell whether a checkout's trainers do not find a name; None where that is not known."""
    source = ctx.facts.source
    if source is None or not _is_read(ctx):
        return None
    found = source.optimizers if section == "optimizer" else source.schedulers
    return None if found is None else name not in found


def unknown_optimizer_argument(ctx: Config) -> Iterator[Finding]:
    """The optimizer or the scheduler does not take this argument: a TypeError at the start.

    Some forks strip arguments of their own before torch sees them: so this is a warning,
    unless the argument is surely a misspelling, or one that the trainer gives by itself.
    """
    for section in _TABLES:
        for used in ctx.of_section(section):
            yield from _unknown_arguments(used)


def _unknown_arguments(used: ClassUse) -> Iterator[Finding]:
    found = _signature(used)
    if found is None:
        return
    known = [*found.required, *found.optional]
    for key in used.args:
        if key == _GIVEN[used.section]:
            message = f'"{key}" is given by the trainer itself: remove it'
            yield Finding((*used.path, "args", key), message, on_key=True, severity=ERROR)
        elif key not in known:
            meant = (
                NearMiss(_ALIASES[key], is_sure=True)
                if key in _ALIASES
                else find_near_miss(key, known)
            )
            yield Finding(
                (*used.path, "args", key),
                f'{used.name} takes no "{shorten(key)}"{format_suggestion(meant and meant.name)}',
                on_key=True,
                severity=ERROR if meant and meant.is_sure else WARNING,
            )
