"""Escaped text and its width."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trellis_cfg.terminal import escape_controls, escape_line, width


@given(st.text())
def test_control_characters_are_escaped(text: str) -> None:
    for escaped in (escape_controls(text), escape_line(text)):
        assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in escaped)
        assert not {"\u202e", "\u2066", "\u2028"} & set(escaped)
        assert "##[" not in escaped


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"])))
def test_plain_text_stays(text: str) -> None:
    assume("##[" not in text)
    assert escape_controls(text) == text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [("##[error]", "#\\x23[error]"), ("# #[a] ##", "# #[a] ##"), ("\n###[", "\\x0a##\\x23[")],
)
def test_commands_of_logs_are_escaped(text: str, escaped: str) -> None:
    assert escape_controls(text) == escaped


def test_kept_characters_and_tabs() -> None:
    assert escape_controls("a\r\n\x1b", keep="\r\n") == "a\r\n\\x1b"
    assert escape_line("a\tb\x1b") == "a    b\\x1b"


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("中文", 4), ("e\u0301", 1), ("ＡB", 3), ("é", 1)]
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns
