"""What a command that rewrites files shows of its run, and the code it exits with."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import click

from trellis_cfg.cli import options, output
from trellis_cfg.cli.progress import count_progress
from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.document.document import Document
from trellis_cfg.errors import ConfigError, LeftAlone
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.reporters.text import format_count
from trellis_cfg.rewrite import plan as plan_module
from trellis_cfg.rewrite.plan import Change, Plan, Rewrite
from trellis_cfg.terminal import escape_controls

DONE, WOULD_CHANGE, COULD_NOT = 0, 1, 2


class Mode(NamedTuple):
    """What to do with the plan: write it, or only tell (``check``) or show it (``diff``)."""

    check: bool = False
    diff: bool = False
    keep_going: bool = False

    @property
    def writes(self) -> bool:
        """Whether files are written."""
        return not (self.check or self.diff)


class CommandWording(NamedTuple):
    """A command in words: "upgraded", what to type next, to do it and to undo it.

    ``kept`` is said where files stay as they are.
    """

    done: str
    do: str
    undo: str
    kept: str = ""


class _Outcome(NamedTuple):
    """How many changes were made, and failed; ``blocked`` if none was tried."""

    done: int
    failed: int
    blocked: bool


def run_files(
    files: Iterable[ConfigFile],
    rewrite: Rewrite,
    mode: Mode,
    words: CommandWording,
    *,
    done: list[Change],
) -> int:
    """Plan, then write, check or show; return the exit code, and in ``done`` what was changed."""
    plan = plan_module.plan(count_progress(files, "files read"), rewrite, to_write=mode.writes)
    blocked = mode.writes and bool(plan.refused) and not mode.keep_going
    changes = [] if blocked else plan.changes
    failed: list[Diagnostic] = []
    try:
        failed.extend(_carried_out(changes, mode, done))
    finally:  # also of an interrupted run, and before a full stdout: what was written is said
        try:
            _report(plan, done, failed, mode, words)
        finally:
            outcome = _Outcome(len(done), len(failed), blocked)
            output.print_summary(_summary(plan, outcome, mode, words))
    if plan.refused or failed:
        return COULD_NOT
    return WOULD_CHANGE if plan.left_alone or (done and not mode.writes) else DONE


def _report(
    plan: Plan, done: list[Change], failed: list[Diagnostic], mode: Mode, words: CommandWording
) -> None:
    """Print what was found and what was done, a line a file."""
    if mode.writes:
        _tell_cleaned(plan_module.remove_stale_files(plan))
    for found in sorted([*plan.refused, *plan.left_alone, *failed]):
        output.print_diagnostic(found)
    if not mode.diff:
        _list(done, mode, words)


def _carried_out(changes: list[Change], mode: Mode, done: list[Change]) -> Iterator[Diagnostic]:
    """Do with the changes what the mode says, and note it in ``done``; yield what failed."""
    if mode.writes:
        yield from plan_module.carry_out(count_progress(changes, "files written"), done)
    elif mode.diff:
        yield from _show_diffs(changes, done)
    else:
        done += changes


def run_stream(rewrite: Rewrite, mode: Mode) -> int:
    """Rewrite stdin to stdout; what is left alone passes through as it came."""
    data = options.read_stdin()
    code = DONE
    try:
        new = rewrite(Document(data)).data
    except LeftAlone as error:
        output.print_diagnostic(Diagnostic.of("stdin", error))
        new, code = data, WOULD_CHANGE
    except ConfigError as error:
        output.print_diagnostic(Diagnostic.of("stdin", error))
        return COULD_NOT
    if mode.diff:
        _show_diff("stdin", data, new)
    elif mode.writes:
        click.echo(new, nl=False)
    return WOULD_CHANGE if new != data and not mode.writes else code


def _list(changes: list[Change], mode: Mode, words: CommandWording) -> None:
    would = "" if mode.writes else "would be "
    for change in changes:
        click.echo(f"{would}{words.done} {escape_controls(change.path)}")


def _show_diffs(changes: list[Change], done: list[Change]) -> Iterator[Diagnostic]:
    for change in changes:
        try:
            _show_diff(change.path, *change.read_contents())
        except ConfigError as error:
            yield Diagnostic.of(change.path, error)
        else:
            done.append(change)


def _show_diff(path: str, old: bytes, new: bytes) -> None:
    from trellis_cfg.rewrite.diff import format_diff  # noqa: PLC0415  difflib is for --diff alone

    for line in format_diff(path, old.decode("utf-8"), new.decode("utf-8")):
        click.echo(line.encode("utf-8", "surrogateescape"), nl=False)


def _tell_cleaned(paths: list[str]) -> None:
    if paths:
        files = format_count(len(paths), "temporary file")
        output.print_summary(f"Removed {files} that a killed run had left.")


def _following(plan: Plan, mode: Mode, words: CommandWording) -> str:
    """Return what to type next; an undoing reaches files, too, that this run did not change."""
    if not mode.writes:
        return f"Next: {words.do}"
    others = f" (reaches {plan.current:,} more)" if plan.current else ""
    return f"To undo: {words.undo}{others}" if words.undo else ""


def _summary(plan: Plan, outcome: _Outcome, mode: Mode, words: CommandWording) -> str:
    """Return one line: what was done, what was not, and what to type next."""
    configs = format_count(plan.configs, "config")
    refused = len(plan.refused) + outcome.failed
    following = ""
    if outcome.blocked:
        files = format_count(refused, "file")
        said = f"Nothing was written: {files} of {configs} cannot be {words.done}"
        following = "Mend that, or add --keep-going for the others."
    elif plan.changes or plan.left_alone or refused:
        would = "" if mode.writes else " would be"
        said = f"{outcome.done:,} of {configs}{would} {words.done}"
        said += f", {len(plan.left_alone):,} left alone" if plan.left_alone else ""
        said += f", {refused:,} refused" if refused else ""
        following = _following(plan, mode, words) if outcome.done else ""
    else:
        said = f"Nothing to do in {configs}"
    said += f"; {format_count(plan.skipped, 'other JSON file')} skipped" if plan.skipped else ""
    kept = words.kept if plan.current else ""
    return " ".join(part for part in (f"{said}.", kept, following) if part)
