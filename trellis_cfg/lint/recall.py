"""The findings of the last contents: a file with the same bytes is not linted again."""

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.lint.options import LintOptions

Key = tuple[bytes, bool, LintOptions]
Findings = tuple[list[Diagnostic], bool]
_MAX_CONTENTS = 512
_MAX_LENGTH = 16_384
"""How many contents are remembered, and bytes of the longest: 8 MB at most."""


class Recall:
    """The findings of contents by all that they depend on: bytes, named or not, options.

    Runs save their config beside their checkpoints, so that many files hold the same bytes.
    """

    def __init__(self) -> None:
        """Start with nothing to remember."""
        self._findings: dict[Key, Findings] = {}

    def find(self, key: Key) -> Findings | None:
        """Return the findings, and whether the file is skipped; None if they are not remembered."""
        return self._findings.get(key)

    def remember(self, key: Key, findings: Findings) -> None:
        """Keep findings, in place of the oldest where there are too many."""
        if len(key[0]) > _MAX_LENGTH:
            return
        if len(self._findings) >= _MAX_CONTENTS:
            del self._findings[next(iter(self._findings))]
        self._findings[key] = findings
