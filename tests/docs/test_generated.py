"""The generated files in the repository are up to date: ``make generate``."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT


def output_of(script: str, *arguments: str) -> str:
    """Return the output of a script."""
    command = [sys.executable, f"scripts/{script}", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_reference_of_commands() -> None:
    assert (ROOT / "docs/commands.md").read_text(encoding="utf-8") == output_of("commands.py")


def test_the_pages_of_the_rules(tmp_path: Path) -> None:
    output_of("rules.py", str(tmp_path))
    docs = ROOT / "docs"
    paths = [*docs.glob("rules*.md"), *docs.glob("rules/*.md")]
    fresh = {path.relative_to(tmp_path): path.read_text() for path in tmp_path.rglob("*.md")}
    assert {path.relative_to(docs): path.read_text(encoding="utf-8") for path in paths} == fresh


def texts_of(picture: Path) -> list[str]:
    """Return the texts of a picture; where they stand depends on rich and matplotlib."""
    return re.findall(r">([^<>]+)</text>", picture.read_text(encoding="utf-8"))


def test_the_picture_of_a_terminal(tmp_path: Path) -> None:
    output_of("picture.py", str(tmp_path))
    assert texts_of(ROOT / "docs/check.svg") == texts_of(tmp_path / "check.svg")
    assert any("TC202" in text for text in texts_of(tmp_path / "check.svg"))


@pytest.mark.parametrize(
    ("name", "options"), [("preview.svg", []), ("preview-dark.svg", ["--dark"])]
)
def test_the_plot_of_a_preview(name: str, options: list[str], tmp_path: Path) -> None:
    facts = ("--lang", "en", "--gpus", "8", "--dataset-size", "168307")
    plot = ("--plot", str(tmp_path / name), *options)
    command = [sys.executable, "-m", "trellis_cfg", "preview", "docs/preview.json", *facts, *plot]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    assert texts_of(ROOT / "docs" / name) == texts_of(tmp_path / name)
    assert "max_epoch 20 = 105,200 steps · ends here" in texts_of(tmp_path / name)
