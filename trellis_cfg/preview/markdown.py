"""A table in Markdown, for a review."""

from collections.abc import Sequence

from trellis_cfg.preview.columns import TEXTS, table, troubles
from trellis_cfg.preview.formats import Shape
from trellis_cfg.preview.rows import Row
from trellis_cfg.reporters import plain
from trellis_cfg.reporters.concise import line
from trellis_cfg.terminal import harmless


def report(rows: Sequence[Row], shape: Shape) -> str:
    """Return a table with a row for each config, and a list of what is wrong below."""
    names, (head, *cells) = table(rows, shape.language)
    rule = [":--" if name in TEXTS else "--:" for name in names]
    lines = [_row([_escaped(text) for text in row]) for row in (head, *cells)]
    lines.insert(1, _row(rule))
    told = [line(found, plain) for row in rows for found in row.findings]
    told += map(harmless, troubles(rows))
    lines += ["", *(f"- {_escaped(text)}" for text in told)] if told else []
    return "".join(f"{text}\n" for text in lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Return a text in which Markdown sees no sign of its own."""
    return "".join(f"\\{sign}" if sign in "\\|`*_<>[]" else sign for sign in text)
