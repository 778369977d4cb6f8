"""Diagnostics: findings with file, line, column and severity; picklable."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, get_args

from trellis_cfg.errors import ConfigError, LeftAlone

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""The most severe first."""
ERROR, WARNING, NOTE = SEVERITIES
UNREADABLE = "TC006"
"""The code for a file that cannot be read."""


class Range(NamedTuple):
    """A range in a file: lines and columns count code points from 1, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Related(NamedTuple):
    """A second place that a diagnostic refers to, with its label."""

    range: Range
    label: str


class SourceLine(NamedTuple):
    """A line of a file, or the part of it that starts at ``column``."""

    number: int
    column: int
    text: str


class Replacement(NamedTuple):
    """An edit: the characters from ``start`` to ``end``, at ``range``, become ``text``."""

    start: int
    end: int
    text: str
    range: Range


class Fix(NamedTuple):
    """What fixes a finding: edits with a title, safe or unsafe.

    Safe: the run does the same as before, or could not start, and no intent is lost. Without edits,
    ``refusal`` says why the fix cannot be placed. Without a title, there is none. ``reveals`` is
    the JSON pointer of an object that is checked only after the fix.
    """

    title: str = ""
    is_safe: bool = False
    edits: tuple[Replacement, ...] = ()
    refusal: str = ""
    reveals: str | None = None


class Diagnostic(NamedTuple):
    """A message about a place in a file; line and column count code points from 1.

    ``end_line`` and ``end_column`` are exclusive, and 0 if only a position is known. ``pointer``
    is the JSON pointer of the value (RFC 6901), ``source`` the lines to show, ``fingerprint`` that
    of the line, if the lint options ask for it. ``value`` is the JSON text of the scalars that the
    message is about.
    """

    path: str
    line: int
    column: int
    severity: Severity
    code: str
    message: str
    end_line: int = 0
    end_column: int = 0
    pointer: str = ""
    label: str = ""
    related: tuple[Related, ...] = ()
    why: str = ""
    source: tuple[SourceLine, ...] = ()
    fingerprint: str = ""
    value: str = ""
    fix: Fix = Fix()

    @classmethod
    def of(cls, path: str, error: ConfigError) -> "Diagnostic":
        """Return the diagnostic for an error; a warning if a file is left alone without a code."""
        severity = WARNING if isinstance(error, LeftAlone) and not error.code else ERROR
        return cls(path, error.line, error.column, severity, error.code, error.message)

    @property
    def range(self) -> Range:
        """The range of the value, at least one column wide."""
        end = max((self.line, self.column + 1), (self.end_line, self.end_column))
        return Range(self.line, self.column, *end)

    @property
    def is_fixable(self) -> bool:
        """Whether there is a fix, and a place for it."""
        return bool(self.fix.edits)


class FixedFile(NamedTuple):
    """What fixes do to a file: ``edit`` makes the new text of the old one, of this ``digest``.

    ``applied`` are the findings that they fix, ``refused`` those that they cannot, with the reason.
    An edit is its start, its end and its text; None if nothing changes. ``error`` says why the file
    must not be written. ``before`` are the findings before the fixes.
    """

    path: str
    digest: int = 0
    edit: tuple[int, int, str] | None = None
    applied: tuple[Diagnostic, ...] = ()
    refused: tuple[tuple[Diagnostic, str], ...] = ()
    error: str = ""
    before: tuple[Diagnostic, ...] = ()


def is_at_least(severity: Severity, least: Severity) -> bool:
    """Return whether a severity is ``least``, or worse."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(least)


def find_unknown(old: Iterable[Diagnostic], new: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield what is found only in the new version of a file: a code at a value that had none."""
    known = {(each.code, each.pointer) for each in old}
    return (each for each in new if (each.code, each.pointer) not in known)


class Report(NamedTuple):
    """The result of a run: files checked, files skipped because they are not configs, diagnostics.

    ``clean`` are the paths without a diagnostic, if the lint options ask for them. ``silenced``
    counts the findings that the settings turn off, ``known`` those of the baseline. ``fixed`` are
    the files that were to be fixed. ``packages`` are the folders of the code for the files;
    ``is_incomplete`` says that it was too large to be read whole.
    """

    checked: int
    skipped: int
    diagnostics: list[Diagnostic]
    clean: tuple[str, ...] = ()
    seconds: float = 0.0
    silenced: int = 0
    known: int = 0
    fixed: tuple[FixedFile, ...] = ()
    packages: frozenset[str] = frozenset()
    is_incomplete: bool = False

    def count(self, severity: Severity) -> int:
        """Return the number of diagnostics of a severity."""
        return sum(diagnostic.severity == severity for diagnostic in self.diagnostics)

    def has_finding(self, least: Severity) -> bool:
        """Return whether there is a diagnostic of a severity, or of a worse one."""
        return any(is_at_least(diagnostic.severity, least) for diagnostic in self.diagnostics)

    def drop_below(self, least: Severity) -> "Report":
        """Return the report without the diagnostics that are less severe."""
        return self.keep([each for each in self.diagnostics if is_at_least(each.severity, least)])

    def keep(self, kept: list[Diagnostic]) -> "Report":
        """Return the report with these of its diagnostics."""
        dropped = {each.path for each in self.diagnostics} - {each.path for each in kept}
        clean = tuple(sorted({*self.clean, *dropped}))
        return self._replace(diagnostics=kept, clean=clean)

    def count_fixable(self, *, is_safe: bool) -> int:
        """Return the number of diagnostics with a safe fix, or with an unsafe one."""
        return sum(each.is_fixable and each.fix.is_safe == is_safe for each in self.diagnostics)

    @property
    def files(self) -> int:
        """The number of files with a diagnostic."""
        return len({diagnostic.path for diagnostic in self.diagnostics})

    @property
    def unreadable(self) -> bool:
        """Whether a file could not be read."""
        return any(diagnostic.code == UNREADABLE for diagnostic in self.diagnostics)

    def by_code(self) -> list[tuple[str, int]]:
        """Return the number of diagnostics of each code, the most frequent first."""
        return Counter(sorted(each.code for each in self.diagnostics)).most_common()


def merge_reports(parts: Iterable[Report]) -> Report:
    """Merge reports into one, sorted by path and position."""
    parts = list(parts)
    return Report(
        sum(part.checked for part in parts),
        sum(part.skipped for part in parts),
        sorted(diagnostic for part in parts for diagnostic in part.diagnostics),
        tuple(sorted(path for part in parts for path in part.clean)),
        silenced=sum(part.silenced for part in parts),
        fixed=tuple(sorted(file for part in parts for file in part.fixed)),
        packages=frozenset().union(*(part.packages for part in parts)),
        is_incomplete=any(part.is_incomplete for part in parts),
    )
