"""The columns of a table of configs, and the text of their cells."""

from collections.abc import Sequence
from fractions import Fraction

from trellis_cfg.banner import hundredths
from trellis_cfg.catalogue import Language
from trellis_cfg.catalogue.columns import HEADINGS, NEVER
from trellis_cfg.preview.facts import Fact, facts
from trellis_cfg.preview.rows import Row
from trellis_cfg.terminal import harmless

_ALWAYS = ("path", "batch_size", "max_steps", "max_epoch", "stops_after")
_ORDER = (
    *("path", "samples", "batch_size", "steps_per_epoch", "max_steps", "max_epoch"),
    *("stops_after", "limit", "epochs", "saves", "unsaved", "hours"),
)
TEXTS = ("path", "limit")
"""The columns of words; the others are of numbers."""


def table(rows: Sequence[Row], language: Language) -> tuple[list[str], list[list[str]]]:
    """Return the columns that have something to say, by name, and the cells below their headings.

    The first row of cells are the headings.
    """
    found = [facts(row) for row in rows]
    names = [
        name
        for name in _ORDER
        if name in _ALWAYS or any(one.get(name) not in (None, "") for one in found)
    ]
    head = [HEADINGS[language][name] for name in names]
    cells = [[cell(one[name]) for name in names] for one in found]
    for number, row in enumerate(rows):
        is_endless = any(found.code == "TC101" for found in row.findings)
        if row.run and (row.run.hangs or is_endless):
            cells[number][names.index("stops_after")] = NEVER[language]
    return names, [head, *cells]


def troubles(rows: Sequence[Row]) -> list[str]:
    """Return why samples could not be counted: each reason once, with the configs it is about."""
    about: dict[str, list[str]] = {}
    for row in rows:
        if row.trouble:
            about.setdefault(row.trouble, []).append(row.path)
    return [
        f"{paths[0]}{f' and {len(paths) - 1:,} more' if len(paths) > 1 else ''}: {trouble}"
        for trouble, paths in about.items()
    ]


def cell(value: Fact) -> str:
    """Return a fact as people write it; empty for what is not known."""
    match value:
        case None:
            return ""
        case bool() | str():
            return harmless(str(value))
        case Fraction():
            return hundredths(value, grouped=True)
        case float():
            return f"{value:,.2f}"
    return f"{value:,}"
