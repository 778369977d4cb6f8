"""Rules about missing, invalid and unusual values, by the models and the checkout."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from types import NoneType
from typing import TYPE_CHECKING, Literal, get_args

from trellis_cfg.diagnostics import WARNING, Severity
from trellis_cfg.document.paths import Path
from trellis_cfg.lint.class_use import ClassUse, is_never
from trellis_cfg.lint.config import Config, Finding
from trellis_cfg.lint.fixes import offer_integer, offer_rename, offer_value
from trellis_cfg.lint.rules.optimizer import (
    find_invalid_steps,
    find_missing_arguments,
    find_refused_values,
)
from trellis_cfg.lint.rules.saves import INTERVALS
from trellis_cfg.lint.wording import format_path, format_value, shorten
from trellis_cfg.models import CHOICE, ShapeError, find_model
from trellis_cfg.schedule import TrainerBehavior
from trellis_cfg.sections import LIMITS, SECTIONS, TRAINER_ARGS
from trellis_cfg.suggest import find_near_miss, find_similar, format_suggestion, is_misspelled

if TYPE_CHECKING:
    from trellis_cfg.models.class_spec import Parameter


_Topic = Literal["value", "unusual", "other rule"]
# Out of their range, these fail in every known trainer and in torch; others may work in a fork.
_FATAL = (
    *("batch_size", "batch_size_per_gpu", "batch_split", "models"),
    *("lr", "weight_decay", "eps", "T_max", "step_size", "total_steps"),
)
_RATE = "ema_rate"
# The names that annotations use for the types of JSON.
_TYPES: dict[type, tuple[str, ...]] = {
    bool: ("bool", "int", "float"),
    int: ("int", "float"),
    float: ("float",),
    str: ("str", "Path", "PathLike"),
    list: ("list", "List", "tuple", "Tuple", "Sequence", "Iterable", "set", "Set"),
    dict: ("dict", "Dict", "Mapping", "edict", "EasyDict"),
    NoneType: ("None", "Optional"),
}


def invalid_value(config: Config) -> Iterable[Finding]:
    """A value has the wrong type, a section is missing, or a size is invalid.

    A config is an object with ``models``, ``dataset`` and ``trainer``; a section is an object with
    ``name`` and ``args``. Types are strict: ``true`` and ``"5"`` are not integers, and a count must
    be 4, not 4.0. Null is accepted if the argument's default is null.

    Bad: {"trainer": {"args": {"batch_size_per_gpu": "4"}}}
    Good: {"trainer": {"args": {"batch_size_per_gpu": 4}}}
    """
    if isinstance(config.value, dict) and SECTIONS.isdisjoint(config.value):
        yield Finding((), "not a training config: it has no models, dataset or trainer")
        return
    faults = _find_faults(config, "value")
    for path, group in groupby(faults, key=lambda fault: fault.path):
        first, *others = group
        missing = [fault.expected for fault in (first, *others) if fault.problem == "missing"]
        if missing and not path:
            yield from _report_missing_sections(config, missing)
            continue
        finding = _report_missing_keys(path, missing) if missing else _report_invalid(config, first)
        yield finding._replace(severity=_get_severity(config, path))
    yield from find_invalid_steps(config)
    yield from find_refused_values(config)
    rate = (config.trainer_args or {}).get(_RATE)
    if isinstance(rate, int) and not isinstance(rate, bool):
        path = (*TRAINER_ARGS, _RATE)
        message = f"{_RATE} is {format_value(rate)}, but a single rate must be written as a float"
        yield Finding(path, message, severity=_get_severity(config, path))


def unusual_value(config: Config) -> Iterable[Finding]:
    """A choice or a number is outside the known values.

    Known are the choices and ranges of TRELLIS, TRELLIS.2 and the SDF fork. Choices that the code
    of the checkout lists (``Literal``) override them. If your fork accepts other values, ignore
    TC007 for these files (``per-file-ignores``).

    Bad: {"trainer": {"name": "SparseStructureVaeTrainer", "args": {"loss_type": "mse"}}}
    Good: {"trainer": {"name": "SparseStructureVaeTrainer", "args": {"loss_type": "bce"}}}
    """
    for fault in _find_faults(config, "unusual"):
        yield _report_unusual(fault, _format_null(config, fault.path))
    for used in config.class_uses:
        for fault, place in _find_unlisted_choices(used):
            yield _report_unusual(fault)._replace(why=f"{place} lists the choices")


def missing_argument(config: Config) -> Iterable[Finding]:
    """A required argument is missing: TypeError at startup.

    With a checkout, its code says what is required. Without one, if packages have different classes
    of one name, only what all of them require is reported. An optimizer is effectively required:
    the default, none, fails at startup.

    Bad: {"dataset": {"name": "SparseFeat2Render", "args": {"roots": "/data"}}}
    Good: {"dataset": {"name": "SparseFeat2Render", "args": {"image_size": 512}}}
    """
    for used in config.class_uses:
        for key in _find_required(config, used):
            if key not in used.args and key not in LIMITS:
                yield from _report_missing(used, key)
    for used in config.of_section("lr_scheduler"):
        for key in find_missing_arguments(config, used):
            yield from _report_missing(used, key)


def _find_faults(config: Config, topic: _Topic) -> Iterator[ShapeError]:
    """Yield what the models reject and the checkout does not accept."""
    for fault in config.shape_errors:
        if _get_topic(fault) != topic or _is_filled_in(config, fault):
            continue
        if not _is_overridden(config.class_uses, fault, config.behavior):
            yield fault


def _is_filled_in(config: Config, fault: ShapeError) -> bool:
    """Return whether the train script of a checkout may add what an entry lacks."""
    source = config.facts.source
    sections = [str(fault.path[0])] if fault.path else sorted(SECTIONS)
    is_missing = source is not None and fault.problem == "missing"
    return is_missing and source is not None and all(map(source.is_hidden, sections))


def _get_topic(fault: ShapeError) -> _Topic:
    """Return which rule reports a fault: one of these, or one that knows the argument better."""
    *parent, key = fault.path or ("",)
    if fault.problem == "missing":
        return "value" if key != "args" or parent == ["models"] else "other rule"
    if tuple(parent) == TRAINER_ARGS and _is_reported_elsewhere(str(key), fault):
        return "other rule"
    is_unusual = fault.problem == "choice" or (fault.problem == "range" and key not in _FATAL)
    return "unusual" if is_unusual else "value"


def _is_reported_elsewhere(key: str, fault: ShapeError) -> bool:
    if key in LIMITS or fault.problem != "range":
        return key in LIMITS
    is_zero_interval = key in INTERVALS and fault.value == 0
    return is_zero_interval or (key == _RATE and isinstance(fault.value, int))


def _is_overridden(uses: Iterable[ClassUse], fault: ShapeError, behavior: TrainerBehavior) -> bool:
    """Return whether the checkout accepts what the models reject, or may accept it.

    If the checkout lacks the argument, another rule reports it.
    """
    for used in uses:
        prefix = (*used.path, "args")
        if fault.path[: len(prefix)] == prefix != fault.path:
            key, *inner = fault.path[len(prefix) :]
            if used.section == "trainer" and is_never(used.args, str(key), behavior):
                return True
            if used.listed is None or (key in LIMITS and used.section == "trainer"):
                return False
            parameter = used.source.parameters.get(str(key)) if used.source else None
            if parameter is None:
                return True
            if _get_topic(fault) == "unusual":
                return True  # its own code says what it takes
            return fault.problem == "type" and not inner and _may_accept(parameter, fault.value)
    return False


def _may_accept(parameter: "Parameter", value: object) -> bool:
    """Return whether a parameter's annotation, or default, allows a value of that type."""
    if value is None:
        return parameter.default is None or parameter.default.is_none
    annotation = parameter.annotation
    for mark in "[]|,.'\"":
        annotation = annotation.replace(mark, " ")
    names = {*_TYPES.get(value.__class__, ()), "Any", "object"}
    return not names.isdisjoint(annotation.split())


def _find_unlisted_choices(used: ClassUse) -> Iterator[tuple[ShapeError, str]]:
    """Yield the arguments that are none of the choices in the checkout, and where it lists them."""
    for key, value in used.args.items():
        parameter = used.source.parameters.get(key) if used.source else None
        choices = parameter.choices if parameter else ()
        if parameter and choices and isinstance(value, str) and value not in choices:
            texts = tuple(choice for choice in choices if isinstance(choice, str))
            yield ShapeError(CHOICE, (*used.path, "args", key), "", value, texts), parameter.place


def _find_required(config: Config, used: ClassUse) -> Iterator[str]:
    """Yield the arguments that the class requires; by the checkout, if there is one."""
    if used.source:
        yield from used.source.required
    for key in used.catalog.required if used.catalog else ():
        is_listed = used.source and key in used.source.required
        if used.listed is None or (not is_listed and needs_argument(config, used, key)):
            yield key


def needs_argument(config: Config, used: ClassUse, key: str) -> bool:
    """Return whether a class of the checkout needs an argument.

    It needs an optimizer even if the default is {}, which fails. If no train script shows which
    arguments are passed, it needs all without a default.
    """
    parameter = used.source.parameters.get(key) if used.source else None
    if parameter is None or parameter.is_from_kwargs:
        return False
    has_script = bool(config.facts.source and config.facts.source.train_scripts)
    if parameter.default is None:
        return parameter.is_required or not has_script
    return parameter.is_required or parameter.default.value == {}


def _report_missing(used: ClassUse, key: str) -> Iterator[Finding]:
    """Yield a finding for a missing argument, unless another rule reports it as misspelled."""
    unknown, is_read = used.args.keys() - used.parameters.keys(), used.source is not None
    if not is_misspelled(key, unknown, by_meaning=is_read):
        place = used.source.parameters[key].place if used.source else ""
        why = f"{place} has no default for it" if place else ""
        yield Finding((*used.path, "args"), f'{used.name} requires "{key}"', on_key=True, why=why)


def _report_missing_sections(config: Config, missing: list[str]) -> Iterator[Finding]:
    """Yield a finding for each section that has another name, and one for those without any."""
    for key, entry in config.value.items() if isinstance(config.value, dict) else ():
        similar = find_near_miss(key, missing)
        if key not in SECTIONS and similar.name:
            missing.remove(similar.name)
            message = f'unknown section "{shorten(key)}"{similar.suggestion}'
            is_entry = isinstance(entry, dict) and (similar.is_sure or "name" in entry)
            fix = offer_rename((key,), similar.name)._replace(reveals=(similar.name,))
            yield Finding((key,), message, on_key=True, fix=fix if is_entry else None)
    if missing:
        yield Finding((), f"the config has no {_join_keys(missing)}")


def _report_missing_keys(path: Path, keys: list[str]) -> Finding:
    message = f'{format_path(path)} has no {_join_keys(keys)}: it needs both "name" and "args"'
    return Finding(path, message, on_key=True)


def _join_keys(keys: list[str]) -> str:
    return " and no ".join(f'"{key}"' for key in keys)


def _report_invalid(config: Config, fault: ShapeError) -> Finding:
    if fault.path == ("models",) and fault.problem == "range":
        return Finding(fault.path, "models is empty: there is nothing to train")
    expected = f"{fault.expected}{_format_null(config, fault.path)}"
    fix = offer_integer(fault.path, fault.value) if fault.expected == "an integer" else None
    return Finding(fault.path, f"{_describe(fault)}, but must be {expected}", fix=fix)


def _report_unusual(fault: ShapeError, or_null: str = "") -> Finding:
    if not fault.choices:
        return Finding(fault.path, f"{_describe(fault)}; expected: {fault.expected}{or_null}")
    similar = find_similar(str(fault.value), fault.choices)
    is_sure = similar is not None and find_near_miss(str(fault.value), fault.choices).is_sure
    choices = ", ".join(f'"{choice}"' for choice in fault.choices)
    message = f"{_describe(fault)}; known values: {choices}{or_null}{format_suggestion(similar)}"
    return Finding(fault.path, message, fix=offer_value(fault.path, similar) if is_sure else None)


def _describe(fault: ShapeError) -> str:
    return f"{format_path(fault.path)} is {format_value(fault.value)}"


def _format_null(config: Config, path: Path) -> str:
    """Return what to add to the expected value of an argument that may be null."""
    *parent, key = path or ("",)
    for used in config.class_uses:
        model = find_model(used.section, used.name)
        field = model.model_fields.get(str(key)) if model else None
        if field and [*used.path, "args"] == parent and NoneType in get_args(field.annotation):
            return ", or null"
    return ""


def _get_severity(config: Config, path: Path) -> Severity | None:
    """Return the severity of a fault in an argument that the trainer may use in another way."""
    if path[:2] != TRAINER_ARGS or path == TRAINER_ARGS:
        return None
    return WARNING if not config.is_known or path[2] in config.unclear else None
