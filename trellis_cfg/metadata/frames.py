"""The needed columns of a CSV file, as text."""

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import count, islice
from typing import Any, NamedTuple

import polars as pl

from trellis_cfg.errors import MetadataError
from trellis_cfg.metadata.engine import aggregated
from trellis_cfg.metadata.records import records

KEY = "sha256"
_CELL = r'(?:[^",\r\n\x00]*|"(?:[^"\r\n\x00]|"")*")'
_BATCH = 2_000
_LAST, _BEYOND = "the last cell of a row", "a cell beyond it"
_PROVEN, _LEAST_WIDTH = 1_000_000, 100


class CSV(NamedTuple):
    """A file that was opened: its name, as the user wrote it, its path and its header."""

    name: str
    path: str
    header: tuple[str, ...]


def opened(name: str, path: str) -> CSV:
    """Return a file with its header; raises MetadataError where it has none."""
    header = next(records(name, path), None)
    if header is None:
        raise MetadataError(
            f"{name} is empty: not even a header. The trainer would fail with an EmptyDataError"
        )
    return CSV(name, path, tuple(header))


def frame(file: CSV, columns: Iterable[str]) -> pl.LazyFrame:
    """Return columns of a file: scanned in passing, or read whole where it is oddly written.

    Raises MetadataError for what pandas refuses.
    """
    places = {column: file.header.index(column) for column in columns}
    if _is_plain(file):
        return _in_passing(file, places, len(file.header))
    none = pl.DataFrame(schema=dict.fromkeys(places, pl.String))
    return pl.concat([none, *_batches(file, places)]).lazy()


def hasty(file: CSV, columns: Iterable[str]) -> pl.LazyFrame | None:
    """Return columns of a large file of which only the first rows are proven; None for others.

    What ``odd`` counts in it are rows that may be too short, or are too long.
    """
    is_large = os.path.getsize(file.path) > _PROVEN * _LEAST_WIDTH
    if not is_large or not _is_plain(file, _PROVEN):
        return None
    width = len(file.header)
    places = {column: file.header.index(column) for column in columns}
    wider = {**places, _LAST: width - 1, _BEYOND: width}
    return _in_passing(file, wider, width + 1, missing_columns="insert")


def odd() -> pl.Expr:
    """Return the aggregate of rows in a hasty frame that are not as wide as the header."""
    return pl.col(_LAST).null_count() + pl.col(_BEYOND).count()


def _in_passing(file: CSV, places: Mapping[str, int], width: int, **options: str) -> pl.LazyFrame:
    scan = _scan(file, [str(place) for place in range(width)], skip_lines=1, **options)
    return scan.select(pl.col(str(place)).alias(name) for name, place in places.items())


def _is_plain(file: CSV, most: int | None = None) -> bool:
    """Tell whether polars is sure to see what pandas sees.

    So it is if there are rows, and every line, of ``most`` at most, is a full record that is quoted
    as it should be.
    """
    if len(file.header) == 1:
        return False
    pattern = f"^{_CELL}(?:,{_CELL}){{{len(file.header) - 1}}}$"
    lines = _scan(file, ["line"], separator="\0", quote_char=None, n_rows=most)
    strange = ~pl.col("line").fill_null("").str.contains(pattern)
    try:
        is_strange, number = aggregated(lines, [strange.any(), pl.len()])
    except MetadataError:
        return False
    return number > 1 and not is_strange


def _scan(file: CSV, columns: list[str], **options: Any) -> pl.LazyFrame:  # noqa: ANN401  polars's
    return pl.scan_csv(
        file.path,
        has_header=False,
        schema=dict.fromkeys(columns, pl.String),
        raise_if_empty=False,
        glob=False,
        **options,
    )


def _batches(file: CSV, places: dict[str, int]) -> Iterator[pl.DataFrame]:
    """Yield the columns of so many rows below the header at a time, short rows filled up."""
    rows, width = islice(records(file.name, file.path), 1, None), len(file.header)
    for number in count(1, _BATCH):
        batch = list(islice(rows, _BATCH))
        if not batch:
            return
        _refuse_if_long(file, batch, number)
        for row in batch:
            row.extend([""] * (width - len(row)))
        cells = {column: [row[place] for row in batch] for column, place in places.items()}
        yield pl.DataFrame(cells, dict.fromkeys(places, pl.String))


def _refuse_if_long(file: CSV, rows: list[list[str]], first: int) -> None:
    width = len(file.header)
    if max(map(len, rows)) <= width:
        return
    number, cells = next((n, len(row)) for n, row in enumerate(rows, first) if len(row) > width)
    what = "take the first for row labels" if number == 1 else "fail with a ParserError"
    raise MetadataError(
        f"{file.name}: row {number:,} has {cells} cells, and the header {width}: "
        f"the trainer would {what}. Put quotes around a cell that holds a comma"
    )
