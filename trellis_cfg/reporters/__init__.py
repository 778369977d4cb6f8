"""The output formats of ``check``: each a function from a report to text."""

import os
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from trellis_cfg.diagnostics import Report

_CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
Style = Callable[[str, str], str]
"""Styles a text in a role: place, error, warning, note or gutter."""
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


class Location(NamedTuple):
    """A path relative to the root of the repository, with slashes and links resolved.

    For a file outside the repository, ``path`` is unchanged and ``outside`` is the real path.
    """

    path: str
    outside: str = ""


def locate_files(result: "Report") -> dict[str, Location]:
    """Return the location of each file of a report, as services that show findings expect it.

    The root is the checkout of GitHub or GitLab; for other files, the working directory.
    """
    variables = filter(None, map(os.environ.get, _CHECKOUTS))
    roots: list[str] = []
    with suppress(OSError):  # the working directory may be deleted
        roots = [os.path.realpath(root) for root in (*variables, os.curdir)]
    paths = dict.fromkeys([*(each.path for each in result.diagnostics), *result.clean])
    return {path: _locate_file(path or os.curdir, roots) for path in paths}


def _locate_file(path: str, roots: list[str]) -> Location:
    try:
        if os.path.exists(path):
            real = os.path.realpath(path)
        else:  # a broken link is the file itself
            folder, name = os.path.split(path)
            real = os.path.normpath(os.path.join(os.path.realpath(folder), name))
    except (OSError, ValueError):  # likewise, or the path contains a NUL
        return Location(path, path)
    for root in roots:
        prefix = os.path.join(root, "")
        if real.startswith(prefix):
            return Location(real.removeprefix(prefix).replace(os.sep, "/"))
    return Location(path, real)
