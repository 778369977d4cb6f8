"""The function of docs/million.md finds what check finds; the engines are run by hand."""

import runpy
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT

SCRIPT = ROOT / "scripts/million.py"


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Return a folder with configs, half of them faulty."""
    command = [sys.executable, str(SCRIPT), "make", str(tmp_path / "runs"), "60"]
    subprocess.run(command, cwd=ROOT, check=True)
    return tmp_path / "runs"


def test_the_function_counts_as_check(runs: Path, capfd: pytest.CaptureFixture[str]) -> None:
    script = runpy.run_path(str(SCRIPT))

    def run_here(folder: str, _: str) -> dict[str, int]:
        files = Path(folder).rglob("*.json")
        rows = [
            row for path in files for row in script["check_config"](str(path), path.read_bytes())
        ]
        assert {tuple(row) for row in rows} == {("path", *script["CLEAN"])}
        return Counter(row["code"] for row in rows)

    script["ENGINES"] |= {"here": run_here, "nothing": lambda *_: {}}
    assert script["compare"]("here", str(runs), "")
    out = capfd.readouterr().out
    assert "\nclean           30        30\nTC001 " in out
    assert not script["compare"]("nothing", str(runs), "")
