"""Tables of texts: aligned, as CSV, as Markdown."""

import io
from collections.abc import Iterable, Iterator, Sequence

from trellis_cfg.preview.facts import PlainValue
from trellis_cfg.reporters import Style
from trellis_cfg.terminal import escape_controls, width

_Cells = Sequence[Sequence[str]]
_FORMULA = ("=", "+", "-", "@")
_MOST_TEXT = 60
"""The columns of a value in a cell."""


def join_blocks(*blocks: Sequence[str]) -> str:
    """Return the lines of all blocks that have some, with a blank line between blocks."""
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block)


def align_table(cells: _Cells, is_text: Sequence[bool], style: Style) -> Iterator[str]:
    """Yield the lines of a table, its headings first; numbers are at the right of a column."""
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    for number, row in enumerate(cells):
        padded = []
        for text, most, is_left in zip(row, widths, is_text, strict=True):
            blanks = " " * (most - width(text))
            padded.append(text + blanks if is_left else blanks + text)
        line = "  ".join(padded).rstrip()
        yield line if number else style(line, "place")


def cut_text(text: str) -> str:
    """Return a text that fits into a cell."""
    return text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 1]}…"


def format_markdown(tables: Iterable[_Cells], is_text: Sequence[bool], notes: list[str]) -> str:
    """Return tables of the same columns, and a list."""
    blocks = []
    for cells in tables:
        lines = [f"| {' | '.join(map(_escape_markdown, row))} |" for row in cells]
        rule = (":--" if is_left else "--:" for is_left in is_text)
        blocks.append([lines[0], f"| {' | '.join(rule)} |", *lines[1:]])
    return join_blocks(*blocks, [f"- {_escape_markdown(text)}" for text in notes])


def _escape_markdown(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\|`*_<>[]" else sign for sign in text)


def format_csv(lines: Iterable[Iterable[PlainValue]]) -> str:
    """Return lines as CSV."""
    import csv  # noqa: PLC0415  only for this format

    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(map(_format_value, line) for line in lines)
    return file.getvalue()


def _format_value(value: PlainValue) -> PlainValue:
    """Return the cell of a CSV file; no text is a formula."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return value
    text = escape_controls(value)
    return f"'{text}" if text.startswith(_FORMULA) else text  # as spreadsheets write a text
