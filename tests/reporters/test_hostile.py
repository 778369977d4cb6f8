"""No format sends a terminal, or whoever reads a log, anything but text."""

import pytest
from hypothesis import given

from tests.reporters.examples import ALL, reports, shown
from tests.reporters.runner import commands
from trellis_cfg.diagnostics import Report, SourceLine
from trellis_cfg.reporters import REPORTERS
from trellis_cfg.terminal import escape_controls

FOR_PEOPLE = {"text", "concise", "github", "markdown"}


def with_sources(found: Report) -> Report:
    """Return the findings with lines of their file, as hostile as the message."""
    return found._replace(
        diagnostics=[
            one._replace(source=(SourceLine(one.line, 1, one.message),))
            for one in found.diagnostics
        ]
    )


@pytest.mark.parametrize("form", REPORTERS)
@given(found=reports)
def test_a_line_end_is_the_only_control_character(form: str, found: Report) -> None:
    text = shown(with_sources(found), form)
    if form in FOR_PEOPLE:
        assert all(escape_controls(line) == line for line in text.split("\n"))
    else:
        assert all(" " <= one <= "~" or one == "\n" for one in text)


@pytest.mark.parametrize("form", REPORTERS)
@given(found=reports)
def test_only_the_format_of_commands_has_commands(form: str, found: Report) -> None:
    """Whatever a format prints, a runner of GitHub reads it."""
    of_findings = len(found.diagnostics) if form == "github" else 0
    assert len(commands(shown(with_sources(found), form))) == of_findings


@pytest.mark.parametrize("form", REPORTERS)
def test_every_format_tells_every_finding(form: str) -> None:
    text = shown(ALL, form)
    assert all(code in text for code in ("TC203", "TC102", "TC006"))
