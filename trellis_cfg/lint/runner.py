"""Many files: linted in this process, or by several once the work proves to be long."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from time import monotonic

from trellis_cfg.diagnostics import Diagnostic, Report, merge_reports
from trellis_cfg.errors import ConfigError
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.files.reading import read_file
from trellis_cfg.lint.linter import lint_data, refuse
from trellis_cfg.lint.options import LintOptions

CHUNK = 250
"""Files that a process lints at a time."""
POOL_DELAY = 0.1
"""Seconds of work after which several processes are worth their start."""


def lint_files(files: Iterable[ConfigFile], options: LintOptions, *, jobs: int = 1) -> Report:
    """Lint many files, by ``jobs`` processes once the work proves to be long.

    The report is by path, whatever came first. Of a file without findings, nothing is kept.
    """
    chunks, started = _chunks(iter(files)), monotonic()
    reports = []
    for chunk in chunks:
        reports.append(_lint_chunk(chunk, options))
        if jobs > 1 and len(chunk) == CHUNK and monotonic() - started > POOL_DELAY:
            from trellis_cfg.lint.workers import in_order  # noqa: PLC0415  most runs do without

            reports += in_order(partial(_lint_chunk, options=options), chunks, jobs)
    return merge_reports(reports)


def _lint_chunk(files: Iterable[ConfigFile], options: LintOptions) -> Report:
    checked = skipped = 0
    diagnostics, clean = list[Diagnostic](), list[str]()
    for file in files:
        file_options = options.for_file(file.path)
        try:
            data = read_file(file.path)
        except ConfigError as error:
            diagnostics += refuse(file.path, b"", error, file_options)
            checked += 1
            continue
        findings, is_skipped = lint_data(file, data, file_options)
        skipped += is_skipped
        checked += not is_skipped
        diagnostics += findings
        if options.clean_files and not (is_skipped or findings):
            clean.append(file.path)
    return Report(checked, skipped, diagnostics, tuple(clean))


def _chunks(files: Iterator[ConfigFile]) -> Iterator[list[ConfigFile]]:
    while chunk := list(islice(files, CHUNK)):
        yield chunk
