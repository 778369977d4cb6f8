"""The counter on stderr: after a second, not too often, gone at the end."""

import io
import sys

import pytest

from trellis_cfg.cli import output

# The clock is asked at the start, for each item, and again when one is shown.
LONG = (0.0, 0.5, 1.5, 1.5, 1.55, 1.7, 1.7)
SHOWN = "\r\x1b[K2 files read \r\x1b[K4 files read \r\x1b[K"


@pytest.mark.parametrize(
    ("is_terminal", "ticks", "shown"),
    [
        pytest.param(True, (0.0, 0.1, 0.2, 0.3, 0.4), "", id="a_quick_run"),
        pytest.param(True, LONG, SHOWN, id="a_long_run_counts_ten_times_a_second"),
        pytest.param(False, LONG, "", id="no_terminal"),
    ],
)
def test_progress(
    is_terminal: bool,  # noqa: FBT001
    ticks: tuple[float, ...],
    shown: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := io.StringIO())
    monkeypatch.setattr(terminal, "isatty", lambda: is_terminal)
    monkeypatch.setattr(output, "_now", iter(ticks).__next__)
    assert list(output.count_progress("abcd", "files read")) == [*"abcd"]
    assert terminal.getvalue() == shown
