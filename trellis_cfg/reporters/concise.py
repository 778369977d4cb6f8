"""A line for each finding, as editors and ``grep`` read it."""

from typing import TYPE_CHECKING

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.reporters import Style
from trellis_cfg.terminal import harmless

if TYPE_CHECKING:
    from trellis_cfg.report import Report


def report(found: "Report", style: Style) -> str:
    """Return ``path:line:column: severity[CODE] message``, a line each."""
    return "".join(f"{line(diagnostic, style)}\n" for diagnostic in found.diagnostics)


def line(found: Diagnostic, style: Style) -> str:
    """Return a diagnostic in one line, which does not start as a command to GitHub's runner."""
    path = f"./{found.path}" if found.path.lstrip().startswith("::") else found.path
    place = style(f"{harmless(path)}:{found.line}:{found.column}:", "place")
    code, separator = (f"[{found.code}]", "") if found.code else ("", ":")
    severity = style(f"{found.severity}{code}", found.severity)
    return f"{place} {severity}{separator} {harmless(found.message)}"
