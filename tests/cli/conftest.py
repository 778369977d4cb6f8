"""The whole program, run in the test's own process, as a person would run it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from trellis_cfg.cli.main import main

CONFIG = """{
    "trainer": {
        "name": "SLatVaeGaussianTrainer",
        "args": {
            "max_steps": 1000000,
            "batch_size_per_gpu": 4
        }
    }
}"""
UPGRADED = CONFIG.replace("1000000,", '1000000,\n            "max_epoch": null,')
ENDLESS = CONFIG.replace("1000000", "null")
SERVICES = ("GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY", "CI_PROJECT_DIR")


class Ran(NamedTuple):
    """What a run of the program came to."""

    code: int
    out: str
    err: str


Program = Callable[..., Ran]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working folder without settings, colours, or a service that runs it."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", *SERVICES):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def run(project: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Program:
    """Return the program, for a run in the working folder."""
    del project

    def ran(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = capfdbinary.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return Ran(code, out.decode(), err.decode())

    return ran


@pytest.fixture
def pipe(project: Path) -> Callable[..., Ran]:
    """Return the program as a process of its own, fed with bytes."""

    def ran(*arguments: str, stdin: bytes = b"") -> Ran:
        command = [sys.executable, "-m", "trellis_cfg", *arguments]
        done = subprocess.run(command, input=stdin, cwd=project, capture_output=True, check=False)
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return ran


def write(folder: Path, **files: str) -> None:
    """Write ``name=text`` as ``name.json`` below ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.json").write_bytes(text.encode())
