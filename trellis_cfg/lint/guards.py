"""What an edit may not do: bring a new error, or leave a config without a stop condition."""

from typing import TYPE_CHECKING

from trellis_cfg.diagnostics import ERROR, Diagnostic, Severity, find_unknown
from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import find_matches
from trellis_cfg.errors import EditRefused, LeftAlone
from trellis_cfg.rewrite.plan import Rewrite
from trellis_cfg.sections import ENDLESS, LIMITS, TRAINER_ARGS, is_endless, trainer_args

if TYPE_CHECKING:
    from trellis_cfg.lint.options import LintOptions


class NewErrorGuard:
    """Refuses edits that bring a new error; ``findings`` are others: severity, code, message."""

    def __init__(self, options: "LintOptions") -> None:
        """Find what a document is checked by with these options, by its path."""
        self._options = options
        self.findings: set[tuple[Severity, str, str]] = set()

    def protect(self, rewrite: Rewrite) -> Rewrite:
        """Return ``rewrite``, but raising EditRefused where it would cause a new error."""

        def protected(document: Document) -> Document:
            new = rewrite(document)
            if new is document:
                return new
            options = self._options.for_file(document.path)
            for finding in find_unknown(_lint(document, options), _lint(new, options)):
                is_misplaced = finding.code == "TC502" and "did you mean" in finding.message
                if finding.severity == ERROR or is_misplaced:
                    raise EditRefused(
                        f"refused: {finding.message} (--force to apply anyway)",
                        line=finding.line,
                        column=finding.column,
                        code=finding.code,
                    )
                self.findings.add((finding.severity, finding.code, finding.message))
            return new

        return protected


def _lint(document: Document, options: "LintOptions") -> list[Diagnostic]:
    from trellis_cfg.lint.config import Config  # noqa: PLC0415  an upgrade needs no rule
    from trellis_cfg.lint.linter import run_rules  # noqa: PLC0415  likewise

    facts = options.facts_for(document.value)
    return run_rules("", Config(document.value, document, facts), options.codes)


def require_stop_condition(rewrite: Rewrite) -> Rewrite:
    """Return ``rewrite``, but raising LeftAlone for a config without a stop condition.

    Also for one that has no object ``trainer.args``.
    """

    def guard(document: Document) -> Document:
        new = rewrite(document)
        args = trainer_args(new.value)
        if args is None:
            raise LeftAlone("trainer.args is missing or not an object: nothing to change")
        if is_endless(args):
            limit = (*TRAINER_ARGS, LIMITS[0])
            path = limit if find_matches(document.value, limit) else TRAINER_ARGS
            message = f"{ENDLESS}; left alone: set one of the two"
            raise LeftAlone(message, **document.place_of_value(path)._asdict(), code="TC101")
        return new

    return guard
