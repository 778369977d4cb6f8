"""One JSON object for programs; ``version`` counts changes of its format."""

import json

from trellis_cfg import __version__
from trellis_cfg.diagnostics import Diagnostic, Range, Report
from trellis_cfg.lint.rules import RULES
from trellis_cfg.reporters import Style
from trellis_cfg.reporters.text import get_fix_command
from trellis_cfg.terminal import escape_bytes

FORMAT_VERSION = 1
_ESCAPES = {"\x7f": "\\u007f", "##[": "#\\u0023[", "##vso[": "#\\u0023vso["}
"""The control character that json does not escape, and the start of a command to GitHub."""


def dump_ascii(value: object) -> str:
    """Return a value as JSON in ASCII, without control characters but line ends."""
    text = json.dumps(value, indent=2)
    for sign, escape in _ESCAPES.items():
        text = text.replace(sign, escape)
    return f"{text}\n"


def report(result: Report, _: Style) -> str:
    """Return the findings and a summary; a syntax error has the same form as any other."""
    return dump_ascii(
        {
            "version": FORMAT_VERSION,
            "program": {"name": "trellis-cfg", "version": __version__},
            "findings": [format_finding(diagnostic) for diagnostic in result.diagnostics],
            "fixed": [
                {
                    "path": escape_bytes(file.path),
                    "code": finding.code,
                    "pointer": finding.pointer,
                    "title": finding.fix.title,
                }
                for file in result.fixed
                for finding in file.applied
            ],
            "summary": {
                "checked": result.checked,
                "skipped": result.skipped,
                "files_with_findings": result.files,
                "errors": result.errors,
                "warnings": result.warnings,
                "notes": result.notes,
                "fixable": result.count_fixable(is_safe=True),
                "fixable_unsafe": result.count_fixable(is_safe=False),
                "turned_off": result.silenced,
                "in_baseline": result.known,
                "codes": dict(result.by_code()),
            },
        }
    )


def format_finding(diagnostic: Diagnostic) -> dict[str, object]:
    """Return a finding as an object."""
    rule = RULES[diagnostic.code]
    return {
        "code": diagnostic.code,
        "name": rule.name,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "path": escape_bytes(diagnostic.path),
        "pointer": diagnostic.pointer,
        "range": _format_range(
            Range(diagnostic.line, diagnostic.column, diagnostic.end_line, diagnostic.end_column)
        ),
        "label": diagnostic.label or None,
        "help": diagnostic.why or None,
        "related": [
            {"range": _format_range(related.range), "label": related.label}
            for related in diagnostic.related
        ],
        "fix": _format_fix(diagnostic),
    }


def _format_fix(diagnostic: Diagnostic) -> dict[str, object] | None:
    """Return the fix; offsets count code points, a byte-order mark is one."""
    command = get_fix_command(diagnostic)
    if not command:
        return None
    fix = diagnostic.fix
    return {
        "command": command,
        "title": fix.title or None,
        "safe": fix.is_safe if fix.title else None,
        "edits": [
            {
                "start": edit.start,
                "end": edit.end,
                "text": edit.text,
                "range": _format_range(edit.range),
            }
            for edit in fix.edits
        ],
    }


def _format_range(at: Range) -> dict[str, dict[str, int]]:
    return {
        "start": {"line": at.line, "column": at.column},
        "end": {"line": at.end_line, "column": at.end_column},
    }
