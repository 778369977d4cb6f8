"""Write check.svg into a folder: the terminal output of a real run on a config with mistakes."""

import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parents[1]
CONFIG = "docs/mistakes.json"
COMMAND = f"trellis-cfg check {CONFIG}"
COLUMNS = 118
NORMAL = ["#484f58", "#ff7b72", "#3fb950", "#d29922", "#79c0ff", "#d2a8ff", "#76e3ea", "#b1bac4"]
BRIGHT = ["#6e7681", "#ffa198", "#56d364", "#e3b341", "#a5d6ff", "#e2c5ff", "#b3f0ff", "#f0f6fc"]


def main(folder: Path) -> None:
    """Run the command with colors, and write the picture."""
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True)
    console.print(Text.from_ansi(f"\x1b[1m$ {COMMAND}\x1b[0m\n{run_check()}"))
    svg = console.export_svg(title="trellis-cfg", theme=dark_theme(), unique_id="check")
    (folder / "check.svg").write_text(remove_fonts(svg), encoding="utf-8")


def dark_theme() -> TerminalTheme:
    """Return the colors of a dark terminal."""
    background, text, *colors = (
        tuple(bytes.fromhex(color[1:])) for color in ("#161b22", "#d6dce4", *NORMAL, *BRIGHT)
    )
    return TerminalTheme(background, text, colors[: len(NORMAL)], colors[len(NORMAL) :])


def run_check() -> str:
    """Return the output of the run, with its colors."""
    done = subprocess.run(
        [sys.executable, "-m", "trellis_cfg", "check", CONFIG, "--color", "always"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    return done.stdout


def remove_fonts(svg: str) -> str:
    """Replace the downloaded fonts of a picture with local ones."""
    svg = re.sub(r"@font-face\s*{[^}]*}\s*|<!-- .*? -->\s*", "", svg)
    return svg.replace(
        "Fira Code, monospace", "ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
