"""What a command that rewrites files shows of its run, and the code it exits with."""

import sys
from collections.abc import Iterable
from typing import NamedTuple

import click

from trellis_cfg import rewriting
from trellis_cfg.cli import output
from trellis_cfg.cli.progress import counted
from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.document.document import Document
from trellis_cfg.errors import ConfigError, LeftAlone
from trellis_cfg.files.discovery import Found
from trellis_cfg.rewriting import Change, Plan, Rewrite

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


class Words(NamedTuple):
    """A command in words: "upgraded", what to type next, to do it and to undo it.

    ``kept`` is said where files stay as they are.
    """

    done: str
    do: str
    undo: str
    kept: str = ""


def run(files: Iterable[Found], rewrite: Rewrite, mode: Mode, words: Words) -> int:
    """Plan, then write, check or show; return the exit code."""
    plan = rewriting.plan(counted(files, "files read"), rewrite, to_write=mode.writes)
    blocked = mode.writes and bool(plan.refused) and not mode.keep_going
    changes = [] if blocked else plan.changes
    failed = _carried_out(changes, rewrite, mode)
    if mode.writes:
        _tell_cleaned(rewriting.clean(plan))
    for found in sorted([*plan.refused, *plan.left_alone, *failed]):
        output.problem(found)
    lost = {found.path for found in failed}
    done = [change for change in changes if change.path not in lost]
    if not mode.diff:
        _list(done, mode, words)
    output.summary(_summary(plan, len(done), mode, words, blocked=blocked))
    if plan.refused or failed:
        return COULD_NOT
    return WOULD_CHANGE if plan.left_alone or (changes and not mode.writes) else DONE


def _carried_out(changes: list[Change], rewrite: Rewrite, mode: Mode) -> list[Diagnostic]:
    """Do with the changes what the mode says; return what could not be done."""
    if mode.writes:
        return rewriting.carry_out(counted(changes, "files written"), rewrite)
    return _show_diffs(changes, rewrite) if mode.diff else []


def run_stream(rewrite: Rewrite, mode: Mode) -> int:
    """Rewrite stdin to stdout; what is left alone passes through as it came."""
    data = sys.stdin.buffer.read()
    code = DONE
    try:
        new = rewrite(Document(data)).data
    except LeftAlone as error:
        output.problem(Diagnostic.of("stdin", error))
        new, code = data, WOULD_CHANGE
    except ConfigError as error:
        output.problem(Diagnostic.of("stdin", error))
        return COULD_NOT
    if mode.diff:
        _show_diff("stdin", data, new)
    elif mode.writes:
        click.echo(new, nl=False)
    return WOULD_CHANGE if new != data and not mode.writes else code


def _list(changes: list[Change], mode: Mode, words: Words) -> None:
    would = "" if mode.writes else "would be "
    for change in changes:
        click.echo(f"{would}{words.done} {output.harmless(change.path)}")


def _show_diffs(changes: list[Change], rewrite: Rewrite) -> list[Diagnostic]:
    failed = []
    for change in changes:
        try:
            _show_diff(change.path, *rewriting.preview(change, rewrite))
        except ConfigError as error:  # noqa: PERF203  one bad file never hides the next
            failed.append(Diagnostic.of(change.path, error))
    return failed


def _show_diff(path: str, old: bytes, new: bytes) -> None:
    from trellis_cfg.patch import unified  # noqa: PLC0415  difflib is for --diff alone

    for line in unified(path, old.decode("utf-8"), new.decode("utf-8")):
        click.echo(line.encode("utf-8", "surrogateescape"), nl=False)


def _tell_cleaned(paths: list[str]) -> None:
    if paths:
        files = output.count(len(paths), "temporary file")
        output.summary(f"Removed {files} that a killed run had left.")


def _summary(plan: Plan, done: int, mode: Mode, words: Words, *, blocked: bool) -> str:
    """Return one line: what was done, what was not, and what to type next."""
    configs = output.count(plan.configs, "config")
    refused = plan.configs - plan.current - len(plan.left_alone) - done
    if blocked:
        files = output.count(len(plan.refused), "file")
        said = f"Nothing was written: {files} of {configs} cannot be {words.done}"
        following = "Mend that, or add --keep-going for the others."
    elif done or plan.left_alone or refused:
        would = "" if mode.writes else " would be"
        said = f"{done:,} of {configs}{would} {words.done}"
        said += f", {len(plan.left_alone):,} left alone" if plan.left_alone else ""
        said += f", {refused:,} refused" if refused else ""
        following = f"To undo: {words.undo}" if mode.writes else f"Next: {words.do}"
    else:
        said, following = f"Nothing to do in {configs}", ""
    said += f"; {output.count(plan.skipped, 'other JSON file')} skipped" if plan.skipped else ""
    kept = words.kept if plan.current else ""
    return " ".join(
        part for part in (f"{said}.", kept, following if done or blocked else "") if part
    )
