"""Rules over configs: what is wrong with one file, or with many."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from trellis_cfg.diagnostics import UNREADABLE, Diagnostic
from trellis_cfg.document.document import Document
from trellis_cfg.document.locate import Lines
from trellis_cfg.errors import ConfigError, InvalidDocument
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.files.reading import read_file
from trellis_cfg.lint.config import Config, Finding, RuleCheck
from trellis_cfg.lint.fingerprints import line_fingerprints
from trellis_cfg.lint.locator import Locator
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.rules import RULES
from trellis_cfg.sections import is_config

MAX_FINDINGS = 100
"""Findings that a rule has in one file, before one more says that there are others."""


class LintResult(NamedTuple):
    """A file, and what was found in it; without a context where it is no JSON, or no config."""

    path: str
    context: Config | None
    diagnostics: list[Diagnostic]
    is_skipped: bool = False


DataLinter = Callable[[ConfigFile, bytes, LintOptions], LintResult]
"""Returns what a content is judged to be: ``examine_data``, or what remembers its verdicts."""


def lint(path: str, data: bytes, profile: LintOptions) -> list[Diagnostic]:
    """Return what the rules find in the content of the file at ``path``, by its place."""
    return lint_data(ConfigFile(path, named=True), data, profile).diagnostics


def lint_each(
    files: Iterable[ConfigFile], profile: LintOptions, judge: DataLinter | None = None
) -> Iterator[LintResult]:
    """Yield what each file holds and what is wrong with it, in the order given.

    A file below a folder that is no config is skipped; what cannot be read is a finding.
    """
    judge = judge or lint_data
    for file in files:
        try:
            data = read_file(file.path)
        except ConfigError as error:
            yield LintResult(file.path, None, _refused(file.path, b"", error, profile))
        else:
            yield judge(file, data, profile)


def lint_data(file: ConfigFile, data: bytes, profile: LintOptions) -> LintResult:
    """Return what the content of a file holds and what is wrong with it."""
    path, named = file
    try:
        document = _parsed(data)
    except ConfigError as error:
        found = _refused(path, data, error, profile)
        return LintResult(path, None, _with_fingerprints(found, data, profile))
    if not (named or is_config(document.value)):
        return LintResult(path, None, [], is_skipped=True)
    context = Config(document.value, document, profile.facts_of(path, document.value))
    found = run_rules(path, context, profile.for_file(path))
    return LintResult(path, context, _with_fingerprints(found, data, profile))


def _with_fingerprints(
    found: list[Diagnostic], data: bytes, profile: LintOptions
) -> list[Diagnostic]:
    """Return the diagnostics with those of their lines, where the profile asks for them."""
    if not (profile.fingerprints and found) or found[0].code == UNREADABLE:
        return found
    prints = line_fingerprints(data.decode("utf-8", "replace"), {one.line for one in found})
    return [one._replace(fingerprint=prints[one.line]) for one in found]


def _parsed(data: bytes) -> Document:
    """Parse as Python's json would: NaN is a value, and the other rules still run."""
    try:
        return Document(data)
    except InvalidDocument as error:
        if error.code != "TC004":
            raise
        return Document(data, non_finite=True)


def _refused(path: str, data: bytes, error: ConfigError, profile: LintOptions) -> list[Diagnostic]:
    """Return what the one rule says that speaks of such files."""
    if error.code not in {UNREADABLE, *profile.for_file(path)}:
        return []
    placing = Locator(path, Lines(data.decode("utf-8", "replace")))
    findings = RULES[error.code].check(Config(None, refusal=error))
    return [placing.diagnostic(error.code, finding) for finding in findings]


def run_rules(path: str, context: Config, codes: frozenset[str]) -> list[Diagnostic]:
    """Return what the rules of some codes find in a config, by its place."""
    found: list[tuple[str, Finding]] = []
    for code, check in _checks(codes):
        findings = iter(check(context))
        first = next(findings, None)
        if first:
            found += [(code, finding) for finding in _capped(chain((first,), findings))]
    document = context.document
    if not found or document is None:
        return []
    placing = Locator(path, document.lines, document)
    return sorted(placing.diagnostic(code, finding) for code, finding in found)


@lru_cache(maxsize=64)
def _checks(codes: frozenset[str]) -> tuple[tuple[str, RuleCheck], ...]:
    return tuple((code, rule.check) for code, rule in RULES.items() if code in codes)


def _capped(findings: Iterator[Finding]) -> Iterator[Finding]:
    """Yield the first of the findings; the last of these says that there are more."""
    for number, finding in enumerate(findings, 1):
        if number == MAX_FINDINGS and next(findings, None):
            yield finding._replace(message=f"{finding.message} (more of these follow)")
            return
        yield finding
