"""Many files: judged one after the other, or by several processes, with the same report."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice

from trellis_cfg.files.discovery import Found
from trellis_cfg.linter import Report, examine
from trellis_cfg.profile import Profile
from trellis_cfg.recall import Recall

CHUNK = 250
"""Files that a process judges at a time."""
WORTHWHILE = 3_000
"""Files from which on several processes are faster than one."""


def lint_files(files: Iterable[Found], profile: Profile, *, jobs: int = 1) -> Report:
    """Check many files, with ``jobs`` processes where that is faster.

    The report is by path, whatever came first. Of a file without findings, nothing is kept.
    """
    remaining = iter(files)
    first = list(islice(remaining, WORTHWHILE if jobs > 1 else 0))
    chunks = _chunks(chain(first, remaining))
    if len(first) < WORTHWHILE:
        return _merged(map(_judge(profile), chunks))
    from trellis_cfg.workers import in_order  # noqa: PLC0415  most runs do without

    return _merged(in_order(partial(_judge, profile), chunks, jobs))


def _judge(profile: Profile) -> Callable[[Iterable[Found]], Report]:
    """Return what checks some files after the other."""
    recall = Recall() if profile.is_same_everywhere else None
    return partial(_checked, profile=profile, recall=recall)


def _checked(files: Iterable[Found], *, profile: Profile, recall: Recall | None) -> Report:
    checked = skipped = 0
    diagnostics = []
    for one in examine(files, profile, recall.examine_data if recall else None):
        skipped += one.is_skipped
        checked += not one.is_skipped
        diagnostics += one.diagnostics
    return Report(checked, skipped, diagnostics)


def _merged(parts: Iterable[Report]) -> Report:
    """Return one report of several, by path and place."""
    checked = skipped = 0
    diagnostics = []
    for part in parts:
        checked += part.checked
        skipped += part.skipped
        diagnostics += part.diagnostics
    return Report(checked, skipped, sorted(diagnostics))


def _chunks(files: Iterator[Found]) -> Iterator[list[Found]]:
    while chunk := list(islice(files, CHUNK)):
        yield chunk
