"""Findings as the diagnostics of the protocol."""

from lsprotocol import types

from trellis_cfg.diagnostics import ERROR, Diagnostic, Range
from trellis_cfg.lint.rules import RULES
from trellis_cfg.server.documents import OpenDocument, View
from trellis_cfg.terminal import escape_controls

SOURCE = "trellis-cfg"
_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}
_TAGS = {
    **dict.fromkeys(("TC203", "TC403", "TC502", "TC507"), types.DiagnosticTag.Unnecessary),
    "TC511": types.DiagnosticTag.Deprecated,
}
"""The rules about what has no effect, unless it is an error."""


def list_problems(view: View) -> list[types.Diagnostic]:
    """Return the diagnostics of a document."""
    return [build_problem(view.document, finding) for finding in view.findings]


def build_problem(document: OpenDocument, finding: Diagnostic) -> types.Diagnostic:
    """Return the diagnostic for a finding."""
    tag = _TAGS.get(finding.code) if finding.severity != ERROR else None
    text = "\n".join(filter(None, (finding.message, finding.why)))
    related = [
        types.DiagnosticRelatedInformation(
            types.Location(document.uri, find_range(document, each.range)),
            escape_controls(each.label),
        )
        for each in finding.related
    ]
    return types.Diagnostic(
        find_range(document, finding.range),
        escape_controls(text, keep="\n"),
        severity=_SEVERITIES[finding.severity],
        code=f"{finding.code} {RULES[finding.code].name}",
        source=SOURCE,
        tags=[tag] if tag else None,
        related_information=related or None,
    )


def find_range(document: OpenDocument, place: Range) -> types.Range:
    """Return the range of a place in a document."""
    start = document.positions.find_place(place.line, place.column)
    return types.Range(start, document.positions.find_place(place.end_line, place.end_column))
