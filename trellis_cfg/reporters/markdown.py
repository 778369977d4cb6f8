"""Markdown: a table of findings for GitHub's job summary, and the manual pages of rules."""

import json
import re
from collections.abc import Callable, Sequence

from trellis_cfg.diagnostics import Report
from trellis_cfg.lint.rules import Page, translate
from trellis_cfg.reporters import Style, locate_files
from trellis_cfg.reporters.github import sort_by_severity
from trellis_cfg.reporters.text import format_summary
from trellis_cfg.terminal import escape_controls, format_count

ROOM = 2**20
"""The bytes that GitHub shows of a job summary; it drops a longer one."""
_TABLE = "\n| severity | place | finding |\n|---|---|---|\n"
_REST = 80
_SIGNS = r"[\\`*\[\]<>&|~$]|(?<![^\W_])_|_(?![^\W_])"
"""What Markdown reads as marks: not a single underscore inside of a word."""


def report(result: Report, _: Style) -> str:
    """Return the summary and a table row for each finding."""
    return format_table(result, ROOM)


def format_table(result: Report, room: int) -> str:
    """Return the report in at most ``room`` bytes of UTF-8; findings left out are counted.

    If not even the summary fits, the report is empty.
    """
    text = f"### trellis-cfg\n\n{format_summary(result)}\n"
    if result.diagnostics:
        text += _TABLE
    room -= len(text) + _REST
    if room < 0:
        return ""
    files = locate_files(result)
    rows: list[str] = []
    for diagnostic in sort_by_severity(result):
        place = f"{files[diagnostic.path].path}:{diagnostic.line}:{diagnostic.column}"
        fix = f"; fix: {diagnostic.fix.title}" if diagnostic.is_fixable else ""
        finding = f"{diagnostic.code} {_escape(diagnostic.message + fix)}"
        rows.append(f"| {diagnostic.severity} | {_escape(place)} | {finding} |\n")
        room -= len(rows[-1].encode())
        if room < 0:
            rows.pop()
            break
    rest = len(result.diagnostics) - len(rows)
    more = f"\n{format_count(rest, 'more finding')}: see the log.\n" if rest else ""
    return f"{text}{''.join(rows)}{more}"


def _escape(text: str) -> str:
    """Return a text for a table cell: Markdown's signs are character references."""
    return re.sub(_SIGNS, lambda match: f"&#{ord(match[0])};", escape_controls(text))


def format_list(pages: Sequence[Page]) -> str:
    """Return a line for each rule: code, name, severity and summary."""
    width = max(len(page.name) for page in pages)
    return "".join(
        f"{page.code}  {page.name:{width}}  {page.severity:7}  {page.summary}\n" for page in pages
    )


def format_text(pages: Sequence[Page]) -> str:
    """Return the pages one after the other."""
    return "\n".join(
        _join_parts(
            f"{page.code} {page.name} ({page.severity})",
            page.summary,
            page.body,
            "\n".join(f"{label}: {note}" for label, note in page.notes.items()),
        )
        for page in pages
    )


def format_markdown(pages: Sequence[Page]) -> str:
    """Return the pages one after the other, each with a heading."""
    return "\n".join(format_page(page) for page in pages)


def format_page(page: Page) -> str:
    """Return one page in Markdown."""
    return _join_parts(
        f"# {page.code} {page.name}",
        f"*{page.severity}*: {page.summary}",
        page.body,
        "\n".join(f"- **{label}**: {note}" for label, note in page.notes.items()),
    )


def format_chinese(pages: Sequence[Page]) -> str:
    """Return of each rule its title and its remedy in Chinese, and the commands that fix it."""
    return "\n".join(
        f"{page.code} {page.name}（{page.severity}）：{title}\n  {remedy}\n"  # noqa: RUF001
        for page, (title, remedy) in ((page, translate(page.code)) for page in pages)
    )


def _join_parts(*parts: str) -> str:
    return "\n\n".join(filter(None, parts)) + "\n"


def format_json(pages: Sequence[Page]) -> str:
    """Return the pages as a JSON array of objects."""
    return json.dumps([page._asdict() for page in pages], indent=2) + "\n"


FORMATS: dict[str, Callable[[Sequence[Page]], str]] = {
    "text": format_text,
    "json": format_json,
    "markdown": format_markdown,
}
