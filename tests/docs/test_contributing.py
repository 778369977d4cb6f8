"""The examples of CONTRIBUTING.md: each diff applies to the repository, and its tests pass."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT
from tests.docs.running import PROGRAMS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (shutil.which("git") and shutil.which("make")), reason="git and make"),
]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(
    r"^### (.+)\n(?s:.*?)^Run `pytest (.+)`.\n\n```diff\n((?s:.*?))^```", PAGE, re.MULTILINE
)
BY_NAME = {name: (tests, diff) for name, tests, diff in EXAMPLES}
MAX_LINES = 36
COPIED = ("configs", "docs", "schemas", "scripts", "tests", "trellis_cfg")
# What a budget of the whole house leaves is nothing that an example can promise.
HOUSE = ("tests/test_house.py", "--deselect=tests/test_house.py::test_the_house_is_small")
GENERATE = ("make", "-o", ".venv/installed", f"BIN={Path(sys.executable).parent}", "generate")


def run(folder: Path, *command: str, stdin: str = "") -> None:
    """Run a command in a copy of the repository; it must succeed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    environment = kept | PROGRAMS | {"PYTHONPATH": str(folder), "HYPOTHESIS_PROFILE": "quick"}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy what the examples are about."""
    for name in COPIED:
        leave_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=leave_out)
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    return tmp_path


def test_there_are_four_examples_of_few_lines() -> None:
    assert list(BY_NAME) == [
        "A rule",
        "An operation of migrations",
        "A reporter",
        "A fact about a trainer",
    ]
    assert [name for name, (_, diff) in BY_NAME.items() if diff.count("\n") > MAX_LINES] == []


def test_the_examples_apply_and_pass(copy: Path) -> None:
    """Each by itself; generated files, tests, format and types are of all together."""
    for _, diff in BY_NAME.values():
        run(copy, "git", "apply", "--check", "-", stdin=diff)
    run(copy, "git", "apply", "-", stdin="".join(diff for _, diff in BY_NAME.values()))
    run(copy, *GENERATE)
    pytest_command = (sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider")
    tests = dict.fromkeys(name for names, _ in BY_NAME.values() for name in names.split())
    run(copy, *pytest_command, *HOUSE, *tests)
    run(copy, sys.executable, "-m", "ruff", "format", "--check", "--quiet", ".")
    run(copy, sys.executable, "-m", "ruff", "check", "--quiet", "--no-cache", ".")
    run(copy, sys.executable, "-m", "mypy", "--no-incremental", "trellis_cfg")
