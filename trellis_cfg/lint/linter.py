"""Rules over configs: what is wrong with one file, or with many."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from trellis_cfg.diagnostics import UNREADABLE, Diagnostic
from trellis_cfg.document.document import Document
from trellis_cfg.document.locate import Lines
from trellis_cfg.errors import ConfigError, InvalidDocument
from trellis_cfg.files.discovery import Found
from trellis_cfg.files.reading import read
from trellis_cfg.lint.config import Check, Context, Finding
from trellis_cfg.lint.fingerprints import of_lines
from trellis_cfg.lint.locator import Placing
from trellis_cfg.lint.options import Profile
from trellis_cfg.lint.rules import RULES
from trellis_cfg.sections import is_config

MOST = 100
"""Findings that a rule has in one file, before one more says that there are others."""


class Examined(NamedTuple):
    """A file, and what was found in it; without a context where it is no JSON, or no config."""

    path: str
    context: Context | None
    diagnostics: list[Diagnostic]
    is_skipped: bool = False


Judge = Callable[[Found, bytes, Profile], Examined]
"""Returns what a content is judged to be: ``examine_data``, or what remembers its verdicts."""


def lint(path: str, data: bytes, profile: Profile) -> list[Diagnostic]:
    """Return what the rules find in the content of the file at ``path``, by its place."""
    return examine_data(Found(path, named=True), data, profile).diagnostics


def examine(
    files: Iterable[Found], profile: Profile, judge: Judge | None = None
) -> Iterator[Examined]:
    """Yield what each file holds and what is wrong with it, in the order given.

    A file below a folder that is no config is skipped; what cannot be read is a finding.
    """
    judge = judge or examine_data
    for file in files:
        try:
            data = read(file.path)
        except ConfigError as error:
            yield Examined(file.path, None, _refused(file.path, b"", error, profile))
        else:
            yield judge(file, data, profile)


def examine_data(file: Found, data: bytes, profile: Profile) -> Examined:
    """Return what the content of a file holds and what is wrong with it."""
    path, named = file
    try:
        document = _parsed(data)
    except ConfigError as error:
        found = _refused(path, data, error, profile)
        return Examined(path, None, _with_fingerprints(found, data, profile))
    if not (named or is_config(document.value)):
        return Examined(path, None, [], is_skipped=True)
    context = Context(document.value, document, profile.facts_of(path, document.value))
    found = judged(path, context, profile.for_file(path))
    return Examined(path, context, _with_fingerprints(found, data, profile))


def _with_fingerprints(found: list[Diagnostic], data: bytes, profile: Profile) -> list[Diagnostic]:
    """Return the diagnostics with those of their lines, where the profile asks for them."""
    if not (profile.fingerprints and found) or found[0].code == UNREADABLE:
        return found
    prints = of_lines(data.decode("utf-8", "replace"), {one.line for one in found})
    return [one._replace(fingerprint=prints[one.line]) for one in found]


def _parsed(data: bytes) -> Document:
    """Parse as Python's json would: NaN is a value, and the other rules still run."""
    try:
        return Document(data)
    except InvalidDocument as error:
        if error.code != "TC004":
            raise
        return Document(data, non_finite=True)


def _refused(path: str, data: bytes, error: ConfigError, profile: Profile) -> list[Diagnostic]:
    """Return what the one rule says that speaks of such files."""
    if error.code not in {UNREADABLE, *profile.for_file(path)}:
        return []
    placing = Placing(path, Lines(data.decode("utf-8", "replace")))
    findings = RULES[error.code].check(Context(None, refusal=error))
    return [placing.diagnostic(error.code, finding) for finding in findings]


def judged(path: str, context: Context, codes: frozenset[str]) -> list[Diagnostic]:
    """Return what the rules of some codes find in a config, by its place."""
    found: list[tuple[str, Finding]] = []
    for code, check in _checks(codes):
        findings = check(context)
        first = next(findings, None)
        if first:
            found += [(code, finding) for finding in _capped(chain((first,), findings))]
    document = context.document
    if not found or document is None:
        return []
    placing = Placing(path, document.lines, document)
    return sorted(placing.diagnostic(code, finding) for code, finding in found)


@lru_cache(maxsize=64)
def _checks(codes: frozenset[str]) -> tuple[tuple[str, Check], ...]:
    return tuple((code, rule.check) for code, rule in RULES.items() if code in codes)


def _capped(findings: Iterator[Finding]) -> Iterator[Finding]:
    """Yield the first of the findings; the last of these says that there are more."""
    for number, finding in enumerate(findings, 1):
        if number == MOST and next(findings, None):
            yield finding._replace(message=f"{finding.message} (more of these follow)")
            return
        yield finding
