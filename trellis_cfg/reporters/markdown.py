"""A Markdown table of the findings, for the page of GitHub's job or a comment."""

import json
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.lint.rules import Page
from trellis_cfg.reporters import Style
from trellis_cfg.reporters.github import worst_first
from trellis_cfg.reporters.repository import locate_file
from trellis_cfg.reporters.text import format_count, format_summary
from trellis_cfg.terminal import escape_controls

if TYPE_CHECKING:
    from trellis_cfg.diagnostics import Report


ROOM = 2**20
"""Bytes that GitHub shows of the summary of a step; it drops a longer one whole."""
_TABLE = "\n| severity | place | finding |\n|---|---|---|\n"
_REST = 80
_SIGNS = r"[\\`*_\[\]<>&|~$]"


def report(found: "Report", style: Style) -> str:
    """Return the summary, and below it a row for each finding."""
    del style
    return fitted(found, ROOM)


def fitted(found: "Report", room: int) -> str:
    """Return the report in so many bytes of UTF-8; the findings that do not fit are counted.

    Where not even the summary fits, the report is empty.
    """
    text = f"### trellis-cfg\n\n{format_summary(found)}\n"
    if found.diagnostics:
        text += _TABLE
    left = room - len(text) - _REST
    if left < 0:
        return ""
    rows = _rows(found, left)
    rest = len(found.diagnostics) - len(rows)
    more = f"\n{format_count(rest, 'more finding')}: see the log.\n" if rest else ""
    return f"{text}{''.join(rows)}{more}"


def _rows(found: "Report", left: int) -> list[str]:
    files = locate_file(one.path for one in found.diagnostics)
    rows = []
    for one in worst_first(found):
        row = _row(one, files[one.path].path)
        left -= len(row.encode())
        if left < 0:
            break
        rows.append(row)
    return rows


def _row(found: Diagnostic, path: str) -> str:
    place = _literal(f"{path}:{found.line}:{found.column}")
    return f"| {found.severity} | {place} | {found.code} {_literal(found.message)} |\n"


def _literal(text: str) -> str:
    """Return a text that Markdown shows as it is, in a cell: its signs are character references."""
    return re.sub(_SIGNS, lambda match: f"&#{ord(match[0])};", escape_controls(text))


_HEAD = """# Rules

What `trellis-cfg check` looks for. The severities are the usual ones; where a rule is surer or less
sure than usual, its page says so. `trellis-cfg explain CODE` prints a page.

"""


def table(pages: Sequence[Page]) -> str:
    """Return a line for each rule: code, name, severity and what it finds."""
    names = max(len(page.name) for page in pages)
    return "".join(
        f"{page.code}  {page.name:{names}}  {page.severity:7}  {page.summary}\n" for page in pages
    )


def text(pages: Sequence[Page]) -> str:
    """Return the pages one after the other."""
    return "\n".join(_text(page) for page in pages)


def _text(page: Page) -> str:
    parts = [f"{page.code} {page.name} ({page.severity})", page.summary, page.body]
    parts += [f"Fix: {page.fixed_by}"] if page.fixed_by else []
    return "\n\n".join(part for part in parts if part) + "\n"


def markdown(pages: Sequence[Page]) -> str:
    """Return a table of the rules, and the pages below it."""
    rows = [
        f"| [{page.code}](#{page.code.lower()}-{page.name}) | {page.name} | {page.severity} "
        f"| {page.summary} |"
        for page in pages
    ]
    head = "\n".join(["| code | name | default | finds |", "|---|---|---|---|", *rows])
    return f"{_HEAD}{head}\n\n" + "\n".join(section(page) for page in pages)


def section(page: Page) -> str:
    """Return one page in Markdown."""
    parts = [f"## {page.code} {page.name}", f"*{page.severity}*: {page.summary}", page.body]
    parts += [f"Fixed by `{page.fixed_by}`."] if page.fixed_by else []
    return "\n\n".join(part for part in parts if part) + "\n"


def as_json(pages: Sequence[Page]) -> str:
    """Return a list of objects."""
    return json.dumps([page._asdict() for page in pages], indent=2) + "\n"


FORMATS: dict[str, Callable[[Sequence[Page]], str]] = {
    "text": text,
    "json": as_json,
    "markdown": markdown,
}
