"""The generated files in the repository are up to date: ``make generate``."""

import re
import subprocess
import sys
from pathlib import Path

from tests.docs.blocks import ROOT


def output_of(script: str, *arguments: str) -> str:
    """Return the output of a script."""
    command = [sys.executable, f"scripts/{script}", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_reference_of_commands() -> None:
    assert (ROOT / "docs/commands.md").read_text(encoding="utf-8") == output_of("commands.py")


def texts_of(picture: Path) -> list[str]:
    """Return the texts of a picture; their positions depend on the version of rich."""
    return re.findall(r">([^<>]+)</text>", picture.read_text(encoding="utf-8"))


def test_the_picture_of_a_terminal(tmp_path: Path) -> None:
    output_of("picture.py", str(tmp_path))
    assert texts_of(ROOT / "docs/check.svg") == texts_of(tmp_path / "check.svg")
    assert any("TC101" in text for text in texts_of(tmp_path / "check.svg"))
