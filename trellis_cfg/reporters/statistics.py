"""How often each rule fired."""

from typing import TYPE_CHECKING

from trellis_cfg.reporters import Style
from trellis_cfg.rules import RULES

if TYPE_CHECKING:
    from trellis_cfg.report import Report


def report(found: "Report", style: Style) -> str:
    """Return count, code and name, a line each, the most frequent first."""
    counts = found.by_code()
    margin = max((len(f"{number:,}") for _, number in counts), default=0)
    return "".join(
        f"{number:>{margin},} {style(code, RULES[code].severity)} {RULES[code].name}\n"
        for code, number in counts
    )
