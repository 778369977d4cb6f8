"""What git ignores below folders, and what it has of the last commit; hostile repositories."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.files.runs import config
from trellis_cfg.files import git
from trellis_cfg.files.discovery import Exclude, discover
from trellis_cfg.files.git import GitIgnored, read_committed

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
FILES = ("configs/a.json", "configs/old/b.json", "configs/old/deep/c.json", "runs/1/d.json")


def run_git(*arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.example")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository of which nothing is tracked, without the user's settings of git."""
    monkeypatch.setenv("HOME", str(tmp_path / ".home"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    run_git("init", "--quiet")
    for name in FILES:
        config(tmp_path / name)
    return tmp_path


def find(*paths: str) -> list[str]:
    return sorted(path for path, _ in discover(paths, Exclude(), ignored=GitIgnored()))


ALL = list(FILES)
CASES: dict[str, tuple[dict[str, str], list[str]]] = {
    "nothing": ({}, ALL),
    "folder": ({".gitignore": "/runs/\n"}, ALL[:3]),
    "folder of any depth": ({".gitignore": "deep\n"}, [*ALL[:2], ALL[3]]),
    "file": ({".gitignore": "b.json\n"}, [ALL[0], *ALL[2:]]),
    "negation": ({".gitignore": "*.json\n!c.json\n!d.json\n"}, ALL[2:]),
    "nested": ({"configs/old/.gitignore": "/b.json\n"}, [ALL[0], *ALL[2:]]),
    "nested negation": ({".gitignore": "*.json\n", "runs/.gitignore": "!d.json\n"}, ALL[3:]),
    "of this clone": ({".git/info/exclude": "runs\n"}, ALL[:3]),
    "of the user": ({".home/.config/git/ignore": "runs\n"}, ALL[:3]),
    "file of the user": (
        {".home/.gitconfig": "[core]\nexcludesFile = ~/mine\n", ".home/mine": "runs\n"},
        ALL[:3],
    ),
    "another repository below": (
        {"runs/.git/HEAD": "ref: refs/heads/a\n", "runs/.gitignore": "1\n"}
        | {f"runs/.git/{name}/x": "" for name in ("objects", "refs")},
        ALL[:3],
    ),
    "broken repository": ({".gitignore": "*.json\n", ".git/HEAD": "?"}, ALL),
    "broken settings": ({".gitignore": "*.json\n", ".git/config": "["}, ALL),
}


@pytest.mark.parametrize("situation", CASES)
def test_what_git_ignores_is_left_out(situation: str, tree: Path) -> None:
    files, expected = CASES[situation]
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    assert find(".") == expected
    assert find(str(tree)) == [str(tree / name) for name in expected]
    if expected[0] == ALL[0]:
        (tree / "link").symlink_to(tree / "configs", target_is_directory=True)
        below = [name.replace("configs", "link") for name in expected if name[0] == "c"]
        assert find("link", "runs/1/d.json") == [*below, ALL[3]]


def test_what_is_tracked_is_never_left_out(tree: Path) -> None:
    run_git("add", "configs/old/b.json")
    (tree / ".gitignore").write_text("configs\nruns\n")
    assert find(".") == ["configs/old/b.json"]


def test_what_is_named_is_never_left_out(tree: Path) -> None:
    (tree / ".gitignore").write_text("runs\n*.json\n")
    assert find("runs", "configs/a.json") == [ALL[0], ALL[3]]
    assert find("runs/1") == ALL[3:]
    assert find("configs/old") == ALL[1:3]


def test_a_folder_of_which_all_is_left_out_is_reported(tree: Path) -> None:
    config(tree / "runs/keep.txt")
    run_git("add", "runs/keep.txt")
    (tree / ".gitignore").write_text("runs/*\n")
    ignored = GitIgnored()
    assert [path for path, _ in discover(["runs"], Exclude(), ignored=ignored)] == ["runs/*.json"]
    assert (ignored.folders, ignored.files) == (1, 0)


def test_many_folders_take_one_run_of_git(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / ".gitignore").write_text("b.json\n")
    run, calls = git.run_git, list[tuple[str, ...]]()

    def run_and_record(folder: str, *arguments: str) -> bytes:
        calls.append(arguments[arguments.index("--") + 1 :])
        return run(folder, *arguments)

    monkeypatch.setattr(git, "run_git", run_and_record)
    for most in (2, 1):
        monkeypatch.setattr(git, "_MOST_NAMES", most)
        assert find("configs", "runs", "configs/a.json") == [ALL[0], *ALL[2:]]
    assert calls == [("configs", "runs"), (".",)]


@pytest.mark.parametrize(
    ("name", "value"),
    [("PATH", ""), ("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")],
    ids=["no git", "a repository of another user"],
)
def test_where_git_cannot_tell(
    name: str, value: str, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / ".gitignore").write_text("*.json\n")
    assert find(".") == ["./*.json"]
    monkeypatch.setenv(name, value)
    assert find(".") == ALL
    assert list(read_committed(ALL)) == []


def test_git_that_does_not_answer(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tree / ".gitignore")
    monkeypatch.setattr(git, "_TIMEOUT", 0.2)
    assert find(".") == ALL


def test_a_working_folder_that_was_removed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "gone").mkdir()
    monkeypatch.chdir(tree / "gone")
    (tree / "gone").rmdir()
    assert find(".") == ["./*.json"]


def test_a_hook_speaks_of_another_folder(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / ".gitignore").write_text("runs\n")
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", "missing")
    assert find("configs", ".") == ALL[:3]


def test_files_of_the_last_commit(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(read_committed(ALL)) == []
    for number, name in enumerate(FILES[:3]):
        (tree / name).write_text("x\n" * number)
    run_git("add", *FILES[:3])
    run_git("commit", "--quiet", "--message", "a")
    (tree / FILES[0]).write_text("later")
    monkeypatch.setattr(git, "_MOST_BLOBS", 2)
    monkeypatch.chdir(tree / "configs")
    paths = ["a.json", "old", "old/b.json", "../runs/1/d.json", "a\nb.json", "old/deep/c.json"]
    paths += ["new blob", "new blob 1"]
    assert list(read_committed(paths)) == [b"", b"x\n", b"x\nx\n"]


def test_no_program_of_a_hostile_repository_is_run(tree: Path) -> None:
    run_git("add", ".")
    run_git("commit", "--quiet", "--message", "a")
    blob = subprocess.check_output(["git", "rev-parse", f"HEAD:{FILES[0]}"], text=True).strip()
    (tree / f".git/objects/{blob[:2]}/{blob[2:]}").unlink()
    program = tree / ".home/program"
    config(program).write_text(f"#!/bin/sh\ntouch {tree}/ran\n")
    program.chmod(0o755)
    settings = {
        "core.fsmonitor": str(program),
        "core.sshCommand": str(program),
        "core.pager": str(program),
        "pager.ls-files": "true",
        "core.hooksPath": str(program.parent),
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.url": "ssh://host.invalid/a",
        "remote.origin.promisor": "true",
        "protocol.ssh.allow": "always",
        "alias.ls-files": f"!{program}",
    }
    for name, value in settings.items():
        run_git("config", name, value)
    (tree / ".gitignore").write_text("runs\n")
    assert find("configs") == ALL[:3]
    assert list(read_committed([FILES[0]])) == []
    assert not (tree / "ran").exists()
    for command in (["ls-files", "--others"], ["cat-file", "blob", blob]):
        subprocess.run(["git", *command], check=False, capture_output=True)
        assert (tree / "ran").exists(), "what the settings name was not run without care"
        (tree / "ran").unlink()
