"""Streams, lists of files, settings, colors, numbers, progress and exit codes."""

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from tests.cli.conftest import CONFIG, ENDLESS, UPGRADED, Program, write
from trellis_cfg.cli import main as program
from trellis_cfg.cli.main import COMMANDS, group
from trellis_cfg.errors import WorkerLost
from trellis_cfg.rewrite import plan


@pytest.mark.parametrize(
    ("text", "out", "code"),
    [
        pytest.param(CONFIG, UPGRADED, 0, id="outdated"),
        pytest.param(UPGRADED, UPGRADED, 0, id="current"),
        pytest.param(ENDLESS, ENDLESS, 1, id="left_alone"),
        pytest.param(CONFIG.replace("\n", "\r\n"), UPGRADED.replace("\n", "\r\n"), 0, id="crlf"),
        pytest.param("{", "", 2, id="broken"),
        pytest.param("\ufeff" + CONFIG, "\ufeff" + UPGRADED, 0, id="byte_order_mark"),
    ],
)
def test_a_filter(text: str, out: str, code: int, pipe: Program) -> None:
    result = pipe("migrate", "-", stdin=text.encode())
    assert (result.code, result.out) == (code, out)
    assert ("stdin:" in result.err) == (code > 0)


def test_a_filter_checks_and_shows(pipe: Program) -> None:
    assert pipe("migrate", "-", "--check", stdin=CONFIG.encode()) == (1, "", "")
    assert pipe("migrate", "-", "--check", stdin=UPGRADED.encode()) == (0, "", "")
    result = pipe("migrate", "-", "--diff", stdin=CONFIG.encode())
    assert result.code == 1
    assert '+            "max_epoch": null,\n' in result.out


def test_stdin_cannot_be_combined(run: Program) -> None:
    assert run("migrate", "-", "a.json").code == 2
    assert "- (stdin) cannot be combined" in run("migrate", "-", "--files-from", "x").err


@pytest.mark.parametrize(("end", "options"), [("\n", []), ("\0", ["-0"])])
def test_files_from_stdin(end: str, options: list[str], project: Path, pipe: Program) -> None:
    write(project / "my configs", 配置=CONFIG)
    stdin = f"my configs/配置.json{end}".encode()
    result = pipe("migrate", "--files-from", "-", *options, stdin=stdin)
    assert (result.code, result.out) == (0, "upgraded my configs/配置.json\n")


def test_files_from_a_file(project: Path, run: Program) -> None:
    write(project / "a", a=CONFIG)
    (project / "list").write_text("a/a.json\n\n")
    assert run("migrate", "--files-from", "list").code == 0
    assert run("migrate", "--files-from", "none").code == 2
    (project / "list").write_bytes(b"a/a.json\0")
    assert "add -0" in run("migrate", "--files-from", "list").err


def test_paths_and_exclude_of_the_settings(project: Path, run: Program) -> None:
    write(project / "train/old", a=CONFIG)
    write(project / "train", b=CONFIG)
    table = '[tool.trellis-cfg]\npaths = ["train"]\nexclude = ["old"]\n'
    (project / "pyproject.toml").write_text(table)
    assert run("migrate").out == "upgraded train/b.json\n"
    assert run("migrate", "train/old/a.json", "--force-exclude").err == (
        "No changes needed in 0 configs.\n"
    )
    assert run("migrate", "train/old/a.json").out == "upgraded train/old/a.json\n"


def test_settings_of_a_folder_above(
    project: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "train", a=CONFIG)
    (project / "pyproject.toml").write_text('[tool.trellis-cfg]\npaths = ["train"]\n')
    (project / "src").mkdir()
    monkeypatch.chdir(project / "src")
    assert run("migrate", "--check").out == "would be upgraded ../train/a.json\n"


def test_bad_settings(project: Path, run: Program) -> None:
    (project / "pyproject.toml").write_text("[tool.trellis-cfg]\npath = []\n")
    assert run("migrate").refuses(
        'pyproject.toml:2:1: error: unknown setting "path"; did you mean "paths"?'
    )
    for text in ("# trellis-cfg\na = " + "[" * 100_000, "# trellis-cfg\na = =\n"):
        (project / "pyproject.toml").write_text(text)
        assert run("migrate").refuses("pyproject.toml:")


def test_nothing_to_read_is_a_usage_error(run: Program) -> None:
    result = run("migrate")
    assert result.code == 2
    assert "no PATH, and no folder configs here" in result.err


def test_a_missing_file_is_a_finding(project: Path, run: Program) -> None:
    write(project / "configs", a=CONFIG)
    result = run("migrate", "--check", "nowhere.json", "configs")
    assert result.code == 2
    assert result.out == "would be upgraded configs/a.json\n"
    assert "nowhere.json:1:1: error[TC006] cannot be read: No such file" in result.err
    (project / "empty").mkdir()
    problem = "empty/*.json:1:1: error[TC006] cannot be read: no file matches\n"
    assert run("migrate", "--check", "empty").err.startswith(problem)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("a\x1b[31m\u202e.json", "a\\x1b[31m\\x202e.json"), ("bad\udcff.json", "bad\\xff.json")],
    ids=["control_characters", "no_text"],
)
def test_a_name_is_escaped(name: str, shown: str, project: Path, run: Program) -> None:
    (project / name).write_text(CONFIG)
    for path in (".", name):
        assert run("migrate", "--check", path).out == f"would be upgraded {shown}\n"


@pytest.mark.parametrize(
    ("option", "environment", "colored"),
    [
        ("auto", {}, False),
        ("always", {}, True),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("always", {"NO_COLOR": "1"}, True),
    ],
)
def test_colors(
    option: str,
    environment: dict[str, str],
    colored: bool,  # noqa: FBT001
    run: Program,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in run("migrate", "--color", option, "nowhere.json").err) == colored


def test_every_command_of_the_table_is_there(run: Program) -> None:
    listed = run("--help").out
    for name in COMMANDS:
        assert name in listed
        assert run(name, "--help").code == 0
    assert set(group.commands) <= set(COMMANDS)
    assert run("migrat").code == 2
    bare = run()
    assert "\n  check " in bare.out + bare.err
    assert run("--version").out.startswith("trellis-cfg, version ")


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (ZeroDivisionError("a test"), 3, "Bug in trellis-cfg.*\nTraceback.*\nZeroDivisionError: a"),
        (KeyboardInterrupt(), 130, "Interrupted.\n$"),
        (BrokenPipeError(), 1, "$"),
        (WorkerLost("a process ended"), 2, "a process ended\n$"),
        (FileNotFoundError(), 2, "The working folder was removed: change to another folder.\n$"),
    ],
    ids=["a_bug_shows_its_traceback", "an_interrupt", "a_closed_pipe", "a_lost_process", "gone"],
)
def test_an_exception(
    error: BaseException, code: int, message: str, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program.group, "main", Mock(side_effect=error))
    result = run("migrate")
    assert (result.code, result.out) == (code, "")
    assert re.match(message, result.err, re.DOTALL)


def test_a_file_that_changes_before_its_patch(
    project: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "configs", a=CONFIG, b=CONFIG)
    planned = plan.plan

    def plan_then_change(*arguments: Any, **options: Any) -> plan.Plan:  # noqa: ANN401
        result = planned(*arguments, **options)
        (project / "configs/a.json").write_text("{}")
        return result

    monkeypatch.setattr(plan, "plan", plan_then_change)
    result = run("migrate", "--diff")
    assert result.code == 2
    assert "configs/a.json:1:1: error: changed by another program" in result.err
    assert "+++ b/configs/b.json" in result.out
    assert "1 of 2 configs would be upgraded, 1 refused." in result.err


def test_streams_that_are_not_files(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project / "configs", a=CONFIG)
    monkeypatch.setattr(sys, "stdout", out := io.StringIO())
    with pytest.raises(SystemExit):
        program.main(["migrate", "--check"])
    assert out.getvalue() == "would be upgraded configs/a.json\n"


@pytest.mark.parametrize(
    ("arguments", "progress"),
    [
        (["migrate", "--check"], b"\r\x1b[K1 files read \r\x1b[K"),
        (["preview", "--data-dir", "."], b"\r\x1b[K2 rows of metadata.csv read \r\x1b[K"),
    ],
)
def test_progress_is_for_terminals(arguments: list[str], progress: bytes, project: Path) -> None:
    dataset = '{"dataset": {"name": "SparseSDF", "args": {}},'
    write(project / "configs", a=CONFIG.replace("{", dataset, 1))
    (project / "metadata.csv").write_text("sha256\na\nb\n")
    script = (
        "import trellis_cfg.cli.output as p; p._DELAY = p._INTERVAL = -1.0;"
        f"from trellis_cfg.cli.main import main; main({arguments})"
    )
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=project, stderr=theirs, stdout=subprocess.PIPE, check=False)
    assert done.stdout
    assert progress in os.read(ours, 4096)


NUMBERS = [
    (("check", "--gpus", "0"), "'--gpus': 0 is less than 1"),
    (("check", "--gpus", "9223372036854775808"), "is greater than 9223372036854775807"),
    (("check", "--gpus", "1.5"), "'--gpus': '1.5' is not an integer"),
    (("check", "--jobs", "62"), "'--jobs': 62 is greater than 61"),
    (("preview", "--resume-step", "-1"), "'--resume-step': -1 is less than 0"),
    (("preview", "--seconds-per-step", "x"), "'--seconds-per-step': 'x' is not a number"),
    (("preview", "--resume-step", "x"), "'--resume-step': 'x' is not an integer"),
    (("preview", "--seconds-per-step", "inf"), "inf is not between 1e-6 and 1e9 seconds"),
    (("preview", "--seconds-per-step", "nan"), "nan is not between 1e-6 and 1e9 seconds"),
    (("preview", "--seconds-per-step", "0"), "0 is not between 1e-6 and 1e9 seconds"),
]


@pytest.mark.parametrize(("arguments", "message"), NUMBERS)
def test_a_number_out_of_range(arguments: tuple[str, ...], message: str, run: Program) -> None:
    result = run(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.rstrip(".\n").endswith(message)
    assert "<=" not in run(arguments[0], "--help").out
