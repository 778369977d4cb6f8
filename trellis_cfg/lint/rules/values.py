"""Rules about values of the wrong kind, as the models judge them."""

from collections.abc import Iterator
from itertools import groupby
from types import NoneType
from typing import TYPE_CHECKING, Literal, get_args

from trellis_cfg.diagnostics import WARNING, Severity
from trellis_cfg.document.paths import Path
from trellis_cfg.lint.class_use import ClassUse
from trellis_cfg.lint.config import Config, Finding
from trellis_cfg.lint.rules.optimizer import absent, unset_steps
from trellis_cfg.lint.rules.saves import INTERVALS
from trellis_cfg.lint.wording import (
    find_similar,
    format_suggestion,
    format_value,
    is_misspelt,
    named,
)
from trellis_cfg.models import CHOICE, ShapeError, find_model
from trellis_cfg.sections import LIMITS, SECTIONS, TRAINER_ARGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trellis_cfg.source.class_spec import Parameter


_DEEP = 2
# What annotations call the types of JSON.
_TYPES: dict[type, tuple[str, ...]] = {
    bool: ("bool", "int", "float"),
    int: ("int", "float"),
    float: ("float",),
    str: ("str", "Path", "PathLike"),
    list: ("list", "List", "tuple", "Tuple", "Sequence", "Iterable", "set", "Set"),
    dict: ("dict", "Dict", "Mapping", "edict", "EasyDict"),
    type(None): ("None", "Optional"),
}
_ANY = ("Any", "object")


def is_overruled(named: "Iterable[ClassUse]", fault: "ShapeError") -> bool:
    """Tell whether the code beside the config decides otherwise than a fault, or is not known.

    It goes before the models in what an argument may be; of one that it does not have, another
    rule speaks.
    """
    for used in named:
        length = len(used.path) + _DEEP
        if fault.path[: length - 1] == (*used.path, "args") and len(fault.path) >= length:
            key = str(fault.path[length - 1])
            if used.listed is None or (key in LIMITS and used.section == "trainer"):
                return False
            parameter = used.signature.parameters.get(key) if used.signature else None
            return parameter is None or _decides(parameter, fault, len(fault.path) > length)
    return False


def _decides(parameter: "Parameter", fault: "ShapeError", is_within: bool) -> bool:  # noqa: FBT001
    if fault.problem == "choice":
        return bool(parameter.choices)
    return fault.problem == "type" and not is_within and _admits(parameter, fault.value)


def _admits(parameter: "Parameter", value: object) -> bool:
    """Tell whether a parameter may be meant to take a value of that type."""
    if value is None:
        return parameter.default in ("None", None)
    annotation = parameter.annotation
    for mark in "[]|,.'\"":
        annotation = annotation.replace(mark, " ")
    return not {*_TYPES.get(type(value), ()), *_ANY}.isdisjoint(annotation.split())


def unwritten(used: "ClassUse") -> "Iterator[tuple[ShapeError, str]]":
    """Yield the arguments whose choices are written in the code, and hold another; and where."""
    for key, value in used.args.items():
        parameter = used.signature.parameters.get(key) if used.signature else None
        choices = parameter.choices if parameter else ()
        if parameter and choices and isinstance(value, str) and value not in choices:
            known = tuple(choice for choice in choices if isinstance(choice, str))
            yield ShapeError(CHOICE, (*used.path, "args", key), "", value, known), parameter.place


def needs(ctx: "Config", used: "ClassUse", key: str) -> bool:
    """Tell whether a class needs an argument, as far as the code beside the config says.

    Where no script says what it gives, those without a default are meant; and an optimizer of
    nothing, the default, fails.
    """
    parameter = used.signature.parameters.get(key) if used.signature else None
    if parameter is None or parameter.by_hand:
        return False
    is_run = bool(ctx.facts.source and ctx.facts.source.entries)
    return (
        parameter.is_required
        or parameter.default == "{}"
        or (parameter.default is None and not is_run)
    )


_Topic = Literal["value", "unusual", "argument", "elsewhere"]
# Out of their range, these fail with every known trainer, and in torch; other ranges are what we
# believe in.
_FATAL = (
    *("batch_size", "batch_size_per_gpu", "batch_split", "models"),
    *("lr", "weight_decay", "T_max", "step_size", "total_steps"),
)
_RATE = "ema_rate"


def invalid_value(ctx: Config) -> Iterator[Finding]:
    """A value of the wrong type, a section that is missing, or a size of no use.

    A config is an object with ``models``, ``dataset`` and ``trainer``; a section is an object with
    ``name`` and ``args``. Types are strict: ``true`` and ``"5"`` are no integers, and a count is
    written 4, not 4.0. Null is accepted where the argument's default is null.
    """
    if isinstance(ctx.value, dict) and SECTIONS.isdisjoint(ctx.value):
        yield Finding((), "this is no training config: it has no models, dataset or trainer")
        return
    faults = [
        fault
        for fault in ctx.faults
        if _topic(fault) == "value" and not is_overruled(ctx.named, fault)
    ]
    for path, group in groupby(faults, key=lambda fault: fault.path):
        found = list(group)
        absent = [fault.expected for fault in found if fault.problem == "missing"]
        finding = _absent(path, absent) if absent else _wrong(found[0], _or_null(ctx, path))
        yield finding._replace(severity=_severity(ctx, path))
    yield from unset_steps(ctx)
    rate = (ctx.trainer_args or {}).get(_RATE)
    if isinstance(rate, int) and not isinstance(rate, bool):
        message = f"{_RATE} is {format_value(rate)}, but a single rate must be written as a float"
        yield Finding(
            (*TRAINER_ARGS, _RATE), message, severity=_severity(ctx, (*TRAINER_ARGS, _RATE))
        )


def _severity(ctx: Config, path: Path) -> Severity | None:
    """Return that of a fault in the arguments of a trainer that is not known: a warning."""
    return WARNING if path[:2] == TRAINER_ARGS != path and not ctx.is_known else None


def _or_null(ctx: Config, path: Path) -> str:
    """Return what to add to what is expected of an argument that may be null."""
    *parent, key = path or ("",)
    for used in ctx.named:
        model = find_model(used.section, used.name)
        field = model.model_fields.get(str(key)) if model else None
        if field and [*used.path, "args"] == parent and NoneType in get_args(field.annotation):
            return ", or null"
    return ""


def unusual_value(ctx: Config) -> Iterator[Finding]:
    """A choice or a number outside what is known.

    Known are the choices and the ranges of TRELLIS, TRELLIS.2 and the SDF fork; other forks have
    their own. The choices that the code beside the config writes (``Literal``) go before those. If
    yours has others, ignore TC007 for these files (``per-file-ignores``).
    """
    for fault in ctx.faults:
        if _topic(fault) == "unusual" and not is_overruled(ctx.named, fault):
            yield _unusual(fault, _or_null(ctx, fault.path))
    for used in ctx.named:
        for fault, place in unwritten(used):
            yield _unusual(fault, "")._replace(why=f"{place} says so")


def missing_argument(ctx: Config) -> Iterator[Finding]:
    """An argument is absent that the class cannot do without: a TypeError at the start.

    The code beside the config says what its classes require. Without it, where packages have
    different classes of one name, only what all of them require is asked for.
    An optimizer is required in effect: the default of no optimizer fails at once.
    """
    classes = {(*used.path, "args"): used for used in ctx.named}
    for fault in ctx.faults:
        if _topic(fault) == "argument" and _may_lack(ctx, classes[fault.path], fault.expected):
            yield from _missing(classes[fault.path], fault.expected)
    for used in ctx.named:
        for key in used.signature.required if used.signature else ():
            if key not in used.args and key not in LIMITS:
                yield from _missing(used, key)
    for used in ctx.of_section("lr_scheduler"):
        for key in absent(used):
            yield from _missing(used, key)


def _missing(used: ClassUse, key: str) -> Iterator[Finding]:
    """Find that an argument is absent; where it is only misspelt, another rule says so."""
    if not is_misspelt(key, used.args.keys() - used.fields):
        place = used.signature.parameters[key].place if used.signature else ""
        why = f"{place} has no default for it" if place else ""
        yield Finding((*used.path, "args"), f'{used.name} requires "{key}"', on_key=True, why=why)


def _may_lack(ctx: Config, used: "ClassUse", key: str) -> bool:
    """Tell whether what the models require is not judged by the code beside the config.

    That has an optimizer of nothing for a default, with which it fails. Without a script that
    trains, it does not say what is given; but then the models agree with it.
    """
    if used.listed is None:
        return True
    if used.signature is None or key in used.signature.required:
        return False
    return needs(ctx, used, key)


def _topic(fault: "ShapeError") -> _Topic:
    """Say which rule speaks of a fault: one of these, or one that knows the argument better."""
    *parent, key = fault.path or ("",)
    if fault.problem == "missing":
        if key != "args" or parent == ["models"]:
            return "value"
        return "elsewhere" if fault.expected in LIMITS else "argument"
    if tuple(parent) == TRAINER_ARGS and _is_known_better(str(key), fault):
        return "elsewhere"
    is_soft = fault.problem == "choice" or (fault.problem == "range" and key not in _FATAL)
    return "unusual" if is_soft else "value"


def _is_known_better(key: str, fault: "ShapeError") -> bool:
    if key in LIMITS:
        return True
    if fault.problem != "range":
        return False
    return (key in INTERVALS and fault.value == 0) or (
        key == _RATE and isinstance(fault.value, int)
    )


def _absent(path: Path, keys: list[str]) -> Finding:
    listed = " and no ".join(f'"{key}"' for key in keys)
    if not path:
        return Finding((), f"the config has no {listed}")
    message = f'{named(path)} has no {listed}: it needs both "name" and "args"'
    return Finding(path, message, on_key=True)


def _wrong(fault: "ShapeError", or_null: str) -> Finding:
    if fault.path == ("models",) and fault.problem == "range":
        return Finding(fault.path, "models is empty: there is nothing to train")
    what = f"{named(fault.path)} is {format_value(fault.value)}"
    return Finding(fault.path, f"{what}, but must be {fault.expected}{or_null}")


def _unusual(fault: "ShapeError", or_null: str) -> Finding:
    what = f"{named(fault.path)} is {format_value(fault.value)}"
    if not fault.choices:
        return Finding(fault.path, f"{what}; expected is {fault.expected}{or_null}")
    near = find_similar(str(fault.value), fault.choices)
    known = ", ".join(f'"{choice}"' for choice in fault.choices)
    return Finding(fault.path, f"{what}; known are {known}{or_null}{format_suggestion(near)}")
