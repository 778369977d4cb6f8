"""The command without its extra, and the other commands without it."""

import subprocess
import sys

WITHOUT = """
import sys
sys.modules["pygls"] = None
from trellis_cfg.cli.main import main
main(["server"])
"""
OTHERS = """
import sys
from trellis_cfg.cli.main import main
try:
    main(["check", "configs/vae"])
except SystemExit as end:
    assert not {"pygls", "lsprotocol", "attrs"} & sys.modules.keys()
    sys.exit(end.code)
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_without_the_extra_the_command_says_what_to_install() -> None:
    done = run(WITHOUT)
    assert (done.returncode, done.stdout) == (2, "")
    assert "the server needs the extra lsp: " in done.stderr
    assert "[lsp]" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_other_command_imports_the_extra() -> None:
    done = run(OTHERS)
    assert done.returncode == 0, done.stderr
