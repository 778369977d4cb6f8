"""Findings as the diagnostics of the protocol, and fixes as its code actions."""

from collections.abc import Iterable, Iterator, Sequence

from lsprotocol import types

from trellis_cfg.diagnostics import ERROR, Diagnostic
from trellis_cfg.document.edits import Edit, find_difference
from trellis_cfg.lint.fixer import FixChoice, fix_data
from trellis_cfg.lint.rules import RULES
from trellis_cfg.server.documents import OpenDocument, View
from trellis_cfg.terminal import escape_controls

KINDS = [types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll]
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
            types.Location(document.uri, document.positions.find_place(each.range)),
            escape_controls(each.label),
        )
        for each in finding.related
    ]
    return types.Diagnostic(
        document.positions.find_place(finding.range),
        escape_controls(text, keep="\n"),
        severity=_SEVERITIES[finding.severity],
        code=f"{finding.code} {RULES[finding.code].name}",
        source=SOURCE,
        tags=[tag] if tag else None,
        related_information=related or None,
    )


def list_actions(view: View, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return the fixes at a range, and the one for the whole document."""
    actions: list[types.CodeAction] = []
    if _is_asked(types.CodeActionKind.QuickFix, params.context.only):
        actions += _list_fixes(view, params.range)
    if _is_asked(types.CodeActionKind.SourceFixAll, params.context.only):
        actions += _fix_all(view)
    return actions


def _is_asked(kind: str, only: Sequence[str] | None) -> bool:
    """Return whether a client asks for a kind of actions, or for one that includes it."""
    return not only or any(not each or (kind + ".").startswith(each + ".") for each in only)


def _list_fixes(view: View, asked: types.Range) -> Iterator[types.CodeAction]:
    document = view.document
    for finding in view.findings:
        problem = build_problem(document, finding)
        is_apart = problem.range.end < asked.start or asked.end < problem.range.start
        if finding.is_fixable and not is_apart:
            edits = (Edit(each.start, each.end, each.text) for each in finding.fix.edits)
            title = escape_controls(finding.fix.title)
            safety = "safe" if finding.fix.is_safe else "unsafe"
            yield types.CodeAction(
                f"{title[:1].upper()}{title[1:]} ({safety})",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[problem],
                is_preferred=finding.fix.is_safe,
                edit=_build_edit(view, edits),
            )


def _fix_all(view: View) -> Iterator[types.CodeAction]:
    """Yield the action that ``check --fix`` takes, if it changes anything."""
    safe = [each for each in view.findings if each.is_fixable and each.fix.is_safe]
    if not safe or view.file is None:
        return
    document, choice = view.document, FixChoice(baseline=view.project.known)
    fixed = fix_data(view.file, document.data, view.options, choice)
    if fixed.applied:
        edit = find_difference(document.text, fixed.data.decode("utf-8"))
        yield types.CodeAction(
            "Fix all (safe)",
            kind=types.CodeActionKind.SourceFixAll,
            edit=_build_edit(view, [edit]),
        )


def _build_edit(view: View, edits: Iterable[Edit]) -> types.WorkspaceEdit:
    document = view.document
    changes = [
        types.TextEdit(document.positions.find_range(edit.start, edit.end), edit.text)
        for edit in edits
    ]
    return types.WorkspaceEdit(changes={document.uri: changes})
