"""polars at work, its errors made ours."""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
from polars.exceptions import PanicException, PolarsError

from trellis_cfg.errors import MetadataError


def aggregated(frame: pl.LazyFrame, aggregates: Sequence[pl.Expr]) -> Iterator[Any]:
    """Return an iterator over aggregates of a frame, computed as it streams by.

    Raises MetadataError where polars fails.
    """
    named = [aggregate.alias(str(number)) for number, aggregate in enumerate(aggregates)]
    try:
        return iter(frame.select(named).collect(engine="streaming").row(0))
    except (PolarsError, PanicException, OSError) as error:
        reason = str(error).partition("\n")[0]
        raise MetadataError(f"polars cannot read the table: {reason}") from None
