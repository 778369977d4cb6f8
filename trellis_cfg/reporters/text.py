"""Each finding with the lines that it is about, for a person to read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from trellis_cfg.diagnostics import Diagnostic, Range, SourceLine
from trellis_cfg.reporters import Style
from trellis_cfg.terminal import escape_controls, escape_line, width

if TYPE_CHECKING:
    from trellis_cfg.diagnostics import Report


def report_concise(found: "Report", style: Style) -> str:
    """Return ``path:line:column: severity[CODE] message``, a line each."""
    return "".join(f"{format_line(diagnostic, style)}\n" for diagnostic in found.diagnostics)


def format_line(found: Diagnostic, style: Style) -> str:
    """Return a diagnostic in one line, which does not start as a command to GitHub's runner."""
    path = f"./{found.path}" if found.path.lstrip().startswith("::") else found.path
    place = style(f"{escape_controls(path)}:{found.line}:{found.column}:", "place")
    code, separator = (f"[{found.code}]", "") if found.code else ("", ":")
    severity = style(f"{found.severity}{code}", found.severity)
    return f"{place} {severity}{separator} {escape_controls(found.message)}"


def format_notes(found: Diagnostic) -> Iterator[str]:
    """Yield why it matters and what mends it, as far as that is known."""
    from trellis_cfg.lint.rules import RULES  # noqa: PLC0415  an upgrade counts, and reports nothing

    if found.why:
        yield f"why: {found.why}"
    if RULES[found.code].fixed_by:
        yield f"fix: {RULES[found.code].fixed_by}"


def explain_finding(found: Diagnostic) -> str:
    """Return the message of a finding, and the notes in lines of their own."""
    return "\n".join([found.message, *format_notes(found)])


def report(found: "Report", style: Style) -> str:
    """Return the findings, a blank line after each; each code names its manual page once."""
    explained: set[str] = set()
    blocks = []
    for diagnostic in found.diagnostics:
        rows = [format_line(diagnostic, style), *_snippet(diagnostic, style)]
        margin = " " * _margin(diagnostic)
        notes = _notes(diagnostic, with_page=diagnostic.code not in explained)
        rows += [f"{margin} {style('=', 'gutter')} {note}" for note in notes]
        explained.add(diagnostic.code)
        blocks.append("".join(f"{row}\n" for row in [*rows, ""]))
    return "".join(blocks)


def _margin(found: Diagnostic) -> int:
    return max((len(str(source.number)) for source in found.source), default=0)


def _notes(found: Diagnostic, *, with_page: bool) -> Iterator[str]:
    yield from map(escape_controls, format_notes(found))
    if with_page:
        yield f"more: trellis-cfg explain {found.code}"


def _snippet(found: Diagnostic, style: Style) -> Iterator[str]:
    """Yield the lines of the file, and below them what is meant."""
    if not found.source:
        return
    margin = _margin(found)
    empty = style(f"{'':{margin}} |", "gutter")
    yield empty
    before = found.source[0].number
    for source in found.source:
        if source.number > before + 1:
            yield style("...", "gutter")
        before = source.number
        cut = "…" if source.column > 1 else ""
        yield f"{style(f'{source.number:{margin}} |', 'gutter')} {cut}{escape_line(source.text)}"
        for mark in _marks(found, source, style):
            yield f"{empty} {' ' * len(cut)}{mark}"
    yield empty


def _marks(found: Diagnostic, source: SourceLine, style: Style) -> Iterator[str]:
    if found.line == source.number:
        lead, length = _extent(found.range, source)
        yield lead + style(_labelled("^" * length, found.label), found.severity)
    for at, label in found.related:
        if at.line == source.number:
            lead, length = _extent(at, source)
            yield lead + style(_labelled("-" * length, label), "gutter")


def _extent(at: Range, source: SourceLine) -> tuple[str, int]:
    """Return the blanks before a piece of a line as it is shown, and its width."""
    start = max(at.column - source.column, 0)
    end = len(source.text) if at.end_line > at.line else at.end_column - source.column
    lead = width(escape_line(source.text[:start]))
    return " " * lead, max(width(escape_line(source.text[start:end])), 1)


def _labelled(signs: str, label: str) -> str:
    return f"{signs} {escape_controls(label)}" if label else signs


def format_summary(found: "Report") -> str:
    """Return how much was found, in how many of the files."""
    skipped = format_count(found.skipped, "other JSON file")
    more = f" {skipped} skipped." if found.skipped else ""
    checked = format_count(found.checked, "file")
    if not found.diagnostics:
        return f"No findings in {checked}.{more}"
    counts = [format_count(found.errors, "error")] if found.errors else []
    counts += [format_count(found.warnings, "warning")] if found.warnings else []
    return f"Found {' and '.join(counts)} in {found.files:,} of {checked}.{more}"


def format_count(number: int, noun: str) -> str:
    """Return a number with its noun: "1 config", "10,000 configs"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def report_statistics(found: "Report", style: Style) -> str:
    """Return count, code and name, a line each, the most frequent first."""
    from trellis_cfg.lint.rules import RULES  # noqa: PLC0415  likewise

    counts = found.by_code()
    margin = max((len(f"{number:,}") for _, number in counts), default=0)
    return "".join(
        f"{number:>{margin},} {style(code, RULES[code].severity)} {RULES[code].name}\n"
        for code, number in counts
    )
