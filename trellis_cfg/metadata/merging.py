"""Merging: the files of a set joined on sha256; the first with a value for a cell gives it."""

from collections.abc import Sequence

import polars as pl

from trellis_cfg.errors import MetadataError
from trellis_cfg.metadata import cells
from trellis_cfg.metadata.conditions import Condition
from trellis_cfg.metadata.engine import aggregated
from trellis_cfg.metadata.filters import Test
from trellis_cfg.metadata.frames import CSV, KEY, frame
from trellis_cfg.metadata.measuring import Measured, measured, typed
from trellis_cfg.metadata.passages import gathered, named, passed

_KEY_IS_READ = Condition(KEY, Test.AT_LEAST, limit=0, told=KEY, where_present=False)


def merged(files: Sequence[CSV], conditions: Sequence[Condition]) -> Measured:
    """Return how the rows of the merged files come through conditions.

    Raises MetadataError where the sha256 of a file repeats, or is a number.
    """
    parts = [_part(file, number, conditions) for number, file in enumerate(files)]
    counts = [_name(KEY, number) for number in range(len(files))]
    sources = {
        column: [_name(column, n) for n, file in enumerate(files) if column in file.header]
        for column in typed(conditions)
    }
    rows = (
        pl.concat(parts, how="diagonal")
        .group_by(KEY)
        .agg(pl.col(counts).sum(), pl.col([name for own in sources.values() for name in own]).max())
        .with_columns(named(column, pl.coalesce(own)) for column, own in sources.items())
    )
    marked, aggregates = passed(rows, conditions)
    row = aggregated(marked, [pl.len(), *(pl.col(count).max() for count in counts), *aggregates])
    total = next(row)
    for file in files:
        _refuse_if_repeated(file, next(row) or 0)
    return Measured(total, {}, gathered(row, conditions))


def _refuse_if_repeated(file: CSV, times: int) -> None:
    if times > 1:
        raise MetadataError(
            f"{file.name}: a sha256 stands there {times:,} times, and the trainer would pair each "
            "with each of the other tables: remove the repetitions"
        )


def _part(file: CSV, number: int, conditions: Sequence[Condition]) -> pl.LazyFrame:
    """Return the values of a file by sha256, in columns of its own, with a count of rows."""
    own = [one for one in conditions if one.column in file.header]
    read = frame(file, {KEY, *typed(own)})
    tallies = measured(file, read, [_KEY_IS_READ, *own]).tallies
    key = tallies[KEY]
    if key.rows > key.blanks and not key.texts:
        raise MetadataError(
            f"{file.name}: sha256 holds nothing but numbers, and the trainer would merge them as "
            "such: is this the right file?"
        )
    columns = [
        (cells.text if column not in tallies or tallies[column].is_text else cells.value)(
            pl.col(column)
        ).alias(_name(column, number))
        for column in typed(own)
    ]
    return read.select(cells.key(pl.col(KEY)), pl.lit(1).alias(_name(KEY, number)), *columns)


def _name(column: str, number: int) -> str:
    return f"{number} {column}"
