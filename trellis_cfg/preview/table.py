"""One config in detail, many as a table."""

from collections.abc import Iterator, Sequence

from trellis_cfg.banner import banner
from trellis_cfg.preview.columns import TEXTS, table, troubles
from trellis_cfg.preview.detail import detail
from trellis_cfg.preview.formats import Shape
from trellis_cfg.preview.rows import Row
from trellis_cfg.reporters.concise import line
from trellis_cfg.terminal import harmless, width

_GAP = "  "


def report(rows: Sequence[Row], shape: Shape) -> str:
    """Return the preview of one config in detail, of many as a table, with what is wrong."""
    if len(rows) == 1:
        return _one(rows[0], shape)
    lines = [*_lines(rows, shape)] if rows else []
    told = [line(found, shape.style) for row in rows for found in row.findings]
    told += map(harmless, troubles(rows))
    return "".join(f"{text}\n" for text in [*lines, *([""] if told else []), *told])


def _one(row: Row, shape: Shape) -> str:
    text = detail(row, shape.language, shape.style)
    if row.run is None or not shape.banner:
        return text
    return f"{text}\n{banner(row.run, shape.language)}"


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
