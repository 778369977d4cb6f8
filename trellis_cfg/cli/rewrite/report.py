"""Output and exit code of commands that rewrite files."""

from collections.abc import Iterator
from typing import NamedTuple

import click

from trellis_cfg.cli import FINDINGS, SUCCESS, UNUSABLE, options, output
from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.document.document import Document
from trellis_cfg.errors import ConfigError, LeftAlone
from trellis_cfg.rewrite import plan as plan_module
from trellis_cfg.rewrite.plan import Change, Plan, Rewrite
from trellis_cfg.settings import Settings
from trellis_cfg.terminal import escape_controls, format_count


class Mode(NamedTuple):
    """What to do with the plan: write it, or only list (``check``) or show (``diff``) it."""

    check: bool = False
    diff: bool = False
    keep_going: bool = False

    @property
    def writes(self) -> bool:
        """Whether files are written."""
        return not (self.check or self.diff)

    def is_blocked_by(self, plan: Plan) -> bool:
        """Return whether nothing is written because a file is refused."""
        return self.writes and bool(plan.refused) and not self.keep_going


class CommandWording(NamedTuple):
    """How a command is named: "upgraded", the command lines that do it and undo it.

    ``note`` is added if some files are already up to date.
    """

    done: str
    do: str
    undo: str = ""
    note: str = ""


def run(
    files: options.FileOptions,
    rewrite: Rewrite,
    mode: Mode,
    wording: CommandWording,
    settings: Settings,
) -> tuple[int, list[Change]]:
    """Rewrite stdin, or plan, then write, list or show; return the exit code and what was done."""
    if files.is_stdin:
        return _run_stream(rewrite, mode), []
    selected = options.select_files(files, settings, to_write=mode.writes)
    progress = output.count_progress(selected, "files read")
    plan = plan_module.plan(progress, rewrite, to_write=mode.writes)
    done: list[Change] = []
    failed: list[Diagnostic] = []
    try:
        if not mode.is_blocked_by(plan):
            failed.extend(apply_changes(plan.changes, mode, done))
    except BrokenPipeError:  # the reader has seen enough, and nothing is written
        if not mode.writes:
            done[:] = plan.changes
        raise
    finally:  # report what was written even if the run is interrupted or stdout is full
        try:
            _report(plan, done, failed, mode, wording)
        finally:
            output.print_summary(_format_summary(plan, len(done), len(failed), mode, wording))
    is_empty = options.tell_without_config(plan.configs, plan.skipped, files)
    if plan.refused or failed or is_empty:
        return UNUSABLE, done
    return FINDINGS if plan.left_alone or (done and not mode.writes) else SUCCESS, done


def apply_changes(changes: list[Change], mode: Mode, done: list[Change]) -> Iterator[Diagnostic]:
    """Write, show or list the changes and append them to ``done``; yield the failures."""
    if mode.writes:
        yield from plan_module.carry_out(output.count_progress(changes, "files written"), done)
    elif not mode.diff:
        done += changes
    else:
        for change in changes:
            try:
                print_diff(change.path, *change.read_contents())
            except ConfigError as error:
                yield Diagnostic.of(change.path, error)
            else:
                done.append(change)


def _report(
    plan: Plan, done: list[Change], failed: list[Diagnostic], mode: Mode, wording: CommandWording
) -> None:
    stale = plan_module.remove_stale_files(plan) if mode.writes else []
    if stale:
        files = format_count(len(stale), "temporary file")
        output.print_summary(f"Removed {files} left by a killed run.")
    for diagnostic in sorted([*plan.refused, *plan.left_alone, *failed]):
        output.print_diagnostic(diagnostic)
    if not mode.diff:
        would = "" if mode.writes else "would be "
        for change in done:
            click.echo(f"{would}{wording.done} {escape_controls(change.path)}")


def _run_stream(rewrite: Rewrite, mode: Mode) -> int:
    """Rewrite stdin to stdout; a config that is left alone passes through unchanged."""
    data = options.read_stdin()
    code = SUCCESS
    try:
        new = rewrite(Document(data)).data
    except ConfigError as error:
        output.print_diagnostic(Diagnostic.of("stdin", error))
        if not isinstance(error, LeftAlone):
            return UNUSABLE
        new, code = data, FINDINGS
    if mode.diff:
        print_diff("stdin", data, new)
    elif mode.writes:
        click.echo(new, nl=False)
    return FINDINGS if new != data and not mode.writes else code


def print_diff(path: str, old: bytes, new: bytes) -> None:
    """Print the change of a file as a patch."""
    for line in plan_module.format_diff(path, old.decode("utf-8"), new.decode("utf-8")):
        click.echo(line.encode("utf-8", "surrogateescape"), nl=False)


def _format_summary(plan: Plan, done: int, failed: int, mode: Mode, wording: CommandWording) -> str:
    """Return one line: what was done, what was not, and the next command.

    Undoing also affects files that this run did not change.
    """
    configs = format_count(plan.configs, "config")
    refused = len(plan.refused) + failed
    following = ""
    if mode.is_blocked_by(plan):
        text = f"Nothing was written: {refused:,} of {configs} cannot be {wording.done}"
        errors = "error" if refused == 1 else "errors"
        others = ", or add --keep-going to write the others" if refused < plan.configs else ""
        following = f"See the {errors} above{others}."
    elif plan.changes or plan.left_alone or refused:
        would = "" if mode.writes else " would be"
        text = f"{done:,} of {configs}{would} {wording.done}"
        text += f", {len(plan.left_alone):,} left alone" if plan.left_alone else ""
        text += f", {refused:,} refused" if refused else ""
        others = f" (affects {plan.current:,} more)" if plan.current else ""
        undo = f"To undo: {wording.undo}{others}" if wording.undo else ""
        following = (undo if mode.writes else f"Next: {wording.do}") if done else ""
    else:
        text = f"No changes needed in {configs}"
    text += f"; {format_count(plan.skipped, 'other JSON file')} skipped" if plan.skipped else ""
    note = wording.note if plan.current else ""
    return " ".join(part for part in (f"{text}.", note, following) if part)
