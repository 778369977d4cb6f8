"""Commands that GitHub turns into annotations."""

from typing import TYPE_CHECKING

from trellis_cfg.diagnostics import ERROR, Diagnostic
from trellis_cfg.lint.rules import RULES
from trellis_cfg.reporters import Style
from trellis_cfg.reporters.repository import locate_file
from trellis_cfg.reporters.text import explain_finding, format_summary
from trellis_cfg.terminal import escape_controls

if TYPE_CHECKING:
    from trellis_cfg.diagnostics import Report


_LONGEST = 4_095
_UNITS = "utf-16-le"
_MESSAGE = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY = (*_MESSAGE, (":", "%3A"), (",", "%2C"))


def report(found: "Report", style: Style) -> str:
    """Return a command for each finding, and the summary as plain text."""
    del style
    files = locate_file(one.path for one in found.diagnostics)
    commands = [_command(one, files[one.path].path) for one in worst_first(found)]
    return "".join(f"{line}\n" for line in [*commands, format_summary(found)])


def worst_first(found: "Report") -> list[Diagnostic]:
    """Return the errors before the warnings, as only the first of many are shown."""
    return sorted(found.diagnostics, key=lambda one: one.severity != ERROR)


def _command(found: Diagnostic, path: str) -> str:
    """Return ``::severity name=value,…::message``, which says the place as the runner takes it.

    It knows columns within one line only, and takes a leading "=" for a part of the separator.
    """
    at = found.range
    properties = {"file": f"./{path}" if path.startswith("=") else path}
    properties |= {"line": str(at.line), "endLine": str(at.end_line)}
    if at.line == at.end_line:
        properties |= {"col": str(at.column), "endColumn": str(at.end_column)}
    properties["title"] = f"{found.code} {RULES[found.code].name}"
    written = ",".join(
        f"{name}={_escaped(_harmless(value), _PROPERTY)}" for name, value in properties.items()
    )
    message = _escaped(_cut(_harmless(explain_finding(found))), _MESSAGE)
    return f"::{found.severity} {written}::{message}"


def _harmless(text: str) -> str:
    """Return a text that may go to a terminal once its line ends are escaped."""
    return escape_controls(text, keep="\r\n")


def _escaped(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for one, escape in escapes:
        text = text.replace(one, escape)
    return text


def _cut(message: str) -> str:
    """Return a message that the runner does not cut; it counts UTF-16 code units."""
    units = message.encode(_UNITS)
    if len(units) <= 2 * _LONGEST:
        return message
    return units[: 2 * (_LONGEST - 1)].decode(_UNITS, "ignore") + "…"
