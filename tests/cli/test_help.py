"""The help of each command: whole at any width, with examples that run, and options by subject."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from tests.cli.conftest import CONFIGS, Program
from tests.cli.test_completion import PATH
from tests.lint.rules.configs import SOUND, written
from tests.restore.folders import write_run
from tests.source.checkouts import BASE, TRAIN, write
from trellis_cfg.cli.help import EXAMPLES, group_options, split_sections
from trellis_cfg.cli.main import COMMANDS, group

CHECKOUT = {
    "train.py": TRAIN,
    "trellis/trainers/__init__.py": "from .base import BasicTrainer\n",
    "trellis/trainers/base.py": BASE.replace("class Trainer", "class BasicTrainer"),
    "trellis/models/__init__.py": "",
}
commands = pytest.mark.parametrize("name", COMMANDS)


def load(name: str) -> tuple[click.Command, click.Context]:
    above = click.Context(group, info_name="trellis-cfg", **group.context_settings)
    command = group.get_command(above, name)
    assert command
    return command, click.Context(command, info_name=name, parent=above)


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_a_help_fits_the_terminal(
    run: Program, name: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    text = run(*name.split(), "--help").out
    lines = text.splitlines()
    assert max(map(len, lines)) <= min(width, 80)
    assert not [line for line in lines if re.search(r"\w(-|\.\.\.)$", line)]
    assert "\n\n\n" not in text
    assert "\nExamples:\n  # " in text


@commands
def test_the_examples_of_a_help_run(name: str, tmp_path: Path) -> None:
    write(tmp_path / "TRELLIS", CHECKOUT)
    folder = write(tmp_path / "project", CHECKOUT)
    shutil.copytree(CONFIGS, folder / "configs")
    write_run(folder / "outputs/run", SOUND["structure_vae"])
    (folder / "configs/new.json").write_text(written(SOUND["structure_vae"]))
    environment = {**os.environ, "PATH": PATH, "HOME": str(tmp_path), "SHELL": "/bin/bash"}
    sections = split_sections(load(name)[0].help or "")
    (examples,) = (section.text for section in sections if section.title == EXAMPLES)
    for line in examples.splitlines():
        done = subprocess.run(
            ["bash", "-c", line], env=environment, capture_output=True, cwd=folder, check=False
        )
        assert done.returncode in {0, 1}, done.stderr
        assert line.startswith("#") or "trellis-cfg" in line


@commands
def test_every_option_has_a_subject(name: str) -> None:
    command, context = load(name)
    groups = group_options(command, context)
    listed = [names for records in groups.values() for names, _ in records]
    options = [each for each in command.get_params(context) if isinstance(each, click.Option)]
    assert len(listed) == len(set(listed)) == len(options)
    assert all(meaning.endswith(".") for records in groups.values() for _, meaning in records)
    assert len(groups) == 1 or len(options) > 6


def test_an_option_without_a_subject_comes_last() -> None:
    names = ["--new", "--gpus", "--ignore", "--diff", "--color", "--exclude", "--strict"]
    command = click.Command("new", params=[click.Option([name]) for name in names])
    groups = group_options(command, click.Context(command))
    subjects = ["Changes", "Rules", "Facts", "Output", "Severity", "Files"]
    assert list(groups) == [*subjects, "Other options"]
    assert [name.split()[0] for name, _ in groups["Other options"]] == ["--new", "--help"]


@pytest.mark.parametrize(
    ("arguments", "suggestion"),
    [
        (["check", "--formt", "json"], "--output-format"),
        (["check", "--exit_zero"], "--exit-zero"),
        (["migrate", "--only-", "max-epoch"], "--only"),
        (["chek"], "check"),
    ],
)
def test_a_mistyped_option_suggests_the_near_one(
    run: Program, arguments: list[str], suggestion: str
) -> None:
    result = run(*arguments)
    assert result.code == 2
    assert re.search(f"[Dd]id you mean .*{suggestion}", result.err)


def test_without_arguments_the_help_is_shown(run: Program) -> None:
    assert run() == run("--help")
