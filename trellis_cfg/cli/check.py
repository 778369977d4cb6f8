"""``trellis-cfg check``: report configs that will fail, or not do what their author meant."""

import os
from time import monotonic
from typing import Any, NamedTuple

import click

from trellis_cfg.cli import FINDINGS, SUCCESS, UNUSABLE, options, output
from trellis_cfg.cli.lint_options import (
    CheckoutLog,
    LintArguments,
    build_lint_options,
    rule_options,
)
from trellis_cfg.cli.progress import count_progress
from trellis_cfg.diagnostics import Report
from trellis_cfg.errors import FileRefused
from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.runner import lint_files
from trellis_cfg.reporters import REPORTERS, load_reporter, plain
from trellis_cfg.reporters.text import format_summary, report_statistics
from trellis_cfg.settings import load_settings

_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
_MOST_JOBS = 61
"""The most processes that Windows can wait for."""


class _Request(NamedTuple):
    """What to check, in how many processes, and which file must not be overwritten."""

    paths: tuple[str, ...]
    stdin_filename: str
    output_file: str | None
    jobs: int


@click.command("check")
@options.path_options
@rule_options
@click.option("--strict", is_flag=True, help="Fail on warnings, too.")
@options.format_option(REPORTERS)
@click.option("--output-file", metavar="FILE", help="Write findings to FILE instead of stdout.")
@click.option("--statistics", is_flag=True, help="Show only the number of findings per rule.")
@click.option(
    "--jobs",
    type=options.integer(1, _MOST_JOBS),
    metavar="N",
    help="Number of processes; default: one per core.",
)
@click.option("--exit-zero", is_flag=True, help="Exit 0 even if there are findings.")
@click.option(
    "--stdin-filename", default="stdin", metavar="NAME", help="File name to show for stdin."
)
@options.color_option
def command(  # noqa: PLR0913  a parameter an option
    paths: tuple[str, ...],
    *,
    strict: bool,
    output_format: str,
    output_file: str | None,
    statistics: bool,
    jobs: int | None,
    exit_zero: bool,
    stdin_filename: str,
    **values: Any,  # noqa: ANN401  those of file_options and rule_options
) -> int:
    """Report configs that will fail, or will not do what their author meant.

    PATH is a file, a folder (every *.json below it), or - for stdin. Default: paths in
    [tool.trellis-cfg] of pyproject.toml, else configs/. CODES are rule codes or prefixes,
    separated by commas.

    Exit code: 0 no error; 1 an error, or a warning with --strict; 2 a file could not be read, or
    bad options.
    """
    settings, form = load_settings("."), REPORTERS[output_format]
    arguments = LintArguments(**{name: values.pop(name) for name in LintArguments._fields})
    lint_options = build_lint_options(arguments, settings)._replace(
        fingerprints=form.fingerprints, clean_files=form.clean_files
    )
    if lint_options.facts.schema and output_file:
        target = os.path.realpath(output_file)
        output.refuse_overwriting(lint_options.facts.schema.path, target, "--output-file")
    request = _Request(paths, stdin_filename, output_file, jobs or _count_cores())
    checkouts = CheckoutLog(lint_options)
    report = _check(request, options.FileOptions(**values), lint_options, checkouts)
    statistics = statistics and output_format != "json"
    format_report = report_statistics if statistics else load_reporter(output_format)
    _write(format_report(report, plain if output_file else output.style_text), output_file)
    if form.job_summary:
        append_job_summary(report)
    if statistics or output_file or not form.job_summary:
        output.print_summary(format_summary(report) + checkouts.format_packages())
    if report.unreadable:
        return UNUSABLE
    fails = report.errors or ((strict or settings.strict) and report.warnings)
    return FINDINGS if fails and not exit_zero else SUCCESS


def _check(
    request: _Request,
    file_options: options.FileOptions,
    lint_options: LintOptions,
    checkouts: CheckoutLog,
) -> Report:
    started = monotonic()
    if options.STDIN not in request.paths:
        selected = options.select_files(request.paths, file_options)
        files = output.refuse_overwritten(selected, request.output_file, "--output-file")
        files = checkouts.record_each(count_progress(files, "files checked"))
        report = lint_files(files, lint_options, jobs=request.jobs)
    else:
        options.require_stdin_only(request.paths, file_options)
        name = request.stdin_filename
        checkouts.record(name)
        diagnostics = lint(name, options.read_stdin(), lint_options)
        report = Report(1, 0, diagnostics, () if diagnostics else (name,))
    return report._replace(seconds=monotonic() - started)


def _count_cores() -> int:
    """Return how many cores this process may use."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        cores = os.cpu_count() or 1
    return min(cores, _MOST_JOBS)


def _write(text: str, path: str | None) -> None:
    if path is None:
        click.echo(text, nl=False)
        return
    from trellis_cfg.files.writing import write_output  # noqa: PLC0415  most runs write no file

    try:
        write_output(path, text.encode("utf-8", "surrogateescape"))
    except FileRefused as error:
        raise click.BadParameter(error.message, param_hint="--output-file") from None


def append_job_summary(report: Report) -> None:
    """Append the table to GitHub's job summary; if that fails, print why."""
    path = os.environ.get(_STEP_SUMMARY)
    if not path:
        return
    from trellis_cfg.files.writing import append_output  # noqa: PLC0415  GitHub only
    from trellis_cfg.reporters.markdown import ROOM, format_table  # noqa: PLC0415  GitHub only

    try:
        size = os.path.getsize(path)
    except OSError:
        size = 0
    table = format_table(report, ROOM - size - 1)
    problem = "" if table else "is full"
    if table:
        try:
            append_output(path, f"\n{table}".encode())
        except FileRefused as error:
            problem = error.message
    if problem:
        output.print_summary(f"{_STEP_SUMMARY}: {path} {problem}: findings are only in the log")
