"""What the changes of a config do to a run that is resumed, with what is known of its classes."""

import re
from collections.abc import Iterable, Iterator, Mapping

from trellis_cfg.diagnostics import ERROR, Diagnostic, find_unknown
from trellis_cfg.document.paths import format_pointer
from trellis_cfg.learning_rate import ends_at, rates
from trellis_cfg.lint.class_use import ClassUse
from trellis_cfg.lint.config import Config
from trellis_cfg.lint.linter import run_rules
from trellis_cfg.lint.schedulers import read_rate
from trellis_cfg.models import SAVE_LIMITS
from trellis_cfg.restore import (
    ARGS,
    SDF_FORK,
    TRELLIS,
    TRELLIS_2,
    Change,
    Outcome,
    Plan,
    RestoreBehavior,
    Resume,
    Stage,
    get_value,
)
from trellis_cfg.restore.components import read_precision
from trellis_cfg.restore.effects import decide, find_changes
from trellis_cfg.restore.run_folder import RunFolder
from trellis_cfg.sections import OPTIONS

_ELASTIC = "TC601"
_COMBINATIONS = frozenset({"TC602", "TC603", "TC604", "TC605", "TC606"})
"""The rules about classes that do not go together."""
_FAILING: Mapping[str, Stage] = {
    **dict.fromkeys(("TC005", "TC101", "TC103", "TC104", "TC201", "TC202", "TC204"), "start"),
    **dict.fromkeys(("TC401", "TC402", "TC403", "TC404", "TC501", "TC503", "TC504"), "start"),
    **dict.fromkeys(("TC508", "TC509", "TC601"), "start"),
    **dict.fromkeys(("TC205", "TC303", *_COMBINATIONS), "step"),
}
"""The rules whose errors make a run fail, and when; the others are about something else."""
_MODE = "fp16_mode"
_SEED, _SEED_OPTION = "seed", b"cfg.seed"
_DOUBTFUL = frozenset({"TC007", "TC403"})
"""The rules whose warnings leave open whether a run fails."""
_SCHEDULE, _SCHEDULER = "TC404", format_pointer((*ARGS, "lr_scheduler"))
_MIXED = frozenset({"SparseStructureFlowModel", "SLatFlowModel", "ElasticSLatFlowModel"})
_CONVERSION = 'fp16_mode "inflat_all" calls convert_to_fp16() of each model when it loads'
_NULL = "start a new run with fp16_mode null, and finetune_ckpt"
_MIXING = "the first step fails with mixed dtypes (RuntimeError); set its use_fp16 to true"
_WARM_UP = "WarmupThenScheduler"
_BY_STAGE = ("start", "load", "step")


def plan_resume(
    old: Config, new: Config, folder: RunFolder, step: int, *, is_counted: bool = False
) -> Plan:
    """Return what a run does that was trained with a config and is resumed with a new one.

    The samples of the datasets are counted, or a number that is only said of both.
    """
    resume = _build_resume(old, new, folder, step)
    if not is_counted:
        resume = resume._replace(samples=(None, None))
    changes = find_changes(resume.old, resume.new)
    findings = list(_find_new(old, new))
    decided = [(change, _decide(change, resume, findings, new)) for change in changes]
    errors = [each for each in findings if each.severity == ERROR]
    matched = {each for change in changes for each in errors if _is_about(each, change)}
    problems = [f"{each.message} ({each.code})" for each in errors if each not in matched]
    return Plan(step, tuple(decided), (*_find_conversion(new, resume), *problems))


def _decide(
    change: Change, resume: Resume, findings: Iterable[Diagnostic], config: Config
) -> Outcome:
    """Return what a change does: the first failure, by its stage, else what is restored.

    What may be an error, but is not surely, makes it unknown.
    """
    outcome = decide(change, resume)
    failures = [outcome] if outcome.effect == "fails" else []
    for each in findings:
        text = f"{each.message} ({each.code})"
        if _is_about(each, change) and each.severity == ERROR:
            stage = _find_stage(each, change, config)
            failures.append(Outcome("fails", text, each.fix.title, stage))
        elif each.code in _DOUBTFUL and each.pointer == format_pointer(change.path):
            outcome = Outcome("unknown", text, each.fix.title)
    return min(failures, key=lambda each: _BY_STAGE.index(each.stage or "start"), default=outcome)


def _find_new(old: Config, new: Config) -> Iterator[Diagnostic]:
    """Yield what may make the new config fail, and that the old one lacks.

    A run that trained with classes that should not go together shows that the rules err about it.
    """
    codes = frozenset({*_FAILING, *_DOUBTFUL})
    before = run_rules("", old, codes)
    if any(each.code in _COMBINATIONS for each in before):
        codes -= _COMBINATIONS
    after = run_rules("", new, codes)
    return (
        each
        for each in find_unknown(before, after)
        if not (each.code == _SCHEDULE and each.pointer.startswith(_SCHEDULER))
    )


def _find_stage(error: Diagnostic, change: Change, config: Config) -> Stage:
    """Return when an error makes the run fail; a limit that is null only fails in the loop."""
    is_null = error.code == "TC101" and not change.is_removed
    is_loop = is_null and config.behavior.reads_max_epoch is not True
    is_loop = is_loop or (error.code == "TC508" and error.pointer.startswith("/models"))
    is_loop = is_loop or any(key.startswith("i_") or "loss" in key for key in change.path[-1:])
    return "step" if is_loop else _FAILING[error.code]


def _is_about(error: Diagnostic, change: Change) -> bool:
    """Return whether a change is what an error is about: its place, or a key that it names."""
    pointer = format_pointer(change.path)
    is_class = change.path[-1:] == ("name",)
    around = format_pointer(change.path[:-1]) if is_class else pointer
    is_combination = is_class and error.code in {_ELASTIC, *_COMBINATIONS}
    if is_combination or f"{error.pointer}/".startswith(f"{around}/"):
        return True
    names = re.findall(r"\w+", error.message)
    is_close = change.path[:2] == ARGS or pointer.startswith(f"{error.pointer}/")
    return is_close and change.path[-1:] != () and change.path[-1] in names


def _build_resume(old: Config, new: Config, folder: RunFolder, step: int) -> Resume:
    trainer, behavior = new.trainer, find_restore(old, new)
    uses, rate = [*old.class_uses, *new.class_uses], read_rate(old)
    at_step = rates(rate, [step]) if rate else None
    values: list[dict[str, object]] = [
        each.value if isinstance(each.value, dict) else {} for each in (old, new)
    ]
    models = [get_value(each, "models") for each in values]
    roles = [set(each) if isinstance(each, dict) else set() for each in models]
    shared = [*roles[0] & roles[1]]
    return Resume(
        old=values[0],
        new=values[1],
        step=step,
        behavior=behavior,
        old_defaults=dict(_list_defaults(old, behavior)),
        new_defaults=dict(_list_defaults(new, behavior)),
        arguments={key: each.place for key, each in trainer.parameters.items()}
        if trainer
        else None,
        foreign=dict(_list_foreign(uses)),
        reads_max_epoch=new.behavior.reads_max_epoch,
        keep_argument=new.behavior.keep_argument,
        keep_if_null=new.behavior.keep_if_null,
        world=new.facts.world,
        batches=(old.run.batch, new.run.batch),
        ends=(old.run.end, new.run.end),
        known=frozenset(used.name for used in uses if used.is_known and not used.is_unread),
        ema_rates=folder.list_rates(step, shared) if shared else None,
        schedule_end=ends_at(rate) if rate else None,
        rate=at_step[0] if at_step else None,
        samples=(old.facts.dataset_size, new.facts.dataset_size),
        read_keys=dict(_find_read_keys(new, {*values[0], *values[1]}, behavior)),
    )


def _list_defaults(
    config: Config, behavior: RestoreBehavior | None
) -> Iterator[tuple[tuple[str, ...], dict[str, object]]]:
    """Yield the path of each class, and the defaults of its arguments."""
    for used in config.class_uses:
        defaults = used._replace(args={}).get_arguments()
        if used.source is None and behavior and behavior.precision != _MODE:
            defaults.pop(_MODE, None)  # the catalog has TRELLIS's
        yield (*map(str, used.path),), defaults


def _list_foreign(uses: Iterable[ClassUse]) -> Iterator[tuple[tuple[str, ...], bool | None]]:
    """Yield the paths of arguments that their class does not know, and whether it ignores them."""
    for used in uses:
        spec = used.spec
        for key in used.args.keys() - used.parameters.keys() if spec else ():
            path = (*map(str, used.path), "args", key)
            if used.source and spec:
                yield path, spec.is_unknown_ignored if spec.takes(key) is False else None
            else:
                is_trainer = used.section == "trainer" and bool(spec and spec.ignoring_packages)
                yield path, True if is_trainer else None


def find_restore(old: Config, new: Config) -> RestoreBehavior | None:
    """Return what the trainer restores, by its code, or as that of TRELLIS or a fork does."""
    trainer = new.trainer
    if trainer is None or trainer.is_unread:
        return None
    if trainer.facts:
        from trellis_cfg.source.uses.restore import read_restore  # noqa: PLC0415  imports ast

        code = trainer.facts.read_code("trainer", trainer.name)
        return read_restore(code, trainer.get_arguments()) if code else None
    if trainer.catalog is None or old.is_of_fork:
        return None
    scheduler = get_value(new.value, *ARGS, "lr_scheduler", "name")
    if trainer.name in SAVE_LIMITS or scheduler == _WARM_UP:
        return SDF_FORK
    packages = old.packages | new.packages
    if packages == {"TRELLIS.2"}:
        return TRELLIS_2
    return TRELLIS if packages == {"TRELLIS"} else RestoreBehavior()


def _find_read_keys(
    config: Config, keys: Iterable[str], behavior: RestoreBehavior | None
) -> Iterator[tuple[str, bool]]:
    """Yield keys beside the sections, and whether the train script reads them, where known."""
    source, trainer = config.facts.source, config.trainer
    reads = source.config_reads if source else None
    has_seed = behavior is not None and behavior.is_sdf
    if source:
        texts = (source.tracer.resolver.files.read(path) or b"" for path in source.train_scripts)
        has_seed = trainer is not None and _SEED in trainer.parameters
        has_seed = has_seed and any(_SEED_OPTION in text for text in texts)
    for key in keys:
        if key in OPTIONS or (key == _SEED and has_seed):
            yield key, True
        elif key.startswith(("_", "$")) or (reads and not reads.may_read("", key)):
            yield key, False


def _find_conversion(config: Config, resume: Resume) -> Iterator[str]:
    """Yield why no checkpoint can be resumed: models that are converted, but cannot be."""
    if not (resume.behavior and resume.behavior.converts):
        return
    if read_precision(resume, is_new=True)[0] != "inflat_all":
        return
    for used in config.of_section("models"):
        has_method = used.facts.is_converted(used.name) if used.facts else True
        if has_method is False:
            yield f"{_CONVERSION}, and {used.name} has no such method (AttributeError): {_NULL}"
        elif has_method and used.name in _MIXED and used.get_argument("use_fp16") is False:
            yield f"{_CONVERSION}, but {used.path[-1]} is built for full precision: {_MIXING}"
