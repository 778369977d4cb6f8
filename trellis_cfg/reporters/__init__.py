"""The formats of a report: each a function from what was found to text."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trellis_cfg.linter import Report

Style = Callable[[str, str], str]
"""Returns a text as it is shown in a role: place, error, warning, gutter or more."""
Reporter = Callable[["Report", Style], str]

REPORTERS = {
    "text": "trellis_cfg.reporters.text",
    "concise": "trellis_cfg.reporters.concise",
    "json": "trellis_cfg.reporters.json",
}
"""The names of the formats, each with a module whose ``report`` is the reporter."""


def reporter(name: str) -> Reporter:
    """Return the reporter of a format."""
    found: Reporter = import_module(REPORTERS[name]).report
    return found


def plain(text: str, role: str) -> str:
    """Return the text as it is: the style of no style."""
    del role
    return text
