"""Shell completion: the scripts that a shell is given, and what they are answered."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = str(Path(sys.executable).parent / "trellis-cfg")


def answered(shell: str, typed: str, at: int) -> list[str]:
    """Return what a shell's script is told for words that were typed, the last one being begun."""
    environment = {
        **os.environ,
        "_TRELLIS_CFG_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(at) if shell != "fish" else typed.rpartition(" ")[2],
    }
    done = subprocess.run([PROGRAM], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize(
    ("typed", "at", "offered"),
    [
        ("trellis-cfg c", 1, ["plain,check"]),
        ("trellis-cfg s", 1, ["plain,set", "plain,schema", "plain,signature", "plain,server"]),
        ("trellis-cfg check --output-format g", 3, ["plain,github", "plain,gitlab"]),
        (
            "trellis-cfg check --st",
            2,
            ["plain,--strict", "plain,--statistics", "plain,--stdin-filename"],
        ),
        ("trellis-cfg preview --lang ", 3, ["plain,en", "plain,zh"]),
        ("trellis-cfg nothing", 1, []),
    ],
)
def test_what_bash_is_offered(typed: str, at: int, offered: list[str]) -> None:
    assert answered("bash", typed, at) == offered


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_offered_the_same(shell: str) -> None:
    told = answered(shell, "trellis-cfg ch", 1)
    assert any("check" in line for line in told)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_a_real_bash_completes(tmp_path: Path) -> None:
    script = tmp_path / "completion"
    with script.open("w") as file:
        environment = {**os.environ, "_TRELLIS_CFG_COMPLETE": "bash_source"}
        subprocess.run([PROGRAM], env=environment, stdout=file, check=True)
    typed = (
        f"source {script}; COMP_WORDS=(trellis-cfg explain --output-format j); COMP_CWORD=3;"
        " _trellis_cfg_completion trellis-cfg; echo ${COMPREPLY[@]}"
    )
    environment = {**os.environ, "PATH": f"{Path(PROGRAM).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", typed], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "json\n"
