"""What a run of the lint found, over all of its files."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from trellis_cfg.diagnostics import ERROR, Diagnostic

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


def merged(parts: Iterable[Report]) -> Report:
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
