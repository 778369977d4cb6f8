"""``init --install-from`` a clone: its hooks, installed by pre-commit, without a network."""

import os
import sys
from pathlib import Path

import pytest

from tests.places import test_pre_commit
from tests.places.conftest import ROOT
from tests.places.test_pre_commit import CURRENT, ENDLESS, OUTDATED, Repository

pytestmark = pytest.mark.slow

repository = test_pre_commit.repository


def test_the_hooks_that_init_writes(repository: Repository, tmp_path: Path) -> None:
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**repository.environment, "PATH": programs}
    work = Repository(tmp_path, environment | {"PYTHONPATH": str(ROOT)})
    work.run("git", "init", "--quiet")
    clone = (repository.folder.parent / "hooks").as_uri()
    init = work.run(sys.executable, "-m", "trellis_cfg", "init", "--install-from", clone)
    assert init.returncode == 0, init.stderr
    note, _, *commands = init.stderr.splitlines()
    assert note == f"No CI job: only this machine has {clone}"
    assert [line.strip() for line in commands] == ["pre-commit install", "trellis-cfg check"]
    here = work._replace(environment=environment)
    assert here.run(*commands[0].split()).returncode == 0
    here.write("trellis-cfg.toml", (tmp_path / "trellis-cfg.toml").read_text())
    here.write(".pre-commit-config.yaml", (tmp_path / ".pre-commit-config.yaml").read_text())
    path = here.write("configs/vae/a.json", ENDLESS)
    blocked = here.commit()
    assert blocked.returncode == 1
    assert "error[TC101] no stop condition" in blocked.stderr
    here.write("configs/vae/a.json", OUTDATED)
    assert here.commit().returncode == 1
    assert '"max_epoch": null' in path.read_text()
    here.write("configs/vae/a.json", CURRENT)
    passed = here.commit()
    assert passed.returncode == 0, passed.stderr
    assert here.run("git", "status", "--porcelain").stdout == ""
