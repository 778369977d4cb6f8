"""The table on the page of a job, where GitHub runs the program."""

import os
from pathlib import Path

import pytest

from tests.cli.conftest import ENDLESS, Program
from trellis_cfg.reporters.markdown import ROOM


@pytest.fixture
def page(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (project / "a.json").write_text(ENDLESS)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project / "page.md"))
    return project / "page.md"


def test_it_is_appended(page: Path, run: Program) -> None:
    page.write_text("before\n")
    ran = run("check", "--output-format", "github", "a.json")
    assert ran.code == 1
    assert "::error file=a.json" in ran.out
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n\n### trellis-cfg\n\nFound ")
    assert "| error | a.json:" in text


def test_other_formats_write_none(page: Path, run: Program) -> None:
    run("check", "a.json")
    assert not page.exists()


def test_nothing_found_is_told_too(page: Path, run: Program, project: Path) -> None:
    (project / "b.json").write_text("[]")
    run("check", "--output-format", "github", ".", "--exclude", "a.json")
    assert "No findings in 0 files. 1 other JSON file skipped." in page.read_text()


def test_a_page_that_cannot_be_written_loses_nothing(page: Path, run: Program) -> None:
    page.mkdir()
    ran = run("check", "--output-format", "github", "a.json")
    assert (ran.code, "::error file=a.json" in ran.out) == (1, True)
    assert "page.md cannot be written: Is a directory: findings are only in the log" in ran.err


def test_a_fifo_is_not_waited_for(page: Path, run: Program) -> None:
    os.mkfifo(page)
    ran = run("check", "--output-format", "github", "a.json")
    assert ran.code == 1
    assert "findings are only in the log" in ran.err


def test_a_full_page_is_left(page: Path, run: Program) -> None:
    page.write_bytes(b"x" * (ROOM - 10))
    ran = run("check", "--output-format", "github", "a.json")
    assert "is full" in ran.err
    assert page.stat().st_size == ROOM - 10


@pytest.mark.parametrize("form", ["gitlab", "sarif", "junit", "markdown", "github"])
def test_every_format_goes_to_a_file(project: Path, run: Program, form: str) -> None:
    (project / "a.json").write_text(ENDLESS)
    ran = run("check", "a.json", "--output-format", form, "--output-file", "found")
    assert (ran.code, ran.out) == (1, "")
    assert "TC101" in (project / "found").read_text(encoding="utf-8")
