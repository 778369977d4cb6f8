"""Each folder is a situation: a checkout and configs, and what the program must say of them.

``expected.tsv`` has a row for each demand: the config, the line (``7``, ``7-9``, ``-`` for any),
how the code begins (``TC5``, several with commas), the severity, and what the message holds
(``a&b`` both, ``a|b`` either). A code of ``-`` means that nothing may be said, ``!TC5`` that this
code may not come, ``?TC5`` that it may. An error that no row expects is a fault. ``check.sh`` is
run in the copy, with ``$PROGRAM`` set, and must exit with 0.
"""

import csv
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cases import FOLDER

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "trellis_cfg"]
CASES = sorted(
    path
    for path in FOLDER.iterdir()
    if path.is_dir() and path.name[0].islower() and not path.name.startswith("fix-")
)
Finding = dict[str, Any]
Row = dict[str, str]


def run(command: list[str], folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a copy of a case, with an empty home."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PROGRAM": shlex.join(PROGRAM),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def is_at(finding: Finding, line: str) -> bool:
    """Tell whether a finding stands on one of the lines of a row."""
    first, _, last = line.partition("-")
    return not first or int(first) <= finding["range"]["start"]["line"] <= int(last or first)


def says(finding: Finding, row: Row) -> bool:
    """Tell whether a finding is what a row is about, wherever it stands."""
    text = " ".join(finding.get(key) or "" for key in ("message", "label", "help"))
    return (
        (
            row["codes"] == "-"
            or finding["code"].startswith(tuple(row["codes"].strip("?!").split(",")))
        )
        and (row["severity"] == "-" or finding["severity"] in row["severity"].split(","))
        and (
            row["substring"] == "-"
            or any(
                all(part in text for part in choice.split("&"))
                for choice in row["substring"].split("|")
            )
        )
    )


def find_faults(rows: list[Row], findings: list[Finding]) -> list[object]:
    """Return the rows that do not hold, and the errors that no row of their config expects."""
    faults: list[object] = []
    for row in rows:
        hits = [
            finding
            for finding in findings
            if finding["path"] == row["config"]
            and says(finding, row)
            and is_at(finding, row["line"])
        ]
        is_forbidden, is_optional = row["codes"][0] in "-!", row["codes"][0] == "?"
        if (hits and is_forbidden) or not (hits or is_forbidden or is_optional):
            faults.append(row)
    for finding in findings:
        expected = [
            row for row in rows if row["config"] == finding["path"] and row["codes"][0] not in "-!"
        ]
        is_expected = any(
            says(finding, row) or (row["line"] != "-" and is_at(finding, row["line"]))
            for row in expected
        )
        if expected and finding["severity"] == "error" and not is_expected:
            faults.append(finding)
    return faults


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case(case: Path, tmp_path: Path) -> None:
    folder, home = shutil.copytree(case, tmp_path / "case"), tmp_path / "home"
    home.mkdir()
    expected = case / "expected.tsv"
    if expected.exists():
        with expected.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        done = run([*PROGRAM, "check", "--output-format", "json", "."], folder, home)
        assert find_faults(rows, json.loads(done.stdout)["findings"]) == []
    if (case / "check.sh").exists():
        done = run(["sh", "check.sh"], folder, home)
        assert done.returncode == 0, done.stdout + done.stderr
    assert expected.exists() or (case / "check.sh").exists()
