"""How rows come through conditions, each condition seeing what the ones before it left."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import polars as pl

from trellis_cfg.metadata.conditions import Condition
from trellis_cfg.metadata.filters import Test


class Passage(NamedTuple):
    """Of the rows that come to a condition, how many are blank or text there, and how many pass."""

    blanks: int
    texts: int
    after: int


def values(column: str) -> pl.Expr:
    """Return the column of a frame that holds the values of a column of cells."""
    return pl.col(_name(column))


def named(column: str, expression: pl.Expr) -> pl.Expr:
    """Return values under the name by which they are found."""
    return expression.alias(_name(column))


def passed(
    frame: pl.LazyFrame, conditions: Sequence[Condition]
) -> tuple[pl.LazyFrame, list[pl.Expr]]:
    """Return a frame of values with marks of what passes, and the aggregates of each Passage."""
    aggregates: list[pl.Expr] = []
    before = pl.lit(value=True)
    for number, one in enumerate(conditions):
        value = values(one.column)
        after = pl.col(f"{number} passed")
        is_met = _is_met(one, value).fill_null(value=False)
        frame = frame.with_columns((before & is_met).alias(f"{number} passed"))
        is_text = value.is_nan().fill_null(value=False)
        aggregates += [(before & value.is_null()).sum(), (before & is_text).sum(), after.sum()]
        before = after
    return frame, aggregates


def gathered(aggregates: Iterator[Any], conditions: Sequence[Condition]) -> tuple[Passage, ...]:
    """Return the passages of conditions, whose aggregates come next."""
    return tuple(Passage(*islice(aggregates, len(Passage._fields))) for _ in conditions)


def _name(column: str) -> str:
    return f"value of {column}"


def _is_met(condition: Condition, value: pl.Expr) -> pl.Expr:
    """Return whether values meet a condition; polars takes NaN for more than any number."""
    limit = float(condition.limit)
    match condition.test:
        case Test.MASK | Test.TRUE:
            return value == 1
        case Test.AT_LEAST:
            return (value >= limit) & value.is_not_nan()
        case Test.AT_MOST:
            return (value <= limit) & value.is_not_nan()
        case Test.ABOVE:
            return (value > limit) & value.is_not_nan()
        case Test.PRESENT:
            return value.is_not_null()
