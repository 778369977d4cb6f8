"""Many files: linted in this process, or by several where much work is left."""

import os
from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain, groupby, islice
from time import perf_counter
from typing import TYPE_CHECKING

from trellis_cfg.diagnostics import Diagnostic, FixedFile, Report, merge_reports
from trellis_cfg.errors import ConfigError
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.files.reading import read_file
from trellis_cfg.lint.linter import Linted, lint_data, refuse
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.source import Checkout, get_reading

if TYPE_CHECKING:
    from trellis_cfg.lint.fixer import FixChoice

CHUNK = 250
"""Files that a process lints at a time."""
POOL_WORK = 0.1
"""Seconds of work left for which several processes are worth their start."""


def lint_files(
    files: Iterable[ConfigFile],
    options: LintOptions,
    *,
    jobs: int = 1,
    choice: "FixChoice | None" = None,
) -> Report:
    """Lint many files, by ``jobs`` processes where much work is left.

    The report is by path, whatever came first. Of a file without findings, nothing is kept. With a
    ``choice`` of fixes, the findings are those that remain; no file is written.
    """
    remaining, reports = iter(files), []
    chunks = iter(lambda: list(islice(remaining, CHUNK)), [])
    for chunk in chunks:
        started = perf_counter()
        reports.append(lint_chunk(chunk, options, choice))
        if jobs > 1 and len(chunk) == CHUNK:
            needed = 1 + int(CHUNK * POOL_WORK / (perf_counter() - started))
            ahead = list(islice(remaining, needed))
            remaining = chain(ahead, remaining)
            if len(ahead) == needed:
                from trellis_cfg.lint.workers import in_order  # noqa: PLC0415  most do without

                work = partial(lint_chunk, options=options, choice=choice)
                reports += in_order(work, chunks, jobs)
    report = merge_reports(reports)
    if report.packages:
        from trellis_cfg.lint.fast.shapes import keep_learned  # noqa: PLC0415  others need none

        keep_learned()
    return report


def lint_chunk(
    files: Iterable[ConfigFile],
    options: LintOptions,
    choice: "FixChoice | None" = None,
    read: Callable[[str], bytes] = read_file,
) -> Report:
    """Lint some files in this process, in their order."""
    checked = skipped = silenced = 0
    diagnostics, clean, fixed = list[Diagnostic](), list[str](), list[FixedFile]()
    checkouts = set[Checkout]()
    for _, folder in groupby(files, _get_folder):
        file_options = None
        for file in folder:
            if file_options is None or options.ignored or options.sizes:
                file_options = options.for_file(file.path)
                checkouts.update(filter(None, [file_options.checkout]))
            try:
                data = read(file.path)
            except ConfigError as error:
                linted = Linted(refuse(file.path, b"", error, file_options))
            else:
                linted = lint_data(file, data, file_options)
                if choice and linted.findings:
                    linted, changed = _fix_file(file, data, linted, file_options, choice)
                    fixed.append(changed)
            skipped += linted.is_skipped
            checked += not linted.is_skipped
            silenced += linted.silenced
            diagnostics += linted.findings
            if options.clean_files and not (linted.is_skipped or linted.findings):
                clean.append(file.path)
    return Report(
        checked,
        skipped,
        diagnostics,
        tuple(clean),
        silenced=silenced,
        fixed=tuple(fixed),
        is_incomplete=any(get_reading(each).is_incomplete for each in checkouts),
        packages=frozenset(os.path.join(root, name) for root, names in checkouts for name in names),
    )


def _fix_file(
    file: ConfigFile, data: bytes, linted: Linted, options: LintOptions, choice: "FixChoice"
) -> tuple[Linted, FixedFile]:
    from trellis_cfg.lint.fixer import fix_file  # noqa: PLC0415  most runs fix nothing

    return fix_file(file, data, linted, options, choice)


def _get_folder(file: ConfigFile) -> str:
    return os.path.dirname(file.path)
