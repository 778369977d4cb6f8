"""The formats of a preview: each a function from rows to text."""

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from trellis_cfg import __version__
from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.messages import Language, format_banner, hundredths
from trellis_cfg.preview.facts import FIGURES, NAMES, TIMES, Fact, Row, figures, row_facts
from trellis_cfg.preview.messages import HEADINGS, NEVER
from trellis_cfg.preview.text import detail
from trellis_cfg.reporters import Style, plain
from trellis_cfg.reporters.text import format_line
from trellis_cfg.terminal import escape_controls, width


class Shape(NamedTuple):
    """How a preview is to look; with ``banner``, one config's training is announced, too."""

    language: Language
    style: Style
    banner: bool = False


Format = Callable[[Sequence[Row], Shape], str]

_ALWAYS = ("path", "batch_size", "max_steps", "max_epoch", "stops_after")
_ORDER = (
    *("path", "samples", "batch_size", "steps_per_epoch", "max_steps", "max_epoch"),
    *("stops_after", "limit", "epochs", "saves", "unsaved", "hours"),
)
TEXTS = ("path", "limit")
"""The columns of words; the others are of numbers."""


def table(rows: Sequence[Row], language: Language) -> tuple[list[str], list[list[str]]]:
    """Return the columns that have something to say, by name, and the cells below their headings.

    The first row of cells are the headings.
    """
    found = [row_facts(row) for row in rows]
    names = [
        name
        for name in _ORDER
        if name in _ALWAYS or any(one.get(name) not in (None, "") for one in found)
    ]
    head = [HEADINGS[language][name] for name in names]
    cells = [[format_cell(one[name]) for name in names] for one in found]
    for number, row in enumerate(rows):
        is_endless = any(found.code == "TC101" for found in row.findings)
        if row.run and (row.run.hangs or is_endless):
            cells[number][names.index("stops_after")] = NEVER[language]
    return names, [head, *cells]


def troubles(rows: Sequence[Row]) -> list[str]:
    """Return why samples could not be counted: each reason once, with the configs it is about."""
    about: dict[str, list[str]] = {}
    for row in rows:
        if row.trouble:
            about.setdefault(row.trouble, []).append(row.path)
    return [
        f"{paths[0]}{f' and {len(paths) - 1:,} more' if len(paths) > 1 else ''}: {trouble}"
        for trouble, paths in about.items()
    ]


def format_cell(value: Fact) -> str:
    """Return a fact as people write it; empty for what is not known."""
    match value:
        case None:
            return ""
        case bool() | str():
            return escape_controls(str(value))
        case Fraction():
            return hundredths(value, grouped=True)
        case float():
            return f"{value:,.2f}"
    return f"{value:,}"


_GAP = "  "


def table_report(rows: Sequence[Row], shape: Shape) -> str:
    """Return the preview of one config in detail, of many as a table, with what is wrong."""
    if len(rows) == 1:
        return _one(rows[0], shape)
    lines = [*_lines(rows, shape)] if rows else []
    told = [format_line(found, shape.style) for row in rows for found in row.findings]
    told += map(escape_controls, troubles(rows))
    return "".join(f"{text}\n" for text in [*lines, *([""] if told else []), *told])


def _one(row: Row, shape: Shape) -> str:
    text = detail(row, shape.language, shape.style)
    if row.run is None or not shape.banner:
        return text
    return f"{text}\n{format_banner(row.run, shape.language)}"


def _lines(rows: Sequence[Row], shape: Shape) -> Iterator[str]:
    names, cells = table(rows, shape.language)
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    for number, row in enumerate(cells):
        padded = [
            _padded(text, length, to_left=name in TEXTS)
            for name, text, length in zip(names, row, widths, strict=True)
        ]
        text = _GAP.join(padded).rstrip()
        yield text if number else shape.style(text, "place")


def _padded(text: str, length: int, *, to_left: bool) -> str:
    blanks = " " * (length - width(text))
    return text + blanks if to_left else blanks + text


def csv_report(rows: Sequence[Row], shape: Shape) -> str:
    """Return the facts of each config, and the codes of what is wrong with it."""
    import csv  # noqa: PLC0415  only for this format

    del shape
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    names = [*NAMES, *FIGURES, *TIMES]
    writer.writerow([*names, "findings"])
    for row in rows:
        found = row_facts(row)
        codes = " ".join(one.code for one in row.findings)
        writer.writerow([*(_plain(found[name]) for name in names), codes])
    return file.getvalue()


def _plain(value: Fact) -> object:
    match value:
        case bool():
            return str(value).lower()
        case Fraction():
            return float(value)
        case str():
            return escape_controls(value)
    return value


def markdown_report(rows: Sequence[Row], shape: Shape) -> str:
    """Return a table with a row for each config, and a list of what is wrong below."""
    names, (head, *cells) = table(rows, shape.language)
    rule = [":--" if name in TEXTS else "--:" for name in names]
    lines = [_row([_escaped(text) for text in row]) for row in (head, *cells)]
    lines.insert(1, _row(rule))
    told = [format_line(found, plain) for row in rows for found in row.findings]
    told += map(escape_controls, troubles(rows))
    lines += ["", *(f"- {_escaped(text)}" for text in told)] if told else []
    return "".join(f"{text}\n" for text in lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Return a text in which Markdown sees no sign of its own."""
    return "".join(f"\\{sign}" if sign in "\\|`*_<>[]" else sign for sign in text)


FORMAT_VERSION = 1


def json_report(rows: Sequence[Row], shape: Shape) -> str:
    """Return all facts of each config, how its samples were counted, and what is wrong."""
    del shape
    whole = {
        "version": FORMAT_VERSION,
        "program": {"name": "trellis-cfg", "version": __version__},
        "rule": "whichever limit comes first",
        "configs": [_config(row) for row in rows],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _config(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {**figures(row)}
    found["gpus_assumed"] = row.gpus_assumed
    found["counted"] = row.counted and [
        {
            "path": table.path,
            "rows": table.rows,
            "filters": [{"told": step.label, "rows": step.rows} for step in table.steps],
        }
        for table in row.counted.tables
    ]
    found["not_counted_because"] = row.trouble or None
    return found | {"findings": [_finding(one) for one in row.findings]}


def _finding(found: Diagnostic) -> dict[str, object]:
    return {
        "code": found.code,
        "severity": found.severity,
        "message": found.message,
        "pointer": found.pointer,
        "line": found.line,
        "column": found.column,
    }


FORMATS: Mapping[str, Format] = {
    "table": table_report,
    "json": json_report,
    "csv": csv_report,
    "markdown": markdown_report,
}
"""The formats by their names."""
