"""``trellis-cfg check``: report configs that will fail, or not do what their author meant."""

import os
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

import click

from trellis_cfg.cli import FINDINGS, SUCCESS, UNUSABLE, options, output
from trellis_cfg.cli.baseline import BaselineOptions, baseline_options, hide_known, write_baseline
from trellis_cfg.cli.options import flag, option
from trellis_cfg.cli.rewrite.fix import FixOptions, fix_options
from trellis_cfg.diagnostics import ERROR, NOTE, SEVERITIES, WARNING, Report, Severity
from trellis_cfg.errors import FileRefused, InvalidOption
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.project import LintArguments, build_lint_options
from trellis_cfg.lint.runner import lint_chunk, lint_files
from trellis_cfg.reporters import REPORTERS, Format, Style, load_reporter, plain
from trellis_cfg.reporters.text import format_summary, report_all, report_statistics
from trellis_cfg.settings import load_settings

if TYPE_CHECKING:
    from trellis_cfg.lint.fixer import FixChoice

_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
_SEVERITY = click.Choice(SEVERITIES)
_MOST_JOBS = 61
"""The most processes that Windows can wait for."""


class _Request(NamedTuple):
    """What to check, in how many processes, and which file must not be overwritten."""

    files: options.FileOptions
    stdin_filename: str
    output_file: str | None
    jobs: int | None
    min_severity: Severity


class _Output(NamedTuple):
    """How to show the findings."""

    output_format: str
    statistics: bool
    verbose: bool
    quiet: bool

    @property
    def form(self) -> Format:
        """What the reporter needs, and whether its report ends with the summary."""
        return REPORTERS[self.output_format]

    def extend(self, lint_options: LintOptions) -> LintOptions:
        """Return lint options that also yield what the reporter needs."""
        _, fingerprints, clean_files, _ = self.form
        return lint_options._replace(fingerprints=fingerprints, clean_files=clean_files)

    def format(self, report: Report, style: Style) -> str:
        """Return the text of a report."""
        report = report.drop_below(ERROR) if self.quiet else report
        if self.statistics and self.output_format != "json":
            return report_statistics(report, style)
        is_whole = self.verbose and self.output_format == "text"
        return (report_all if is_whole else load_reporter(self.output_format))(report, style)


@options.command(
    "check",
    arguments=LintArguments,
    request=_Request,
    fixing=FixOptions,
    known=BaselineOptions,
    shown=_Output,
)
@options.path_options
@fix_options
@options.rule_options
@baseline_options
@flag("--strict", "Fail on warnings, too.")
@option(
    "--fail-on",
    _SEVERITY,
    "Least severity that exits 1: error (default; warning with --strict), warning or note.",
    metavar="SEVERITY",
)
@option(
    "--min-severity",
    _SEVERITY,
    "Least severity that is reported: error, warning or note (default).",
    metavar="SEVERITY",
    default=NOTE,
)
@options.format_option(REPORTERS)
@option("--output-file", options.FILE, "Write findings to FILE instead of stdout.")
@flag("--statistics", "Show only the number of findings per rule.")
@option("--jobs", options.integer(1, _MOST_JOBS), "Number of processes; default: one per core.")
@flag("-v --verbose", "Show all findings, also those that repeat.")
@flag("-q --quiet", "Show only errors.")
@flag("--exit-zero", "Exit 0 even if there are findings.")
@option(
    "--stdin-filename",
    options.FILE,
    "File name to show for stdin.",
    default="stdin",
    metavar="NAME",
)
@options.color_option
def command(  # noqa: PLR0913  a parameter an option
    request: _Request,
    arguments: LintArguments,
    fixing: FixOptions,
    known: BaselineOptions,
    shown: _Output,
    *,
    strict: bool,
    fail_on: Severity | None,
    exit_zero: bool,
) -> int:
    """Report what will fail, or not do what its author meant.

    Arguments:
      PATH   file, folder (every *.json below it), or - for stdin; default: paths in the
             settings, else configs/
      CODES  rule codes, prefixes of codes (TC2) or names of rules, separated by commas

    Examples:
      # Check all configs of the project, or of a folder
      trellis-cfg check
      trellis-cfg check configs/vae
      # Check runs on 8 GPUs, with this many samples
      trellis-cfg check --gpus 8 --dataset-size 168307
      # Show what the safe fixes would change, then apply them
      trellis-cfg check --diff
      trellis-cfg check --fix

    Exit code:
      0  no error
      1  an error, a warning with --strict, or what --fail-on says; a fix shown by --diff; after
         --fix, what remains counts
      2  a file could not be read or fixed, or bad options
    """
    settings = load_settings(".")
    fixing.refuse_combinations(shown.output_format, request.output_file, request.files)
    if known.write_baseline and (fixing.is_asked or request.output_file or known.baseline):
        raise click.UsageError("--write-baseline excludes --baseline, --output-file and fixes")
    lint_options = shown.extend(build_lint_options(arguments, settings))
    baseline, path = known.load(settings), known.write_baseline or known.get_path(settings)
    choice = fixing.build_choice(request.min_severity, baseline, request.files)
    report, data, paths = _check(request, lint_options, choice, path)
    if known.write_baseline:
        write_baseline(known.write_baseline, report, paths, lint_options)
        return UNUSABLE if report.unreadable else SUCCESS
    if baseline:
        report = hide_known(baseline, report, paths, lint_options)
    report, is_written = fixing.carry_out(
        report.drop_below(request.min_severity), data, request.stdin_filename
    )
    if not fixing.diff:
        _show(report, request, shown, is_stdout_taken=fixing.fix and request.files.is_stdin)
    is_reported = shown.form.job_summary and not shown.statistics  # its end is the summary
    if request.output_file or fixing.diff or not is_reported:
        when = "After these fixes: " if fixing.diff and report.fixed else ""
        code = _format_code(report)
        output.print_summary(f"{when}{format_summary(report)}{code}")
    is_empty = options.tell_without_config(report.checked, report.skipped, request.files)
    if report.unreadable or not is_written or is_empty:
        return UNUSABLE
    least = fail_on or (WARNING if strict or settings.strict else ERROR)
    is_failure = report.has_finding(least) or (fixing.diff and bool(report.fixed))
    return FINDINGS if is_failure and not exit_zero else SUCCESS


def _check(
    request: _Request,
    lint_options: LintOptions,
    choice: "FixChoice | None",
    baseline: str,
) -> tuple[Report, bytes | None, Iterable[str]]:
    """Check the files, and fix them as they are read; return the content of stdin, too.

    The paths of the files are the last, only with a baseline.
    """
    started, data, paths = monotonic(), None, list[str]()
    schema, output_file = lint_options.facts.schema, request.output_file
    inputs = request.files.files_from, schema and schema.path, baseline
    output.refuse_overwriting(inputs, output_file, "output-file")
    if request.files.is_stdin:
        data = options.read_stdin()
        files = options.select_stdin(request.files, request.stdin_filename)
        files = _record(paths, files) if baseline else files
        report = lint_chunk(files, lint_options, choice, lambda _: data or b"")
    else:
        is_writing = choice is not None and choice.writes
        selected = options.select_files(request.files, to_write=is_writing)
        readable = output.refuse_overwritten(selected, output_file, "output-file")
        files = output.count_progress(readable, "files checked")
        files = _record(paths, files) if baseline else files
        jobs = request.jobs or _count_cores()
        report = lint_files(files, lint_options, jobs=jobs, choice=choice)
    return report._replace(seconds=monotonic() - started), data, paths


def _record(paths: list[str], files: Iterable[ConfigFile]) -> Iterator[ConfigFile]:
    for file in files:
        paths.append(file.path)
        yield file


def _show(report: Report, request: _Request, shown: _Output, *, is_stdout_taken: bool) -> None:
    """Print the findings, or write them to a file; on stderr if stdout has a fixed stdin."""
    output_file = request.output_file
    text = shown.format(report, plain if output_file else output.style_text)
    if output_file is None:
        click.echo(text, nl=False, err=is_stdout_taken)
    else:
        from trellis_cfg.files.writing import write_output  # noqa: PLC0415  most runs write no file

        try:
            write_output(output_file, text.encode("utf-8", "surrogateescape"))
        except FileRefused as error:
            raise InvalidOption(error.message, "output-file") from None
    if shown.form.job_summary:
        append_job_summary(report)


def _format_code(report: Report) -> str:
    """Return the end of the summary that names the checkouts of configs."""
    packages = " and ".join(map(os.path.relpath, sorted(report.packages)))
    text = f" Checked against the code in {packages}." if packages else ""
    more = " The code is too large: part of it was not read."
    return text + more if report.is_incomplete else text


def _count_cores() -> int:
    has_affinity = hasattr(os, "sched_getaffinity")  # macOS and Windows have not
    cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    return min(cores, _MOST_JOBS)


def append_job_summary(report: Report) -> None:
    """Append the table to GitHub's job summary; if that fails, print why."""
    path = os.environ.get(_STEP_SUMMARY)
    if not path:
        return
    from trellis_cfg.files.writing import append_output  # noqa: PLC0415  GitHub only
    from trellis_cfg.reporters.markdown import ROOM, format_table  # noqa: PLC0415  GitHub only

    size = os.path.getsize(path) if os.path.exists(path) else 0
    table = format_table(report, ROOM - size - 1)
    problem = "" if table else "is full"
    try:
        append_output(path, f"\n{table}".encode() if table else b"")
    except FileRefused as error:
        problem = error.message
    if problem:
        output.print_summary(f"{_STEP_SUMMARY}: {path} {problem}: findings are only in the log")
