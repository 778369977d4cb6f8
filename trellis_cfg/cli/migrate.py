"""``trellis-cfg migrate``: upgrade configs and change no other byte."""

import re
import shlex
from collections.abc import Sequence

import click

from trellis_cfg.cli import SUCCESS, options, rewrite_report
from trellis_cfg.lint.guards import require_stop_condition
from trellis_cfg.migrations import Migration, migrate, project_migrations, with_value
from trellis_cfg.settings import load_settings

_MANY = 4
_POSITIVE = "[1-9][0-9]{0,18}"


def _parse_limit(text: str) -> int | None:
    """Return a positive number, or None for null."""
    if text == "null":
        return None
    if re.fullmatch(_POSITIVE, text) and int(text) < 1 << 63:
        return int(text)
    raise click.BadParameter(f"{text!r} is neither a positive integer nor null")


@options.command("migrate", mode=rewrite_report.Mode)
@options.path_options
@options.check_option
@click.option("--diff", is_flag=True, help="Change nothing; print a patch, exit 1 if not empty.")
@click.option("--revert", is_flag=True, help="Undo the migrations.")
@click.option("--list", "list_", is_flag=True, help="List the migrations.")
@click.option("--only", multiple=True, metavar="NAME", help="Run only this migration.")
@click.option(
    "--max-epoch", metavar="N|null", type=_parse_limit, help="Value to insert; default: null."
)
@click.option("--preview", is_flag=True, help="Then preview the upgraded configs.")
@options.keep_going_option
@options.color_option
def command(  # noqa: PLR0913  a parameter an option
    files: options.FileOptions,
    mode: rewrite_report.Mode,
    *,
    revert: bool,
    list_: bool,
    only: tuple[str, ...],
    max_epoch: int | None,
    preview: bool,
) -> int:
    """Insert max_epoch after max_steps; change no other byte.

    Then apply the migrations declared under [tool.trellis-cfg] in pyproject.toml.

    PATH is a file, a folder (every *.json below it), or - for stdin to stdout. Default: paths in
    [tool.trellis-cfg] of pyproject.toml, else configs/.

    Exit code: 0 done, or nothing to do; 1 a file would change (--check, --diff) or was left
    alone; 2 a file could not be read, parsed or written.
    """
    settings = load_settings(".")
    migrations = _select(project_migrations(settings), only, max_epoch)
    if list_:
        _print_migrations(migrations)
        return SUCCESS
    rewrite = require_stop_condition(lambda document: migrate(document, migrations, revert=revert))
    if preview and (mode.diff or options.STDIN in files.paths):
        raise click.UsageError("--preview cannot be combined with --diff or stdin")
    if files.is_stdin:
        return rewrite_report.run_stream(rewrite, mode)
    wording = _word_command(files, only, migrations, revert=revert, max_epoch=max_epoch)
    selected = options.select_files(files, settings)
    code, done = rewrite_report.run_files(selected, rewrite, mode, wording)
    if preview and done:
        from trellis_cfg.cli.preview import print_preview  # noqa: PLC0415  only with --preview

        print_preview((change.path, change.read_result()) for change in done)
    return code


def _print_migrations(migrations: Sequence[Migration]) -> None:
    """Print the name and description of each migration, and a line per operation."""
    for migration in migrations:
        about = f": {migration.description}" if migration.description else ""
        click.echo(f"{migration.name}{about}")
        click.echo("".join(f"  {step.describe()}\n" for step in migration.operations), nl=False)


def _select(
    migrations: Sequence[Migration], only: tuple[str, ...], max_epoch: int | None
) -> Sequence[Migration]:
    """Return the selected migrations, the built-in one with this limit."""
    names = [migration.name for migration in migrations]
    for name in only:
        if name not in names:
            from trellis_cfg.suggest import find_nearest  # noqa: PLC0415  only for a misspelled name

            known = find_nearest(name, names) or ", ".join(names)
            raise click.BadParameter(f"unknown migration {name!r}; known: {known}")
    return [
        with_value(migration, max_epoch) if migration.name == "max-epoch" else migration
        for migration in migrations
        if not only or migration.name in only
    ]


def _word_command(
    files: options.FileOptions,
    only: tuple[str, ...],
    migrations: Sequence[Migration],
    *,
    revert: bool,
    max_epoch: int | None,
) -> rewrite_report.CommandWording:
    """Return the command's name, and the command lines that do it and undo it.

    A limit that the run inserts is not undone by one line: no stop condition would be left. Nor
    are operations that cannot be undone.
    """
    arguments = [part for name in only for part in ("--only", name)]
    arguments += ["--max-epoch", str(max_epoch)] if max_epoch is not None else []
    is_long = len(files.paths) > _MANY
    path_arguments = [] if is_long else files.to_path_arguments()
    forward, back = (
        shlex.join(["trellis-cfg", "migrate", *arguments, *files.to_arguments(), *extra])
        + (" PATH..." if is_long else "")
        for extra in (path_arguments, ["--revert", *path_arguments])
    )
    if revert:
        return rewrite_report.CommandWording("reverted", back, forward)
    note = "" if max_epoch is None else "Existing max_epoch values are kept."
    is_undoable = all(step.is_undoable for each in migrations for step in each.operations)
    undo = back if is_undoable and max_epoch is None else ""
    return rewrite_report.CommandWording("upgraded", forward, undo, note)
