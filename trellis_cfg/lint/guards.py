"""What the lint says of a change: one that makes a config unsound is refused."""

from typing import TYPE_CHECKING

from trellis_cfg.diagnostics import ERROR, Diagnostic
from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import find_matches
from trellis_cfg.errors import EditRefused, LeftAlone
from trellis_cfg.rewrite.plan import Rewrite
from trellis_cfg.sections import ENDLESS, LIMITS, TRAINER_ARGS, is_endless, trainer_args

if TYPE_CHECKING:
    from trellis_cfg.lint.options import LintOptions

_NAME = ""


class NewErrorGuard:
    """Judges rewrites by the rules of a profile; ``warnings`` are those that changes brought."""

    def __init__(self, profile: "LintOptions") -> None:
        """Start with nothing judged."""
        self._profile = profile
        self.warnings: set[tuple[str, str]] = set()

    def sound(self, rewrite: Rewrite) -> Rewrite:
        """Return ``rewrite``, but raising EditRefused where it brings a new error."""

        def judged_rewrite(document: Document) -> Document:
            new = rewrite(document)
            if new is not document:
                self._judge(document, new)
            return new

        return judged_rewrite

    def _judge(self, old: Document, new: Document) -> None:
        known = {(found.code, found.pointer) for found in self._findings(old)}
        for found in self._findings(new):
            if (found.code, found.pointer) in known:
                continue
            if found.severity == ERROR:
                raise EditRefused(
                    f"it would be unsound: {found.message} (--force does it all the same)",
                    line=found.line,
                    column=found.column,
                    code=found.code,
                )
            self.warnings.add((found.code, found.message))

    def _findings(self, document: Document) -> list[Diagnostic]:
        from trellis_cfg.lint.config import Config  # noqa: PLC0415  most upgrades need no rule
        from trellis_cfg.lint.linter import run_rules  # noqa: PLC0415  likewise

        facts = self._profile.facts_of(_NAME, document.value)
        return run_rules(_NAME, Config(document.value, document, facts), self._profile.codes)


def require_stop_condition(rewrite: Rewrite) -> Rewrite:
    """Return ``rewrite``, but raising LeftAlone for a config that would have no stop condition.

    Also for one that has no arguments of a trainer at all.
    """

    def rewrite_or_leave(document: Document) -> Document:
        new = rewrite(document)
        args = trainer_args(new.value)
        if args is None:
            raise LeftAlone("there is no object trainer.args: nothing to change in it")
        if is_endless(args):
            raise _left_alone(document)
        return new

    return rewrite_or_leave


def _left_alone(document: Document) -> LeftAlone:
    """Return the error for a document that is left alone, placed where its limit should stand."""
    limit = (*TRAINER_ARGS, LIMITS[0])
    path = limit if find_matches(document.value, limit) else TRAINER_ARGS
    place = document.place_of_value(path)
    return LeftAlone(f"{ENDLESS}: set one of the two; left alone", **place._asdict(), code="TC101")
