"""No format sends control characters or commands to a terminal or a log."""

import pytest
from hypothesis import given

from tests.reporters.examples import ALL, render, reports
from tests.reporters.runner import commands
from trellis_cfg.diagnostics import Report, SourceLine
from trellis_cfg.reporters import REPORTERS
from trellis_cfg.terminal import escape_controls

FOR_PROGRAMS = {"json", "gitlab", "sarif", "junit"}


def add_sources(result: Report) -> Report:
    """Return the findings with lines of their file, as hostile as the message."""
    return result._replace(
        diagnostics=[
            one._replace(source=(SourceLine(one.line, 1, one.message),))
            for one in result.diagnostics
        ]
    )


@pytest.mark.parametrize("form", REPORTERS)
@given(result=reports)
def test_a_line_end_is_the_only_control_character(form: str, result: Report) -> None:
    text = render(add_sources(result), form)
    assert all(escape_controls(line) == line for line in text.split("\n"))
    if form in FOR_PROGRAMS:
        assert all(" " <= one <= "~" or one == "\n" for one in text)


@pytest.mark.parametrize("form", REPORTERS)
@given(result=reports)
def test_only_the_format_of_commands_has_commands(form: str, result: Report) -> None:
    """GitHub's runner reads the output of every format."""
    expected = len(result.diagnostics) if form == "github" else 0
    assert len(commands(render(add_sources(result), form))) == expected


@pytest.mark.parametrize("form", REPORTERS)
def test_every_format_has_every_finding(form: str) -> None:
    text = render(ALL, form)
    assert all(code in text for code in ("TC203", "TC102", "TC006"))
