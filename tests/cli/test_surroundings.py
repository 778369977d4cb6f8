"""Closed or full streams, deleted folders, overlapping paths and paths outside."""

import sys
from pathlib import Path

import pytest

from tests.cli.conftest import CONFIG, ENDLESS, UPGRADED, Program, write
from tests.files.runs import Done, execute

pytestmark = pytest.mark.slow


def shell(folder: Path, line: str) -> Done:
    """Run a shell line in which ``$T`` is the program."""
    return execute(["bash", "-c", f'T="{sys.executable} -m trellis_cfg"; {line}'], folder)


def has_traceback(result: Done) -> bool:
    """Return whether stderr shows one of Python's own messages about a stream."""
    return any(text in result.stderr for text in ("Traceback", "Exception ignored", "OSError"))


COMMANDS = [
    *("migrate --check configs", "migrate --diff configs", "migrate --list"),
    *("--help", "explain"),
]


@pytest.fixture(params=["", "1"], ids=["buffered", "unbuffered"])
def buffering(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Python buffer what it writes, or not."""
    monkeypatch.setenv("PYTHONUNBUFFERED", request.param)


@pytest.mark.usefixtures("buffering")
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("stdout", "code", "message"),
    [
        (">/dev/full", 2, "Cannot write output: No space left on device.\n"),
        ("| true; exit ${PIPESTATUS[0]}", 1, ""),
    ],
    ids=["a_full_disk", "a_closed_pipe"],
)
def test_stdout_cannot_be_written(
    stdout: str, code: int, message: str, command: str, project: Path
) -> None:
    write(project / "configs", a=CONFIG)
    result = shell(project, f"$T {command} {stdout}")
    assert (result.returncode, message in result.stderr) == (code, True)
    assert not has_traceback(result)


@pytest.mark.usefixtures("buffering")
@pytest.mark.parametrize("command", [*COMMANDS, "no-such-command", "check configs"])
def test_a_full_disk_behind_both_streams(command: str, project: Path) -> None:
    write(project / "configs", a=ENDLESS)
    assert shell(project, f"$T {command} >/dev/full 2>/dev/full").returncode == 2


def test_the_summary_is_printed_although_stdout_is_full(project: Path) -> None:
    write(project / "configs", a=CONFIG)
    result = shell(project, "$T migrate configs >/dev/full")
    assert result.returncode == 2
    assert "1 of 1 config upgraded. To undo: trellis-cfg migrate --revert configs" in result.stderr
    assert (project / "configs/a.json").read_text() == UPGRADED


def test_closed_streams(project: Path) -> None:
    write(project / "configs", a=CONFIG)
    assert shell(project, "$T migrate --check configs 2>&-").returncode == 1
    for line in ("$T migrate - <&-", "$T migrate --files-from - <&-"):
        result = shell(project, line)
        assert result.returncode == 2
        assert "cannot read input: stdin is closed" in result.stderr
    result = shell(project, "$T migrate - <configs/a.json >&-")
    assert result.returncode == 2
    assert "stdout is closed" in result.stderr
    assert shell(project, "$T migrate configs >&- 2>&-").returncode == 2
    assert (project / "configs/a.json").read_text() == CONFIG


def test_a_list_of_files_may_be_a_pipe(project: Path) -> None:
    write(project / "configs", a=CONFIG)
    result = shell(project, "$T migrate --check --files-from <(printf 'configs/a.json\\r\\n')")
    assert result.stdout == "would be upgraded configs/a.json\n"


def test_a_working_folder_that_is_gone(project: Path) -> None:
    write(project / "configs", a=CONFIG)
    (project / "gone").mkdir()
    result = shell(project, "there=$PWD; cd gone; rmdir ../gone; $T migrate --check $there/configs")
    if "getcwd" in result.stderr and result.returncode not in (1, 2):
        pytest.skip("this interpreter does not start there")
    assert result.returncode == 1
    assert "configs/a.json" in result.stdout
    for arguments in ("check", "check .", "preview", "set a=1", "init", "signature"):
        (project / "gone").mkdir()
        result = shell(project, f"cd gone; rmdir ../gone; $T {arguments}")
        assert (result.returncode, result.stdout) == (2, "")
        assert "The working folder was removed" in result.stderr


def test_numbers_of_any_length_are_measured(project: Path) -> None:
    long = CONFIG.replace("1000000", "9" * 1000)
    write(project / "configs", a=long)
    result = shell(project, "PYTHONINTMAXSTRDIGITS=640 $T migrate --diff configs")
    assert '+            "max_epoch": null,' in result.stdout


def test_a_patch_names_the_real_file(project: Path, run: Program) -> None:
    write(project / "configs", a=CONFIG)
    (project / "link.json").symlink_to("configs/a.json")
    for path in ("configs/../configs", ".//configs", "./configs/./a.json", "link.json"):
        assert run("migrate", "--diff", path).out.startswith("--- a/configs/a.json\n")


def test_a_patch_of_a_file_outside_is_refused(
    project: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "configs", a=CONFIG)
    (project / "sub").mkdir()
    monkeypatch.chdir(project / "sub")
    assert run("migrate", "--diff", "../configs").refuses("outside the working folder")


def test_overlapping_paths_count_once(project: Path, run: Program) -> None:
    write(project / "configs/vae", a=CONFIG, b=ENDLESS)
    result = run("migrate", "--check", "configs", "configs/vae", "./configs", "configs/vae/a.json")
    assert result.out == "would be upgraded configs/vae/a.json\n"
    assert result.err.count("TC101") == 1
    assert "1 of 2 configs would be upgraded, 1 left alone." in result.err


@pytest.mark.parametrize(
    "pattern", ["old", "./configs/old", "configs/old/", "configs/o*", "{}/old"]
)
def test_excluded_folders(pattern: str, project: Path, run: Program) -> None:
    write(project / "configs/old", a=CONFIG)
    write(project / "configs", b=CONFIG)
    pattern = pattern.format(project / "configs")
    assert (
        run("migrate", "--check", "--exclude", pattern).out == "would be upgraded configs/b.json\n"
    )
    forced = ("--force-exclude", "--exclude", pattern, "configs/old/a.json")
    assert run("migrate", "--check", *forced).err == "No changes needed in 0 configs.\n"


def test_a_name_above_the_project_excludes_nothing(project: Path, run: Program) -> None:
    write(project / "configs", a=CONFIG)
    path = str(project / "configs/a.json")
    forced = ("--force-exclude", "--exclude", project.parent.name, path)
    assert run("migrate", "--check", *forced).code == 1


def test_an_excluded_folder_is_excluded_from_inside(
    project: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "configs/old", a=CONFIG)
    (project / "pyproject.toml").write_text('[tool.trellis-cfg]\nexclude = ["old"]\n')
    monkeypatch.chdir(project / "configs/old")
    for path in ("a.json", "."):
        result = run("migrate", "--check", "--force-exclude", path)
        assert result.err == "No changes needed in 0 configs.\n"


def test_the_next_command_affects_the_same_files(project: Path, run: Program) -> None:
    write(project / "configs", a=CONFIG, b=UPGRADED)
    (project / "list").write_text("configs/a.json\n-x.json\n")
    write(project, **{"-x": CONFIG})
    result = run("migrate", "--check", "--exclude", "b.json", "--", "configs", "-x.json")
    assert result.err.endswith("Next: trellis-cfg migrate --exclude b.json -- configs -x.json\n")
    result = run("migrate", "--files-from", "list")
    assert result.err.endswith("To undo: trellis-cfg migrate --files-from list --revert\n")
    write(project / "configs", a=CONFIG)
    result = run("migrate", "configs", "--force-exclude")
    undo = "To undo: trellis-cfg migrate --force-exclude --revert configs (affects 1 more)\n"
    assert result.err.endswith(undo)


def test_an_escape_in_a_path_does_not_reach_the_summary(project: Path, run: Program) -> None:
    write(project / "a\x1b[31m", a=CONFIG)
    assert "\x1b" not in run("migrate", "--check", "a\x1b[31m").err
    assert "\x1b" not in run("migrate", "--files-from", "a\x1b[31m/none").err


def test_a_long_value_is_cut_in_the_message(project: Path, run: Program) -> None:
    write(project / "configs", a=UPGRADED.replace("null", str(list(range(5000)))))
    result = run("migrate", "--revert")
    assert result.code == 1
    assert "…, not null" in result.err
    assert len(result.err) < 400


def test_an_interrupted_run_reports_what_it_wrote(project: Path) -> None:
    write(project / "configs", **{f"c{number}": CONFIG for number in range(5)})
    script = (
        "import os, signal; real, left = os.replace, [3]\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's & ignores it
        "def replace(*names):\n"
        "    left[0] -= 1; real(*names)\n"
        "    if not left[0]: signal.raise_signal(signal.SIGINT)\n"
        "os.replace = replace\n"
        "from trellis_cfg.cli.main import main; main(['migrate'])"
    )
    done = execute([sys.executable, "-c", script], project)
    assert done.returncode == 130
    assert done.stdout.splitlines() == [f"upgraded configs/c{number}.json" for number in range(3)]
    assert done.stderr.split("\n") == [
        "3 of 5 configs upgraded. To undo: trellis-cfg migrate --revert",
        "",
        "Interrupted.",
        "",
    ]
    assert sorted(path.name for path in (project / "configs").glob(".*")) == []


def test_configs_are_at_the_root_of_the_project(
    project: Path, run: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "configs", a=ENDLESS)
    below = project / "scripts/deep"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert run("check").code == 2
    (project / ".git").mkdir()
    result = run("check", "--output-format", "concise")
    assert (result.code, result.out.split(":")[0]) == (1, "../../configs/a.json")
    (project / "scripts/trellis-cfg.toml").write_text('ignore = ["TC101"]\n')
    write(project / "scripts/configs", b=ENDLESS)
    assert run("check").err.endswith("Not shown: 1 turned off by settings.\n")
