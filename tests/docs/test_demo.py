"""The demo shows the three jobs in less than a page."""

import os
import subprocess
import sys
from pathlib import Path

from tests.docs.blocks import ROOT

TEXTS = (
    "TC202",
    "changed ss_vae.json",
    '+            "max_epoch": null,',
    "Every byte is back.",
    "TC301",
)


def test_the_demo() -> None:
    environment = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = ["sh", "scripts/demo.sh"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    lines = (done.stdout + done.stderr).splitlines()
    assert len(lines) < 60
    for text in TEXTS:
        assert any(text in line for line in lines), text
