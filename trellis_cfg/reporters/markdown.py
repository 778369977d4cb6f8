"""A Markdown table of the findings, for the page of GitHub's job or a comment."""

import re
from typing import TYPE_CHECKING

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.reporters import Style
from trellis_cfg.reporters.github import worst_first
from trellis_cfg.reporters.repository import located
from trellis_cfg.reporters.summary import count, summary
from trellis_cfg.terminal import harmless

if TYPE_CHECKING:
    from trellis_cfg.report import Report

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
    text = f"### trellis-cfg\n\n{summary(found)}\n"
    if found.diagnostics:
        text += _TABLE
    left = room - len(text) - _REST
    if left < 0:
        return ""
    rows = _rows(found, left)
    rest = len(found.diagnostics) - len(rows)
    more = f"\n{count(rest, 'more finding')}: see the log.\n" if rest else ""
    return f"{text}{''.join(rows)}{more}"


def _rows(found: "Report", left: int) -> list[str]:
    files = located(one.path for one in found.diagnostics)
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
    return re.sub(_SIGNS, lambda match: f"&#{ord(match[0])};", harmless(text))
