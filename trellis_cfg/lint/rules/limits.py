"""Rules about what ends a training run."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from trellis_cfg.diagnostics import WARNING
from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path
from trellis_cfg.errors import ConfigError, InvalidDocument
from trellis_cfg.lint.class_use import MAX
from trellis_cfg.lint.config import Config, Finding, RelatedPlace
from trellis_cfg.lint.rules.values import needs
from trellis_cfg.lint.wording import ending, format_value
from trellis_cfg.migrations import MIGRATIONS, Migration, migrate
from trellis_cfg.sections import ENDLESS, LIMITS, TRAINER_ARGS, is_endless


def no_stop_condition(ctx: Config) -> Iterator[Finding]:
    """Nothing ends a training whose ``max_steps`` and ``max_epoch`` are both null or absent.

    Training ends at whichever limit comes first, so one of the two must be a positive integer.
    A trainer finds out only after it has loaded the data and built the models. Where a trainer
    that is not known is given neither, this is a warning: it may have a limit of its own.
    """
    args = ctx.trainer_args
    if args is None or not is_endless(args) or _ends_otherwise(ctx, args):
        return
    first, *second = [key for key in LIMITS if key in args] or [""]
    if not first and any(map(ctx.is_misspelt, LIMITS)):
        return
    yield Finding(
        (*TRAINER_ARGS, first) if first else TRAINER_ARGS,
        ENDLESS if first else "no stop condition: set max_steps or max_epoch",
        label="a positive integer here" if first else "",
        also=tuple(RelatedPlace((*TRAINER_ARGS, key), "or here") for key in second),
        why="the trainer would find out only after it has loaded the data and built the models",
        on_key=not first,
        severity=None if first or ctx.is_known else WARNING,
    )


def _ends_otherwise(ctx: Config, args: Mapping[str, object]) -> bool:
    """Tell whether the code beside the config has a limit of its own, or a default for ours."""
    signature = ctx.trainer and ctx.trainer.signature
    if signature is None or any(key in args for key in LIMITS):
        return False
    limits = [signature.parameters[key] for key in LIMITS if key in signature.parameters]
    if not limits:
        return signature.is_complete
    return any(one.default not in (None, "None") for one in limits)


def outdated(ctx: Config) -> Iterator[Finding]:
    """A migration would change this config: ``trellis-cfg migrate`` does it.

    Trainers learned to stop after ``max_epoch`` epochs. A config without the key trains as
    before, but a reader cannot see that the limit exists, and the next editor spells it wrong.
    ``trellis-cfg migrate`` inserts it as null, after ``max_steps``, and touches no other byte.
    Each migration that the project declares (``migrations`` in its settings) is told, too, if it
    would still change something, so that no config is forgotten. Where the code beside the config
    does not know ``max_epoch``, nobody is told to insert it.
    """
    document, args = ctx.document, ctx.trainer_args
    if args is None or document is None or is_endless(args):
        return
    is_unknown = not ctx.facts.runtime and _is_limit_unknown(ctx)
    for migration in ctx.facts.migrations:
        if is_unknown and migration in MIGRATIONS:
            continue
        found = _outstanding(migration, document)
        if found:
            message = f"not upgraded yet: {migration.name} {found.said}"
            yield Finding(found.path, message, on_key=True)
            document = found.done


def _is_limit_unknown(ctx: Config) -> bool:
    """Tell whether the code beside the config does not know ``max_epoch``, whatever the trainer."""
    trainer = ctx.trainer
    if trainer is None or trainer.listed is None or trainer.signature is not None:
        return ctx.takes("max_epoch") is False
    others = trainer.listed.named.values()
    return trainer.listed.is_complete and not any(
        one is None or one.takes("max_epoch") is not False for one in others
    )


class _Outstanding(NamedTuple):
    """The first that a migration would change, in words; and the document once all is done."""

    path: Path
    said: str
    done: Document


def _outstanding(migration: Migration, document: Document) -> _Outstanding | None:
    """Return what a migration would change; not where an edit would be a guess: others say so."""
    try:
        for operation in migration.operations:
            if operation.upgrade(document):
                path = operation.find_places(document)[0]
                return _Outstanding(path, operation.describe(), _migrated(document, migration))
    except ConfigError:
        return None
    return None


def _migrated(document: Document, migration: Migration) -> Document:
    """Return the document with a migration made; as it is where NaN forbids to read it again."""
    try:
        return migrate(document, [migration])
    except InvalidDocument:
        return document


def max_steps_missing(ctx: Config) -> Iterator[Finding]:
    """The key ``max_steps`` is absent, which every known trainer requires.

    The run would fail with a TypeError. Null is fine where ``max_epoch`` is set. Training through
    ``trellis_cfg.training`` (``runtime = true`` in the settings) does without the key.
    """
    args = ctx.trainer_args
    if args is None or "max_steps" in args or ctx.facts.runtime:
        return
    if args.get("max_epoch") is None or ctx.trainer is None:
        return
    if not (ctx.is_known or ctx.trainer.signature):
        return
    if ctx.is_misspelt("max_steps") or not _requires_steps(ctx):
        return
    message = f"max_steps is missing: {ctx.trainer.name} requires the key, if only as null"
    yield Finding(TRAINER_ARGS, message, on_key=True)


def _requires_steps(ctx: Config) -> bool:
    """Tell whether the trainer requires ``max_steps``: all known do, unless their code differs."""
    trainer = ctx.trainer
    if trainer is None or trainer.is_unread:
        return False
    return trainer.signature is None or needs(ctx, trainer, "max_steps")


def epoch_limit_ignored(ctx: Config) -> Iterator[Finding]:
    """``max_epoch`` is set, and the trainer of this checkout does not know it.

    The code beside the config says so: the trainer swallows the limit, or fails on it. Without
    that code this rule is silent. Set ``max_steps``, teach the trainer the limit, or train through
    ``trellis_cfg.training`` (``runtime = true`` in the settings, or a train.py that imports it).
    """
    trainer, args = ctx.trainer, ctx.trainer_args
    if trainer is None or trainer.signature is None or ctx.facts.runtime or args is None:
        return
    if args.get("max_epoch") is None or ctx.takes("max_epoch") is not False:
        return
    yield Finding(
        (*TRAINER_ARGS, "max_epoch"),
        f"{trainer.name} of this checkout does not know max_epoch: it does not end the training",
        on_key=True,
        why=ending(trainer.signature),
    )


def limit_not_an_integer(ctx: Config) -> Iterator[Finding]:
    """``max_steps`` and ``max_epoch`` are positive integers, or null.

    The trainer compares steps with them: a string fails after the data was loaded, ``true``
    ends the run after one step, 0 before the first. A whole number that is written as a float,
    such as 1e6, trains, and is a warning only.
    """
    faulty = {fault.path for fault in ctx.faults}
    for key in LIMITS:
        path, value = (*TRAINER_ARGS, key), (ctx.trainer_args or {}).get(key)
        if path in faulty:
            is_large = isinstance(value, int | float) and value > MAX
            limit = f" of {MAX:,} at most" if is_large else ""
            message = (
                f"{key} is {format_value(value)}, but must be a positive integer{limit}, or null"
            )
            yield Finding(path, message)
        elif isinstance(value, float) and value.is_integer():
            message = f"{key} is written as a float: it trains, but {int(value)} says it plainly"
            yield Finding(path, message, severity=WARNING)
