"""``check`` by the code beside the configs: found, named, not wanted."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Program
from tests.lint.rules.test_source import FILES, FORK
from tests.source.checkouts import write

TYPED = {**FORK, "trainer": {**FORK["trainer"], "args": {**FORK["trainer"]["args"], "wokers": 1}}}
CONFIG = {"configs/a.json": json.dumps(TYPED)}
SAID = 'error[TC502] Mine ignores "wokers"'
SUMMARY = "Found 1 error in 1 file."


@pytest.fixture
def fork(project: Path) -> Path:
    return write(project, FILES | CONFIG)


def test_the_checkout_around_a_config_is_used_and_named(fork: Path, run: Program) -> None:
    del fork
    ran = run("check", "--output-format", "concise")
    assert SAID in ran.out
    assert ran.err == f"{SUMMARY} Checked against the code in fork.\n"
    assert "why: fork/trainers/base.py:4 swallows it: it has no effect" in run("check").out


def test_no_source_looks_for_none(fork: Path, run: Program) -> None:
    ran = run("check", "--no-source", "--output-format", "concise")
    assert SAID not in ran.out
    assert "Checked against the code" not in ran.err
    write(fork, {"pyproject.toml": "[tool.trellis-cfg]\nsource = false\n"})
    assert "Checked against the code" not in run("check").err


def test_a_named_checkout(fork: Path, run: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    write(fork / "far", {"a.json": CONFIG["configs/a.json"], ".git/x": ""})
    monkeypatch.chdir(fork / "far")
    assert SAID not in run("check", "a.json").out
    ran = run("check", "a.json", "--source", "..", "--output-format", "concise")
    assert (SAID in ran.out, ran.err) == (True, f"{SUMMARY} Checked against the code in ../fork.\n")
    write(fork / "far", {"pyproject.toml": '[tool.trellis-cfg]\nsource = ".."\n'})
    assert run("check", "a.json").err == f"{SUMMARY} Checked against the code in ../fork.\n"
    write(fork / "far", {"pyproject.toml": '[tool.trellis-cfg]\nsource = [".."]\n'})
    assert run("check", "a.json").err == f"{SUMMARY} Checked against the code in ../fork.\n"


def test_stdin_stands_where_its_name_says(fork: Path, pipe: Program) -> None:
    del fork
    data = CONFIG["configs/a.json"].encode()
    ran = pipe("check", "-", "--output-format", "concise", stdin=data)
    assert SAID in ran.out
    assert "Checked against the code in fork." in ran.err
    ran = pipe("check", "-", "--stdin-filename", "/x/y.json", stdin=data)
    assert "Checked against the code" not in ran.err


BAD = {
    "a_folder_without_code": (["--source", "configs"], "configs contains no package with trainers/"),
    "a_folder_that_is_not_there": (["--source", "gone"], "gone contains no package with trainers/"),
    "both_at_once": (["--source", ".", "--no-source"], "--source and --no-source are mutually exclusive"),
}


@pytest.mark.parametrize(("options", "message"), BAD.values(), ids=BAD)
def test_options_that_mean_no_checkout(
    options: list[str], message: str, fork: Path, run: Program
) -> None:
    del fork
    ran = run("check", *options)
    assert ran.code == 2
    assert message in ran.err


def test_a_setting_that_means_no_checkout_is_placed(fork: Path, run: Program) -> None:
    write(fork, {"pyproject.toml": '[tool.trellis-cfg]\nstrict = true\nsource = "configs"\n'})
    ran = run("check")
    assert ran.code == 2
    assert "pyproject.toml:3:1: error" in ran.err
    assert "source: configs contains no package with trainers/" in ran.err
    write(fork, {"pyproject.toml": "[tool.trellis-cfg]\nsource = 3\n"})
    assert "source must be a folder, a list of folders, or true or false" in run("check").err


def test_each_config_of_several_checkouts_has_its_own(fork: Path, run: Program) -> None:
    other = {path.replace("fork/", "cupid/"): text for path, text in FILES.items()}
    other["train.py"] = other["train.py"].replace("fork", "cupid")
    other["cupid/trainers/mine.py"] = other["cupid/trainers/mine.py"].replace("depth", "wokers")
    write(fork / "two", other | CONFIG)
    ran = run("check", "configs", "two/configs", "--output-format", "concise")
    assert [line.partition(":")[0] for line in ran.out.splitlines()] == ["configs/a.json"]
    assert ran.err == "Found 1 error in 1 of 2 files. Checked against the code in fork and two/cupid.\n"


def test_a_train_py_of_the_runtime_knows_max_epoch(fork: Path, run: Program) -> None:
    args = {**FORK["trainer"]["args"], "max_epoch": 20}
    config = {**FORK, "trainer": {**FORK["trainer"], "args": args}}
    write(fork, {"configs/a.json": json.dumps(config)})
    assert "error[TC105]" in run("check").out
    write(fork, {"train.py": "import trellis_cfg.training\n" + FILES["train.py"]})
    from trellis_cfg.source import read_checkout  # noqa: PLC0415

    read_checkout.cache_clear()
    assert "TC105" not in run("check").out


def test_edits_are_judged_without_the_code(fork: Path, run: Program) -> None:
    del fork
    assert run("set", "unknown=3", "configs/a.json").code == 0


def test_nothing_is_written_into_the_project(fork: Path, run: Program, caches: Path) -> None:
    before = sorted(os.walk(fork))
    run("check")
    assert sorted(os.walk(fork)) == before
    assert list(caches.rglob("source-*.json"))
