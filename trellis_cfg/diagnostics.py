"""What the program says about a file: plain, fully placed, picklable."""

from typing import NamedTuple

from trellis_cfg.errors import ConfigError, LeftAlone


class Diagnostic(NamedTuple):
    """A message about a place in a file; line and column count code points from 1."""

    path: str
    line: int
    column: int
    severity: str
    code: str
    message: str

    @classmethod
    def of(cls, path: str, error: ConfigError) -> "Diagnostic":
        """Return what an error says about the file at ``path``; nothing of the file is kept.

        A file left alone for a reason that no rule calls an error is a warning.
        """
        severity = "warning" if isinstance(error, LeftAlone) and not error.code else "error"
        return cls(path, error.line, error.column, severity, error.code, error.message)
