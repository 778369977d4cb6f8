"""``trellis-cfg check``: find what cannot train, or will not do what its author meant."""

import os
from time import monotonic
from typing import Any, NamedTuple

import click

from trellis_cfg.cli import options, output
from trellis_cfg.cli.lint_options import (
    CheckoutNotes,
    LintArguments,
    build_lint_options,
    rule_options,
)
from trellis_cfg.cli.options import integer
from trellis_cfg.cli.progress import count_progress
from trellis_cfg.diagnostics import Report
from trellis_cfg.errors import FileRefused
from trellis_cfg.files.writing import append_output as append_to
from trellis_cfg.files.writing import write_output
from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.runner import lint_files
from trellis_cfg.reporters import REPORTERS, load_reporter
from trellis_cfg.reporters import text as text_module
from trellis_cfg.reporters.text import format_summary
from trellis_cfg.settings import load_settings

_VARIABLE = "GITHUB_STEP_SUMMARY"


def append(found: Report) -> None:
    """Append the table to the summary of the step; where that fails, say so, and go on."""
    path = os.environ.get(_VARIABLE)
    if not path:
        return
    from trellis_cfg.reporters.markdown import ROOM, fitted  # noqa: PLC0415  only for jobs of GitHub

    table = fitted(found, ROOM - _size(path) - 1)
    if not table:
        output.print_summary(f"{_VARIABLE}: {path} is full: the findings stand above only")
        return
    try:
        append_to(path, f"\n{table}".encode())
    except FileRefused as error:
        output.print_summary(f"{_VARIABLE}: {path} {error.message}: the findings stand above only")


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


CLEAN, FOUND, COULD_NOT = 0, 1, 2
_MOST_JOBS = 61
"""As many processes as Windows lets one wait for."""


class _Source(NamedTuple):
    """What is to be checked, what must not be overwritten, and by how many processes."""

    paths: tuple[str, ...]
    stdin_filename: str
    output_file: str | None
    jobs: int


@click.command("check")
@options.path_options
@rule_options
@click.option("--strict", is_flag=True, help="Fail on warnings, too.")
@click.option(
    "--output-format",
    type=click.Choice(list(REPORTERS)),
    default="text",
    help="How findings are shown; text by default.",
)
@click.option("--output-file", metavar="FILE", help="Write the findings to FILE, not to stdout.")
@click.option("--statistics", "counts", is_flag=True, help="Show how often each rule fired only.")
@click.option(
    "--jobs",
    type=integer(1, _MOST_JOBS),
    metavar="N",
    help="Processes for many files; by default one a core.",
)
@click.option("--exit-zero", is_flag=True, help="Exit 0, whatever was found.")
@click.option(
    "--stdin-filename", default="stdin", metavar="NAME", help="What PATH - is called in findings."
)
@options.color_option
def command(  # noqa: PLR0913  a parameter an option
    paths: tuple[str, ...],
    *,
    strict: bool,
    output_format: str,
    output_file: str | None,
    counts: bool,
    jobs: int | None,
    exit_zero: bool,
    stdin_filename: str,
    **given: Any,  # noqa: ANN401  what options.files and rules add
) -> int:
    """Find what cannot train, or will not do what its author meant.

    PATH is a file, a folder (every *.json below it), or - for stdin. Without PATH, the paths of
    [tool.trellis-cfg] in pyproject.toml are read, else configs/. CODES are codes or prefixes,
    with commas between them.

    Exit code: 0 no error; 1 an error, or a warning with --strict; 2 a file could not be read, or
    bad options.
    """
    settings, form = load_settings("."), REPORTERS[output_format]
    profile = build_lint_options(
        LintArguments(**{name: given.pop(name) for name in LintArguments._fields}), settings
    )
    profile = profile._replace(fingerprints=form.fingerprints, clean_files=form.clean_files)
    if profile.facts.schema and output_file:
        target = os.path.realpath(output_file)
        output.refuse_overwriting(profile.facts.schema.path, target, "--output-file")
    which = options.FileOptions(**given)
    source = _Source(paths, stdin_filename, output_file, jobs or _cores())
    used = CheckoutNotes(profile)
    found = _checked(source, which, used)
    counts = counts and output_format != "json"
    show = text_module.report_statistics if counts else load_reporter(output_format)
    _put(show(found, output.style_of(to_file=output_file is not None)), output_file)
    if form.job_summary:
        append(found)
    if counts or output_file or not form.job_summary:
        output.print_summary(format_summary(found) + used.told())
    return _code(found, strict=strict or settings.strict, exit_zero=exit_zero)


def _checked(source: _Source, which: options.FileOptions, used: CheckoutNotes) -> Report:
    started = monotonic()
    if options.STDIN not in source.paths:
        selected = options.select_files(source.paths, which)
        files = output.unless_overwritten(selected, source.output_file)
        noted = used.noted(count_progress(files, "files checked"))
        found = lint_files(noted, used.profile, jobs=source.jobs)
    else:
        options.refuse_unless_alone(source.paths, which)
        used.note(source.stdin_filename)
        diagnostics = lint(source.stdin_filename, options.read_stdin(), used.profile)
        found = Report(1, 0, diagnostics, () if diagnostics else (source.stdin_filename,))
    return found._replace(seconds=monotonic() - started)


def _cores() -> int:
    """Return how many cores this process may use."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        cores = os.cpu_count() or 1
    return min(cores, _MOST_JOBS)


def _put(text: str, path: str | None) -> None:
    if path is None:
        click.echo(text, nl=False)
        return
    try:
        write_output(path, text.encode("utf-8", "surrogateescape"))
    except FileRefused as error:
        raise click.BadParameter(error.message, param_hint="--output-file") from None


def _code(found: Report, *, strict: bool, exit_zero: bool) -> int:
    if found.unreadable:
        return COULD_NOT
    fails = found.errors or (strict and found.warnings)
    return FOUND if fails and not exit_zero else CLEAN
