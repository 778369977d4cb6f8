"""``trellis-cfg set`` and ``unset``: change values in configs, unless the lint objects."""

import shlex
from collections.abc import Callable, Sequence
from functools import reduce
from itertools import takewhile
from typing import NamedTuple, TypeVar

import click

from trellis_cfg.cli import options, output
from trellis_cfg.cli.options import flag, option
from trellis_cfg.cli.rewrite import report
from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import find_matches
from trellis_cfg.lint.guards import NewErrorGuard
from trellis_cfg.lint.project import LintArguments, build_lint_options
from trellis_cfg.rewrite.assign import (
    assign,
    erase,
    meets_condition,
    parse_assignment,
    parse_condition,
    parse_pattern,
)
from trellis_cfg.rewrite.plan import Rewrite
from trellis_cfg.settings import load_settings
from trellis_cfg.suggest import format_hint

_Parsed = TypeVar("_Parsed")


class EditOptions(NamedTuple):
    """The values of ``edit_options``."""

    files: options.FileOptions
    mode: report.Mode
    code: options.SourceOptions
    where: tuple[str, ...]
    force: bool


edit_options = options.combine_options(
    options.check_option,
    flag("--diff", "Change nothing; print a patch."),
    option(
        "--where",
        options.Text("KEY=VALUE"),
        "Only configs with this value; !KEY: only those without the key.",
        multiple=True,
    ),
    options.source_options,
    flag("--force", "Apply even if the lint finds a new error."),
    options.keep_going_option,
    options.file_options,
    options.color_option,
)
"""Adds the options of ``EditOptions``."""


def run_edit(changes: Sequence[Rewrite], edit: EditOptions, command_line: list[str]) -> int:
    """Apply changes to the selected configs; ``command_line`` lacks the shared options."""
    files, mode = edit.files, edit.mode
    conditions = [_parse(parse_condition, text, "--where") for text in edit.where]
    arguments = LintArguments(**edit.code._asdict())
    settings = load_settings(".")
    guard = NewErrorGuard(build_lint_options(arguments, settings))
    has_match = not conditions

    def change_matching(document: Document) -> Document:
        nonlocal has_match
        is_match = all(meets_condition(document, condition) for condition in conditions)
        has_match = has_match or is_match
        return reduce(lambda new, change: change(new), changes if is_match else [], document)

    rewrite = change_matching if edit.force else guard.protect(change_matching)
    again = [part for condition in edit.where for part in ("--where", condition)]
    again += edit.code.to_arguments()
    again += ["--force"] * edit.force + ["--keep-going"] * mode.keep_going
    again = [*command_line, *again, *files.to_arguments(), *files.to_path_arguments()]
    wording = report.CommandWording("changed", shlex.join(again))
    code, _ = report.run(files, rewrite, mode, wording, settings)
    if not has_match:
        output.print_summary(f"No config matches {' and '.join(edit.where)}.")
    for severity, rule, message in sorted(guard.findings):
        output.print_summary(f"{severity}[{rule}] {message}")
    return code


def _parse(parse: Callable[[str], _Parsed], text: str, option: str) -> _Parsed:
    try:
        return parse(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None


@options.command("set", mode=report.Mode, code=options.SourceOptions, edit=EditOptions)
@click.argument(
    "arguments", nargs=-1, metavar="KEY=VALUE... [PATH]...", type=options.Text("KEY=VALUE")
)
@option("--after", options.Text("KEY"), "Insert a new key after this one; default: last.")
@edit_options
def set_command(edit: EditOptions, arguments: tuple[str, ...], after: str | None) -> int:
    """Set values in configs; change no other byte.

    Arguments:
      KEY    argument of the trainer, or dotted path from the top of the config; * matches any
             one key
      VALUE  JSON; a bare word is a string
      PATH   file, folder (every *.json below it), or - for stdin to stdout; default:
             paths in the settings, else configs/

    Examples:
      # Stop after 100 epochs instead of a number of steps
      trellis-cfg set max_steps=null max_epoch=100 configs/vae
      # Show what this would change in all models of all configs
      trellis-cfg set 'models.*.args.use_fp16=true' --diff
      # Save more often, where the interval is 10000
      trellis-cfg set i_save=5000 --where i_save=10000

    Exit code:
      0  done, or nothing to do
      1  a file would change (--check, --diff)
      2  a file could not be read, parsed or written, or an edit is refused
    """
    texts = list(takewhile(lambda argument: "=" in argument, arguments))
    if not texts:
        raise click.UsageError("nothing to set: write KEY=VALUE before the paths")
    assignments = [_parse(parse_assignment, text, "KEY=VALUE") for text in texts]
    sibling = after.rpartition(".")[2] if after else None
    changes: list[Rewrite] = [lambda document: assign(document, *assignments, after=sibling)]
    command_line = ["trellis-cfg", "set", *texts, *(["--after", after] if after else [])]
    files = edit.files._replace(paths=arguments[len(texts) :])
    return run_edit(changes, edit._replace(files=files), command_line)


class _Removal:
    """Removes a key; records whether a config had it, and the keys next to it."""

    def __init__(self, pattern: tuple[str, ...]) -> None:
        self.pattern = pattern
        self.has_match = False
        self.siblings: set[str] = set()

    def apply(self, document: Document) -> Document:
        new = erase(document, self.pattern)
        self.has_match = self.has_match or new is not document
        for _, parent in find_matches(document.value, self.pattern[:-1]):
            self.siblings.update(parent if isinstance(parent, dict) else ())
        return new


@options.command("unset", mode=report.Mode, code=options.SourceOptions, edit=EditOptions)
@click.argument("keys", metavar="KEY[,KEY]...", type=options.Text("KEY"))
@options.path_argument
@edit_options
def unset_command(edit: EditOptions, keys: str) -> int:
    """Remove keys from configs; change no other byte.

    A config without the key stays as it is.

    Arguments:
      KEY   argument of the trainer, or dotted path from the top of the config; * matches any
            one key
      PATH  file, folder (every *.json below it), or - for stdin to stdout; default:
            paths in the settings, else configs/

    Examples:
      # Remove a trainer's argument from the configs of a folder
      trellis-cfg unset ema_rate configs/vae
      # Show what removing two keys would change
      trellis-cfg unset i_log,trainer.args.i_print --diff

    Exit code:
      0  done, or nothing to do
      1  a file would change (--check, --diff)
      2  a file could not be read, parsed or written, or an edit is refused
    """
    removals = [_Removal(_parse(parse_pattern, key, "KEY")) for key in keys.split(",")]
    changes = [removal.apply for removal in removals]
    code = run_edit(changes, edit, ["trellis-cfg", "unset", keys])
    for removal in removals:
        if not removal.has_match and removal.siblings:
            key = removal.pattern[-1]
            output.print_summary(
                f'No config has "{key}"{format_hint(key, removal.siblings) or "."}'
            )
    return code
