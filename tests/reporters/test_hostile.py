"""No format sends a terminal, or whoever reads a log, anything but text."""

import re

import pytest
from hypothesis import given

from tests.reporters.examples import ALL, reports, shown
from trellis_cfg.report import Report
from trellis_cfg.reporters import REPORTERS

CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("form", REPORTERS)
@given(found=reports)
def test_no_control_character_but_the_line_end(form: str, found: Report) -> None:
    assert CONTROL.search(shown(found, form)) is None


@pytest.mark.parametrize("form", REPORTERS)
def test_every_format_tells_every_finding(form: str) -> None:
    text = shown(ALL, form)
    assert all(code in text for code in ("TC203", "TC102", "TC006"))
