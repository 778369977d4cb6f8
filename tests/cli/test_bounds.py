"""What is too large, not where it should be, or not ours: a message, and exit code 2."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.cases import FOLDER
from tests.cli.conftest import CONFIG, ENDLESS, UPGRADED, VALID, Program, write
from tests.files.runs import NOBODY, ordinary_user
from trellis_cfg.files import reading
from trellis_cfg.source import call_arguments, get_reading

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX system")


def test_a_large_file_is_not_read(project: Path, run: Program) -> None:
    with (project / "large.json").open("wb") as file:
        file.truncate(3 << 30)
    for command in ("check", "migrate", "preview"):
        result = run(command, "large.json")
        assert result.code == 2
        assert f"larger than {reading.MAX_BYTES:,} bytes: not read" in result.out + result.err


def test_a_large_list_is_not_read(
    project: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trellis_cfg.cli.options.MAX_BYTES", 1000)
    (project / "list").write_text("a" * 2000)
    assert "list has more than 1,000 bytes" in run("check", "--files-from", "list").err


def test_a_large_schema_is_not_read(project: Path, run: Program) -> None:
    write(project / "configs", a=VALID)
    (project / "s.json").write_text(f'{{"title": "{"a" * (1 << 20)}"}}')
    assert run("check", "--schema", "s.json").refuses("larger than 1,048,576 bytes")


def test_code_that_is_too_large_is_said(
    project: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(FOLDER / "deprecated-arguments", project, dirs_exist_ok=True)
    assert "too large" not in run("check").err
    monkeypatch.setattr(call_arguments, "_MAX_ALL_CALLS", 0)
    get_reading.cache_clear()
    assert run("check").err.endswith(
        "Checked against the code in trellis. The code is too large: part of it was not read.\n"
    )
    get_reading.cache_clear()


def test_a_folder_without_configs(project: Path, run: Program) -> None:
    commands = (("check",), ("migrate",), ("set", "i_log=5"), ("unset", "i_log"), ("preview",))
    (project / "configs").mkdir()
    for command in commands:
        result = run(*command, "configs")
        assert result.code == 2
        assert "configs/*.json" in result.out + result.err
    write(project / "configs", a='{"num_processes": 8}')
    for command in commands:
        result = run(*command, "configs")
        assert result.code == 2
        assert result.err.endswith("No config: none of the files has models, dataset or trainer.\n")
        assert run(*command, "configs", "--force-exclude").code == 0
        assert run(*command, "configs/a.json", "--force-exclude").code == 0
        assert run(*command, "configs", "--exclude", "*.json").code == 0


def test_stdin_may_be_excluded_by_its_name(pipe: Program) -> None:
    excluded = ("--exclude", "old", "--force-exclude", "--stdin-filename", "old/a.json")
    assert pipe("check", "-", *excluded, stdin=ENDLESS.encode()).code == 0
    fixed = pipe("check", "--fix", "-", *excluded, stdin=CONFIG.encode())
    assert (fixed.code, fixed.out) == (0, CONFIG)
    assert pipe("check", "-", *excluded[2:], stdin=ENDLESS.encode()).code == 1


def test_migrate_names_a_byte_order_mark(project: Path, run: Program) -> None:
    (project / "a.json").write_text(f"\ufeff{CONFIG}", encoding="utf-8")
    result = run("migrate", "a.json")
    assert (project / "a.json").read_text("utf-8") == f"\ufeff{UPGRADED}"
    assert "note: a.json starts with a byte-order mark, which json.load rejects" in result.err


@POSIX
def test_a_process_substitution_is_read_and_not_written(project: Path, run: Program) -> None:
    del project
    for command, code in (("check", 1), ("migrate", 2)):
        reader, writer = os.pipe()
        os.write(writer, (ENDLESS if command == "check" else CONFIG).encode())
        os.close(writer)
        result = run(command, f"/dev/fd/{reader}")
        os.close(reader)
        assert result.code == code
        assert ("TC101" if command == "check" else "use - for stdin") in result.out + result.err


@POSIX
def test_an_output_that_is_a_fifo(project: Path, run: Program) -> None:
    write(project / "configs", a=VALID)
    os.mkfifo("pipe")
    assert run("check", "--output-file", "pipe").refuses("nothing reads this FIFO")
    received: list[str] = []
    thread = threading.Thread(target=lambda: received.append(Path("pipe").read_text("utf-8")))
    thread.start()
    assert run("check", "--output-file", "pipe", "--output-format", "gitlab").code == 0
    thread.join(10)
    assert received == ["[]\n"]
    assert Path("pipe").is_fifo()


def test_an_output_that_is_an_input(project: Path, run: Program) -> None:
    write(project / "configs", a=VALID)
    (project / "list").write_text("configs/a.json\n")
    for command in (("check", "--output-file", "list"), ("preview", "--plot", "list.svg")):
        (project / "list.svg").unlink(missing_ok=True)
        (project / "list.svg").symlink_to("list")
        assert run(*command, "--files-from", "list").refuses("is one of the files to read")
    assert (project / "list").read_text() == "configs/a.json\n"


@POSIX
def test_settings_name_nothing_outside_to_be_written(
    project: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "other", a=CONFIG)
    inside = project / "inside"
    inside.mkdir()
    (inside / "link").symlink_to("../other")
    monkeypatch.chdir(inside)
    for path in ("../other", str(project / "other"), "link"):
        (inside / "pyproject.toml").write_text(f'[tool.trellis-cfg]\npaths = ["{path}"]\n')
        for command in (("migrate",), ("set", "i_log=5"), ("check", "--fix")):
            assert run(*command).refuses("is outside of the project")
        assert run("migrate", "--check").code == 1
    assert (project / "other/a.json").read_text() == CONFIG
    assert run("migrate", "../other").code == 0


@POSIX
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs two users")
def test_settings_of_another_user_in_an_open_folder(project: Path, run: Program) -> None:
    write(project / "configs", a=VALID)
    settings = project / "pyproject.toml"
    settings.write_text("[tool.trellis-cfg]\nstrict = true\n")
    os.chown(settings, NOBODY + 1, NOBODY + 1)
    for folder in (project, *project.parents[:3]):
        folder.chmod(0o755)
    with ordinary_user():
        assert run("check").code == 0
    project.chmod(0o777)
    with ordinary_user():
        assert run("check").refuses("owned by another user")


@POSIX
def test_init_writes_through_no_link(project: Path, run: Program) -> None:
    write(project / "configs", a=VALID)
    elsewhere = project.parent / f"{project.name}-elsewhere"
    elsewhere.mkdir()
    (project / ".github").symlink_to(elsewhere)
    (elsewhere / "pyproject.toml").write_text("")
    (project / "pyproject.toml").symlink_to(elsewhere / "pyproject.toml")
    result = run("init")
    assert result.code == 2
    assert "pyproject.toml: not written: pyproject.toml is a link" in result.err
    assert "not written: .github is a link" in result.err
    assert sorted(elsewhere.iterdir()) == [elsewhere / "pyproject.toml"]
    assert (elsewhere / "pyproject.toml").read_text() == ""


def test_a_large_stdin_is_not_read(pipe: Program) -> None:
    stdin = b" " * (reading.MAX_BYTES + 1)
    assert pipe("check", "-", stdin=stdin).refuses("stdin has more than")


@POSIX
@pytest.mark.parametrize(
    ("command", "is_off", "kept"),
    [
        (("signature",), "", 0),
        (("preview",), "", 0),
        (("migrate", "--check"), "", 0),
        (("check",), "1", 0),
        (("check",), "", 1),
    ],
    ids=str,
)
def test_only_check_keeps_something_in_the_home(
    command: tuple[str, ...], is_off: str, kept: int, project: Path
) -> None:
    shutil.copytree(FOLDER / "deprecated-arguments", project, dirs_exist_ok=True)
    home = project / "home"
    subprocess.run(
        [sys.executable, "-m", "trellis_cfg", *command],
        capture_output=True,
        check=False,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "TRELLIS_CFG_NO_CACHE": is_off,
        },
    )
    assert len([path for path in home.rglob("*") if path.is_file()]) == kept
    assert len(list(home.glob("cache/trellis-cfg/*.json"))) == kept
