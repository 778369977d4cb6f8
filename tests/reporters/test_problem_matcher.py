"""The problem matcher for GitHub and VS Code, on the first lines of text and of concise."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.reporters.examples import ALL, shown

FILE = Path(__file__).parents[2] / "docs/problem-matcher.json"
NODE = """
const [regexp, text] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const found = text.split("\\n").map((line) => line.match(new RegExp(regexp)));
console.log(JSON.stringify(found.filter((match) => match).map((match) => [...match].slice(1))));
"""


def pattern() -> Any:  # noqa: ANN401  JSON
    (matcher,) = json.loads(FILE.read_bytes())["problemMatcher"]
    (found,) = matcher["pattern"]
    return found


def expected() -> list[list[str]]:
    return [
        [one.path, str(one.line), str(one.column), one.severity, one.code, one.message]
        for one in ALL.diagnostics
    ]


@pytest.mark.parametrize("form", ["text", "concise"])
def test_it_reads_what_is_printed(form: str) -> None:
    matches = [re.match(pattern()["regexp"], line) for line in shown(ALL, form).splitlines()]
    assert [list(match.groups()) for match in matches if match] == expected()


def test_its_groups_are_named_in_order() -> None:
    names = ("file", "line", "column", "severity", "code", "message")
    assert [pattern()[name] for name in names] == [*range(1, 7)]


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.parametrize("form", ["text", "concise"])
def test_javascript_reads_it_likewise(form: str) -> None:
    given = json.dumps([pattern()["regexp"], shown(ALL, form)])
    command = ["node", "-e", NODE]
    ran = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == expected()
