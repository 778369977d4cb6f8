"""Apply the fixes of a file: as many as fit together, then lint again, until none is left."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from trellis_cfg.baseline import Baseline
from trellis_cfg.diagnostics import (
    ERROR,
    Diagnostic,
    FixedFile,
    Severity,
    find_unknown,
    is_at_least,
)
from trellis_cfg.document.edits import Edit, apply_edits, find_difference
from trellis_cfg.errors import FileRefused
from trellis_cfg.files import writing
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.linter import Linted, lint_data
from trellis_cfg.lint.options import LintOptions

_MOST_FINDINGS = 10_000
_INVALID_JSON = "TC001"
"""The rule that hides all others."""
_Key = tuple[str, str, str]


class FixChoice(NamedTuple):
    """Which fixes to apply: also unsafe ones, of no finding that is known or less severe.

    ``writes`` refuses a file that must not be replaced.
    """

    is_unsafe: bool = False
    min_severity: Severity = "note"
    baseline: Baseline | None = None
    writes: bool = False


class Fixed(NamedTuple):
    """The new content of a file, what is still wrong with it, and what became of each fix."""

    data: bytes
    linted: Linted
    applied: list[Diagnostic]
    refused: dict[_Key, tuple[Diagnostic, str]]


def fix_file(
    file: ConfigFile, data: bytes, linted: Linted, options: LintOptions, choice: FixChoice
) -> tuple[Linted, FixedFile]:
    """Return what remains of ``linted`` after fixes, and the file; it is not written."""
    if choice.writes:
        try:
            writing.refuse_unless_replaceable(file.path)
        except FileRefused as error:
            is_fixable = any(each.is_fixable for each in _select(linted.findings, options, choice))
            reason = f"not fixed: {error.message}" if is_fixable else ""
            return linted, FixedFile(file.path, error=reason)
    fixed = fix_data(file, data, options, choice)
    edit = None
    if fixed.applied:
        edit = find_difference(data.decode("utf-8"), fixed.data.decode("utf-8"))
    return fixed.linted, FixedFile(
        file.path,
        writing.compute_digest(data),
        edit,
        tuple(fixed.applied),
        tuple(fixed.refused.values()),
        before=tuple(linted.findings) if fixed.applied else (),
    )


def fix_data(file: ConfigFile, data: bytes, options: LintOptions, choice: FixChoice) -> Fixed:
    """Apply the fixes of a content, in passes; ``options`` are those for this file.

    What brings a new error is applied alone, and refused if it still does.
    """
    everything = options._replace(codes=None, silenced=frozenset(), most_findings=_MOST_FINDINGS)
    linted = lint_data(file, data, everything)
    applied: list[Diagnostic] = []
    refused: dict[_Key, tuple[Diagnostic, str]] = {}
    seen = {data}
    while batch := _choose_batch(_select(linted.findings, options, choice), refused):
        for tried in (batch, batch[:1]) if len(batch) > 1 else (batch,):
            edits = [Edit(*edit[:3]) for finding in tried for edit in finding.fix.edits]
            new = apply_edits(data.decode("utf-8"), edits).encode("utf-8")
            result = lint_data(file, new, everything)
            problem = "it would undo another fix" if new in seen else ""
            problem = problem or _find_new_error(tried, linted.findings, result.findings)
            if not problem:
                data, linted = new, result
                seen.add(data)
                applied += tried
                refused.clear()  # what had no place, or brought an error, may fit now
                break
        else:
            refused[_identify(batch[0])] = batch[0], problem
    known = {*refused}
    for each in _select(linted.findings, options, choice):
        if not each.is_fixable and _identify(each) not in known:
            refused[_identify(each)] = each, each.fix.refusal
    return Fixed(data, lint_data(file, data, options), applied, refused)


def _identify(finding: Diagnostic) -> _Key:
    return finding.code, finding.pointer, finding.fix.title


def _select(
    findings: Iterable[Diagnostic], options: LintOptions, choice: FixChoice
) -> list[Diagnostic]:
    """Return the findings to fix."""
    reported = [
        each
        for each in findings
        if (options.codes is None or each.code in options.codes)
        and is_at_least(each.severity, choice.min_severity)
    ]
    new = choice.baseline.find_new(reported) if choice.baseline else reported
    return [each for each in new if each.fix.title and (each.fix.is_safe or choice.is_unsafe)]


def _choose_batch(findings: Iterable[Diagnostic], refused: Collection[_Key]) -> list[Diagnostic]:
    """Return the findings whose fixes have places, do not overlap, and are not refused."""
    batch: list[Diagnostic] = []
    spans: list[tuple[int, int]] = []
    for finding in findings:
        own = [(edit.start, edit.end) for edit in finding.fix.edits]
        is_free = all(last <= start or end <= first for first, last in own for start, end in spans)
        if own and is_free and _identify(finding) not in refused:
            spans += own
            batch.append(finding)
    return batch


def _find_new_error(
    fixed: Iterable[Diagnostic], old: Sequence[Diagnostic], new: Iterable[Diagnostic]
) -> str:
    """Return what is wrong only after fixes; empty for nothing, or if it could not be seen."""
    revealed = tuple(f"{each.fix.reveals}/" for each in fixed if each.fix.reveals is not None)
    if any(each.code == _INVALID_JSON for each in old):
        return ""
    for each in find_unknown(old, new):
        if each.severity == ERROR and not f"{each.pointer}/".startswith(revealed):
            return f"it would cause {each.code}: {each.message}"
    return ""
