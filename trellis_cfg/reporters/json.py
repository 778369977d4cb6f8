"""One JSON object for programs to read; ``version`` counts changes of its form."""

import json
from typing import TYPE_CHECKING

from trellis_cfg import __version__
from trellis_cfg.diagnostics import Diagnostic, Range
from trellis_cfg.lint.rules import RULES
from trellis_cfg.reporters import Style

if TYPE_CHECKING:
    from trellis_cfg.diagnostics import Report


_ESCAPES = {"\x7f": "\\u007f", "##[": "#\\u0023["}
"""The one control character that json leaves as it is, and what GitHub would take for a command."""


def dump_ascii(value: object) -> str:
    """Return a value as JSON text."""
    text = json.dumps(value, indent=2)
    for sign, escape in _ESCAPES.items():
        text = text.replace(sign, escape)
    return f"{text}\n"


def readable_text(path: str) -> str:
    """Return a path with U+FFFD for each byte that is no text, as strict readers want it."""
    return path.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


FORMAT_VERSION = 1


def report(found: "Report", style: Style) -> str:
    """Return the findings and a summary; the same for a syntax error as for any other."""
    del style
    told = {
        "version": FORMAT_VERSION,
        "program": {"name": "trellis-cfg", "version": __version__},
        "findings": [_finding(diagnostic) for diagnostic in found.diagnostics],
        "summary": {
            "checked": found.checked,
            "skipped": found.skipped,
            "files_with_findings": found.files,
            "errors": found.errors,
            "warnings": found.warnings,
            "codes": dict(found.by_code()),
        },
    }
    return dump_ascii(told)


def _finding(found: Diagnostic) -> dict[str, object]:
    rule = RULES[found.code]
    return {
        "code": found.code,
        "name": rule.name,
        "severity": found.severity,
        "message": found.message,
        "path": readable_text(found.path),
        "pointer": found.pointer,
        "range": _range(Range(found.line, found.column, found.end_line, found.end_column)),
        "label": found.label or None,
        "help": found.why or None,
        "related": [
            {"range": _range(related.range), "label": related.label} for related in found.related
        ],
        "fix": {"command": rule.fixed_by} if rule.fixed_by else None,
    }


def _range(at: Range) -> dict[str, dict[str, int]]:
    return {
        "start": {"line": at.line, "column": at.column},
        "end": {"line": at.end_line, "column": at.end_column},
    }
