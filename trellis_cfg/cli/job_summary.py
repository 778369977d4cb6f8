"""The table of findings on the page of a job, where GitHub runs the program."""

import os

from trellis_cfg.cli import output
from trellis_cfg.errors import FileRefused
from trellis_cfg.files.output import append as append_to
from trellis_cfg.report import Report

_VARIABLE = "GITHUB_STEP_SUMMARY"


def append(found: Report) -> None:
    """Append the table to the summary of the step; where that fails, say so, and go on."""
    path = os.environ.get(_VARIABLE)
    if not path:
        return
    from trellis_cfg.reporters.markdown import ROOM, fitted  # noqa: PLC0415  few runs have one

    table = fitted(found, ROOM - _size(path) - 1)
    if not table:
        output.summary(f"{_VARIABLE}: {path} is full: the findings stand above only")
        return
    try:
        append_to(path, f"\n{table}".encode())
    except FileRefused as error:
        output.summary(f"{_VARIABLE}: {path} {error.message}: the findings stand above only")


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0
