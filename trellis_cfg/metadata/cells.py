"""Cells as pandas reads them: blank, a number, True or False, or text.

The value of a cell is null for a blank, 1 and 0 for True and False, and NaN for text.
"""

from typing import NamedTuple

import polars as pl

_BLANK = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"),
    *("<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
)
_SPACE = " \t\n\v\f\r"
_TEXT = float("nan")
_SPACED_INFINITY = r"(?i)^\s.*f|f.*\s$"
_IN_FULL, _EXPONENT = r"^[^eEfF]*$", "[eE]"
_LARGE = float(2**63)


class Tally(NamedTuple):
    """How many cells of a column are what, and the first that is text.

    ``huge`` are numbers that some versions of pandas take for text: those beyond 64 bits that are
    written in full, and those beyond the range of a float.
    """

    rows: int
    blanks: int
    words: int
    texts: int = 0
    huge: int = 0
    example: str | None = None

    @property
    def is_text(self) -> bool:
        """Tell whether pandas takes all cells for text: some are, or they are of two kinds."""
        return self.texts > 0 or (self.words > 0 and self._numbers > 0)

    @property
    def is_mixed(self) -> bool:
        """Tell whether a column of text has cells that alone would be none."""
        return self.is_text and self.words + self._numbers > 0

    @property
    def is_boolean(self) -> bool:
        """Tell whether a column has True and False, and nothing else but blanks."""
        return self.words > 0 and not self.is_text

    @property
    def _numbers(self) -> int:
        return self.rows - self.blanks - self.words - self.texts


def value(cells: pl.Expr) -> pl.Expr:
    """Return the value of each cell, read by itself."""
    read = pl.coalesce(_number(cells).fill_nan(None), _word(cells), pl.lit(_TEXT))
    return pl.when(~_is_blank(cells)).then(read)


def text(cells: pl.Expr) -> pl.Expr:
    """Return the value of each cell of a column that is text."""
    return pl.when(~_is_blank(cells)).then(pl.lit(_TEXT))


def key(cells: pl.Expr) -> pl.Expr:
    """Return each cell as it is, blanks alike."""
    return pl.when(~_is_blank(cells)).then(cells)


def tally(cells: pl.Expr, values: pl.Expr) -> list[pl.Expr]:
    """Return the aggregates that make a Tally of a column, in its order."""
    is_text = values.is_nan().fill_null(value=False)
    is_spaced = cells.filter(values.is_infinite()).str.contains(_SPACED_INFINITY)
    return [
        pl.len(),
        values.null_count(),
        _word(cells).count(),
        is_text.sum() + is_spaced.sum(),
        cells.filter(values.fill_nan(None).abs() >= _LARGE).str.contains(_IN_FULL).sum()
        + cells.filter(values.is_infinite()).str.contains(_EXPONENT).sum(),
        cells.filter(is_text).first(),
    ]


def guess_flag(cells: pl.Expr) -> pl.Expr:
    """Return the value of cells that are True or False, as pandas writes them; else null."""
    return pl.when(cells == "True").then(1.0).when(cells == "False").then(0.0)


def guess_number(cells: pl.Expr) -> pl.Expr:
    """Return the value of cells that are finite numbers of modest size; else null."""
    number = _number(cells)
    return pl.when(number.abs() < _LARGE).then(number)


def guessed(cells: pl.Expr, values: pl.Expr) -> pl.Expr:
    """Return whether guesses are right: what they leave out is blank."""
    return _is_blank(cells.filter(values.is_null())).all()


def _is_blank(cells: pl.Expr) -> pl.Expr:
    return cells.is_null() | cells.is_in(_BLANK)


def _number(cells: pl.Expr) -> pl.Expr:
    return cells.str.strip_chars(_SPACE).cast(pl.Float64, strict=False)


def _word(cells: pl.Expr) -> pl.Expr:
    lower = cells.str.to_lowercase()
    return pl.when(lower == "true").then(1.0).when(lower == "false").then(0.0)
