"""The Markdown table, read by a Markdown parser."""

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.reporters.examples import ALL, CLEAN, WARNING, names, rename, render, reports
from trellis_cfg.diagnostics import SEVERITIES, Diagnostic, Report
from trellis_cfg.reporters.markdown import ROOM, format_table
from trellis_cfg.terminal import escape_controls

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def cells(text: str) -> list[list[str]]:
    """Return the rows of the table, and assert that they hold nothing but text."""
    rows: list[list[str]] = []
    tokens = PARSER.parse(text)
    for at, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("td_open", "th_open"):
            rows[-1].append(plain(tokens[at + 1]))
    return rows


def plain(inline: Token) -> str:
    children = inline.children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    return "".join(child.content for child in children)


def test_a_report() -> None:
    assert render(ALL, "markdown") == (
        "### trellis-cfg\n"
        "\n"
        "Found 2 errors, 1 warning in 3 of 4 files. 1 other JSON file skipped.\n"
        "\n"
        "| severity | place | finding |\n"
        "|---|---|---|\n"
        "| error | configs/b.json:2:5 | TC102 not upgraded yet |\n"
        "| error | configs/gone.json:1:1 | TC006 cannot be read: No such file |\n"
        "| warning | configs/a b,%值.json:36:26 | TC203 batch_size is ignored: 100% sure |\n"
    )
    assert render(CLEAN, "markdown") == "### trellis-cfg\n\nNo findings in 1 file.\n"
    assert format_table(ALL, 10) == format_table(ALL, -5) == ""


def format_fix(finding: Diagnostic) -> str:
    return f"; fix: {finding.fix.title}" if finding.fix.edits else ""


@given(st.lists(names, min_size=1, max_size=3), reports)
@example(["__0__"], ALL)
def test_hostile_findings_round_trip(paths: list[str], result: Report) -> None:
    report = rename(result, paths)
    head, *rows = cells(render(report, "markdown")) or [["severity", "place", "finding"]]
    assert head == ["severity", "place", "finding"]
    expected = [
        [
            one.severity,
            escape_controls(f"{one.path}:{one.line}:{one.column}").strip(),
            f"{one.code} {escape_controls(one.message + format_fix(one))}".strip(),
        ]
        for one in sorted(report.diagnostics, key=lambda one: SEVERITIES.index(one.severity))
    ]
    assert [[cell.strip() for cell in row] for row in rows] == expected


@given(reports, st.integers(0, 3_000))
def test_the_table_fits_and_counts_the_rest(result: Report, room: int) -> None:
    text = format_table(result, room)
    assert len(text.encode()) <= room
    if text:
        rest = len(result.diagnostics) - max(len(cells(text)) - 1, 0)
        assert (f"\n{rest} more finding" in text) == (rest > 0)


def test_a_long_report_fits_in_a_job_summary() -> None:
    text = render(Report(1, 0, [WARNING] * 20_000), "markdown")
    assert ROOM - 300 < len(text.encode()) <= ROOM
    assert text.endswith(" more findings: see the log.\n")
