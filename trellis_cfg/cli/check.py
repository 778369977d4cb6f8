"""``trellis-cfg check``: report configs that will fail, or not do what their author meant."""

import os
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import NamedTuple

import click

from trellis_cfg.cli import FINDINGS, SUCCESS, UNUSABLE, options, output
from trellis_cfg.cli.lint_options import LintArguments, build_lint_options, rule_options
from trellis_cfg.diagnostics import Report
from trellis_cfg.errors import FileRefused
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.runner import lint_files
from trellis_cfg.reporters import REPORTERS, load_reporter, plain
from trellis_cfg.reporters.text import format_summary, report_statistics
from trellis_cfg.settings import load_settings
from trellis_cfg.source import CheckoutFinder

_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
_MOST_JOBS = 61
"""The most processes that Windows can wait for."""


class _Request(NamedTuple):
    """What to check, in how many processes, and which file must not be overwritten."""

    files: options.FileOptions
    stdin_filename: str
    output_file: str | None
    jobs: int | None


@options.command("check", arguments=LintArguments, request=_Request)
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
    request: _Request,
    arguments: LintArguments,
    *,
    strict: bool,
    output_format: str,
    statistics: bool,
    exit_zero: bool,
) -> int:
    """Report configs that will fail, or will not do what their author meant.

    PATH is a file, a folder (every *.json below it), or - for stdin. Default: paths in
    [tool.trellis-cfg] of pyproject.toml, else configs/. CODES are rule codes or prefixes,
    separated by commas.

    Exit code: 0 no error; 1 an error, or a warning with --strict; 2 a file could not be read, or
    bad options.
    """
    settings, form = load_settings("."), REPORTERS[output_format]
    lint_options = build_lint_options(arguments, settings)._replace(
        fingerprints=form.fingerprints, clean_files=form.clean_files
    )
    output_file = request.output_file
    if lint_options.facts.schema and output_file:
        target = os.path.realpath(output_file)
        output.refuse_overwriting(lint_options.facts.schema.path, target, "--output-file")
    folders: dict[str, str] = {}
    report = _check(request, lint_options, folders)
    statistics = statistics and output_format != "json"
    format_report = report_statistics if statistics else load_reporter(output_format)
    _write(format_report(report, plain if output_file else output.style_text), output_file)
    if form.job_summary:
        append_job_summary(report)
    if statistics or output_file or not form.job_summary:
        packages = _format_packages(folders.values(), lint_options.checkouts)
        output.print_summary(format_summary(report) + packages)
    if report.unreadable:
        return UNUSABLE
    fails = report.errors or ((strict or settings.strict) and report.warnings)
    return FINDINGS if fails and not exit_zero else SUCCESS


def _check(request: _Request, lint_options: LintOptions, folders: dict[str, str]) -> Report:
    """Check the files and add a path of each folder to ``folders``."""
    started, name = monotonic(), request.stdin_filename
    if request.files.is_stdin:
        folders[os.path.dirname(name)] = name
        diagnostics = lint(name, options.read_stdin(), lint_options)
        report = Report(1, 0, diagnostics, () if diagnostics else (name,))
    else:
        selected = options.select_files(request.files)
        readable = output.refuse_overwritten(selected, request.output_file, "--output-file")
        files = _record_folders(output.count_progress(readable, "files checked"), folders)
        report = lint_files(files, lint_options, jobs=request.jobs or _count_cores())
    return report._replace(seconds=monotonic() - started)


def _record_folders(files: Iterable[ConfigFile], folders: dict[str, str]) -> Iterator[ConfigFile]:
    for file in files:
        folders[os.path.dirname(file.path)] = file.path
        yield file


def _format_packages(paths: Iterable[str], finder: CheckoutFinder | None) -> str:
    """Return the sentence for the summary that names the checkouts of configs."""
    checkouts = {finder.checkout(path) for path in paths if finder}
    packages = [
        os.path.relpath(os.path.join(checkout.root, name))
        for checkout in sorted(filter(None, checkouts))
        for name in checkout.packages
    ]
    return f" Checked against the code in {' and '.join(packages)}." if packages else ""


def _count_cores() -> int:
    """Return how many cores this process may use."""
    has_affinity = hasattr(os, "sched_getaffinity")  # macOS and Windows have not
    cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
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

    size = os.path.getsize(path) if os.path.exists(path) else 0
    table = format_table(report, ROOM - size - 1)
    problem = "" if table else "is full"
    if table:
        try:
            append_output(path, f"\n{table}".encode())
        except FileRefused as error:
            problem = error.message
    if problem:
        output.print_summary(f"{_STEP_SUMMARY}: {path} {problem}: findings are only in the log")
