"""Two configs side by side: what they mean, and the keys that differ."""

import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence

from trellis_cfg.document.paths import Path, format_path
from trellis_cfg.preview.curves import Curve
from trellis_cfg.preview.facts import PlainValue, Row, figures
from trellis_cfg.preview.formats import (
    Format,
    Layout,
    build_document,
    build_table,
    escape_markdown,
    format_config,
    format_problems,
    format_value,
)
from trellis_cfg.preview.messages import COMPARISON
from trellis_cfg.reporters import plain
from trellis_cfg.terminal import escape_controls, escape_json, width

Values = dict[str, object]
"""The values of a key, by the side that has it: ``a``, ``b`` or both."""
_MOST_TEXT = 60
"""The columns of a value in a table."""
_ABSENT = "-"


def find_differences(first: object, second: object) -> dict[Path, Values]:
    """Return the values of each key that differs, in the order of the first config."""
    values: dict[Path, Values] = {}
    for side, config in (("a", first), ("b", second)):
        for path, value in _iterate_keys((), config):
            values.setdefault(path, {})[side] = value
    return {
        path: sides
        for path, sides in values.items()
        if len(sides) == 1 or len({*map(_dump, sides.values())}) > 1
    }


def _iterate_keys(path: Path, value: object) -> Iterator[tuple[Path, object]]:
    """Yield each key with its value, if that is not an object of keys; a list is one value."""
    if isinstance(value, dict) and value:
        for key, child in value.items():
            yield from _iterate_keys((*path, key), child)
    else:
        yield path, value


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _compare(rows: Sequence[Row]) -> dict[Path, Values]:
    """Return the keys that differ, if both configs can be read."""
    if any(row.run is None for row in rows):
        return {}
    return find_differences(*(row.value for row in rows))


def find_rates(row: Row) -> dict[str, float | None]:
    """Return the learning rate at the start, at its peak and at the end; None is unknown.

    Of a run whose end is not known, only the start is.
    """
    rates: dict[str, float | None] = dict.fromkeys(("start", "peak", "end"))
    curve = Curve(row.path, row.run, row.rate) if row.run and not row.run.hangs else None
    if curve and curve.points:
        rates["start"] = curve.points[0][1]
        has_end = curve.run.end is not None and curve.raises_at is None
        if has_end and math.isfinite(curve.peak):
            rates |= {"peak": curve.peak, "end": curve.points[-1][1]}
    return rates


def _build_tables(rows: Sequence[Row], layout: Layout) -> Iterator[list[list[str]]]:
    """Yield the table of figures, then that of keys, if there are any; each has its head first."""
    texts = COMPARISON[layout.language]
    _, cells = build_table(rows, layout.language)
    figures_table = [list(column) for column in zip(*cells, strict=True)]
    rates = [find_rates(row) for row in rows]
    for name in rates[0]:
        shown = ["" if each[name] is None else f"{each[name]:.4g}" for each in rates]
        figures_table += [[texts[name], *shown]] if any(shown) else []
    yield figures_table
    keys = [
        [escape_controls(format_path(path)), *_format_sides(sides)]
        for path, sides in _compare(rows).items()
    ]
    if keys:
        yield [[texts["key"], *figures_table[0][1:]], *keys]


def _format_sides(sides: Values) -> Iterator[str]:
    """Yield the values of both sides as JSON, cut where they are long."""
    for side in "ab":
        text = escape_controls(_dump(sides[side])) if side in sides else _ABSENT
        yield text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 1]}…"


def table_report(rows: Sequence[Row], layout: Layout) -> str:
    """Return two tables for people, and the findings."""
    blocks = [[*_align(table, layout)] for table in _build_tables(rows, layout)]
    if len(blocks) == 1 and all(row.run for row in rows):
        blocks.append([COMPARISON[layout.language]["same"]])
    return _join([*blocks, format_problems(rows, layout.language, layout.style)])


def _join(blocks: Sequence[Sequence[str]]) -> str:
    """Return the lines of all blocks that have some, with a blank line between blocks."""
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block)


def _align(table: Sequence[Sequence[str]], layout: Layout) -> Iterator[str]:
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    for number, row in enumerate(table):
        line = "  ".join(
            text + " " * (most - width(text)) for text, most in zip(row, widths, strict=True)
        ).rstrip()
        yield line if number else layout.style(line, "place")


def markdown_report(rows: Sequence[Row], layout: Layout) -> str:
    """Return two tables, and a list of findings."""
    blocks = []
    for table in _build_tables(rows, layout):
        lines = [f"| {' | '.join(map(escape_markdown, row))} |" for row in table]
        blocks.append([lines[0], "| :-- | :-- | :-- |", *lines[1:]])
    problems = [
        f"- {escape_markdown(text)}" for text in format_problems(rows, layout.language, plain)
    ]
    return _join([*blocks, problems])


def csv_report(rows: Sequence[Row], _: Layout) -> str:
    """Return a line for each figure, and for each key that differs, its value as JSON."""
    import csv  # noqa: PLC0415  only for this format

    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("about", "name", "a", "b"))
    sides: list[dict[str, PlainValue]] = []
    for row in rows:
        rates = {f"lr_{name}": rate for name, rate in find_rates(row).items()}
        codes = " ".join(finding.code for finding in row.findings)
        sides.append({**figures(row), **rates, "findings": codes})
    for name in sides[0]:
        writer.writerow(("figure", name, *(format_value(side[name]) for side in sides)))
    for path, values in _compare(rows).items():
        texts = (_format_plain(values[side]) if side in values else None for side in "ab")
        writer.writerow(("key", *map(format_value, (format_path(path), *texts))))
    return file.getvalue()


def _format_plain(value: object) -> PlainValue:
    """Return a number or a boolean as it is, anything else as JSON."""
    return value if isinstance(value, int | float) else _dump(value)


def json_report(rows: Sequence[Row], _: Layout) -> str:
    """Return all facts of both configs, and each key that differs with the values that it has."""
    document = build_document(
        {**format_config(row), "learning_rate": find_rates(row)} for row in rows
    )
    document["differences"] = [
        {"key": format_path(path), **json.loads(_dump(values), parse_constant=str)}
        for path, values in _compare(rows).items()
    ]
    return escape_json(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


COMPARISONS: Mapping[str, Format] = {
    "table": table_report,
    "json": json_report,
    "csv": csv_report,
    "markdown": markdown_report,
}
"""The formats by name."""
