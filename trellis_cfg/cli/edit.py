"""What ``set`` and ``unset`` share: which configs, what the lint says, how it is carried out."""

import shlex
from collections.abc import Callable
from functools import partial, reduce
from itertools import takewhile
from typing import Any, NamedTuple, TypeVar

import click

from trellis_cfg.cli import options, output, rewrite_report
from trellis_cfg.cli.lint_options import LintArguments, build_lint_options
from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import find_matches
from trellis_cfg.lint.guards import NewErrorGuard
from trellis_cfg.rewrite.assign import (
    Assignment,
    assign,
    erase,
    meets_condition,
    parse_assignment,
    parse_pattern,
)
from trellis_cfg.rewrite.plan import Rewrite
from trellis_cfg.settings import load_settings
from trellis_cfg.suggest import format_hint

_Command = TypeVar("_Command", bound=Callable[..., Any])


def edit_options(command: _Command) -> _Command:
    """Add the options of a command that edits; ``run`` reads them."""
    for decorate in reversed(
        (
            click.option("--check", is_flag=True, help="Change nothing; exit 1 if a file would."),
            click.option("--diff", is_flag=True, help="Change nothing; print a patch."),
            click.option(
                "--where", multiple=True, metavar="KEY=VALUE", help="Only configs that say so."
            ),
            click.option("--force", is_flag=True, help="Also where the lint finds a new error."),
            click.option(
                "--keep-going", is_flag=True, help="Write the others where one is refused."
            ),
        )
    ):
        command = decorate(command)
    return command


class EditOptions(NamedTuple):
    """What the options of ``edits`` say."""

    check: bool
    diff: bool
    where: tuple[str, ...]
    force: bool
    keep_going: bool

    def typed(self) -> list[str]:
        """Return these options as they would be typed again, without those that only show."""
        line = [part for condition in self.where for part in ("--where", condition)]
        return line + ["--force"] * self.force + ["--keep-going"] * self.keep_going


def run_edit(
    paths: tuple[str, ...],
    change: Rewrite,
    given: EditOptions,
    which: options.FileOptions,
    line: list[str],
) -> int:
    """Change the configs that are meant; ``line`` is how the command was typed."""
    conditions = [read_assignment(text, "--where") for text in given.where]
    verdict = NewErrorGuard(
        build_lint_options(LintArguments((), (), None, None, None), load_settings("."))
    )
    meant = False

    def rewrite(document: Document) -> Document:
        nonlocal meant
        is_meant = all(meets_condition(document, condition) for condition in conditions)
        meant = meant or is_meant
        return change(document) if is_meant else document

    judged = rewrite if given.force else verdict.protect(rewrite)
    mode = rewrite_report.Mode(given.check, given.diff, given.keep_going)
    if options.STDIN in paths:
        options.refuse_unless_alone(paths, which)
        code = rewrite_report.run_stream(judged, mode)
    else:
        again = [*line, *given.typed(), *which.given(), *options.named(paths)]
        words = rewrite_report.CommandWording("changed", shlex.join(again), "")
        code = rewrite_report.run_files(
            options.select_files(paths, which), judged, mode, words, done=[]
        )
    if conditions and not meant:
        output.print_summary(f"No config says {' and '.join(given.where)}.")
    for found, message in sorted(verdict.warnings):
        output.print_summary(f"warning[{found}] {message}")
    return code


def read_assignment(text: str, option: str) -> Assignment:
    """Return an assignment that was typed; raises BadParameter for one that is none."""
    try:
        return parse_assignment(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None


def compose(changes: list[Rewrite]) -> Rewrite:
    """Return a rewrite that makes several, each on what the one before left."""
    return lambda document: reduce(lambda found, change: change(found), changes, document)


@click.command("set")
@click.argument("words", nargs=-1, metavar="KEY=VALUE... [PATH]...")
@click.option("--after", metavar="KEY", help="Where a new key goes; else last.")
@edit_options
@options.file_options
@options.color_option
def set_command(words: tuple[str, ...], *, after: str | None, **given: Any) -> int:  # noqa: ANN401  what the options of edits and which add
    """Set values in configs, and leave every other byte as it is.

    KEY is an argument of the trainer, or a dotted path from the top of the config; * stands for
    any one key. VALUE is JSON, and a bare word a string. PATH is a file, a folder (every *.json
    below it), or - for stdin to stdout; without PATH, the paths of [tool.trellis-cfg] in
    pyproject.toml are read, else configs/.

    Exit code: 0 done, or nothing to do; 1 a file would change (--check, --diff); 2 a file could
    not be read, parsed or written, or an edit is refused.
    """
    typed = list(takewhile(lambda word: "=" in word, words))
    if not typed:
        raise click.UsageError("nothing to set: write KEY=VALUE before the paths")
    wanted = [read_assignment(word, "KEY=VALUE") for word in typed]
    change = compose([_assigning(one, after) for one in wanted])
    options_given = EditOptions(**{name: given.pop(name) for name in EditOptions._fields})
    paths = words[len(typed) :]
    which = options.FileOptions(**given)
    sibling = ["--after", after] if after else []
    return run_edit(paths, change, options_given, which, ["trellis-cfg", "set", *typed, *sibling])


def _assigning(wanted: Assignment, after: str | None) -> Rewrite:
    sibling = after.rpartition(".")[2] if after else None
    return partial(assign, wanted=wanted, after=sibling)


class _Sought:
    """A key to take out; whether some config had it, and the keys that stood in its place."""

    def __init__(self, where: tuple[str, ...]) -> None:
        self.pattern = where
        self.is_found = False
        self.beside: set[str] = set()

    def erase(self, document: Document) -> Document:
        new = erase(document, self.pattern)
        if new is not document:
            self.is_found = True
        for _, parent in find_matches(document.value, self.pattern[:-1]):
            self.beside.update(parent if isinstance(parent, dict) else ())
        return new


@click.command("unset")
@click.argument("keys", metavar="KEY[,KEY]...")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@edit_options
@options.file_options
@options.color_option
def unset_command(keys: str, paths: tuple[str, ...], **given: Any) -> int:  # noqa: ANN401  what the options of edits and which add
    """Take keys out of configs, and leave every other byte as it is.

    KEY is an argument of the trainer, or a dotted path from the top of the config; * stands for
    any one key. A config without the key stays as it is. PATH is as for set.

    Exit code: 0 done, or nothing to do; 1 a file would change (--check, --diff); 2 a file could
    not be read, parsed or written, or an edit is refused.
    """
    try:
        wanted = [parse_pattern(key) for key in keys.split(",")]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="KEY") from None
    sought = [_Sought(one) for one in wanted]
    change = compose([one.erase for one in sought])
    options_given = EditOptions(**{name: given.pop(name) for name in EditOptions._fields})
    which = options.FileOptions(**given)
    code = run_edit(paths, change, options_given, which, ["trellis-cfg", "unset", keys])
    for one in sought:
        if not one.is_found and one.beside:
            key = one.pattern[-1]
            output.print_summary(f'No config has "{key}"{format_hint(key, one.beside)}')
    return code
