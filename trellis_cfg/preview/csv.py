"""A line for each config, for spreadsheets: plain numbers under the names of the facts."""

import csv
import io
from collections.abc import Sequence
from fractions import Fraction

from trellis_cfg.preview.facts import FIGURES, NAMES, TIMES, Fact, facts
from trellis_cfg.preview.formats import Shape
from trellis_cfg.preview.rows import Row
from trellis_cfg.terminal import harmless


def report(rows: Sequence[Row], shape: Shape) -> str:
    """Return the facts of each config, and the codes of what is wrong with it."""
    del shape
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    names = [*NAMES, *FIGURES, *TIMES]
    writer.writerow([*names, "findings"])
    for row in rows:
        found = facts(row)
        codes = " ".join(one.code for one in row.findings)
        writer.writerow([*(_plain(found[name]) for name in names), codes])
    return file.getvalue()


def _plain(value: Fact) -> object:
    match value:
        case bool():
            return str(value).lower()
        case Fraction():
            return float(value)
        case str():
            return harmless(value)
    return value
