"""Rules about the keys that a train script reads, and about unfilled placeholders."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeGuard

from trellis_cfg.document.paths import Path, iterate_leaves
from trellis_cfg.lint.class_use import list_extra_keys, list_own_keys
from trellis_cfg.lint.config import Config, Finding
from trellis_cfg.lint.fixes import Offer, offer_move, offer_removal, offer_rename
from trellis_cfg.lint.wording import format_value, shorten
from trellis_cfg.restore import get_value
from trellis_cfg.sections import LIMITS, OPTIONS, SECTIONS, TRAINER_ARGS, is_endless
from trellis_cfg.suggest import find_near_miss

if TYPE_CHECKING:
    from trellis_cfg.source.facts import SourceFacts
    from trellis_cfg.source.trainer_reads import ModelRoles

_PLACEHOLDER = "PATH_TO_"


def overrides_command_line(config: Config) -> Iterable[Finding]:
    """A config key silently overrides a train.py option.

    In train.py, top-level config keys override the command line: with ``data_dir`` in the config,
    ``--data_dir`` has no effect. Remove the key, and pass the option.

    Bad: {"data_dir": "/data/shapes"}
    Good: {"_comment": "started with --data_dir /data/shapes"}
    Chinese: 覆盖命令行选项。删除这个键，改用命令行选项。
    """
    for key in config.value if isinstance(config.value, dict) else ():
        if key in OPTIONS:
            yield Finding((key,), f"{key} overrides the train.py option --{key}", on_key=True)


def placeholder(config: Config) -> Iterable[Finding]:
    """Placeholder PATH_TO_…: replace it with the real path.

    TRELLIS.2 ships configs for fine-tuning with such values; a run fails when it opens the file.

    Bad: {"trainer": {"args": {"finetune_ckpt": {"denoiser": "PATH_TO_512_CKPT"}}}}
    Good: {"trainer": {"args": {"finetune_ckpt": {"denoiser": "/data/denoiser_512.pt"}}}}
    Chinese: 占位符未替换。换成真实的路径。
    """
    data = config.document.data if config.document else b"\\"
    if b"PATH_TO_" in data or b"\\" in data:
        for path, text in iterate_leaves(config.value, _is_placeholder):
            message = f"{format_value(text)} is a placeholder: replace it with the real path"
            yield Finding(path, message)


def _is_placeholder(value: object) -> bool:
    return isinstance(value, str) and _PLACEHOLDER in value


def unread_key(config: Config) -> Iterable[Finding]:
    """A key beside ``name`` and ``args``, or a section, is never read.

    With a checkout, its train script and its trainers say which keys are read. A key that none of
    them reads has no effect; it often belongs in ``args``, or a level up or down. A role of
    ``models`` that the trainer never uses is reported, too: nothing trains it. Keys that start with
    ``_`` and ``$schema`` are comments. Where a script hands the config on to code that cannot be
    followed, nothing is reported.

    Bad (--source DIR): {"dataset": {"size": 64}}
    Good (--source DIR): {"dataset": {"_size": "as before"}}
    Chinese: 键从未被读取。移到正确的位置（通常在 args 中），或删除它。
    """
    source = config.facts.source
    if source is None or not _is_whole(config.value):
        return
    absent = SECTIONS - config.value.keys()  # another rule reports a key that stands for one
    for section, path in list_own_keys(config.value, source):
        key = str(path[-1])
        if _is_comment(key) or (not section and find_near_miss(key, absent).name):
            continue
        reads = source.config_reads
        if reads and not reads.may_read(section, key) and not source.is_mentioned(key):
            yield _report_unread(config, source, path)
    yield from _find_unread_component_keys(config, source)
    yield from _find_unused_roles(config, source)


def missing_key(config: Config) -> Iterable[Finding]:
    """A key is missing that the train script, or the trainer, reads in every run.

    With a checkout, its code says what is read: ``cfg.dataset.data_path`` without a default, or
    ``self.models["denoiser"]``. A key that is read under a condition, or with a default, may be
    absent.

    Bad (--source DIR): {"models": {"nett": {"name": "Net", "args": {"channels": 8}}}}
    Good (--source DIR): {"models": {"net": {"name": "Net", "args": {"channels": 8}}}}
    Chinese: 缺少代码读取的键。补上这个键。
    """
    source = config.facts.source
    if source is None or not _is_whole(config.value):
        return
    missing: dict[Path, dict[str, str]] = {}
    for keys, place in source.required_keys.items():
        for path in _find_missing(config.value, keys):
            if not _is_reported_elsewhere(config, path):
                missing.setdefault(path[:-1], {}).setdefault(str(path[-1]), place)
    for owner, places in missing.items():
        place, prefix = next(iter(places.values())), "".join(f"{key}." for key in owner)
        names = shorten(", ".join(f"{prefix}{key}" for key in places))
        verb, pronoun = ("is", "it") if len(places) == 1 else ("are", "them")
        message = f"{names} {verb} missing: {place.partition(':')[0]} reads {pronoun}"
        why = f"read at {place} without a default: the run fails there"
        yield Finding(owner, message, on_key=bool(owner), why=why)
    roles = _read_roles(config, source)
    for role, place in roles.required.items() if roles else ():
        name = config.trainer.name if config.trainer else ""
        message = f'models has no "{shorten(role)}", but {name} reads it'
        why = f"read at {place}: KeyError in training"
        yield Finding(("models",), message, on_key=True, why=why)


def _is_whole(value: object) -> TypeGuard[dict[str, object]]:
    """Return whether a value is the config of a training: it has two of the sections or more."""
    return isinstance(value, dict) and len(SECTIONS & value.keys()) > 1


def _is_comment(key: str) -> bool:
    return key.startswith("_") or key == "$schema"


def _report_unread(config: Config, source: "SourceFacts", path: Path) -> Finding:
    *owner, key = path
    place = f" in {_format_keys(tuple(owner))}" if owner else ""
    uses = sorted(config.class_uses, key=lambda used: list(used.path) != owner)
    takers = [used.path for used in uses if str(key) in used.parameters]
    known = ("name", "args") if owner else sorted({*SECTIONS, *source.extra_sections})
    similar = find_near_miss(str(key), known)
    hint, script = similar.suggestion, next(iter(source.train_scripts), "train.py")
    fix: Offer | None = offer_removal(path)
    if takers:
        hint = f"; {_format_keys((*takers[0], 'args'))} accepts it"
        is_clear = len(takers) == 1 or takers[0] == path[:-1]
        fix = offer_move(path, (*takers[0], "args", key)) if is_clear else None
    elif similar.name:
        fix = offer_rename(path, similar.name) if similar.is_sure else None
    message = f'"{shorten(str(key))}"{place} is never read{hint}'
    why = f"neither {script} nor a trainer reads it: it has no effect"
    return Finding(path, message, on_key=True, why=why, fix=fix)


def _find_unread_component_keys(config: Config, source: "SourceFacts") -> Iterator[Finding]:
    """Find keys beside ``name`` and ``args`` in objects among the trainer's arguments."""
    trainer = config.trainer
    if trainer is None or trainer.source is None or not trainer.source.is_complete:
        return
    for argument, entry in trainer.args.items():
        beside = list_extra_keys(entry) if argument in trainer.parameters else []
        keys = [key for key in beside if not _is_comment(key)]
        reads = source.config_reads if keys else None
        reader = source.read_trainer(trainer.name) if reads else None
        read = reader.find_argument_keys(argument) if reader else None
        for key in keys:
            if read and reads and key not in (*read, *reads.names):
                yield _report_unread(config, source, (*TRAINER_ARGS, argument, key))


def _find_unused_roles(config: Config, source: "SourceFacts") -> Iterator[Finding]:
    trainer, roles = config.trainer, _read_roles(config, source)
    reads = source.config_reads if roles and roles.used and not roles.required else None
    if trainer is None or reads is None or roles is None or roles.used is None:
        return
    for used in config.of_section("models"):
        role = str(used.path[-1])
        if role not in roles.used and role not in reads.names:
            known = " and ".join(f'"{name}"' for name in sorted(roles.used))
            message = f'{trainer.name} never uses the model "{shorten(role)}": nothing trains it'
            yield Finding(used.path, message, on_key=True, why=f"its losses read {known}")


def _read_roles(config: Config, source: "SourceFacts") -> "ModelRoles | None":
    """Return the roles that the trainer uses, and needs besides those of the config and the script.

    None if they are not known, or those of the config.
    """
    models = get_value(config.value, "models")
    reader = config.ask_trainer(lambda facts, name: facts.read_trainer(name))
    if reader is None or not (isinstance(models, dict) and models and reader.may_differ(models)):
        return None
    reads = None if source.has_other_models else source.config_reads
    known = {*models, *(reads.names if reads else ())}
    required = {role: at for role, at in reader.roles.required.items() if role not in known}
    return reader.roles._replace(required=required) if reads else None


def _find_missing(value: object, keys: tuple[str, ...], path: Path = ()) -> Iterator[Path]:
    """Yield the paths of keys that a config lacks; of a missing object, only its own."""
    if not keys or not isinstance(value, dict):
        return
    first, *others = keys
    for key in value if first == "*" else (first,):
        if key in value:
            yield from _find_missing(value[key], tuple(others), (*path, key))
        else:
            yield (*path, key)


def _is_reported_elsewhere(config: Config, path: Path) -> bool:
    """Return whether another rule reports that a key is missing."""
    *owner, key = path
    is_entry = owner in (["dataset"], ["trainer"]) or (owner[:1] == ["models"] and len(owner) > 1)
    if is_entry and len(owner) < 3 and key in ("name", "args"):  # noqa: PLR2004  below a role: args
        return True
    if not owner:
        return key in SECTIONS
    if tuple(owner) == TRAINER_ARGS and key in LIMITS:
        return is_endless(config.trainer_args or {})
    used = next((each for each in config.class_uses if each.locate() == path[:-1]), None)
    parameter = used.parameters.get(str(key)) if used else None
    return parameter is not None and parameter.is_required


def _format_keys(path: Path) -> str:
    return shorten(".".join(map(str, path)))
