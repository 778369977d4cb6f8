"""The hooks, run by pre-commit in a new repository, without a network."""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.docs.blocks import blocks
from tests.files.runs import Done, execute
from tests.models.samples import SMALL, changed
from tests.places.conftest import ROOT

pytestmark = pytest.mark.slow

STEPS = ("trainer", "args", "max_steps")
CURRENT = json.dumps(changed(SMALL, ("trainer", "args", "max_epoch"), None), indent=4)
OUTDATED = json.dumps(changed(SMALL, STEPS, 1000), indent=4)
ENDLESS = json.dumps(changed(SMALL, STEPS, None), indent=4)
SOURCE = ("pyproject.toml", "README.md", "LICENSE", "NOTICE", ".pre-commit-hooks.yaml")
NAME = "带 空格.json"


class Repository(NamedTuple):
    """A repository that uses the hooks."""

    folder: Path
    environment: dict[str, str]

    def run(self, *command: str) -> Done:
        return execute(command, self.folder, self.environment)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.run("git", "add", name)
        return path

    def hooks(self, *ids: str) -> None:
        listed = "".join(f"      - id: {name}\n" for name in ids)
        hooks = self.folder.parent / "hooks"
        self.write(
            ".pre-commit-config.yaml",
            f"repos:\n  - repo: {hooks}\n    rev: v1\n    hooks:\n{listed}",
        )

    def commit(self) -> Done:
        return self.run("git", "commit", "--message", "a commit")


@pytest.fixture(scope="module")
def repository(offline: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Return a repository with pre-commit installed, next to one that has the hooks."""
    top = tmp_path_factory.mktemp("pre-commit")
    keys = ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL")
    people = {f"GIT_{key}": "a@b.example" for key in keys}
    own = {"PRE_COMMIT_HOME": str(top / "home"), "HOME": str(top), "GIT_CONFIG_NOSYSTEM": "1"}
    work = Repository(top / "work", {**offline, **people, **own})
    hooks = Repository(top / "hooks", work.environment)
    for each in (work, hooks):
        each.folder.mkdir()
        each.run("git", "init", "--quiet")
    for name in SOURCE:
        shutil.copy(ROOT / name, hooks.folder / name)
    shutil.copytree(ROOT / "trellis_cfg", hooks.folder / "trellis_cfg")
    shutil.copytree(ROOT / "schemas", hooks.folder / "schemas")
    hooks.run("git", "add", ".")
    hooks.run("git", "commit", "--quiet", "--message", "hooks")
    hooks.run("git", "tag", "v1")
    work.hooks("trellis-cfg-migrate", "trellis-cfg-check")
    installed = work.run(sys.executable, "-m", "pre_commit", "install", "--install-hooks")
    assert installed.returncode == 0, installed.stdout + installed.stderr
    return work


@pytest.fixture(autouse=True)
def clean(repository: Repository) -> None:
    """Start with only the settings in the repository."""
    repository.run("git", "reset", "--quiet")
    options = ("--force", "--quiet", "--cached", "--ignore-unmatch")
    folders = ("configs", "data", "myconfigs", "models")
    repository.run("git", "rm", "-r", *options, *folders)
    for name in folders:
        shutil.rmtree(repository.folder / name, ignore_errors=True)


def test_check_blocks_a_config_without_a_limit(repository: Repository) -> None:
    repository.hooks("trellis-cfg-fix", "trellis-cfg-check")
    path = repository.write(f"configs/vae/{NAME}", ENDLESS)
    done = repository.commit()
    assert done.returncode == 1
    assert done.stderr.count("error[TC101] no stop condition") == 1
    assert path.read_text() == ENDLESS


def test_migrate_fails_the_commit_once(repository: Repository) -> None:
    repository.hooks("trellis-cfg-migrate", "trellis-cfg-check")
    path = repository.write(f"configs/generation/{NAME}", OUTDATED)
    first = repository.commit()
    assert first.returncode == 1
    assert "files were modified by this hook" in first.stderr
    assert path.read_text() == OUTDATED.replace("1000", '1000,\n            "max_epoch": null')
    repository.run("git", "add", ".")
    assert repository.commit().returncode == 0


@pytest.mark.parametrize("name", ["configs/mine.json", "models/configs/vae/deep/mine.json"])
def test_fix_fails_the_commit_once(name: str, repository: Repository) -> None:
    repository.hooks("trellis-cfg-fix", "trellis-cfg-check")
    sound = OUTDATED.replace("1000", '1000,\n            "max_epoch": null')
    path = repository.write(name, sound.replace("1000,", "1e3,"))
    first = repository.commit()
    assert first.returncode == 1
    assert "fixed TC104: set max_steps to 1000" in first.stderr
    assert "files were modified by this hook" in first.stderr
    assert path.read_text() == sound
    repository.run("git", "add", ".")
    assert repository.commit().returncode == 0


def test_other_files_are_unchanged(repository: Repository) -> None:
    repository.hooks("trellis-cfg-migrate", "trellis-cfg-check")
    others = [
        repository.write(name, ENDLESS)
        for name in (*("data/a.json", "myconfigs/a.json", "configs/vae/a.txt"),)
    ]
    done = repository.commit()
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("(no files to check)Skipped") == 2
    repository.write("configs/accelerate.json", '{"num_processes": 8}')
    assert repository.commit().returncode == 0
    assert {path.read_text() for path in others} == {ENDLESS}


def test_many_files_are_one_process(repository: Repository) -> None:
    repository.hooks("trellis-cfg-check")
    for number in range(300):
        repository.write(f"configs/vae/config {number:03}.json", CURRENT)
    repository.write("configs/vae/endless.json", ENDLESS)
    done = repository.commit()
    assert done.returncode == 1
    assert done.stderr.count(" in 301 files.") == 1


def test_excluded_files_stay_excluded(repository: Repository) -> None:
    repository.hooks("trellis-cfg-check")
    repository.write("pyproject.toml", '[tool.trellis-cfg]\nexclude = ["old"]\n')
    repository.write("configs/vae/a.json", CURRENT)
    repository.write("old/configs/vae/a.json", ENDLESS)
    done = repository.commit()
    repository.run("git", "rm", "-r", "--force", "--quiet", "old", "pyproject.toml")
    assert done.returncode == 0, done.stderr


def test_the_settings_of_the_page(repository: Repository) -> None:
    page = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    of_repository, local = (at.text for at in blocks(page) if at.text.startswith("repos:"))
    hooks = str(repository.folder.parent / "hooks")
    named = of_repository.replace("ADDRESS_OF_THIS_REPOSITORY", hooks).replace("COMMIT", "v1")
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    here = repository._replace(environment={**repository.environment, "PATH": programs})
    for settings in (named, local):
        here.write(".pre-commit-config.yaml", settings)
        here.write("configs/vae/a.json", ENDLESS)
        done = here.commit()
        assert done.returncode == 1, settings
        assert "error[TC101] no stop condition" in done.stderr
        here.write("configs/vae/a.json", CURRENT)
        assert here.commit().returncode == 0, settings
