"""Rules about the optimizer and the learning-rate scheduler, by what torch has."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from trellis_cfg.diagnostics import ERROR, NOTE, WARNING
from trellis_cfg.document.paths import Path
from trellis_cfg.lint.class_use import ClassUse, to_finite
from trellis_cfg.lint.config import Config, Finding
from trellis_cfg.lint.fixes import offer_name, offer_removal, offer_rename
from trellis_cfg.lint.wording import format_path, format_value, shorten
from trellis_cfg.models import SCHEDULERS
from trellis_cfg.models.torch_optim import (
    OPTIMIZERS,
    TorchArguments,
    torch_arguments,
)
from trellis_cfg.suggest import SAME_MEANING, find_near_miss

if TYPE_CHECKING:
    from trellis_cfg.source.uses.torch_arguments import TorchCall

_CLASSES: Mapping[str, dict[str, str]] = {"optimizer": OPTIMIZERS, "lr_scheduler": SCHEDULERS}
# The argument that the trainer passes.
_PASSED = {"optimizer": "params", "lr_scheduler": "optimizer"}
# What OneCycleLR computes total_steps from, and the steps that torch requires as integers.
_CYCLE = ("epochs", "steps_per_epoch")
_INTEGERS = {
    "OneCycleLR": ("total_steps", *_CYCLE),
    "CosineAnnealingWarmRestarts": ("T_0", "T_mult"),
}
# What the constructors of torch.optim refuse below 0, beside the arguments that all have.
_NOT_NEGATIVE = {
    "SGD": ("momentum",),
    "RMSprop": ("momentum", "alpha"),
    "Muon": ("momentum",),
    "NAdam": ("momentum_decay",),
    "Adagrad": ("lr_decay", "initial_accumulator_value"),
    "Adadelta": ("rho",),
}
_WITH_BETAS = ("Adam", "AdamW", "Adamax", "NAdam", "RAdam", "SparseAdam")


def get_torch_arguments(section: str, name: str) -> TorchArguments | None:
    """Return the arguments of a class of torch; None for a class that torch does not have."""
    return torch_arguments(_CLASSES.get(section, {}), name)


def _get_arguments(config: Config, used: ClassUse) -> TorchArguments | None:
    """Return the same; None for the SDF fork's scheduler in a checkout, which has its own."""
    is_own = used.name == "WarmupThenScheduler" and config.trainer and config.trainer.facts
    return None if is_own else get_torch_arguments(used.section, used.name)


def find_missing_arguments(config: Config, scheduler: ClassUse) -> list[str]:
    """Return the arguments of a scheduler that torch requires and the config does not set."""
    arguments = _get_arguments(config, scheduler)
    missing = [key for key in arguments.required if key not in scheduler.args] if arguments else []
    is_total_set = scheduler.args.get("total_steps") is not None
    if scheduler.name == "OneCycleLR" and not (
        is_total_set or all(scheduler.args.get(key) is not None for key in _CYCLE)
    ):
        missing.append("total_steps")
    return missing


def find_refused_values(config: Config) -> Iterator[Finding]:
    """Find values that the constructors of torch refuse, beside those of the models."""
    for used in config.of_section("lr_scheduler"):
        arguments = _get_arguments(config, used)
        for key in arguments.required if arguments else ():
            if key in used.args and used.args[key] is None:
                yield _report_refused(used, (key,), None, "a value")
        for key in _INTEGERS.get(used.name, ()):
            if isinstance(used.args.get(key), float):
                yield _report_refused(used, (key,), used.args[key], "an integer")
    for used in config.of_section("optimizer"):
        for path, value, expected in _list_refused(used):
            call = _read_call(config, used)
            is_sure = call.is_direct is not False if call else config.is_known
            if not (call and path[0] in call.removed):
                finding = _report_refused(used, path, value, expected)
                yield finding._replace(severity=None if is_sure else WARNING)


def _report_refused(used: ClassUse, path: Path, value: object, expected: str) -> Finding:
    path = used.locate(*path)
    message = f"{format_path(path)} is {format_value(value)}, but {used.name} needs {expected}"
    return Finding(path, message)


def _list_refused(used: ClassUse) -> Iterator[tuple[Path, object, str]]:
    """Yield the path, the value and what torch expects instead."""
    for key in _NOT_NEGATIVE.get(used.name, ()):
        number = to_finite(used.args.get(key))
        if number is not None and number < 0:
            yield (key,), used.args[key], "0 or more"
    betas = used.args.get("betas")
    for index, beta in enumerate(betas if isinstance(betas, list) else ()):
        number = to_finite(beta)
        if used.name in _WITH_BETAS and number is not None and not 0 <= number < 1:
            yield ("betas", index), beta, "0 or more, and less than 1"
    if used.name == "SGD" and used.args.get("nesterov") is True:
        momentum, dampening = (used.args.get(key, 0) for key in ("momentum", "dampening"))
        if momentum == 0 or (to_finite(dampening) or 0) != 0:
            yield ("nesterov",), True, "a momentum and no dampening"


def unknown_optimizer(config: Config) -> Iterable[Finding]:
    """The optimizer is not in ``torch.optim``.

    A clear misspelling of a torch class is an error, or a warning if there is a checkout, which may
    have it. It is an error, too, if the checkout looks only in torch and its own module and neither
    has it. Any other name is only a note: forks add their own, such as 8-bit Adam.

    Bad: {"trainer": {"args": {"optimizer": {"name": "Adamw", "args": {"lr": 0.0001}}}}}
    Good: {"trainer": {"args": {"optimizer": {"name": "AdamW", "args": {"lr": 0.0001}}}}}
    Chinese: 未知的优化器。使用 torch.optim 中的类名。
    """
    return _find_unknown_classes(config, "optimizer", "torch.optim")


def unknown_lr_scheduler(config: Config) -> Iterable[Finding]:
    """The scheduler is neither in ``torch.optim.lr_scheduler`` nor in TRELLIS.

    A clear misspelling is an error. Any other name is only a note: forks add their own.
    TRELLIS itself has ``LinearWarmupLRScheduler``, the SDF fork also ``WarmupThenScheduler``.

    Bad: {"trainer": {"args": {"lr_scheduler": {"name": "steplr", "args": {"step_size": 1000}}}}}
    Good: {"trainer": {"args": {"lr_scheduler": {"name": "StepLR", "args": {"step_size": 1000}}}}}
    Chinese: 未知的学习率调度器。使用 torch.optim.lr_scheduler 或 TRELLIS 中的类名。
    """
    return _find_unknown_classes(config, "lr_scheduler", "torch.optim.lr_scheduler")


def _find_unknown_classes(config: Config, section: str, package: str) -> Iterator[Finding]:
    for used in config.of_section(section):
        if used.name in _CLASSES[section]:
            continue
        similar = find_near_miss(used.name, _CLASSES[section])
        names = config.ask_trainer(lambda facts, name: facts.find_extra_names(section, name))
        is_missing = None if names is None else used.name not in names
        is_read = config.trainer is not None and config.trainer.facts is not None
        if is_missing is not False and (is_missing or similar.is_sure or not is_read):
            is_error = is_missing or (similar.is_sure and not is_read)
            path = (*used.path, "name")
            message = f'{package} has no "{shorten(used.name)}"{similar.suggestion}'
            severity = ERROR if is_error else WARNING if similar.is_sure else NOTE
            why = "the trainer modules in this checkout do not define it" if is_missing else ""
            fix = offer_name(path, similar.name) if similar.is_sure else None
            yield Finding(path, message, severity=severity, why=why, fix=fix)


def unknown_optimizer_argument(config: Config) -> Iterable[Finding]:
    """The optimizer or the scheduler does not accept this argument: TypeError at startup.

    Some forks remove their own arguments before calling torch, so this is a warning, unless the
    argument is a clear misspelling or already passed by the trainer. With a checkout, its code says
    which it removes: these are not reported, and any other is an error.

    Bad: {"trainer": {"args": {"optimizer": {"name": "AdamW", "args": {"learning_rate": 0.0001}}}}}
    Good: {"trainer": {"args": {"optimizer": {"name": "AdamW", "args": {"lr": 0.0001}}}}}
    Chinese: 优化器或调度器不接受该参数。改正参数名，或删除它。
    """
    for section in _CLASSES:
        for used in config.of_section(section):
            arguments = _get_arguments(config, used)
            for finding in _find_unknown_arguments(used, arguments) if arguments else ():
                call = _read_call(config, used)
                if call is None or call.is_direct is None:
                    yield finding
                elif finding.path[-1] not in call.removed and (
                    call.is_direct or finding.severity == ERROR
                ):
                    yield finding._replace(severity=ERROR if call.is_direct else WARNING)


def _read_call(config: Config, used: ClassUse) -> "TorchCall | None":
    """Return how the trainer in the checkout calls a class of torch; None if it was not read."""
    if used.name in ("LinearWarmupLRScheduler", "WarmupThenScheduler"):
        return None
    return config.ask_trainer(lambda facts, name: facts.read_torch_call(used.section, name))


def _find_unknown_arguments(used: ClassUse, arguments: TorchArguments) -> Iterator[Finding]:
    known = [*arguments.required, *arguments.optional]
    for key in used.args:
        path, fix = used.locate(key), None
        if key == _PASSED[used.section]:
            message, is_error = f'"{key}" is already passed by the trainer: remove it', True
            fix = offer_removal(path, is_safe=True)
        elif key in known:
            continue
        else:
            similar = find_near_miss(key, known)
            message = f'{used.name} has no argument "{shorten(key)}"{similar.suggestion}'
            is_error = similar.is_sure or similar.is_synonym
            is_clear = similar.is_sure or similar.name in SAME_MEANING
            fix = offer_rename(path, similar.name) if is_clear else None
        severity = ERROR if is_error else WARNING
        yield Finding(path, message, on_key=True, severity=severity, fix=fix)
