"""Fixtures that run the whole program, in this process or in its own."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from trellis_cfg.cli.main import main

CONFIGS = Path(__file__).parents[2] / "configs"
VALID = (CONFIGS / "vae/ss_vae_conv3d_16l8_fp16.json").read_text(encoding="utf-8")
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


class Result(NamedTuple):
    """The exit code and the output of a run."""

    code: int
    out: str
    err: str

    def refuses(self, message: str) -> bool:
        """Return whether nothing was done, for the reason in a message."""
        return (self.code, self.out) == (2, "") and message in self.err


Program = Callable[..., Result]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working folder without settings, colors, or a service that runs it."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", *SERVICES):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def run(project: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Program:
    """Return the program, for a run in the working folder."""
    del project

    def execute(*arguments: str) -> Result:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = capfdbinary.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return Result(code, out.decode(), err.decode())

    return execute


@pytest.fixture
def pipe(project: Path) -> Program:
    """Return the program as a process of its own, fed with bytes."""

    def execute(*arguments: str, stdin: bytes = b"") -> Result:
        command = [sys.executable, "-m", "trellis_cfg", *arguments]
        done = subprocess.run(command, input=stdin, cwd=project, capture_output=True, check=False)
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    return execute


def write(folder: Path, **files: str) -> None:
    """Write ``name=text`` as ``name.json`` below ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.json").write_bytes(text.encode())


def run_without(names: set[str], *arguments: str, folder: Path | None = None) -> None:
    """Run the program in a process of its own, where it must not import these modules."""
    script = (
        "import sys\n"
        "from trellis_cfg.cli.main import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "except SystemExit as ended:\n    assert not ended.code, ended.code\n"
        f"sys.exit(' '.join({names} & sys.modules.keys()) or 0)\n"
    )
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
