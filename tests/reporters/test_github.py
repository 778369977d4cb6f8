"""GitHub's annotations, parsed as its runner parses them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.document.strategies import places
from tests.models.samples import FULL, changed
from tests.reporters.examples import ALL, CLEAN, WARNING, hostile, names, rename, render, reports
from tests.reporters.runner import LONGEST, Command, commands
from trellis_cfg.diagnostics import SEVERITIES, Diagnostic, Report
from trellis_cfg.document import paths
from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.rules import RULES, select_codes
from trellis_cfg.reporters.text import format_explanation
from trellis_cfg.terminal import escape_controls

OBJECTS = [path for path, value in places(FULL) if isinstance(value, dict)]

COMMANDS = ["error", "warning", "notice"]


def escape(text: str) -> str:
    return escape_controls(text, keep="\r\n")


def count_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def more(diagnostic: Diagnostic) -> str:
    return f"more: trellis-cfg explain {diagnostic.code}"


def expect_command(diagnostic: Diagnostic, path: str) -> Command:
    """Return the command for a finding."""
    at = diagnostic.range
    columns = {"col": str(at.column), "endColumn": str(at.end_column)}
    properties = {
        "file": escape(f"./{path}" if path.startswith("=") else path),
        "line": str(at.line),
        "endLine": str(at.end_line),
        **(columns if at.line == at.end_line else {}),
        "title": f"{diagnostic.code} {RULES[diagnostic.code].name}",
    }
    name = COMMANDS[SEVERITIES.index(diagnostic.severity)]
    return Command(
        name, properties, f"{escape(format_explanation(diagnostic))}\n{more(diagnostic)}"
    )


def test_a_report() -> None:
    assert render(ALL, "github") == (
        "::error file=configs/b.json,line=2,endLine=3,title=TC102 outdated::not upgraded yet"
        "%0Afix: trellis-cfg migrate%0Amore: trellis-cfg explain TC102\n"
        "::error file=configs/gone.json,line=1,endLine=1,col=1,endColumn=2,"
        "title=TC006 unreadable::cannot be read: No such file%0Amore: trellis-cfg explain TC006\n"
        "::warning file=configs/a b%2C%25值.json,line=36,endLine=36,col=26,endColumn=30,"
        "title=TC203 batch-size-ignored::batch_size is ignored: 100%25 sure%0Awhy: it is so"
        "%0Amore: trellis-cfg explain TC203\n"
        "Found 2 errors, 1 warning in 3 of 4 files. 1 other JSON file skipped.\n"
    )
    assert render(CLEAN, "github") == "No findings in 1 file.\n"


@given(st.lists(names, min_size=1, max_size=3), reports)
def test_hostile_findings_round_trip(paths: list[str], result: Report) -> None:
    """The runner reads exactly one command per finding, errors first."""
    report = rename(result, paths)
    text = render(report, "github")
    expected = [expect_command(one, one.path) for one in report.diagnostics]
    assert commands(text) == sorted(expected, key=lambda command: COMMANDS.index(command.name))
    *_, last = text.splitlines()
    assert not commands(last)
    assert text.count("\n") == len(report.diagnostics) + 1


@given(st.sampled_from(OBJECTS), hostile, hostile)
def test_hostile_keys_and_values_of_a_config(path: paths.Path, key: str, value: str) -> None:
    config = json.dumps(changed(FULL, (*path, key), value))
    found = lint("a.json", config.encode(), LintOptions(select_codes()))
    report = Report(1, 0, found)
    expected = [expect_command(one, "a.json") for one in found]
    in_order = sorted(expected, key=lambda command: COMMANDS.index(command.name))
    assert commands(render(report, "github")) == in_order


@given(st.integers(LONGEST - 20, LONGEST + 20), st.sampled_from("x值😀\x1b%\n"))
def test_long_messages_are_cut_below_the_limit(length: int, sign: str) -> None:
    long = WARNING._replace(message=sign * length, why="")
    (command,) = commands(render(Report(1, 0, [long]), "github"))
    whole = f"{escape(long.message)}\n{more(long)}"
    assert count_units(command.message) < LONGEST
    if count_units(whole) < LONGEST:
        assert command.message == whole
    else:
        assert command.message.endswith("…")
        assert whole.startswith(command.message[:-1])
        assert count_units(command.message) >= LONGEST - 2


def test_reports_link_to_the_page_of_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """As soon as the repository has an address."""
    for module in ("text", "sarif"):
        monkeypatch.setattr(f"trellis_cfg.reporters.{module}.__url__", "https://example.org/a")
    page = "https://example.org/a/blob/HEAD/docs/rules/TC203.md"
    assert f"more: {page}\n" in render(ALL, "github").replace("%0A", "\n").replace("%3A", ":")
    (driver,) = (run["tool"]["driver"] for run in json.loads(render(ALL, "sarif"))["runs"])
    assert driver["informationUri"] == "https://example.org/a"
    assert page in [rule["helpUri"] for rule in driver["rules"]]
    assert Path(__file__).parents[2].joinpath("docs/rules/TC203.md").exists()


def test_a_name_that_starts_with_an_equals_sign_keeps_it() -> None:
    report = Report(1, 0, [WARNING._replace(path="==a.json")])
    (command,) = commands(render(report, "github"))
    assert command.properties["file"] == "./==a.json"
