"""The counter on stderr: after a second, not too often, gone at the end."""

import io
import sys

import pytest

from trellis_cfg.cli import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_quick_run_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([0.0, 0.1, 0.2])
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setattr(progress, "_now", lambda: next(ticks))
    assert list(progress.count_progress("ab", "files read")) == ["a", "b"]
    assert terminal.getvalue() == ""


def test_a_long_run_counts_ten_times_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    # The clock is asked at the start, for each item, and again when one is shown.
    ticks = iter([0.0, 0.5, 1.5, 1.5, 1.55, 1.7, 1.7])
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setattr(progress, "_now", lambda: next(ticks))
    assert len(list(progress.count_progress("abcd", "files read"))) == 4
    assert terminal.getvalue() == "\r\x1b[K2 files read \r\x1b[K4 files read \r\x1b[K"


def test_no_terminal_no_counter() -> None:
    items = [1, 2]
    assert progress.count_progress(items, "files read") is items
