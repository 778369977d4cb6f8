"""The formats of a report: each a function from what was found to text."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from trellis_cfg.diagnostics import Report


Style = Callable[[str, str], str]
"""Returns a text as it is shown in a role: place, error, warning, gutter or more."""
Reporter = Callable[["Report", Style], str]


class Format(NamedTuple):
    """Where the reporter is, as ``module:function``, and what it asks of a run.

    ``fingerprints`` and ``clean_files`` are those of the profile. With ``job_summary``, the report
    ends with the summary of the run, and the page of GitHub's job gets a table.
    """

    report: str
    fingerprints: bool = False
    clean_files: bool = False
    job_summary: bool = False


REPORTERS = {
    "text": Format("trellis_cfg.reporters.text:report"),
    "concise": Format("trellis_cfg.reporters.text:report_concise"),
    "json": Format("trellis_cfg.reporters.json:report"),
    "github": Format("trellis_cfg.reporters.github:report", job_summary=True),
    "gitlab": Format("trellis_cfg.reporters.gitlab:report"),
    "sarif": Format("trellis_cfg.reporters.sarif:report", fingerprints=True),
    "junit": Format("trellis_cfg.reporters.junit:report", clean_files=True),
    "markdown": Format("trellis_cfg.reporters.markdown:report"),
}
"""The formats by their names."""


def load_reporter(name: str) -> Reporter:
    """Return the reporter of a format."""
    module, _, function = REPORTERS[name].report.partition(":")
    report: Reporter = getattr(import_module(module), function)
    return report


def plain(text: str, role: str) -> str:
    """Return the text as it is: the style of no style."""
    del role
    return text
