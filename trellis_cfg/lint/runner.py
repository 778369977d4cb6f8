"""Many files: judged one after the other, or by several processes, with the same report."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from time import monotonic

from trellis_cfg.diagnostics import Diagnostic, Report, merge_reports
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.linter import lint_each
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.recall import Recall

CHUNK = 250
"""Files that a process judges at a time."""
POOL_DELAY = 0.3
"""Seconds of work after which several processes are worth their start."""


def lint_files(files: Iterable[ConfigFile], profile: LintOptions, *, jobs: int = 1) -> Report:
    """Check many files, by ``jobs`` processes once the work proves to be long.

    The report is by path, whatever came first. Of a file without findings, nothing is kept.
    """
    return merge_reports(_parts(_chunks(iter(files)), profile, jobs))


def _parts(chunks: Iterator[list[ConfigFile]], profile: LintOptions, jobs: int) -> Iterator[Report]:
    judge, began = _judge(profile), monotonic()
    for chunk in chunks:
        yield judge(chunk)
        if jobs > 1 and monotonic() - began > POOL_DELAY:
            break
    else:
        return
    from trellis_cfg.lint.workers import in_order  # noqa: PLC0415  most runs do without

    yield from in_order(partial(_judge, profile), chunks, jobs)


def _judge(profile: LintOptions) -> Callable[[Iterable[ConfigFile]], Report]:
    """Return what checks some files after the other."""
    return partial(_checked, profile=profile, recall=Recall())


def _checked(files: Iterable[ConfigFile], *, profile: LintOptions, recall: Recall) -> Report:
    checked = skipped = 0
    diagnostics, clean = list[Diagnostic](), list[str]()
    for one in lint_each(files, profile, recall.examine_data):
        skipped += one.is_skipped
        checked += not one.is_skipped
        diagnostics += one.diagnostics
        if profile.clean_files and not (one.is_skipped or one.diagnostics):
            clean.append(one.path)
    return Report(checked, skipped, diagnostics, tuple(clean))


def _chunks(files: Iterator[ConfigFile]) -> Iterator[list[ConfigFile]]:
    while chunk := list(islice(files, CHUNK)):
        yield chunk
