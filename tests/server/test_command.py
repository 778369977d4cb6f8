"""The command without its extra, and the other commands without it."""

import sys

from tests.cli.conftest import CONFIGS, run_without
from tests.files.runs import execute

WITHOUT = """
import sys
sys.modules["pygls"] = None
from trellis_cfg.cli.main import main
main(["server"])
"""


def test_without_the_extra_the_command_says_what_to_install() -> None:
    done = execute([sys.executable, "-c", WITHOUT])
    assert (done.returncode, done.stdout) == (2, "")
    assert "the server needs the extra lsp: " in done.stderr
    assert "[lsp]" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_other_command_imports_the_extra() -> None:
    run_without({"pygls", "lsprotocol", "attrs"}, "check", str(CONFIGS / "vae"))
