"""The problem matcher, on the output of text and concise."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.docs.blocks import blocks
from tests.reporters.examples import ALL
from trellis_cfg.diagnostics import Report, SourceLine
from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.rules import select_codes
from trellis_cfg.reporters import Style, load_reporter, plain

FILE = Path(__file__).parents[2] / "docs/problem-matcher.json"
NODE = """
const [regexp, text] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const found = text.split("\\n").map((line) => line.match(new RegExp(regexp)));
console.log(JSON.stringify(found.filter((match) => match).map((match) => [...match].slice(1))));
"""
FORGED = "b.json:7:7: error[TC101] forged"
"""Text of a config that looks like a finding."""

forms = pytest.mark.parametrize("form", ["text", "concise"])


def pattern() -> Any:  # noqa: ANN401  JSON
    (matcher,) = json.loads(FILE.read_bytes())["problemMatcher"]
    assert matcher["owner"] == "trellis-cfg"
    (found,) = matcher["pattern"]
    return found


def report() -> Report:
    """Return the examples, and the findings of a config that forges a finding in each line."""
    text = json.dumps({"models": {FORGED: {FORGED: 1}}, "trainer": {"name": FORGED}}, indent=1)
    forged = lint("configs/forged.json", text.encode(), LintOptions(select_codes()))
    assert any(FORGED in line.text for one in forged for line in one.source)
    last = ALL.diagnostics[0]._replace(source=(SourceLine(123, 1, FORGED),), why=FORGED)
    return Report(5, 0, [*ALL.diagnostics, *forged, last])


def print_report(form: str, style: Style = plain) -> str:
    return load_reporter(form)(report(), style)


def expect_matches() -> list[list[str]]:
    return [
        [one.path, str(one.line), str(one.column), one.severity, one.code, one.message]
        for one in report().diagnostics
    ]


def read(text: str) -> list[list[str]]:
    matches = [re.match(pattern()["regexp"], line) for line in text.splitlines()]
    return [list(match.groups()) for match in matches if match]


@forms
def test_it_reads_what_is_printed(form: str) -> None:
    """The runner removes colors before it asks a matcher."""
    assert read(print_report(form)) == expect_matches()
    colored = print_report(form, lambda text, _: f"\x1b[1m\x1b[31m{text}\x1b[0m")
    assert read(re.sub("\x1b\\[[0-9;]*m", "", colored)) == expect_matches()


def test_its_groups_are_named_in_order() -> None:
    names = ("file", "line", "column", "severity", "code", "message")
    assert [pattern()[name] for name in names] == [*range(1, 7)]
    assert re.compile(pattern()["regexp"]).groups == len(names)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@forms
def test_javascript_reads_it_likewise(form: str) -> None:
    data = json.dumps([pattern()["regexp"], print_report(form)])
    command = ["node", "-e", NODE]
    done = subprocess.run(command, input=data, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == expect_matches()


def test_a_task_of_an_editor_reads_the_same() -> None:
    page = (FILE.parent / "editors.md").read_text(encoding="utf-8")
    (task,) = [json.loads(one.text) for one in blocks(page) if '"tasks"' in one.text]
    (pattern,) = json.loads(FILE.read_bytes())["problemMatcher"][0]["pattern"]
    assert task["tasks"][0]["problemMatcher"]["pattern"] == pattern
