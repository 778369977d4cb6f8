"""Workflow commands, which GitHub shows as annotations."""

from trellis_cfg.diagnostics import NOTE, SEVERITIES, Diagnostic, Report
from trellis_cfg.lint.rules import RULES
from trellis_cfg.reporters import Style, locate_files
from trellis_cfg.reporters.text import format_explanation, format_summary, locate_page
from trellis_cfg.terminal import escape_controls

_LONGEST = 4_095
_UNITS = "utf-16-le"
_LINE_ENDS = "\r\n"
"""Control characters that are escaped as the runner expects."""
_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _MESSAGE | str.maketrans({":": "%3A", ",": "%2C"})


def report(result: Report, _: Style) -> str:
    """Return a command for each finding, and the summary as plain text."""
    files = locate_files(result)
    commands = [_format_command(each, files[each.path].path) for each in sort_by_severity(result)]
    return "".join(f"{line}\n" for line in [*commands, format_summary(result)])


def sort_by_severity(result: Report) -> list[Diagnostic]:
    """Return errors, warnings, notes, as services show only the first of many."""
    return sorted(result.diagnostics, key=lambda each: SEVERITIES.index(each.severity))


def _format_command(diagnostic: Diagnostic, path: str) -> str:
    """Return ``::severity name=value,…::message``.

    The runner knows columns only within one line, and drops a leading "=" of a value.
    """
    at = diagnostic.range
    properties = {"file": f"./{path}" if path.startswith("=") else path}
    properties |= {"line": str(at.line), "endLine": str(at.end_line)}
    if at.line == at.end_line:
        properties |= {"col": str(at.column), "endColumn": str(at.end_column)}
    properties["title"] = f"{diagnostic.code} {RULES[diagnostic.code].name}"
    pairs = [
        f"{name}={escape_controls(value, _LINE_ENDS).translate(_PROPERTY)}"
        for name, value in properties.items()
    ]
    text = f"{format_explanation(diagnostic)}\nmore: {locate_page(diagnostic.code)}"
    message = _cut(escape_controls(text, _LINE_ENDS)).translate(_MESSAGE)
    command = "notice" if diagnostic.severity == NOTE else diagnostic.severity
    return f"::{command} {','.join(pairs)}::{message}"


def _cut(message: str) -> str:
    """Cut a message to the runner's limit, which counts UTF-16 code units."""
    units = message.encode(_UNITS)
    if len(units) <= 2 * _LONGEST:
        return message
    return units[: 2 * (_LONGEST - 1)].decode(_UNITS, "ignore") + "…"
