"""``trellis-cfg set`` and ``unset``: change values in configs, unless the lint objects."""

import shlex
from functools import partial, reduce
from itertools import takewhile
from typing import Any, NamedTuple

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

edit_options = options.combine_options(
    click.option("--check", is_flag=True, help="Change nothing; exit 1 if a file would change."),
    click.option("--diff", is_flag=True, help="Change nothing; print a patch."),
    click.option(
        "--where", multiple=True, metavar="KEY=VALUE", help="Only configs with this value."
    ),
    click.option("--force", is_flag=True, help="Apply even if the lint finds a new error."),
    click.option("--keep-going", is_flag=True, help="Write the other files if one is refused."),
    options.file_options,
    options.color_option,
)
"""Adds the options of ``EditOptions``."""


class EditOptions(NamedTuple):
    """The values of ``edit_options``."""

    check: bool
    diff: bool
    where: tuple[str, ...]
    force: bool
    keep_going: bool
    files: options.FileOptions

    @classmethod
    def parse(cls, values: dict[str, Any]) -> "EditOptions":
        """Return the options from click's values by name."""
        own = {name: values.pop(name) for name in cls._fields[:-1]}
        return cls(**own, files=options.FileOptions(**values))

    def to_arguments(self) -> list[str]:
        """Return the arguments that repeat these options, without --check and --diff."""
        arguments = [part for condition in self.where for part in ("--where", condition)]
        arguments += ["--force"] * self.force + ["--keep-going"] * self.keep_going
        return arguments + self.files.to_arguments()


def run_edit(
    paths: tuple[str, ...], change: Rewrite, edit: EditOptions, command_line: list[str]
) -> int:
    """Change the selected configs; ``command_line`` is the command without shared options."""
    conditions = [_parse_assignment(text, "--where") for text in edit.where]
    guard = NewErrorGuard(build_lint_options(LintArguments(), load_settings(".")))
    has_match = False

    def change_matching(document: Document) -> Document:
        nonlocal has_match
        is_match = all(meets_condition(document, condition) for condition in conditions)
        has_match = has_match or is_match
        return change(document) if is_match else document

    rewrite = change_matching if edit.force else guard.protect(change_matching)
    mode = rewrite_report.Mode(edit.check, edit.diff, edit.keep_going)
    if options.STDIN in paths:
        options.require_stdin_only(paths, edit.files)
        code = rewrite_report.run_stream(rewrite, mode)
    else:
        again = [*command_line, *edit.to_arguments(), *options.to_path_arguments(paths)]
        wording = rewrite_report.CommandWording("changed", shlex.join(again), "")
        files = options.select_files(paths, edit.files)
        code = rewrite_report.run_files(files, rewrite, mode, wording, done=[])
    if conditions and not has_match:
        output.print_summary(f"No config matches {' and '.join(edit.where)}.")
    for rule, message in sorted(guard.warnings):
        output.print_summary(f"warning[{rule}] {message}")
    return code


def _parse_assignment(text: str, option: str) -> Assignment:
    """Parse an assignment; raise BadParameter if it is invalid."""
    try:
        return parse_assignment(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None


def _compose(changes: list[Rewrite]) -> Rewrite:
    """Return a rewrite that applies several, one after the other."""
    return lambda document: reduce(lambda current, change: change(current), changes, document)


@click.command("set")
@click.argument("arguments", nargs=-1, metavar="KEY=VALUE... [PATH]...")
@click.option("--after", metavar="KEY", help="Insert a new key after this one; default: last.")
@edit_options
def set_command(arguments: tuple[str, ...], *, after: str | None, **values: Any) -> int:  # noqa: ANN401  those of edit_options
    """Set values in configs; change no other byte.

    KEY is a trainer argument, or a dotted path from the top of the config; * matches any one key.
    VALUE is JSON; a bare word is a string. PATH is a file, a folder (every *.json below it), or -
    for stdin to stdout. Default: paths in [tool.trellis-cfg] of pyproject.toml, else configs/.

    Exit code: 0 done, or nothing to do; 1 a file would change (--check, --diff); 2 a file could
    not be read, parsed or written, or an edit is refused.
    """
    texts = list(takewhile(lambda argument: "=" in argument, arguments))
    if not texts:
        raise click.UsageError("nothing to set: write KEY=VALUE before the paths")
    assignments = [_parse_assignment(text, "KEY=VALUE") for text in texts]
    sibling = after.rpartition(".")[2] if after else None
    change = _compose([partial(assign, wanted=each, after=sibling) for each in assignments])
    command_line = ["trellis-cfg", "set", *texts, *(["--after", after] if after else [])]
    return run_edit(arguments[len(texts) :], change, EditOptions.parse(values), command_line)


class _Removal:
    """Removes a key; records whether a config had it, and the keys next to it."""

    def __init__(self, pattern: tuple[str, ...]) -> None:
        self.key = pattern[-1]
        self.has_match = False
        self.siblings: set[str] = set()
        self._pattern = pattern

    def apply(self, document: Document) -> Document:
        new = erase(document, self._pattern)
        self.has_match = self.has_match or new is not document
        for _, parent in find_matches(document.value, self._pattern[:-1]):
            self.siblings.update(parent if isinstance(parent, dict) else ())
        return new


@click.command("unset")
@click.argument("keys", metavar="KEY[,KEY]...")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@edit_options
def unset_command(keys: str, paths: tuple[str, ...], **values: Any) -> int:  # noqa: ANN401  those of edit_options
    """Remove keys from configs; change no other byte.

    KEY is a trainer argument, or a dotted path from the top of the config; * matches any one key.
    A config without the key stays as it is. PATH is as for set.

    Exit code: 0 done, or nothing to do; 1 a file would change (--check, --diff); 2 a file could
    not be read, parsed or written, or an edit is refused.
    """
    try:
        removals = [_Removal(parse_pattern(key)) for key in keys.split(",")]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="KEY") from None
    change = _compose([removal.apply for removal in removals])
    edit = EditOptions.parse(values)
    code = run_edit(paths, change, edit, ["trellis-cfg", "unset", keys])
    for removal in removals:
        if not removal.has_match and removal.siblings:
            hint = format_hint(removal.key, removal.siblings)
            output.print_summary(f'No config has "{removal.key}"{hint}')
    return code
