"""Two configs side by side: what they mean, and the keys that differ."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence

from trellis_cfg.document.paths import Path, format_path
from trellis_cfg.preview.curves import Curve
from trellis_cfg.preview.facts import PlainValue, Row, figures
from trellis_cfg.preview.formats import (
    Format,
    Layout,
    build_table,
    dump_document,
    format_config,
    format_problems,
    join_codes,
)
from trellis_cfg.preview.messages import COMPARISON
from trellis_cfg.preview.tables import (
    align_table,
    cut_text,
    format_csv,
    format_markdown,
    join_blocks,
)
from trellis_cfg.reporters import plain
from trellis_cfg.terminal import escape_controls

Values = dict[str, object]
"""The values of a key, by the side that has it: ``a``, ``b`` or both."""
_IS_TEXT = (True, True, True)
"""Whether the columns of a table are text."""


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
    keys = []
    for path, sides in _compare(rows).items():
        values = (_dump(sides[side]) if side in sides else "-" for side in "ab")
        shown = [cut_text(escape_controls(value)) for value in values]
        keys.append([escape_controls(format_path(path)), *shown])
    if keys:
        yield [[texts["key"], *figures_table[0][1:]], *keys]


def table_report(rows: Sequence[Row], layout: Layout) -> str:
    """Return two tables for people, and the findings."""
    tables = _build_tables(rows, layout)
    blocks = [[*align_table(table, _IS_TEXT, layout.style)] for table in tables]
    if len(blocks) == 1 and all(row.run for row in rows):
        blocks.append([COMPARISON[layout.language]["same"]])
    return join_blocks(*blocks, format_problems(rows, layout.language, layout.style))


def markdown_report(rows: Sequence[Row], layout: Layout) -> str:
    """Return two tables, and a list of findings."""
    problems = format_problems(rows, layout.language, plain)
    return format_markdown(_build_tables(rows, layout), _IS_TEXT, problems)


def csv_report(rows: Sequence[Row], _: Layout) -> str:
    """Return a line for each figure, and for each key that differs, its value as JSON."""
    lines: list[Sequence[PlainValue]] = [("about", "name", "a", "b")]
    sides: list[dict[str, PlainValue]] = []
    for row in rows:
        rates = {f"lr_{name}": rate for name, rate in find_rates(row).items()}
        sides.append({**figures(row), **rates, "findings": join_codes(row)})
    lines += [("figure", name, *(side[name] for side in sides)) for name in sides[0]]
    for path, values in _compare(rows).items():
        cells = {
            side: value if isinstance(value, int | float) else _dump(value)
            for side, value in values.items()
        }
        lines.append(("key", format_path(path), cells.get("a"), cells.get("b")))
    return format_csv(lines)


def json_report(rows: Sequence[Row], _: Layout) -> str:
    """Return all facts of both configs, and each key that differs with the values that it has."""
    differences = [
        {"key": format_path(path), **json.loads(_dump(values), parse_constant=str)}
        for path, values in _compare(rows).items()
    ]
    configs = ({**format_config(row), "learning_rate": find_rates(row)} for row in rows)
    return dump_document(configs, differences=differences)


COMPARISONS: Mapping[str, Format] = {
    "table": table_report,
    "json": json_report,
    "csv": csv_report,
    "markdown": markdown_report,
}
"""The formats by name."""
