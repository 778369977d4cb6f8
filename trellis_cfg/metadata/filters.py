"""Filters: what a dataset asks of a row, as data."""

from enum import Enum
from typing import NamedTuple


class Test(Enum):
    """How a cell is judged; the value is how a report spells it before the limit."""

    MASK = "[]"
    """The table is indexed by the column itself."""
    TRUE = "== True"
    AT_LEAST = ">="
    AT_MOST = "<="
    ABOVE = ">"
    PRESENT = "not blank"


class Filter(NamedTuple):
    """A test of a column, whose name may hold ``{argument}`` of the dataset.

    ``limit`` names the argument to compare with (none: 0), and ``when`` one that must be true
    for the filter to apply. A null limit drops an ``unless_null`` filter, and a table without the
    column one that tests ``where_present``.
    """

    column: str
    test: Test
    limit: str = ""
    when: str = ""
    unless_null: bool = False
    where_present: bool = False


def mask(column: str) -> Filter:
    """Keep the rows of a column of nothing but True and False that is True."""
    return Filter(column, Test.MASK)


def true(column: str) -> Filter:
    """Keep rows that equal True: a blank does not, 1 does."""
    return Filter(column, Test.TRUE)


def at_least(column: str, limit: str) -> Filter:
    """Keep rows with no less than an argument."""
    return Filter(column, Test.AT_LEAST, limit)


def at_most(column: str, limit: str) -> Filter:
    """Keep rows with no more than an argument."""
    return Filter(column, Test.AT_MOST, limit)


def positive(column: str, when: str) -> Filter:
    """Keep rows above 0, if an argument is true."""
    return Filter(column, Test.ABOVE, when=when)


def present(column: str) -> Filter:
    """Keep rows with anything in a column."""
    return Filter(column, Test.PRESENT)


def unless_null(filter_: Filter) -> Filter:
    """Drop a filter where its limit is null."""
    return filter_._replace(unless_null=True)


def where_present(filter_: Filter) -> Filter:
    """Drop a filter where the table lacks its column."""
    return filter_._replace(where_present=True)
