"""What the program says about a file: plain, fully placed, picklable."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

from trellis_cfg.errors import ConfigError, LeftAlone

Severity = Literal["error", "warning"]
ERROR: Severity = "error"
WARNING: Severity = "warning"


class Range(NamedTuple):
    """A piece of a file: lines and columns count code points from 1, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Related(NamedTuple):
    """Another place that a diagnostic is about, and what to say there."""

    range: Range
    label: str


class SourceLine(NamedTuple):
    """A line of a file, or the piece of it that starts at ``column``."""

    number: int
    column: int
    text: str


class Diagnostic(NamedTuple):
    """A message about a place in a file; line and column count code points from 1.

    ``end_line`` and ``end_column`` are exclusive, and 0 where only a position is known.
    ``pointer`` is the JSON pointer of the value (RFC 6901), ``source`` what a person is shown,
    ``fingerprint`` that of the line, where the report asks for it.
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

    @classmethod
    def of(cls, path: str, error: ConfigError) -> "Diagnostic":
        """Return what an error says about the file at ``path``; nothing of the file is kept.

        A file left alone for a reason that no rule calls an error is a warning.
        """
        severity = WARNING if isinstance(error, LeftAlone) and not error.code else ERROR
        return cls(path, error.line, error.column, severity, error.code, error.message)

    @property
    def range(self) -> Range:
        """The piece of the file that is meant, at least one column wide."""
        end = max((self.line, self.column + 1), (self.end_line, self.end_column))
        return Range(self.line, self.column, *end)


UNREADABLE = "TC006"
"""The code of what could not be read."""


class Report(NamedTuple):
    """What a run found: how many files were checked, and how many were no configs.

    ``clean`` are the paths without a finding, where the profile asks for them.
    """

    checked: int
    skipped: int
    diagnostics: list[Diagnostic]
    clean: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def errors(self) -> int:
        """How many diagnostics are errors."""
        return sum(found.severity == ERROR for found in self.diagnostics)

    @property
    def warnings(self) -> int:
        """How many diagnostics are warnings."""
        return len(self.diagnostics) - self.errors

    @property
    def files(self) -> int:
        """How many files have a diagnostic."""
        return len({found.path for found in self.diagnostics})

    @property
    def unreadable(self) -> bool:
        """Whether some file could not be read."""
        return any(found.code == UNREADABLE for found in self.diagnostics)

    def by_code(self) -> list[tuple[str, int]]:
        """Return how often each code was found, the most frequent first."""
        counts = Counter(found.code for found in self.diagnostics)
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def merge_reports(parts: Iterable[Report]) -> Report:
    """Return one report of several, by path and place."""
    checked = skipped = 0
    diagnostics: list[Diagnostic] = []
    clean: list[str] = []
    for part in parts:
        checked += part.checked
        skipped += part.skipped
        diagnostics += part.diagnostics
        clean += part.clean
    return Report(checked, skipped, sorted(diagnostics), tuple(sorted(clean)))
