"""``check`` with the code of a checkout: around configs, named, or none."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Program
from tests.lint.rules.test_source import FILES, FORK
from tests.source.checkouts import write

TYPED = {**FORK, "trainer": {**FORK["trainer"], "args": {**FORK["trainer"]["args"], "wokers": 1}}}
CONFIG = {"configs/a.json": json.dumps(TYPED)}
FINDING = 'error[TC502] [*] Mine ignores "wokers"'
SUMMARY = "Found 1 error in 1 file. 1 fixable with --fix --unsafe-fixes."


@pytest.fixture(autouse=True)
def fork(project: Path) -> Path:
    return write(project, FILES | CONFIG)


def test_the_checkout_around_a_config_is_used_and_named(run: Program) -> None:
    result = run("check", "--output-format", "concise")
    assert FINDING in result.out
    assert result.err == f"{SUMMARY} Checked against the code in fork.\n"
    assert "why: accepted at fork/trainers/base.py:4 but never read" in run("check").out


def test_no_source(fork: Path, run: Program) -> None:
    result = run("check", "--no-source", "--output-format", "concise")
    assert FINDING not in result.out
    assert "Checked against the code" not in result.err
    write(fork, {"pyproject.toml": "[tool.trellis-cfg]\nsource = false\n"})
    assert "Checked against the code" not in run("check").err


def test_a_named_checkout(fork: Path, run: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    write(fork / "far", {"a.json": CONFIG["configs/a.json"], ".git/x": ""})
    monkeypatch.chdir(fork / "far")
    assert FINDING not in run("check", "a.json").out
    result = run("check", "a.json", "--source", "..", "--output-format", "concise")
    assert (FINDING in result.out, result.err) == (
        True,
        f"{SUMMARY} Checked against the code in ../fork.\n",
    )
    write(fork / "far", {"pyproject.toml": '[tool.trellis-cfg]\nsource = ".."\n'})
    assert run("check", "a.json").err == f"{SUMMARY} Checked against the code in ../fork.\n"
    write(fork / "far", {"pyproject.toml": '[tool.trellis-cfg]\nsource = [".."]\n'})
    assert run("check", "a.json").err == f"{SUMMARY} Checked against the code in ../fork.\n"


def test_stdin_is_in_the_folder_of_its_name(pipe: Program) -> None:
    data = CONFIG["configs/a.json"].encode()
    result = pipe("check", "-", "--output-format", "concise", stdin=data)
    assert FINDING in result.out
    assert "Checked against the code in fork." in result.err
    result = pipe("check", "-", "--stdin-filename", "/x/y.json", stdin=data)
    assert "Checked against the code" not in result.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--source", "configs"), "configs contains no package with trainers/"),
        (("--source", ".", "--no-source"), "--source and --no-source are mutually exclusive"),
    ],
)
def test_options_without_a_checkout(options: tuple[str, ...], message: str, run: Program) -> None:
    assert run("check", *options).refuses(message)


def test_a_setting_without_a_checkout(fork: Path, run: Program) -> None:
    write(fork, {"pyproject.toml": '[tool.trellis-cfg]\nstrict = true\nsource = "configs"\n'})
    result = run("check")
    assert result.code == 2
    assert "pyproject.toml:3:1: error" in result.err
    assert "source: configs contains no package with trainers/" in result.err


def test_each_config_of_several_checkouts_has_its_own(fork: Path, run: Program) -> None:
    other = {path.replace("fork/", "cupid/"): text for path, text in FILES.items()}
    other["train.py"] = other["train.py"].replace("fork", "cupid")
    other["cupid/trainers/mine.py"] = other["cupid/trainers/mine.py"].replace("depth", "wokers")
    write(fork / "two", other | CONFIG)
    result = run("check", "configs", "two/configs", "--output-format", "concise")
    assert [line.partition(":")[0] for line in result.out.splitlines()] == ["configs/a.json"]
    assert result.err == (
        "Found 1 error in 1 of 2 files. 1 fixable with --fix --unsafe-fixes. "
        "Checked against the code in fork and two/cupid.\n"
    )


def test_a_train_script_with_the_runtime_supports_max_epoch(fork: Path, run: Program) -> None:
    args = {**FORK["trainer"]["args"], "max_steps": None, "max_epoch": 20}
    config = {**FORK, "trainer": {**FORK["trainer"], "args": args}}
    write(fork, {"configs/a.json": json.dumps(config)})
    assert "error[TC105]" in run("check").out
    shown = run("preview")
    assert (shown.code, "error[TC105]" in shown.out) == (1, True)
    write(fork, {"train.py": "import trellis_cfg.training\n" + FILES["train.py"]})
    from trellis_cfg.source import get_reading  # noqa: PLC0415

    get_reading.cache_clear()
    assert "TC105" not in run("check").out


@pytest.mark.parametrize(
    ("arguments", "saves"),
    [("", 1), (", save_last=True", 1), (", save_last=False", 0)],
)
def test_a_train_script_may_turn_the_last_save_off(
    arguments: str, saves: int, fork: Path, run: Program
) -> None:
    args = {**FORK["trainer"]["args"], "max_epoch": 2, "i_save": 1000}
    config = {**FORK, "trainer": {**FORK["trainer"], "args": args}}
    install = f"from trellis_cfg.training import install\ninstall(trainers{arguments})\n"
    train = FILES["train.py"] + install
    write(fork, {"configs/a.json": json.dumps(config), "train.py": train})
    facts = ("--gpus", "1", "--dataset-size", "64")
    assert ("TC302" in run("check", *facts).out) is (saves == 0)
    out = run("preview", *facts, "--output-format", "json").out
    row = json.loads(out)["configs"][0]
    assert (row["stops_after"], row["saves"]) == (32, saves)


def test_edits_are_linted_with_the_code(run: Program) -> None:
    refused = run("set", "unknown=3", "configs/a.json")
    assert refused.code == 2
    assert 'error[TC502] refused: Mine ignores "unknown"' in refused.err
    assert run("set", "--no-source", "unknown=3", "configs/a.json").code == 0


def test_nothing_is_written_into_the_project(fork: Path, run: Program) -> None:
    before = sorted(os.walk(fork))
    run("check")
    assert sorted(os.walk(fork)) == before


@pytest.mark.usefixtures("fork")
def test_an_upgrade_notes_a_trainer_without_the_limit(run: Program) -> None:
    result = run("migrate", "configs/a.json")
    assert result.code == 0
    note = "note: max_epoch has no effect: in this checkout, Mine does not read it"
    assert result.err.splitlines()[1:] == [f"{note} (trellis-cfg explain TC105)"]
    assert run("migrate", "--revert", "configs/a.json").err.count("\n") == 1
    assert "note" not in run("migrate", "--no-source", "configs/a.json").err


def test_an_upgrade_with_a_number_asks_the_code(fork: Path, run: Program) -> None:
    before = (fork / "configs/a.json").read_bytes()
    refused = run("migrate", "--max-epoch", "20", "configs/a.json")
    assert refused.code == 2
    assert "error[TC105] refused: Mine in this checkout does not support max_epoch" in refused.err
    assert (fork / "configs/a.json").read_bytes() == before
    assert run("migrate", "--max-epoch", "20", "--force", "configs/a.json").code == 0
