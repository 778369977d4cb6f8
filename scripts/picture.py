"""Write check.svg into a folder: the terminal output of a real run on a config with mistakes."""

import re
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "configs/vae/ss_vae_conv3d_16l8_fp16.json"
MISTAKES = (
    ('"max_steps": 1000000', '"max_steps": null'),
    ('"batch_split": 1', '"batch_split": 3'),
    ('"loss_type": "dice"', '"loss_typ": "dice"'),
)
NAME = "configs/ss_vae.json"
COMMAND = f"trellis-cfg check {NAME}"
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
    text = CONFIG.read_text(encoding="utf-8")
    for old, new in MISTAKES:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary, NAME)
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "trellis_cfg", "check", NAME, "--color", "always"],
            cwd=temporary,
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
