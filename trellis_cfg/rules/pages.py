"""The manual pages of the rules: their docstrings."""

import inspect
from typing import NamedTuple

from trellis_cfg.rules import RULES


class Page(NamedTuple):
    """What there is to say of a rule; ``summary`` is one line, ``body`` paragraphs of Markdown."""

    code: str
    name: str
    severity: str
    summary: str
    body: str
    fixed_by: str


def page(code: str) -> Page:
    """Return the page of a code."""
    rule = RULES[code]
    text = inspect.cleandoc(rule.check.__doc__ or "").replace("``", "`")
    summary, _, body = text.partition("\n\n")
    return Page(code, rule.name, rule.severity, " ".join(summary.split()), body, rule.fixed_by)
