"""Whole runs against full disks, kills and other programs: a file is old or new, never lost."""

import os
import shlex
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.files.runs import (
    NEW,
    OLD,
    UNMEASURED,
    config,
    execute,
    exit_code,
    run,
    temporary_files,
    upgrade,
)
from trellis_cfg.files.discovery import Exclude, discover
from trellis_cfg.rewrite import plan

pytestmark = pytest.mark.slow

LARGE = OLD.replace(b"{}", b'{"note": "%s"}' % (b"x" * 20_000))
KILLED_BEFORE_THE_RENAME = "os.replace = lambda *_: os.kill(os.getpid(), 9)"


def test_full_disk_keeps_the_old_file(small_disk: Path) -> None:
    target, filler = config(small_disk / "x.json", LARGE), small_disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    done = run(target)
    assert done.returncode == 2
    assert f"{target}:1:1: error: cannot be written: No space left on device" in done.stderr
    assert target.read_bytes() == LARGE
    assert sorted(small_disk.iterdir()) == [filler, target]

    filler.unlink()
    assert run(target).returncode == 0
    assert target.read_bytes() == LARGE.replace(b"1000", b'1000, "max_epoch": null')


def size_limit(limit: int) -> str:
    """Return the statements that let no file grow beyond ``limit`` bytes."""
    return f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"


@pytest.mark.parametrize("limit", [0, 1, 40, len(NEW) - 1])
def test_file_size_limit_keeps_the_old_file(tmp_path: Path, limit: int) -> None:
    target = config(tmp_path / "x.json")
    done = run(target, before=size_limit(limit))
    assert done.returncode == 2
    assert f"{target}:1:1: error: cannot be written: File too large" in done.stderr
    assert target.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [target]


def test_file_that_cannot_be_written_does_not_stop_the_next(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("1.json", "2.json", "3.json")]
    for path, data in zip(paths, (LARGE, OLD, LARGE), strict=True):
        config(path, data)
    done = run(tmp_path, before=size_limit(1000))
    assert (done.returncode, done.stdout) == (2, f"upgraded {paths[1]}\n")
    assert done.stderr.count("cannot be written: File too large") == 2
    assert [path.read_bytes() for path in paths] == [LARGE, NEW, LARGE]
    assert sorted(tmp_path.iterdir()) == paths


def test_file_that_is_a_mount_point_keeps_its_content(mounted_config: Path) -> None:
    mounted_config.write_bytes(OLD)
    done = run(mounted_config)
    assert done.returncode == 2
    assert "cannot be written: Device or resource busy" in done.stderr
    assert mounted_config.read_bytes() == OLD
    assert temporary_files(mounted_config.parent) == []


def test_kills_at_any_moment_leave_each_file_old_or_new(tmp_path: Path) -> None:
    paths = [config(tmp_path / f"{number % 7}/{number}.json") for number in range(300)]
    command = [sys.executable, "-m", "trellis_cfg", "migrate", str(tmp_path)]
    killed, upgraded, quiet = 0, 0, subprocess.DEVNULL
    for _ in range(8):
        enough = upgraded + os.urandom(1)[0] % 40
        with subprocess.Popen(command, stdout=quiet, stderr=quiet, env=UNMEASURED) as live:
            while upgraded <= enough and live.poll() is None:
                upgraded = sum(path.stat().st_size == len(NEW) for path in paths)
            live.kill()
        killed += live.returncode == -signal.SIGKILL
        contents = [path.read_bytes() for path in paths]
        assert set(contents) <= {OLD, NEW}
        upgraded = contents.count(NEW)
    assert killed

    assert run(tmp_path).returncode == 0
    assert {path.read_bytes() for path in paths} == {NEW}
    assert sorted(tmp_path.rglob("*.*")) == sorted(paths)
    assert temporary_files(tmp_path) == []


@pytest.mark.parametrize("name", ["real/x.json", "links/x.json"])
def test_next_run_clears_up_after_a_killed_one(tmp_path: Path, name: str) -> None:
    target, path = config(tmp_path / "real/x.json"), tmp_path / name
    if path != target:
        path.parent.mkdir()
        path.symlink_to(target)
    assert run(path, before=KILLED_BEFORE_THE_RENAME).returncode == -signal.SIGKILL
    (left,) = temporary_files(target.parent)
    assert (target.read_bytes(), left.read_bytes()) == (OLD, NEW)

    done = run(path.parent)
    assert done.returncode == 0
    assert "Removed 1 temporary file left by a killed run." in done.stderr
    assert (target.read_bytes(), temporary_files(tmp_path)) == (NEW, [])


FIXABLE = OLD.replace(b"1000", b"1e3")
WRITERS = {
    "set": (("set", "max_steps=5", "x.json"), "x.json"),
    "unset": (("unset", "max_steps", "--force", "x.json"), "x.json"),
    "fix": (("check", "--fix", "--unsafe-fixes", "x.json"), "x.json"),
    "baseline": (("check", "--write-baseline", "known.json", "x.json"), "known.json"),
    "report": (("check", "--output-format", "json", "--output-file", "r", "x.json"), "r"),
    "schema": (("schema", "config", "--output", "schemas"), "schemas/config.schema.json"),
    "plot": (("preview", "--plot", "p.svg", "x.json"), "p.svg"),
    "init": (("init", "--install-from", "trellis-cfg==1"), "trellis-cfg.toml"),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_a_killed_writer_leaves_the_old_file_or_none(writer: str, tmp_path: Path) -> None:
    config(tmp_path / "x.json", FIXABLE)
    (command, *arguments), name = WRITERS[writer]
    old = FIXABLE if name == "x.json" else None
    kill = {"before": KILLED_BEFORE_THE_RENAME, "command": command}
    assert run(*arguments, folder=tmp_path, **kill).returncode == -signal.SIGKILL
    written = tmp_path / name
    assert (written.read_bytes() if written.exists() else None) == old
    assert len(temporary_files(tmp_path)) == 1
    done = run(*arguments, folder=tmp_path, command=command)
    assert done.returncode in (0, 1), done.stderr
    assert temporary_files(tmp_path) == []
    assert written.read_bytes() != old


@pytest.mark.parametrize(
    ("name", "code", "message"), [("SIGTERM", 143, "Terminated."), ("SIGINT", 130, "Interrupted.")]
)
def test_a_stopped_run_leaves_no_temporary_file(
    name: str, code: int, message: str, tmp_path: Path
) -> None:
    target = config(tmp_path / "x.json")
    before = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's &
        f"os.replace = lambda *_: os.kill(os.getpid(), signal.{name})"
    )
    stopped = run(target, before=before)
    assert (stopped.returncode, stopped.stderr.endswith(f"{message}\n")) == (code, True)
    assert "Traceback" not in stopped.stderr
    assert (target.read_bytes(), temporary_files(tmp_path)) == (OLD, [])


def test_an_interrupt_during_the_imports_is_no_traceback(tmp_path: Path) -> None:
    before = (
        "import sys\nclass Finder:\n    def find_spec(self, name, *_):\n"
        "        if name == 'click': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Finder())"
    )
    stopped = run(config(tmp_path / "x.json"), before=before)
    assert (stopped.returncode, stopped.stderr) == (130, "")


def test_a_close_that_fails_after_the_rename_is_no_failure(tmp_path: Path) -> None:
    target = config(tmp_path / "x.json")
    before = (
        "import io\nopen_file = os.fdopen\n"
        "class Failing(io.FileIO):\n    def close(self):\n        super().close()\n"
        "        raise OSError(5, 'Input/output error')\n"
        "os.fdopen = lambda descriptor, mode: Failing(descriptor, mode)"
    )
    done = run(target, before=before)
    assert (done.returncode, target.read_bytes()) == (0, NEW)


def test_a_reader_that_has_seen_enough_is_told_no_wrong_number(tmp_path: Path) -> None:
    for number in range(300):
        config(tmp_path / f"{number}.json")
    command = f"{shlex.quote(sys.executable)} -m trellis_cfg migrate --diff . | head -1"
    shell = ["bash", "-c", f"set -o pipefail; {command}"]
    environment = UNMEASURED | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = execute(shell, tmp_path, environment)
    assert done.returncode == 1
    assert done.stderr in (
        "",
        "300 of 300 configs would be upgraded. Next: trellis-cfg migrate .\n",
    )


def test_run_that_only_checks_removes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    target = config(tmp_path / "x.json")
    run(target, before=KILLED_BEFORE_THE_RENAME)
    left = temporary_files(tmp_path)
    assert len(left) == 1
    assert [run(target, option).returncode for option in ("--check", "--diff")] == [1, 1]
    assert temporary_files(tmp_path) == left


def test_each_file_is_synced_before_its_rename_and_each_folder_once_after_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [config(tmp_path / name / f"{n}.json") for name in ("one", "two") for n in range(3)]
    config(tmp_path / "current/x.json", NEW)
    real_fsync, real_replace = os.fsync, os.replace
    calls: list[tuple[str, int]] = []

    def fsync(descriptor: int) -> None:
        calls.append(("fsync", os.fstat(descriptor).st_ino))
        real_fsync(descriptor)

    def replace(source: str, target: str) -> None:
        calls.append(("replace", os.stat(source).st_ino))
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    assert exit_code(tmp_path) == 0
    files = [path.stat().st_ino for path in paths]
    folders = sorted((tmp_path / name).stat().st_ino for name in ("one", "two"))
    expected = [(call, inode) for inode in files for call in ("fsync", "replace")]
    assert calls[:-2] == expected
    assert sorted(calls[-2:]) == [("fsync", inode) for inode in folders]


def test_interrupted_run_syncs_the_folders_of_what_it_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [config(tmp_path / name / "x.json") for name in ("one", "two")]
    found = discover([str(tmp_path)], Exclude())
    changes = plan.plan(found, upgrade, to_write=True).changes
    synced: list[int] = []
    real_replace = os.replace

    def replace_once(source: str, target: str) -> None:
        if synced[1:]:
            raise KeyboardInterrupt
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(os.fstat(fd).st_ino))
    monkeypatch.setattr(os, "replace", replace_once)
    done: list[plan.Change] = []
    with pytest.raises(KeyboardInterrupt):
        list(plan.carry_out(changes, done))
    assert done == changes[:1]
    assert [path.read_bytes() for path in paths] == [NEW, OLD]
    assert synced[::2] == [path.stat().st_ino for path in (paths[0], paths[0].parent)]
    assert temporary_files(tmp_path) == []
