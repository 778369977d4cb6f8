"""Rules about missing, invalid and unusual values, by the models and the checkout."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from types import NoneType
from typing import TYPE_CHECKING, Literal

from trellis_cfg.diagnostics import WARNING, Severity
from trellis_cfg.document.paths import Path
from trellis_cfg.lint.class_use import ClassUse, is_never
from trellis_cfg.lint.config import Config, Finding, RelatedPlace
from trellis_cfg.lint.fixes import offer_integer, offer_rename, offer_value
from trellis_cfg.lint.rules.optimizer import find_missing_arguments, find_refused_values
from trellis_cfg.lint.wording import format_path, format_value, shorten
from trellis_cfg.models import CHOICE, ShapeError
from trellis_cfg.models.catalog import is_nullable
from trellis_cfg.schedule import TrainerBehavior
from trellis_cfg.sections import INTERVALS, LIMITS, SECTIONS, TRAINER_ARGS
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
# What other rules than the one about assertions report, with more to say.
_REPORTED = frozenset(
    ["batch_size", "batch_size_per_gpu", "batch_split", "max_steps", "max_epoch", "elastic"]
)
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
    Chinese: 值无效。按提示改为正确的类型，例如 4 而不是 4.0 或 "4"。
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
        finding = _report_invalid(config, first)
        if missing:
            message = f"{format_path(path)} has no {_join_keys(missing)}"
            finding = Finding(path, f'{message}: it needs both "name" and "args"', on_key=True)
        yield finding._replace(severity=_get_severity(config, path))
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
    Chinese: 值不在已知范围内。改为已知的取值；如果你的分支支持它，用 per-file-ignores 忽略 TC007。
    """
    for fault in _find_faults(config, "unusual"):
        yield _report_unusual(fault, _format_null(config, fault.path))
    for used in config.class_uses:
        for key, parameter in used.source.parameters.items() if used.source else ():
            value, choices = used.args.get(key), parameter.choices
            if choices and isinstance(value, str) and value not in choices:
                texts = tuple(choice for choice in choices if isinstance(choice, str))
                fault = ShapeError(CHOICE, used.locate(key), "", value, texts)
                yield _report_unusual(fault)._replace(why=f"{parameter.place} lists the choices")


def missing_argument(config: Config) -> Iterable[Finding]:
    """A required argument is missing: TypeError at startup.

    With a checkout, its code says what is required. Without one, if packages have different classes
    of one name, only what all of them require is reported. An optimizer is effectively required:
    the default, none, fails at startup.

    Bad: {"dataset": {"name": "SparseFeat2Render", "args": {"roots": "/data"}}}
    Good: {"dataset": {"name": "SparseFeat2Render", "args": {"image_size": 512}}}
    Chinese: 缺少必需的参数。补上这个参数。
    """
    for used in config.class_uses:
        for key in _find_required(used):
            if key not in used.args and key not in LIMITS:
                yield from _report_missing(used, key)
    for used in config.of_section("lr_scheduler"):
        for key in find_missing_arguments(config, used):
            yield from _report_missing(used, key)


def failed_assertion(config: Config) -> Iterable[Finding]:
    """An assertion in the code of the checkout fails with these values.

    The code is read, not run: the constructor of the class, those that it calls, and the methods
    that a training surely runs, as far as the values of the config decide them. An ``assert`` that
    is false, or a ``raise`` that is reached, ends the run at startup or in the first step. Set
    values that the code accepts; what cannot be evaluated is not reported.

    Bad (--source DIR): {"models": {"net": {"name": "Net", "args": {"channels": 9}}}}
    Good (--source DIR): {"models": {"net": {"name": "Net", "args": {"channels": 8}}}}
    Chinese: 断言不成立。按断言的要求修改取值；报告中有断言的文件和行号。
    """
    for used in config.class_uses:
        find_failed = used.facts.find_failed_assertion if used.facts else None
        failure = find_failed(used.section, used.name, used.args) if find_failed else None
        keys = [key for key in used.args if failure and key in failure.parameters]
        if failure is None or not keys or failure.parameters & _REPORTED:
            continue
        mistyped = {error.path for error in config.shape_errors if error.problem == "type"}
        if any(used.locate(key) in mistyped for key in keys):
            continue
        values = ", ".join(f"{shorten(key)} {format_value(used.args[key])}" for key in keys)
        text = f"asserts {shorten(failure.text)}, which is false for" if failure.text else "rejects"
        first, *others = (used.locate(key) for key in keys)
        also = tuple(RelatedPlace(path, "and this") for path in others)
        message, why = f"{used.name} {text} {values}", f"it fails at {failure.place}"
        yield Finding(first, message, also=also, why=why)


def _find_faults(config: Config, topic: _Topic) -> Iterator[ShapeError]:
    """Yield what the models reject and the checkout does not accept, or may fill in."""
    source = config.facts.source
    for fault in config.shape_errors:
        sections = [str(fault.path[0])] if fault.path else sorted(SECTIONS)
        is_optional = (
            source is not None
            and fault.problem == "missing"
            and all(
                source.is_hidden(each) or source.replaced.may_lack(each, fault.expected)
                for each in sections
            )
        )
        if _get_topic(fault) != topic or is_optional:
            continue
        if not _is_overridden(config.class_uses, fault, config.behavior):
            yield fault


def _get_topic(fault: ShapeError) -> _Topic:
    """Return which rule reports a fault: one of these, or one that knows the argument better."""
    *parent, key = fault.path or ("",)
    if fault.problem == "missing":
        return "value" if key != "args" or parent == ["models"] else "other rule"
    is_range = fault.problem == "range"
    is_zero_interval = key in INTERVALS and fault.value == 0
    is_rate = key == _RATE and isinstance(fault.value, int)
    is_elsewhere = key in LIMITS or (is_range and (is_zero_interval or is_rate))
    if tuple(parent) == TRAINER_ARGS and is_elsewhere:
        return "other rule"
    is_unusual = fault.problem == "choice" or (is_range and key not in _FATAL)
    return "unusual" if is_unusual else "value"


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


def _find_required(used: ClassUse) -> Iterator[str]:
    """Yield the arguments that the class requires; by the checkout, if there is one."""
    if used.source:
        yield from used.source.required
    for key in used.catalog.required if used.catalog else ():
        is_listed = used.source and key in used.source.required
        if used.listed is None or (not is_listed and needs_argument(used, key)):
            yield key


def needs_argument(used: ClassUse, key: str) -> bool:
    """Return whether a class of the checkout needs an argument.

    It needs an optimizer even if the default is {}, which fails. If no train script shows which
    arguments are passed, it needs all without a default.
    """
    parameter = used.source.parameters.get(key) if used.source else None
    if parameter is None or parameter.is_from_kwargs:
        return False
    if parameter.default is None and not (used.facts and used.facts.train_scripts):
        return True
    is_empty = parameter.default is not None and parameter.default.value == {}
    return parameter.is_required or is_empty


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
        if [*used.path, "args"] == parent and is_nullable(used.section, used.name, str(key)):
            return ", or null"
    return ""


def _get_severity(config: Config, path: Path) -> Severity | None:
    """Return the severity of a fault in an argument that the trainer may use in another way."""
    if path[:2] != TRAINER_ARGS or path == TRAINER_ARGS:
        return None
    return WARNING if not config.is_known or path[2] in config.unclear else None
