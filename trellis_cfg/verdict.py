"""What the lint says of a change: one that makes a config unsound is refused."""

from trellis_cfg.diagnostics import ERROR, Diagnostic
from trellis_cfg.document.document import Document
from trellis_cfg.errors import EditRefused
from trellis_cfg.linter import judged
from trellis_cfg.profile import Profile
from trellis_cfg.rewriting import Rewrite
from trellis_cfg.rules.base import Context

_NAME = ""


class Verdict:
    """Judges rewrites by the rules of a profile; ``warnings`` are those that changes brought."""

    def __init__(self, profile: Profile) -> None:
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
        facts = self._profile.facts_of(_NAME, document.value)
        return judged(_NAME, Context(document.value, document, facts), self._profile.codes)
