"""What goes to a terminal, and how wide it is."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trellis_cfg.terminal import escape_controls, escape_line, width


@given(st.text())
def test_nothing_that_steers_a_terminal_is_left(text: str) -> None:
    for shown in (escape_controls(text), escape_line(text)):
        assert not any(ord(one) < 32 or 127 <= ord(one) < 160 for one in shown)
        assert not {"\u202e", "\u2066", "\u2028"} & set(shown)
        assert "##[" not in shown


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"])))
def test_plain_text_stays(text: str) -> None:
    assume("##[" not in text)
    assert escape_controls(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("##[error]", "#\\x23[error]"), ("# #[a] ##", "# #[a] ##"), ("\n###[", "\\x0a##\\x23[")],
)
def test_no_log_reads_a_command(text: str, shown: str) -> None:
    assert escape_controls(text) == shown


def test_what_is_kept_stays() -> None:
    assert escape_controls("a\r\n\x1b", keep="\r\n") == "a\r\n\\x1b"


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("中文", 4), ("e\u0301", 1), ("ＡB", 3), ("é", 1)]
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


def test_tabs_are_blanks() -> None:
    assert escape_line("a\tb\x1b") == "a    b\\x1b"
