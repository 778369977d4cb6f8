"""The output formats of ``check``: each a function from a report to text."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from trellis_cfg.diagnostics import Report


Style = Callable[[str, str], str]
"""Styles a text in a role: place, error, warning or gutter."""
Reporter = Callable[["Report", Style], str]


class Format(NamedTuple):
    """A reporter as ``module:function``, and what it needs of a run.

    ``fingerprints`` and ``clean_files`` are those of the lint options. With ``job_summary``, the
    report ends with the summary, and GitHub's job summary gets a table.
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
"""The formats by name."""


def load_reporter(name: str) -> Reporter:
    """Import and return the reporter of a format."""
    module, _, function = REPORTERS[name].report.partition(":")
    report: Reporter = getattr(import_module(module), function)
    return report


def plain(text: str, _: str) -> str:
    """Return the text unstyled."""
    return text
