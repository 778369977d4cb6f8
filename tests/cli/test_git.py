"""Commands in a repository of git: what it ignores, and what its last commit has."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import CONFIG, UPGRADED, Program, write

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
LINE = "Left out 1 folder and 2 files that git ignores (--no-gitignore reads them).\n"


@pytest.fixture(autouse=True)
def repository(project: Path) -> Path:
    """Write a repository that ignores a folder with a config, and two files."""
    subprocess.run(["git", "init", "--quiet"], check=True)
    write(project / "configs", a=UPGRADED, b=UPGRADED, c=UPGRADED)
    write(project / "configs/runs", d=UPGRADED)
    (project / ".gitignore").write_text("runs\nb.json\nc.json\n")
    return project


@pytest.mark.parametrize("command", ["check", "preview", "migrate", "set i_save=5"])
def test_what_git_ignores(command: str, repository: Path, run: Program) -> None:
    (repository / "trellis-cfg.toml").write_text("source = false\n")
    assert run(*command.split()).err.endswith(LINE)
    assert "git" not in run(*command.split(), "--no-gitignore").err
    (repository / "trellis-cfg.toml").write_text("gitignore = false\n")
    assert "git" not in run(*command.split()).err


def test_the_number_of_files(run: Program) -> None:
    assert run("check", "--select", "TC102").err == f"No findings in 1 file.\n{LINE}"
    assert run("check", "--select", "TC102", "--no-gitignore").err == "No findings in 4 files.\n"
    assert "in 2 files.\n" in run("check", "configs/b.json", "configs/runs").err


def test_the_next_command_keeps_the_option(repository: Path, run: Program) -> None:
    write(repository / "configs", b=CONFIG)
    result = run("migrate", "--check", "--no-gitignore")
    assert result.err.endswith("Next: trellis-cfg migrate --no-gitignore\n")


def test_nulls_of_the_last_commit(repository: Path, run: Program) -> None:
    (repository / ".gitignore").unlink()
    write(repository / "configs", b=CONFIG, c="[")
    options = ("-c", "user.name=a", "-c", "user.email=a@b.example")
    for command in (("add", "."), (*options, "commit", "--quiet", "--message", "a")):
        subprocess.run(["git", *command], check=True)
    write(repository / "configs", b=UPGRADED, c=UPGRADED, e=UPGRADED)
    note = "note: in the last commit, max_epoch is null in 2 of 5 configs: git shows its removal\n"
    assert run("migrate", "--revert", "--check").err.endswith(note)
    assert run("migrate", "--revert", "configs/e.json").err.count("\n") == 1
    result = run("migrate", "--revert")
    assert result.err.endswith(note.replace("5", "4"))
    assert (repository / "configs/c.json").read_text() == CONFIG
    assert "note" not in run("migrate").err
