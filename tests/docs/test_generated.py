"""What is made from the program and checked in is as it would be made now: ``make generate``."""

import re
import subprocess
import sys
from pathlib import Path

from tests.docs.blocks import ROOT


def made(script: str, *arguments: str) -> str:
    """Return what a script prints."""
    command = [sys.executable, f"scripts/{script}", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_reference_of_commands() -> None:
    assert (ROOT / "docs/commands.md").read_text(encoding="utf-8") == made("commands.py")


def told(picture: Path) -> list[str]:
    """Return the texts of a picture; where they stand depends on the version of rich."""
    return re.findall(r">([^<>]+)</text>", picture.read_text(encoding="utf-8"))


def test_the_picture_of_a_terminal(tmp_path: Path) -> None:
    made("picture.py", str(tmp_path))
    assert told(ROOT / "docs/check.svg") == told(tmp_path / "check.svg")
    assert any("TC101" in text for text in told(tmp_path / "check.svg"))
