"""Findings with source lines, one-line findings, and counts, for people to read."""

from collections.abc import Iterable, Iterator, Sequence

from trellis_cfg import __url__
from trellis_cfg.diagnostics import NOTE, SEVERITIES, Diagnostic, Range, Report, SourceLine
from trellis_cfg.reporters import Style
from trellis_cfg.terminal import escape_controls, escape_line, format_count, start_line, width

_OUTDATED = "TC102"
_SHOWN_FILES = 3


def report_concise(result: Report, style: Style) -> str:
    """Return ``path:line:column: severity[CODE] message``, one line per finding."""
    return "".join(f"{format_line(diagnostic, style)}\n" for diagnostic in result.diagnostics)


def format_place(diagnostic: Diagnostic) -> str:
    """Return ``path:line:column:``, which cannot start a command to GitHub's runner."""
    path = escape_controls(start_line(diagnostic.path))
    return f"{path}:{diagnostic.line}:{diagnostic.column}:"


def format_line(diagnostic: Diagnostic, style: Style) -> str:
    """Return a diagnostic in one line that cannot start a command to GitHub's runner."""
    place = style(format_place(diagnostic), "place")
    code, separator = (f"[{diagnostic.code}]", "") if diagnostic.code else ("", ":")
    severity = style(f"{diagnostic.severity}{code}", diagnostic.severity)
    mark = " [*]" if diagnostic.is_fixable else ""
    return f"{place} {severity}{separator}{mark} {escape_controls(diagnostic.message)}"


def format_notes(diagnostic: Diagnostic) -> Iterator[str]:
    """Yield why it matters and how to fix it, if known."""
    if diagnostic.why:
        yield f"why: {diagnostic.why}"
    command, fix = get_fix_command(diagnostic), diagnostic.fix
    if command:
        yield f"fix: {fix.title} ({command})" if fix.edits else f"fix: {command}"


def get_fix_command(diagnostic: Diagnostic) -> str:
    """Return the command that fixes a finding; empty without one."""
    from trellis_cfg.lint.rules import RULES  # noqa: PLC0415  migrate needs format_line only

    command, fix = RULES[diagnostic.code].fixed_by, diagnostic.fix
    if command or not fix.edits:
        return command
    return f"trellis-cfg check --fix{'' if fix.is_safe else ' --unsafe-fixes'}"


def locate_page(code: str) -> str:
    """Return where the page of a rule is: its address, or the command that prints it."""
    return f"{__url__}/blob/HEAD/docs/rules/{code}.md" if __url__ else f"trellis-cfg explain {code}"


def format_explanation(diagnostic: Diagnostic) -> str:
    """Return the message of a finding, with its notes on lines of their own."""
    return "\n".join([diagnostic.message, *format_notes(diagnostic)])


def report(result: Report, style: Style) -> str:
    """Return the findings as ``report_all`` does, but fold those that many files share.

    Of one code and message, three files are shown; the notes of all upgrades are one line.
    """
    others = [each for each in result.diagnostics if not _is_upgrade(each)]
    upgrades = {each.path for each in result.diagnostics if _is_upgrade(each)}
    text = "".join(_format_blocks(_fold(others), style))
    if upgrades:
        problem = f"{format_count(len(upgrades), 'config')} {'is' if len(upgrades) == 1 else 'are'}"
        fix = "not upgraded: trellis-cfg migrate (-v shows each)"
        text += f"{style(f'{NOTE}[{_OUTDATED}]', NOTE)} {problem} {fix}\n\n"
    return text


def _is_upgrade(diagnostic: Diagnostic) -> bool:
    return diagnostic.code == _OUTDATED and diagnostic.severity == NOTE


def report_all(result: Report, style: Style) -> str:
    """Return the findings, a blank line after each; each code names its manual page once."""
    return "".join(_format_blocks(((each, 0) for each in result.diagnostics), style))


def _fold(diagnostics: Sequence[Diagnostic]) -> Iterator[tuple[Diagnostic, int]]:
    """Yield the findings of the first files, the last with the number of files left out."""
    files: dict[tuple[str, str], list[str]] = {}
    last: dict[tuple[str, str], int] = {}
    for index, each in enumerate(diagnostics):
        paths = files.setdefault((each.code, each.message), [])
        if each.path not in paths[-1:]:
            paths.append(each.path)
        if len(paths) <= _SHOWN_FILES:
            last[each.code, each.message] = index
    for index, each in enumerate(diagnostics):
        key = each.code, each.message
        if each.path in files[key][:_SHOWN_FILES]:
            yield each, (len(files[key]) - _SHOWN_FILES if index == last[key] else 0)


def _format_blocks(findings: Iterable[tuple[Diagnostic, int]], style: Style) -> Iterator[str]:
    """Yield the text of each finding, with the number of files that it is left out of."""
    explained: set[str] = set()
    for diagnostic, left_out in findings:
        margin = max((len(str(source.number)) for source in diagnostic.source), default=0)
        rows = [format_line(diagnostic, style), *_format_snippet(diagnostic, style, margin)]
        notes = [*map(escape_controls, format_notes(diagnostic))]
        if diagnostic.code not in explained:
            notes.append(f"more: trellis-cfg explain {diagnostic.code}")
        explained.add(diagnostic.code)
        if left_out > 0:
            notes.append(f"and in {format_count(left_out, 'more file')} (-v shows all)")
        rows += [f"{'':{margin}} {style('=', 'gutter')} {note}" for note in notes]
        yield "".join(f"{row}\n" for row in [*rows, ""])


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
    """Return a summary line: findings and files, fixes, and what is not shown."""
    skipped = format_count(result.skipped, "other JSON file")
    more = f" {skipped} skipped." if result.skipped else ""
    more = _format_fixable(result) + more
    hidden = [(result.silenced, "turned off by settings"), (result.known, "in the baseline")]
    listed = " and ".join(f"{number:,} {where}" for number, where in hidden if number)
    more += f" Not shown: {listed}." if listed else ""
    checked = format_count(result.checked, "file")
    if not result.diagnostics:
        return f"No findings in {checked}.{more}"
    numbers = [(result.count(severity), severity) for severity in SEVERITIES]
    counts = ", ".join(format_count(*number) for number in numbers if number[0])
    where = checked if result.files == result.checked else f"{result.files:,} of {checked}"
    return f"Found {counts} in {where}.{more}"


def _format_fixable(result: Report) -> str:
    safe, unsafe = (result.count_fixable(is_safe=is_safe) for is_safe in (True, False))
    if safe and unsafe:
        return f" {safe:,} fixable with --fix, {unsafe:,} more with --unsafe-fixes."
    if safe:
        return f" {safe:,} fixable with --fix."
    return f" {unsafe:,} fixable with --fix --unsafe-fixes." if unsafe else ""


def report_statistics(result: Report, style: Style) -> str:
    """Return count, code and name, one line per code, the most frequent first."""
    from trellis_cfg.lint.rules import RULES  # noqa: PLC0415  likewise

    counts = result.by_code()
    margin = max((len(f"{number:,}") for _, number in counts), default=0)
    return "".join(
        f"{number:>{margin},} {style(code, RULES[code].severity)} {RULES[code].name}\n"
        for code, number in counts
    )
