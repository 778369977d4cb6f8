"""The formats of a report: each a function from what was found to text."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from trellis_cfg.report import Report

Style = Callable[[str, str], str]
"""Returns a text as it is shown in a role: place, error, warning, gutter or more."""
Reporter = Callable[["Report", Style], str]


class Format(NamedTuple):
    """A module whose ``report`` is the reporter, and what the reporter asks of a run.

    ``fingerprints`` and ``clean_files`` are those of the profile. With ``job_summary``, the report
    ends with the summary of the run, and the page of GitHub's job gets a table.
    """

    module: str
    fingerprints: bool = False
    clean_files: bool = False
    job_summary: bool = False


REPORTERS = {
    "text": Format("trellis_cfg.reporters.text"),
    "concise": Format("trellis_cfg.reporters.concise"),
    "json": Format("trellis_cfg.reporters.json"),
    "github": Format("trellis_cfg.reporters.github", job_summary=True),
    "gitlab": Format("trellis_cfg.reporters.gitlab"),
    "sarif": Format("trellis_cfg.reporters.sarif", fingerprints=True),
    "junit": Format("trellis_cfg.reporters.junit", clean_files=True),
    "markdown": Format("trellis_cfg.reporters.markdown"),
}
"""The formats by their names."""


def reporter(name: str) -> Reporter:
    """Return the reporter of a format."""
    found: Reporter = import_module(REPORTERS[name].module).report
    return found


def plain(text: str, role: str) -> str:
    """Return the text as it is: the style of no style."""
    del role
    return text
