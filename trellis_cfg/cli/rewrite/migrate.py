"""``trellis-cfg migrate``: upgrade configs and change no other byte."""

import os
import re
import shlex
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import click

from trellis_cfg.cli import SUCCESS, options, output
from trellis_cfg.cli.options import flag, option
from trellis_cfg.cli.rewrite import report
from trellis_cfg.document.document import BYTE_ORDER_MARK, Document
from trellis_cfg.errors import ConfigError
from trellis_cfg.files.git import read_committed
from trellis_cfg.lint.guards import require_stop_condition
from trellis_cfg.migrations import Migration, migrate, project_migrations, with_value
from trellis_cfg.rewrite.plan import Change, Rewrite
from trellis_cfg.sections import class_name, trainer_args
from trellis_cfg.settings import Settings, load_settings
from trellis_cfg.terminal import escape_controls, format_count

_EPOCH_LIMIT = "max-epoch"
_MANY = 4
_POSITIVE = "[1-9][0-9]{0,18}"


def _parse_limit(text: str) -> int | None:
    """Return a positive number, or None for null."""
    if text == "null":
        return None
    if re.fullmatch(_POSITIVE, text) and int(text) < 1 << 63:
        return int(text)
    raise click.BadParameter(f"{text!r} is neither a positive integer nor null")


class MigrateOptions(NamedTuple):
    """Which migrations to run, in which direction, and the limit to insert."""

    revert: bool
    only: tuple[str, ...]
    max_epoch: int | None
    force: bool


@options.command("migrate", mode=report.Mode, code=options.SourceOptions, choice=MigrateOptions)
@options.path_options
@options.check_option
@flag("--diff", "Change nothing; print a patch, exit 1 if not empty.")
@flag("--revert", "Undo the migrations.")
@flag("--list list_", "List the migrations.")
@option(
    "--only", options.Text("MIGRATION"), "Run only this migration.", multiple=True, metavar="NAME"
)
@option("--max-epoch", _parse_limit, "Value to insert; default: null.", metavar="N|null")
@flag("--preview", "Then preview the upgraded configs.")
@options.source_options
@flag("--force", "Upgrade even if the lint finds a new error.")
@options.keep_going_option
@options.color_option
def command(  # noqa: PLR0913  a parameter an option
    files: options.FileOptions,
    mode: report.Mode,
    code: options.SourceOptions,
    choice: MigrateOptions,
    *,
    list_: bool,
    preview: bool,
) -> int:
    """Insert max_epoch after max_steps; change no other byte.

    Then apply the migrations declared in the settings. A number for max_epoch, and declared
    migrations, are refused if they bring a new error.

    Arguments:
      PATH  file, folder (every *.json below it), or - for stdin to stdout; default:
            paths in the settings, else configs/

    Examples:
      # Show the changes, then write them
      trellis-cfg migrate --diff
      trellis-cfg migrate
      # Stop after 100 epochs, and preview that
      trellis-cfg migrate --max-epoch 100 --preview configs/vae

    Exit code:
      0  done, or nothing to do
      1  a file would change (--check, --diff), or was left alone
      2  a file could not be read, parsed or written
    """
    settings = load_settings(".")
    migrations = _select(project_migrations(settings), choice.only, choice.max_epoch)
    if list_:
        _print_migrations(migrations)
        return SUCCESS
    if preview and (mode.diff or options.STDIN in files.paths):
        raise click.UsageError("--preview cannot be combined with --diff or stdin")
    log = _TrainerLog(code, settings)
    rewrite = log.record(_build_rewrite(migrations, choice, code, settings))
    wording = _word_command(files, choice, code, migrations)
    exit_code, done = report.run(files, rewrite, mode, wording, settings)
    log.print_marked()
    if done and choice.revert:
        log.print_committed(done)
    elif done:
        log.print_note()
    if preview and done:
        from trellis_cfg.cli.preview import print_preview  # noqa: PLC0415  only with --preview

        print_preview((change.path, change.read_result()) for change in done)
    return exit_code


def _build_rewrite(
    migrations: Sequence[Migration],
    choice: MigrateOptions,
    code: options.SourceOptions,
    settings: Settings,
) -> Rewrite:
    """Return the rewrite; a null ``max_epoch`` is always inserted, all else is checked."""
    rewrite = require_stop_condition(partial(migrate, migrations=migrations, revert=choice.revert))
    is_limit_set = choice.max_epoch is not None and not choice.revert
    is_declared = any(migration.name != _EPOCH_LIMIT for migration in migrations)
    if choice.force or not (is_limit_set or is_declared):
        return rewrite
    from trellis_cfg.lint.guards import NewErrorGuard  # noqa: PLC0415  a plain upgrade needs no rule
    from trellis_cfg.lint.project import LintArguments, build_lint_options  # noqa: PLC0415

    arguments = LintArguments(**code._asdict())
    return NewErrorGuard(build_lint_options(arguments, settings)).protect(rewrite)


class _TrainerLog:
    """Records the trainers of changed configs, and notes which of them ignore ``max_epoch``."""

    def __init__(self, code: options.SourceOptions, settings: Settings) -> None:
        self._code = code
        self._settings = settings
        self._paths: dict[tuple[str, str], str] = {}
        self._marked: list[str] = []
        self._nulls: list[str] = []

    def record(self, rewrite: Rewrite) -> Rewrite:
        """Return a rewrite that does the same, and is recorded."""

        def recorded(document: Document) -> Document:
            if document.data.startswith(BYTE_ORDER_MARK):
                self._marked.append(document.path or "stdin")
            new = rewrite(document)
            if new is not document and document.path:
                key = os.path.dirname(document.path), class_name(new.value, "trainer")
                self._paths.setdefault(key, document.path)
                if _has_null(document.value) and not _has_null(new.value):
                    self._nulls.append(document.path)
            return new

        return recorded

    def print_marked(self) -> None:
        """Print one line about files that start with a byte-order mark, if there are any."""
        if self._marked:
            more = len(self._marked) - 1
            others = f" and {format_count(more, 'other file')}" if more else ""
            verb = "start" if more else "starts"
            output.print_summary(
                f"note: {self._marked[0]}{others} {verb} with a byte-order mark, which json.load "
                "rejects: trellis-cfg check --fix removes it"
            )

    def print_committed(self, done: Iterable[Change]) -> None:
        """Print how many of the nulls that a revert takes out the last commit has, if git knows."""
        written = {change.path for change in done}
        nulls = [path for path in self._nulls if path in written]
        count = 0
        for data in read_committed(nulls):
            with suppress(ConfigError):
                count += _has_null(Document(data).value)
        if count:
            number = f"{count:,} of {format_count(len(nulls), 'config')}"
            output.print_summary(
                f"note: in the last commit, max_epoch is null in {number}: git shows its removal"
            )

    def print_note(self) -> None:
        """Print one line about the trainers that do not read ``max_epoch``, if there are any."""
        from trellis_cfg.lint.project import find_checkouts  # noqa: PLC0415
        from trellis_cfg.source import read_checkout  # noqa: PLC0415  a run may change nothing

        finder = find_checkouts(self._code.source, self._settings, no_source=self._code.no_source)
        names = set()
        for (_, trainer), path in self._paths.items():
            checkout = finder.checkout(path)
            source = read_checkout(checkout) if checkout else None
            behavior = source.read_behavior(trainer) if source else None
            if source and behavior and behavior.reads_max_epoch is False:
                is_runtime = self._settings.runtime or source.has_runtime
                names |= {trainer} if not (is_runtime and behavior.is_wrappable) else set()
        if names:
            first, more = sorted(names)[:_MANY], len(names) - _MANY
            listed = escape_controls(", ".join(first)) + (f" and {more:,} more" if more > 0 else "")
            verb = "do" if len(names) > 1 else "does"
            output.print_summary(
                f"note: max_epoch has no effect: in this checkout, {listed} {verb} not read it "
                "(trellis-cfg explain TC105)"
            )


def _has_null(value: object) -> bool:
    return (trainer_args(value) or {}).get("max_epoch", 0) is None


def _print_migrations(migrations: Sequence[Migration]) -> None:
    for migration in migrations:
        about = f": {migration.description}" if migration.description else ""
        click.echo(escape_controls(f"{migration.name}{about}"))
        for step in migration.operations:
            click.echo(f"  {escape_controls(step.describe())}")


def _select(
    migrations: Sequence[Migration], only: tuple[str, ...], max_epoch: int | None
) -> Sequence[Migration]:
    """Return the selected migrations, the built-in one with this limit."""
    names = [migration.name for migration in migrations]
    for name in only:
        if name not in names:
            from trellis_cfg.suggest import find_similar  # noqa: PLC0415  only for a misspelled name

            known = find_similar(name, names) or ", ".join(names)
            message = f"unknown migration {name!r}; known: {known}"
            raise click.BadParameter(message, param_hint="--only")
    return [
        with_value(migration, max_epoch) if migration.name == _EPOCH_LIMIT else migration
        for migration in migrations
        if not only or migration.name in only
    ]


def _word_command(
    files: options.FileOptions,
    choice: MigrateOptions,
    code: options.SourceOptions,
    migrations: Sequence[Migration],
) -> report.CommandWording:
    """Return the command's name, and the command lines that do it and undo it.

    A limit that the run inserts is not undone by one line: no stop condition would be left. Nor
    are operations that cannot be undone.
    """
    max_epoch = choice.max_epoch
    arguments = [part for name in choice.only for part in ("--only", name)]
    arguments += ["--max-epoch", str(max_epoch)] if max_epoch is not None else []
    arguments += [*code.to_arguments(), *["--force"] * choice.force]
    is_long = len(files.paths) > _MANY
    path_arguments = [] if is_long else files.to_path_arguments()
    forward, back = (
        shlex.join(["trellis-cfg", "migrate", *arguments, *files.to_arguments(), *extra])
        + (" PATH..." if is_long else "")
        for extra in (path_arguments, ["--revert", *path_arguments])
    )
    if choice.revert:
        return report.CommandWording("reverted", back, forward)
    if max_epoch is not None:
        note = f"Existing values are kept: trellis-cfg set max_epoch={max_epoch} changes them."
        return report.CommandWording("upgraded", forward, note=note)
    is_undoable = all(migration.is_undoable for migration in migrations)
    return report.CommandWording("upgraded", forward, back if is_undoable else "")
