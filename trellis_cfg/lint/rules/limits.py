"""Rules about what ends a training run."""

from collections.abc import Iterable, Mapping

from trellis_cfg.diagnostics import NOTE, WARNING
from trellis_cfg.document.document import Document
from trellis_cfg.document.edits import Edit, find_difference
from trellis_cfg.document.operations import insert_key
from trellis_cfg.document.paths import Path
from trellis_cfg.errors import ConfigError, InvalidDocument
from trellis_cfg.lint.class_use import MAX
from trellis_cfg.lint.config import Config, Finding, RelatedPlace
from trellis_cfg.lint.fixes import Offer, offer_integer
from trellis_cfg.lint.rules.values import needs_argument
from trellis_cfg.lint.wording import format_effect, format_value
from trellis_cfg.migrations import MIGRATIONS, Migration, migrate
from trellis_cfg.sections import ENDLESS, INTERVALS, LIMITS, TRAINER_ARGS, is_endless


def no_stop_condition(config: Config) -> Iterable[Finding]:
    """No stop condition: ``max_steps`` and ``max_epoch`` are both null or absent.

    Training ends at whichever limit comes first, so one of the two must be a positive integer. The
    trainer fails only after loading the data and building the models. For an unknown trainer with
    neither key, and for one whose code may end elsewhere, this is a warning: it may have its own
    limit.

    Bad: {"trainer": {"args": {"max_steps": null, "max_epoch": null}}}
    Good: {"trainer": {"args": {"max_steps": null, "max_epoch": 20}}}
    Chinese: 没有停止条件。把 max_steps 或 max_epoch 设为正整数。
    """
    args = config.trainer_args
    if args is None or not is_endless(args) or _has_other_limit(config, args):
        return
    first, *second = [key for key in LIMITS if key in args] or [""]
    if not first and any(map(config.is_misspelled, LIMITS)):
        return
    is_sure = "max_steps" not in config.unclear if first else config.is_known
    yield Finding(
        (*TRAINER_ARGS, first) if first else TRAINER_ARGS,
        ENDLESS if first else "no stop condition: set max_steps or max_epoch",
        label="a positive integer here" if first else "",
        also=tuple(RelatedPlace((*TRAINER_ARGS, key), "or here") for key in second),
        why="the trainer fails only after loading the data and building the models" * is_sure,
        on_key=not first,
        severity=None if is_sure else WARNING,
    )


def _has_other_limit(config: Config, args: Mapping[str, object]) -> bool:
    """Return whether the trainer in the checkout has its own limit, or a default for ours."""
    spec = config.trainer and config.trainer.source
    if spec is None or any(key in args for key in LIMITS):
        return False
    if "max_steps" in config.unclear:
        return True
    limits = [spec.parameters[key] for key in LIMITS if key in spec.parameters]
    return not limits or any(limit.default and not limit.default.is_none for limit in limits)


def outdated(config: Config) -> Iterable[Finding]:
    """A migration is not applied to this config; run ``trellis-cfg migrate``.

    A config without ``max_epoch`` trains as before, but a reader cannot see that trainers can stop
    after that many epochs. ``trellis-cfg migrate`` inserts it as null, after ``max_steps``, and
    changes no other byte. Migrations that the project declares (``migrations`` in its settings) are
    also reported until they are applied.

    This is a warning for a migration that the project declares, and where the trainer is known to
    stop at ``max_epoch``: by the checkout, or because it trains through ``trellis_cfg.training``.
    If the trainer in the checkout does not support ``max_epoch``, a missing key is not reported.

    Bad: {"trainer": {"args": {"max_steps": 100000}}}
    Good: {"trainer": {"args": {"max_steps": 100000, "max_epoch": null}}}
    Chinese: 配置待升级。运行 trellis-cfg migrate。
    """
    original, args = config.document, config.trainer_args
    if args is None or original is None or is_endless(args):
        return
    is_unsupported = not config.behavior.is_wrapped and _is_epoch_limit_unsupported(config)
    migrations = MIGRATIONS if config.facts.migrations is None else config.facts.migrations
    document, pending, findings = original, list[Migration](), list[Finding]()
    for migration in migrations:
        is_declared = migration not in MIGRATIONS
        if is_unsupported and not is_declared:
            continue
        change = _find_change(migration, document)
        if change:
            path, description, edits = change
            message = f"migration {migration.name} is not applied: it {description}"
            is_read = config.behavior.is_wrapped or (
                config.facts.source and config.behavior.reads_max_epoch
            )
            is_only = not pending and migration is migrations[-1] and len(migration.operations) == 1
            pending.append(migration)
            if not is_only:
                before, document = document, _apply_migration(document, migration)
                is_changed = document is not before
                edits = (find_difference(original.text, document.text),) if is_changed else ()
            fix = _offer_migrations(config, pending, edits)
            severity = WARNING if is_declared or is_read else None
            findings.append(Finding(path, message, on_key=True, severity=severity, fix=fix))
    is_undone = document is not original and document.text == original.text
    yield from [] if is_undone else findings


def _offer_migrations(config: Config, pending: list[Migration], edits: tuple[Edit, ...]) -> Offer:
    """Return the fix that applies migrations, of which the last needs the others.

    It is safe where a null ``max_epoch`` surely means what its absence meant.
    """
    names = " and ".join(migration.name for migration in pending)
    is_built_in = all(migration in MIGRATIONS for migration in pending)
    is_safe = is_built_in and (config.behavior.is_wrapped or _is_null_accepted(config))
    noun = "migration" if len(pending) == 1 else "migrations"
    return Offer(f"apply the {noun} {names}", is_safe=is_safe, edits=edits)


def _is_null_accepted(config: Config) -> bool:
    """Return whether the trainer surely takes a null ``max_epoch``, and has no other default."""
    trainer = config.trainer
    if trainer is None or trainer.is_unread:
        return False
    if trainer.source is None:
        return trainer.catalog is not None
    parameter = trainer.source.parameters.get("max_epoch")
    default = parameter.default if parameter else None
    return trainer.source.takes("max_epoch") is True and (default is None or default.is_none)


def _is_epoch_limit_unsupported(config: Config) -> bool:
    """Return whether the trainer in the checkout, or all of them, do not accept ``max_epoch``."""
    trainer = config.trainer
    if trainer is None or trainer.listed is None or trainer.source is not None:
        return config.behavior.reads_max_epoch is False
    specs = trainer.listed.likely_classes.values()
    return trainer.listed.is_complete and all(
        spec is not None and spec.takes("max_epoch") is False for spec in specs
    )


def _find_change(
    migration: Migration, document: Document
) -> tuple[Path, str, tuple[Edit, ...]] | None:
    """Return the first change of a migration and what it does; None where it would be a guess."""
    try:
        for operation in migration.operations:
            edits = tuple(operation.upgrade(document))
            if edits:
                path = operation.find_places(document)[0]
                if len(migration.operations) > 1:
                    _apply_migration(document, migration)
                return path, operation.describe(), edits
    except ConfigError:
        return None
    return None


def _apply_migration(document: Document, migration: Migration) -> Document:
    """Return the migrated document, or the document itself if it contains NaN."""
    try:
        return migrate(document, [migration])
    except InvalidDocument:
        return document


def max_steps_missing(config: Config) -> Iterable[Finding]:
    """``max_steps`` is missing; every known trainer requires it.

    The run would fail with a TypeError. Null is allowed if ``max_epoch`` is set. Training through
    ``trellis_cfg.training`` (``runtime = true`` in the settings) does not need the key.

    Bad: {"trainer": {"args": {"max_epoch": 20}}}
    Good: {"trainer": {"args": {"max_steps": null, "max_epoch": 20}}}
    Chinese: 缺少 max_steps。加上 max_steps；设置了 max_epoch 时可以为 null。
    """
    args, trainer = config.trainer_args, config.trainer
    if args is None or "max_steps" in args or config.behavior.is_wrapped:
        return
    if args.get("max_epoch") is None or trainer is None or trainer.is_unread:
        return
    if not (config.is_known or trainer.source) or config.is_misspelled("max_steps"):
        return
    if trainer.source is None or needs_argument(trainer, "max_steps"):
        message, fix = f"max_steps is missing: {trainer.name} requires it", None
        if config.behavior.reads_max_epoch is not False:
            message += " (null is allowed)"
            insertion = insert_key((*TRAINER_ARGS, "max_steps"), None, before="max_epoch")
            fix = Offer("insert max_steps = null before max_epoch", (insertion,))
        yield Finding(TRAINER_ARGS, message, on_key=True, fix=fix)


def epoch_limit_ignored(config: Config) -> Iterable[Finding]:
    """``max_epoch`` is set, but the trainer in this checkout does not support it.

    The trainer ignores the limit or fails with a TypeError. Without a checkout, nothing is
    reported. Set ``max_steps``, add the limit to the trainer, or train through
    ``trellis_cfg.training`` (``runtime = true`` in the settings, or a train.py that imports it).

    Bad (--source DIR): {"trainer": {"args": {"max_steps": null, "max_epoch": 20}}}
    Good (--source DIR): {"trainer": {"args": {"max_steps": 100000, "max_epoch": null}}}
    Chinese: 训练器不支持 max_epoch。改用 max_steps，或通过 trellis_cfg.training 训练
        （设置 runtime = true）。
    """
    trainer, args = config.trainer, config.trainer_args
    if trainer is None or trainer.source is None or (args or {}).get("max_epoch") is None:
        return
    if config.behavior.reads_max_epoch is False:
        message = f"{trainer.name} in this checkout does not support max_epoch"
        parameter = trainer.source.parameters.get("max_epoch")
        why = format_effect(trainer.source)
        if parameter:
            why = f"accepted at {parameter.place} but never read"
        yield Finding((*TRAINER_ARGS, "max_epoch"), message, on_key=True, why=why)


def limit_not_an_integer(config: Config) -> Iterable[Finding]:
    """``max_steps`` and ``max_epoch`` must be positive integers or null.

    The trainer compares steps with them: a string fails after the data was loaded, ``true`` ends
    the run after one step, 0 before the first. A whole number written as a float, such as 1e6,
    works and is only a warning; for an interval such as ``i_save``, a note.

    Bad: {"trainer": {"args": {"max_steps": "100000"}}}
    Good: {"trainer": {"args": {"max_steps": 100000}}}
    Chinese: 限制或间隔不是整数。写成整数，例如 1000000 而不是 1e6 或 "1000000"。
    """
    invalid = {error.path for error in config.shape_errors}
    for key in (*LIMITS, *INTERVALS):
        path, value = (*TRAINER_ARGS, key), (config.trainer_args or {}).get(key)
        if path in invalid and key in LIMITS:
            is_large = isinstance(value, int | float) and value > MAX
            expected = f"a positive integer{f' (at most {MAX:,})' if is_large else ''}, or null"
            message = f"{key} is {format_value(value)}, but must be {expected}"
            severity = WARNING if key in config.unclear else None
            yield Finding(path, message, severity=severity, fix=offer_integer(path, value))
        elif isinstance(value, float) and value.is_integer() and 0 < value <= MAX:
            message = f"{key} is written as a float; it works, but write {int(value)}"
            severity = WARNING if key in LIMITS else NOTE
            yield Finding(path, message, severity=severity, fix=offer_integer(path, value))
