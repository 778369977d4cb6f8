"""The program, installed, sets up hooks with ``init``; pre-commit runs them, without a network."""

import sys
import venv
from pathlib import Path

import pytest

from tests.files.runs import execute
from tests.places import test_pre_commit
from tests.places.test_pre_commit import CURRENT, ENDLESS, OUTDATED, Repository

pytestmark = pytest.mark.slow

repository = test_pre_commit.repository


@pytest.fixture(params=["wheel", "clone"])
def program(
    repository: Repository, wheel: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> Path:
    """Return the program as pip installs it from a wheel or from a clone."""
    clone = f"git+{(repository.folder.parent / 'hooks').as_uri()}"
    venv.create(tmp_path / "venv")
    pip = [sys.executable, "-m", "pip", "--python", str(tmp_path / "venv/bin/python")]
    command = [*pip, "install", str(wheel) if request.param == "wheel" else clone]
    done = execute(command, env=repository.environment)
    assert done.returncode == 0, done.stderr
    return tmp_path / "venv/bin/trellis-cfg"


def test_the_hooks_that_init_writes(program: Path, repository: Repository, tmp_path: Path) -> None:
    here = repository._replace(folder=tmp_path / "project")
    here.folder.mkdir()
    here.run("git", "init", "--quiet")
    path = here.write("configs/vae/a.json", ENDLESS)
    refused = here.run(str(program), "init")
    assert refused.returncode == 2
    assert "hooks and CI jobs cannot install. Name what they can install" in refused.stderr
    clone = (repository.folder.parent / "hooks").as_uri()
    init = here.run(str(program), "init", "--install-from", clone)
    assert init.returncode == 0, init.stderr
    note, _, *commands = init.stderr.splitlines()
    assert note == f"No CI job: only this machine has {clone}"
    assert [line.strip() for line in commands] == [
        "pip install pre-commit",
        "pre-commit install",
        "trellis-cfg check",
    ]
    installed = here.run(sys.executable, "-m", *commands[1].replace("-", "_", 1).split())
    assert installed.returncode == 0, installed.stderr
    here.run("git", "add", ".")
    blocked = here.commit()
    assert blocked.returncode == 1
    assert "error[TC101] no stop condition" in blocked.stdout + blocked.stderr
    here.write("configs/vae/a.json", OUTDATED)
    assert here.commit().returncode == 1
    assert '"max_epoch": null' in path.read_text()
    here.write("configs/vae/a.json", CURRENT)
    passed = here.commit()
    assert passed.returncode == 0, passed.stderr
    assert here.run("git", "status", "--porcelain").stdout == ""
