"""What was found in the last contents: a file that says the same again is not judged again."""

from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.linter import LintResult, lint_data
from trellis_cfg.lint.options import LintOptions

_Key = tuple[bytes, bool, tuple[object, ...]]
_MOST = 512
_LONGEST = 16_384
"""How many contents are remembered, and bytes of the longest: 8 MB at most."""


class Recall:
    """Judges contents for one profile, each of the last ones once.

    Runs save their config beside their checkpoints, so that many files hold the same bytes. These
    are the key, with what else a verdict depends on: no content is taken for another.
    """

    def __init__(self) -> None:
        """Start with nothing to remember."""
        self._known: dict[_Key, LintResult] = {}

    def examine_data(self, file: ConfigFile, data: bytes, profile: LintOptions) -> LintResult:
        """Return what ``linter.examine_data`` does, less the context."""
        key = data, file.named, profile.kind(file.path)
        found = self._known.get(key)
        if found is None:
            found = lint_data(file, data, profile)._replace(context=None)
            self._remember(key, found)
        diagnostics = [one._replace(path=file.path) for one in found.diagnostics]
        return LintResult(file.path, None, diagnostics, found.is_skipped)

    def _remember(self, key: _Key, found: LintResult) -> None:
        if len(key[0]) > _LONGEST:
            return
        if len(self._known) >= _MOST:
            del self._known[next(iter(self._known))]
        self._known[key] = found
