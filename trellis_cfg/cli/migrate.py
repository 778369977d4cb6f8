"""``trellis-cfg migrate``: bring configs up to date, every other byte untouched."""

import re
import shlex
from collections.abc import Sequence
from typing import Any

import click

from trellis_cfg.cli import options, rewrite_report
from trellis_cfg.document.document import Document
from trellis_cfg.lint.guards import require_stop_condition
from trellis_cfg.migrations import Migration, migrate, project_migrations, with_value
from trellis_cfg.rewrite.plan import Change
from trellis_cfg.settings import load_settings

_MANY = 4
_POSITIVE = "[1-9][0-9]{0,18}"


def _limit(ctx: click.Context, parameter: click.Parameter, text: str | None) -> int | None:
    """Return a positive number, or None for null."""
    if text is None or text == "null":
        return None
    if re.fullmatch(_POSITIVE, text) and int(text) < 1 << 63:
        return int(text)
    message = f"{text!r} is neither a positive integer nor null"
    raise click.BadParameter(message, ctx, parameter)


@click.command("migrate")
@options.path_options
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Change nothing; print a patch, exit 1 if it has any.")
@click.option("--revert", is_flag=True, help="Take back what the migrations did.")
@click.option("--list", "list_", is_flag=True, help="List the migrations.")
@click.option("--only", multiple=True, metavar="NAME", help="Run this migration only.")
@click.option(
    "--max-epoch", metavar="N|null", callback=_limit, help="Insert this limit; default null."
)
@click.option("--preview", is_flag=True, help="Then show what the limits of the upgraded mean.")
@click.option("--keep-going", is_flag=True, help="Write the others where a file is refused.")
@options.color_option
def command(  # noqa: PLR0913  a parameter an option
    paths: tuple[str, ...],
    *,
    check: bool,
    diff: bool,
    revert: bool,
    list_: bool,
    only: tuple[str, ...],
    max_epoch: int | None,
    preview: bool,
    keep_going: bool,
    **files: Any,  # noqa: ANN401  what options.files adds
) -> int:
    """Insert max_epoch after max_steps, and leave every other byte as it is.

    Then do what the migrations say that [tool.trellis-cfg] in pyproject.toml declares.

    PATH is a file, a folder (every *.json below it), or - for stdin to stdout. Without PATH, the
    paths of [tool.trellis-cfg] in pyproject.toml are read, else configs/.

    Exit code: 0 done, or nothing to do; 1 a file would change (--check, --diff) or was left
    alone; 2 a file could not be read, parsed or written.
    """
    settings = load_settings(".")
    chosen = _chosen(project_migrations(settings), only, max_epoch)
    if list_:
        for migration in chosen:
            _list(migration)
        return 0

    def rewrite(document: Document) -> Document:
        return migrate(document, chosen, revert=revert)

    which = options.FileOptions(**files)
    mode = rewrite_report.Mode(check=check, diff=diff, keep_going=keep_going)
    if preview and (diff or options.STDIN in paths):
        raise click.UsageError("--preview has no room where stdout is a patch or a config")
    if options.STDIN in paths:
        options.refuse_unless_alone(paths, which)
        return rewrite_report.run_stream(require_stop_condition(rewrite), mode)
    given = _given(only, max_epoch, which)
    words = _words(paths, max_epoch, given, revert=revert, undoable=_is_undoable(chosen))
    done: list[Change] = []
    files_meant = options.select_files(paths, which, settings)
    code = rewrite_report.run_files(
        files_meant, require_stop_condition(rewrite), mode, words, done=done
    )
    if preview and done:
        _show(done)
    return code


def _show(changes: list[Change]) -> None:
    """Show what the limits of changed configs mean, also of those that are not written yet."""
    from trellis_cfg.cli.preview import show  # noqa: PLC0415  most runs have no use for it

    show((change.path, change.read_result()) for change in changes)


def _list(migration: Migration) -> None:
    """Print a migration's name, its sentence, and a line for each operation."""
    about = f": {migration.description}" if migration.description else ""
    click.echo(f"{migration.name}{about}")
    click.echo("".join(f"  {step.describe()}\n" for step in migration.operations), nl=False)


def _is_undoable(migrations: Sequence[Migration]) -> bool:
    return all(step.is_undoable for migration in migrations for step in migration.operations)


def _chosen(
    known: Sequence[Migration], only: tuple[str, ...], max_epoch: int | None
) -> Sequence[Migration]:
    """Return the migrations that are meant, the built-in one with the limit that was given."""
    names = [migration.name for migration in known]
    for name in only:
        if name not in names:
            from trellis_cfg.suggest import find_nearest  # noqa: PLC0415  sound runs need none

            near = find_nearest(name, names) or ", ".join(names)
            raise click.BadParameter(f"no migration {name!r}; known: {near}")
    return [
        with_value(migration, max_epoch) if migration.name == "max-epoch" else migration
        for migration in known
        if not only or migration.name in only
    ]


def _words(
    paths: tuple[str, ...],
    max_epoch: int | None,
    given: list[str],
    *,
    revert: bool,
    undoable: bool,
) -> rewrite_report.CommandWording:
    """Return the command in words, with the command lines that do it and undo it.

    A limit that the run gave is not undone by one line: it would leave none. Nor is what some
    migration of the run cannot undo.
    """
    named = options.named(paths)
    more = " PATH..." if len(paths) > _MANY else ""
    line = ["trellis-cfg", "migrate", *given]
    forward, back = (
        shlex.join([*line, *extra, *([] if more else named)]) + more for extra in ([], ["--revert"])
    )
    kept = "" if revert or max_epoch is None else "A max_epoch that is there keeps its value."
    if revert:
        return rewrite_report.CommandWording("reverted", back, forward)
    return rewrite_report.CommandWording(
        "upgraded", forward, back if undoable and max_epoch is None else "", kept
    )


def _given(only: tuple[str, ...], max_epoch: int | None, which: options.FileOptions) -> list[str]:
    """Return the options to type again for the same migrations of the same files."""
    given = [part for name in only for part in ("--only", name)]
    if max_epoch is not None:
        given += ["--max-epoch", str(max_epoch)]
    return given + which.given()
