"""Measuring: what the cells of one file come to, guessed at first, since most files are regular."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import polars as pl

from trellis_cfg.errors import MetadataError
from trellis_cfg.metadata import cells, frames
from trellis_cfg.metadata.cells import Tally
from trellis_cfg.metadata.conditions import Condition
from trellis_cfg.metadata.engine import aggregated
from trellis_cfg.metadata.filters import Test
from trellis_cfg.metadata.frames import CSV
from trellis_cfg.metadata.passages import Passage, gathered, named, passed, values

_CHUNK = 2**20
_FLAGS = frozenset({Test.MASK, Test.TRUE})


class Measured(NamedTuple):
    """The rows of a table, what its columns hold, and how they come through the conditions."""

    rows: int
    tallies: Mapping[str, Tally]
    passages: tuple[Passage, ...]


def measured(file: CSV, frame: pl.LazyFrame, conditions: Sequence[Condition]) -> Measured:
    """Return how the rows of a file, a frame of cells, come through conditions.

    Raises MetadataError for a column that not every pandas reads alike.
    """
    found = _guessed(frame, conditions)
    if found:
        return found
    found = _measured(frame, conditions, texts=())
    for column, tally in found.tallies.items():
        _refuse_if_uncertain(file, column, tally)
    texts = [column for column, tally in found.tallies.items() if tally.is_text]
    if texts:
        return found._replace(passages=_measured(frame, conditions, texts=texts).passages)
    return found


def typed(conditions: Iterable[Condition]) -> dict[str, Test]:
    """Return the columns that conditions read, each with the test that tells most of its type."""
    found: dict[str, Test] = {}
    for one in conditions:
        if found.get(one.column, Test.PRESENT) is Test.PRESENT:
            found[one.column] = one.test
    return found


def hastily(file: CSV, columns: Iterable[str], conditions: Sequence[Condition]) -> Measured | None:
    """Return what a large and regular file comes to, else None: the first rows speak for all."""
    frame = frames.hasty(file, columns)
    if frame is None:
        return None
    try:
        return _guessed(frame, conditions, is_hasty=True)
    except MetadataError:
        return None


def _guessed(
    frame: pl.LazyFrame, conditions: Sequence[Condition], *, is_hasty: bool = False
) -> Measured | None:
    """Return what a file comes to where all flags and numbers are plain, else None.

    Of a frame that is read hastily, also None where a row may be too short or too long.
    """
    tests = typed(conditions)
    plain = {column: test for column, test in tests.items() if test is not Test.PRESENT}
    guesses = [named(column, _guess(column, test)) for column, test in tests.items()]
    marked, aggregates = passed(frame.with_columns(guesses), conditions)
    odd = frames.odd() if is_hasty else pl.lit(0)
    wanted = [pl.len(), odd, *aggregates]
    for column in plain:
        wanted += [cells.guessed(pl.col(column), values(column)), values(column).null_count()]
    row = aggregated(marked, wanted)
    rows, has_odd = next(row), next(row) > 0
    if has_odd:
        return None
    passages = gathered(row, conditions)
    tallies = {}
    for column, test in plain.items():
        if not next(row):
            return None
        blanks = next(row)
        tallies[column] = Tally(rows, blanks, words=rows - blanks if test in _FLAGS else 0)
    return Measured(rows, tallies, passages)


def _guess(column: str, test: Test) -> pl.Expr:
    if test is Test.PRESENT:
        return cells.text(pl.col(column))
    return (cells.guess_flag if test in _FLAGS else cells.guess_number)(pl.col(column))


def _measured(
    frame: pl.LazyFrame, conditions: Sequence[Condition], *, texts: Iterable[str]
) -> Measured:
    tests = typed(conditions)
    typed_ = [column for column, test in tests.items() if test is not Test.PRESENT]
    read = set(typed_).difference(texts)
    exact = [
        named(column, (cells.value if column in read else cells.text)(pl.col(column)))
        for column in tests
    ]
    marked, aggregates = passed(frame.with_columns(exact), conditions)
    tallies = [one for column in typed_ for one in cells.tally(pl.col(column), values(column))]
    row = aggregated(marked, [pl.len(), *tallies, *aggregates])
    rows = next(row)
    counts = {column: Tally(*islice(row, len(Tally._fields))) for column in typed_}
    return Measured(rows, counts, gathered(row, conditions))


def _refuse_if_uncertain(file: CSV, column: str, tally: Tally) -> None:
    where = f'{file.name}: column "{column}"'
    if tally.huge:
        raise MetadataError(
            f"{where} holds a number beyond 64 bits, which each version of pandas reads "
            "in another way: correct it"
        )
    chunk = _chunk(len(file.header))
    if tally.is_mixed and tally.rows > chunk:
        raise MetadataError(
            f"{where} mixes numbers, True and False, or text: pandas would tell which anew every "
            f"{chunk:,} rows. Make them one kind"
        )


def _chunk(width: int) -> int:
    """Return how many rows of so many cells pandas reads at a time."""
    rows = 1
    while rows * 2 < _CHUNK // width:
        rows *= 2
    return rows
