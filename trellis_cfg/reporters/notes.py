"""What is said below a finding."""

from collections.abc import Iterator

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.rules import RULES


def notes(found: Diagnostic) -> Iterator[str]:
    """Yield why it matters and what mends it, as far as that is known."""
    if found.why:
        yield f"why: {found.why}"
    if RULES[found.code].fixed_by:
        yield f"fix: {RULES[found.code].fixed_by}"


def explained(found: Diagnostic) -> str:
    """Return the message of a finding, and the notes in lines of their own."""
    return "\n".join([found.message, *notes(found)])
