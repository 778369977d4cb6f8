"""The output formats of a preview: each a function from rows to text."""

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from trellis_cfg import __version__
from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.messages import Language, format_banner, format_hundredths
from trellis_cfg.preview.facts import (
    FIGURES,
    NAMES,
    TIMES,
    Fact,
    PlainValue,
    Row,
    figures,
    row_facts,
)
from trellis_cfg.preview.messages import COLUMNS, ENDLESS, HANGING, HEADINGS
from trellis_cfg.preview.text import format_detail
from trellis_cfg.reporters import Style, plain
from trellis_cfg.reporters.text import format_line
from trellis_cfg.terminal import escape_controls, width


class Layout(NamedTuple):
    """Language and style of a preview; ``banner`` adds the training banner of a single config."""

    language: Language
    style: Style
    banner: bool = False


Format = Callable[[Sequence[Row], Layout], str]

FORMAT_VERSION = 1
_ALWAYS = ("path", "batch_size", "max_steps", "max_epoch", "stops_after")
_TEXTS = ("path", "limit")
"""The columns of text; the others are numbers."""


def _build_table(rows: Sequence[Row], language: Language) -> tuple[list[str], list[list[str]]]:
    """Return the names of the columns that are not empty, and the cells with the headings first."""
    facts = [row_facts(row) for row in rows]
    names = [
        name
        for name in COLUMNS
        if name in _ALWAYS or any(each.get(name) not in (None, "") for each in facts)
    ]
    head = [HEADINGS[language][name] for name in names]
    cells = [[_format_cell(each[name]) for name in names] for each in facts]
    for number, row in enumerate(rows):
        if row.run and (row.run.hangs or _is_endless(row)):
            text = (HANGING if row.run.hangs else ENDLESS)[language]
            cells[number][names.index("stops_after")] = text
    return names, [head, *cells]


def _is_endless(row: Row) -> bool:
    return any(finding.code == "TC101" for finding in row.findings)


def _format_problems(rows: Sequence[Row], style: Style) -> list[str]:
    """Return the findings, and each reason why samples could not be counted with its configs."""
    lines = [format_line(finding, style) for row in rows for finding in row.findings]
    paths_by_error: dict[str, list[str]] = {}
    for row in rows:
        if row.count_error:
            paths_by_error.setdefault(row.count_error, []).append(row.path)
    for error, (first, *others) in paths_by_error.items():
        more = f" and {len(others):,} more" if others else ""
        lines.append(escape_controls(f"{first}{more}: {error}"))
    return lines


def _format_cell(value: Fact) -> str:
    """Return a fact for people; empty if unknown."""
    match value:
        case None:
            return ""
        case bool() | str():
            return escape_controls(str(value))
        case Fraction():
            return format_hundredths(value, grouped=True)
        case float():
            return f"{value:,.2f}"
    return f"{value:,}"


def table_report(rows: Sequence[Row], layout: Layout) -> str:
    """Return the preview of one config in detail, of many as a table, with findings."""
    if len(rows) == 1:
        return _format_single(rows[0], layout)
    lines = [*_align_table(rows, layout)] if rows else []
    problems = _format_problems(rows, layout.style)
    return "".join(f"{text}\n" for text in [*lines, *([""] if problems else []), *problems])


def _format_single(row: Row, layout: Layout) -> str:
    text = format_detail(row, layout.language, layout.style)
    is_startable = row.run and not (row.run.hangs or row.run.remaining == 0 or _is_endless(row))
    if not (row.run and is_startable and layout.banner):
        return text
    return f"{text}\n{format_banner(row.run, layout.language)}"


def _align_table(rows: Sequence[Row], layout: Layout) -> Iterator[str]:
    names, cells = _build_table(rows, layout.language)
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    for number, row in enumerate(cells):
        padded = []
        for name, text, length in zip(names, row, widths, strict=True):
            blanks = " " * (length - width(text))
            padded.append(text + blanks if name in _TEXTS else blanks + text)
        line = "  ".join(padded).rstrip()
        yield line if number else layout.style(line, "place")


def csv_report(rows: Sequence[Row], _: Layout) -> str:
    """Return the facts of each config, and the codes of its findings."""
    import csv  # noqa: PLC0415  only for this format

    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    names = [*NAMES, *FIGURES, *TIMES]
    writer.writerow([*names, "findings"])
    for row in rows:
        values = figures(row)
        codes = " ".join(finding.code for finding in row.findings)
        writer.writerow([*(_format_value(values[name]) for name in names), codes])
    return file.getvalue()


def _format_value(value: PlainValue) -> PlainValue:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return escape_controls(value)
    return value


def markdown_report(rows: Sequence[Row], layout: Layout) -> str:
    """Return a table with a row for each config, and a list of findings."""
    names, (head, *cells) = _build_table(rows, layout.language)
    rule = [":--" if name in _TEXTS else "--:" for name in names]
    escaped = [[_escape_markdown(text) for text in row] for row in (head, *cells)]
    lines = [f"| {' | '.join(row)} |" for row in (escaped[0], rule, *escaped[1:])]
    problems = _format_problems(rows, plain)
    lines += ["", *(f"- {_escape_markdown(text)}" for text in problems)] if problems else []
    return "".join(f"{text}\n" for text in lines)


def _escape_markdown(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\|`*_<>[]" else sign for sign in text)


def json_report(rows: Sequence[Row], _: Layout) -> str:
    """Return all facts of each config, the rows of its tables, and its findings."""
    document = {
        "version": FORMAT_VERSION,
        "program": {"name": "trellis-cfg", "version": __version__},
        "rule": "whichever limit comes first",
        "configs": [_format_config(row) for row in rows],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _format_config(row: Row) -> dict[str, Any]:
    return {
        **figures(row),
        "gpus_assumed": row.gpus_assumed,
        "counted": row.sample_count
        and [
            {
                "path": table.path,
                "rows": table.rows,
                "filters": [{"told": step.label, "rows": step.rows} for step in table.steps],
            }
            for table in row.sample_count.tables
        ],
        "not_counted_because": row.count_error or None,
        "findings": [_format_finding(finding) for finding in row.findings],
    }


def _format_finding(finding: Diagnostic) -> dict[str, object]:
    names = ("code", "severity", "message", "pointer", "line", "column")
    return {name: getattr(finding, name) for name in names}


FORMATS: Mapping[str, Format] = {
    "table": table_report,
    "json": json_report,
    "csv": csv_report,
    "markdown": markdown_report,
}
"""The formats by name."""
