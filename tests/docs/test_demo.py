"""The demo shows the three jobs in less than a page."""

import subprocess

from tests.docs.blocks import ROOT
from tests.docs.running import PROGRAMS

TEXTS = (
    "TC202",
    "changed ss_vae.json",
    '+            "max_epoch": null,',
    "Every byte is back.",
    "TC301",
)


def test_the_demo() -> None:
    command = ["sh", "scripts/demo.sh"]
    done = subprocess.run(
        command, cwd=ROOT, env=PROGRAMS, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    lines = (done.stdout + done.stderr).splitlines()
    assert len(lines) < 60
    for text in TEXTS:
        assert any(text in line for line in lines), text
