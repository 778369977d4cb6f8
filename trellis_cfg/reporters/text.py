"""Findings with source lines, one-line findings, and counts, for people to read."""

from collections.abc import Iterator

from trellis_cfg.diagnostics import NOTE, SEVERITIES, Diagnostic, Range, Report, SourceLine
from trellis_cfg.reporters import Style
from trellis_cfg.terminal import escape_controls, escape_line, width

_OUTDATED = "TC102"


def report_concise(result: Report, style: Style) -> str:
    """Return ``path:line:column: severity[CODE] message``, one line per finding."""
    return "".join(f"{format_line(diagnostic, style)}\n" for diagnostic in result.diagnostics)


def format_line(diagnostic: Diagnostic, style: Style) -> str:
    """Return a diagnostic in one line that cannot start a command to GitHub's runner."""
    path = diagnostic.path
    path = f"./{path}" if path.lstrip().startswith("::") else path
    place = style(f"{escape_controls(path)}:{diagnostic.line}:{diagnostic.column}:", "place")
    code, separator = (f"[{diagnostic.code}]", "") if diagnostic.code else ("", ":")
    severity = style(f"{diagnostic.severity}{code}", diagnostic.severity)
    return f"{place} {severity}{separator} {escape_controls(diagnostic.message)}"


def format_notes(diagnostic: Diagnostic) -> Iterator[str]:
    """Yield why it matters and how to fix it, if known."""
    from trellis_cfg.lint.rules import RULES  # noqa: PLC0415  migrate needs format_count only

    if diagnostic.why:
        yield f"why: {diagnostic.why}"
    if RULES[diagnostic.code].fixed_by:
        yield f"fix: {RULES[diagnostic.code].fixed_by}"


def format_explanation(diagnostic: Diagnostic) -> str:
    """Return the message of a finding, with its notes on lines of their own."""
    return "\n".join([diagnostic.message, *format_notes(diagnostic)])


def report(result: Report, style: Style) -> str:
    """Return the findings as ``report_all`` does, but one line for the notes of all upgrades."""
    others = [each for each in result.diagnostics if not _is_upgrade(each)]
    upgrades = {each.path for each in result.diagnostics if _is_upgrade(each)}
    text = report_all(result._replace(diagnostics=others), style)
    if upgrades:
        problem = f"{format_count(len(upgrades), 'config')} {'is' if len(upgrades) == 1 else 'are'}"
        fix = "not upgraded: trellis-cfg migrate (-v shows each)"
        text += f"{style(f'{NOTE}[{_OUTDATED}]', NOTE)} {problem} {fix}\n\n"
    return text


def _is_upgrade(diagnostic: Diagnostic) -> bool:
    return diagnostic.code == _OUTDATED and diagnostic.severity == NOTE


def report_all(result: Report, style: Style) -> str:
    """Return the findings, a blank line after each; each code names its manual page once."""
    explained: set[str] = set()
    blocks = []
    for diagnostic in result.diagnostics:
        margin = max((len(str(source.number)) for source in diagnostic.source), default=0)
        rows = [format_line(diagnostic, style), *_format_snippet(diagnostic, style, margin)]
        notes = [*map(escape_controls, format_notes(diagnostic))]
        if diagnostic.code not in explained:
            notes.append(f"more: trellis-cfg explain {diagnostic.code}")
        explained.add(diagnostic.code)
        rows += [f"{'':{margin}} {style('=', 'gutter')} {note}" for note in notes]
        blocks.append("".join(f"{row}\n" for row in [*rows, ""]))
    return "".join(blocks)


def _format_snippet(diagnostic: Diagnostic, style: Style, margin: int) -> Iterator[str]:
    """Yield the source lines with marks below them."""
    if not diagnostic.source:
        return
    empty = style(f"{'':{margin}} |", "gutter")
    yield empty
    before = diagnostic.source[0].number
    for source in diagnostic.source:
        if source.number > before + 1:
            yield style("...", "gutter")
        before = source.number
        cut = "…" if source.column > 1 else ""
        yield f"{style(f'{source.number:{margin}} |', 'gutter')} {cut}{escape_line(source.text)}"
        for mark in _format_marks(diagnostic, source, style):
            yield f"{empty} {' ' * len(cut)}{mark}"
    yield empty


def _format_marks(diagnostic: Diagnostic, source: SourceLine, style: Style) -> Iterator[str]:
    """Yield the marks below the ranges of a line as it is escape_line, with their labels."""
    marks: list[tuple[str, Range, str, str]] = [
        ("^", diagnostic.range, diagnostic.label, diagnostic.severity)
    ]
    marks += [("-", at, label, "gutter") for at, label in diagnostic.related]
    for sign, at, label, role in marks:
        if at.line == source.number:
            start = max(at.column - source.column, 0)
            end = len(source.text) if at.end_line > at.line else at.end_column - source.column
            lead = " " * width(escape_line(source.text[:start]))
            signs = sign * max(width(escape_line(source.text[start:end])), 1)
            yield lead + style(f"{signs} {escape_controls(label)}" if label else signs, role)


def format_summary(result: Report) -> str:
    """Return a summary line: findings, files and skipped files."""
    skipped = format_count(result.skipped, "other JSON file")
    more = f" {skipped} skipped." if result.skipped else ""
    checked = format_count(result.checked, "file")
    if not result.diagnostics:
        return f"No findings in {checked}.{more}"
    numbers = [(result.count(severity), severity) for severity in SEVERITIES]
    counts = ", ".join(format_count(*number) for number in numbers if number[0])
    where = checked if result.files == result.checked else f"{result.files:,} of {checked}"
    return f"Found {counts} in {where}.{more}"


def format_count(number: int, noun: str) -> str:
    """Return a number with its noun: "1 config", "10,000 configs"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def report_statistics(result: Report, style: Style) -> str:
    """Return count, code and name, one line per code, the most frequent first."""
    from trellis_cfg.lint.rules import RULES  # noqa: PLC0415  likewise

    counts = result.by_code()
    margin = max((len(f"{number:,}") for _, number in counts), default=0)
    return "".join(
        f"{number:>{margin},} {style(code, RULES[code].severity)} {RULES[code].name}\n"
        for code, number in counts
    )
