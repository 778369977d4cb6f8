"""The options of ``check`` that fix what it finds; the fixed files, as text or as a patch."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import click

from trellis_cfg.cli import output
from trellis_cfg.cli.options import FileOptions, combine_options, flag
from trellis_cfg.diagnostics import ERROR, Diagnostic, FixedFile, Report, Severity
from trellis_cfg.reporters.text import format_place
from trellis_cfg.terminal import format_count

if TYPE_CHECKING:
    from trellis_cfg.baseline import Baseline
    from trellis_cfg.lint.fixer import FixChoice

_TEXT_FORMATS = ("text", "concise")


class FixOptions(NamedTuple):
    """The values of ``fix_options``."""

    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False

    @property
    def is_asked(self) -> bool:
        """Whether findings are fixed, or shown as fixed."""
        return self.fix or self.diff

    def refuse_combinations(
        self, output_format: str, output_file: str | None, files: FileOptions
    ) -> None:
        """Raise UsageError for options that do not go together."""
        is_text = output_format in _TEXT_FORMATS
        if self.unsafe_fixes and not self.is_asked:
            raise click.UsageError("--unsafe-fixes needs --fix or --diff")
        if self.diff and (output_file or not is_text):
            raise click.UsageError(
                "--diff prints a patch: it excludes --output-format and --output-file"
            )
        if self.fix and files.is_stdin and not (is_text or output_file):
            raise click.UsageError(
                "the fixed config goes to stdout: add --output-file FILE for the findings"
            )

    def build_choice(
        self, min_severity: Severity, baseline: "Baseline | None", files: FileOptions
    ) -> "FixChoice | None":
        """Return which fixes to apply; None for none."""
        if not self.is_asked:
            return None
        from trellis_cfg.lint.fixer import FixChoice  # noqa: PLC0415  most runs fix nothing

        writes = not (self.diff or files.is_stdin)
        return FixChoice(self.unsafe_fixes, min_severity, baseline, writes)

    def carry_out(
        self, report: Report, data: bytes | None, stdin_filename: str
    ) -> tuple[Report, bool]:
        """Write the fixed files, or print them as a patch; ``data`` is the content of stdin.

        Return the report of what was done, and whether all went well.
        """
        if not self.is_asked:
            return report, True
        failed, done = list[Diagnostic](), list[str]()
        try:
            if data is None:
                failed += _write(report.fixed, done, diff=self.diff)
            else:
                _print_stream(report.fixed, data, stdin_filename, diff=self.diff)
                done.append(os.path.realpath(stdin_filename))
        finally:  # report what was written even if the run is interrupted
            changed = [file for file in report.fixed if file.edit]
            fixed = tuple(file for file in changed if os.path.realpath(file.path) in done)
            _print_applied(fixed, diff=self.diff)
        for error in failed:
            output.print_diagnostic(error)
        for finding, reason in (each for file in report.fixed for each in file.refused):
            change = f"not fixed {finding.code} ({finding.fix.title}): {reason}"
            output.print_summary(f"{format_place(finding)} {change}")
        unchanged = [file for file in changed if file not in fixed]
        return _restore(report._replace(fixed=fixed), unchanged), not failed


def _restore(report: Report, files: Iterable[FixedFile]) -> Report:
    """Return the report with the findings that files have that could not be fixed after all."""
    paths = {file.path for file in files}
    kept = [each for each in report.diagnostics if each.path not in paths]
    before = [finding for file in files for finding in file.before]
    return report._replace(diagnostics=sorted([*kept, *before])) if paths else report


fix_options = combine_options(
    flag("--fix", "Apply safe fixes, then report what remains."),
    flag("--unsafe-fixes", "With --fix or --diff: also those that change what a config does."),
    flag("--diff", "Change nothing; print the fixes as a patch, exit 1 if any."),
)
"""Adds the options of ``FixOptions``."""


def _write(files: Iterable[FixedFile], done: list[str], *, diff: bool) -> list[Diagnostic]:
    """Write the fixed files, or print a patch; return the errors.

    The real paths of what was written are appended to ``done``, also if the run is interrupted.
    """
    from trellis_cfg.cli.rewrite.report import Mode, apply_changes  # noqa: PLC0415  likewise
    from trellis_cfg.document.edits import Edit  # noqa: PLC0415  likewise
    from trellis_cfg.files.writing import remove_stale  # noqa: PLC0415  likewise
    from trellis_cfg.rewrite.plan import Change, drop_aliases  # noqa: PLC0415  likewise

    failed = [Diagnostic(file.path, 1, 1, ERROR, "", file.error) for file in files if file.error]
    changes = drop_aliases(
        Change(file.path, file.digest, Edit(*file.edit)) for file in files if file.edit
    )
    if not diff:
        remove_stale(sorted({change.folder for change in changes}))
    written: list[Change] = []
    try:
        failed += apply_changes(changes, Mode(diff=diff), written)
    finally:
        done += (os.path.realpath(change.path) for change in written)
    return failed


def _print_stream(
    files: Iterable[FixedFile], data: bytes, stdin_filename: str, *, diff: bool
) -> None:
    from trellis_cfg.cli.rewrite.report import print_diff  # noqa: PLC0415  likewise
    from trellis_cfg.document.edits import Edit, apply_edits  # noqa: PLC0415  likewise

    edits = [Edit(*file.edit) for file in files if file.edit]
    new = apply_edits(data.decode("utf-8"), edits).encode("utf-8") if edits else data
    if diff:
        print_diff(stdin_filename, data, new)
    else:
        click.echo(new, nl=False)


def _print_applied(files: tuple[FixedFile, ...], *, diff: bool) -> None:
    would, start = ("would be ", "Would fix") if diff else ("", "Fixed")
    applied = [finding for file in files for finding in file.applied]
    for finding in applied:
        change = f"{would}fixed {finding.code}: {finding.fix.title}"
        output.print_summary(f"{format_place(finding)} {change}")
    if applied:
        number = format_count(sum(bool(file.applied) for file in files), "file")
        output.print_summary(f"{start} {format_count(len(applied), 'finding')} in {number}.")
