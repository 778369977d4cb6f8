"""The release: its changelog is looked at, and its workflow says what the project has."""

import importlib.util
import re
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest
import yaml

from tests.places.conftest import ROOT

pytestmark = pytest.mark.slow

FINE = """# Changelog

## [Unreleased]

## [0.2.0] - 2026-02-01

### Added
- More.

## [0.1.0] - 2026-01-01

### Added
- All.
"""


@pytest.fixture(scope="module")
def changelog() -> ModuleType:
    spec = importlib.util.spec_from_file_location("changelog", ROOT / "scripts/changelog.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_changelog_is_in_order() -> None:
    command = [sys.executable, "scripts/changelog.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_notes_of_a_version(changelog: ModuleType) -> None:
    assert not changelog.wrong(FINE)
    assert not changelog.unreleasable(FINE, "0.2.0", "0.2.0")
    assert changelog.entries(FINE)["0.2.0"] == "### Added\n- More.\n"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (" - 2026-02-01", "", "## 0.2.0 has no date"),
        ("## [Unreleased]\n\n", "", "## [Unreleased] stands first, once"),
        ("0.2.0", "0.0.9", "0.0.9 stands above 0.1.0, but is not newer"),
        ("2026-02-01", "2025-12-31", "0.2.0 stands above 0.1.0, but is not newer"),
        ("### Added\n- More", "### News\n- More", '"### News" is none of Added, Changed'),
    ],
)
def test_what_is_wrong_with_a_changelog(
    changelog: ModuleType, old: str, new: str, told: str
) -> None:
    (found,) = changelog.wrong(FINE.replace(old, new))
    assert found.startswith(told)


@pytest.mark.parametrize(
    ("old", "new", "version", "told"),
    [
        ("", "", "0.3.0", "0.3.0 is to be released, but the package says 0.2.0"),
        ("[0.2.0]", "[0.2.1]", "0.2.0", "there is no ## [0.2.0] - YYYY-MM-DD"),
        ("### Added\n- More.\n", "", "0.2.0", "0.2.0 says nothing of what is new"),
        ("[Unreleased]\n", "[Unreleased]\n### Added\n- x\n", "0.2.0", "something still stands"),
    ],
)
def test_what_cannot_be_released(
    changelog: ModuleType, old: str, new: str, version: str, told: str
) -> None:
    found = changelog.unreleasable(FINE.replace(old, new, 1) if old else FINE, version, "0.2.0")
    assert found[0].startswith(told)


def test_a_release_that_is_not_fit_stops(changelog: ModuleType) -> None:
    with pytest.raises(SystemExit, match=r"^CHANGELOG\.md: 99\.0 is to be released, but"):
        changelog.main(["99.0"])


def workflow(name: str) -> Any:  # noqa: ANN401  YAML
    return yaml.safe_load((ROOT / f".github/workflows/{name}").read_text(encoding="utf-8"))


def commands(jobs: dict[str, Any]) -> list[str]:
    return [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("name", ["ci.yml", "release.yml"])
def test_what_a_workflow_runs_is_there(name: str) -> None:
    ran = commands(workflow(name)["jobs"])
    targets = re.findall(
        r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert ran
    for command in ran:
        if made := re.match(r"make (\w+)", command):
            assert made[1] in targets
        for script in re.findall(r"scripts/\w+\.py", command):
            assert (ROOT / script).exists()


def test_publishing_is_trusted_and_alone_in_it() -> None:
    jobs = workflow("release.yml")["jobs"]
    trusted = [name for name, job in jobs.items() if "id-token" in job.get("permissions", {})]
    assert trusted == ["publish"]
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    publishing = [step for step in jobs["publish"]["steps"] if "pypi-publish" in step["uses"]]
    assert [step.get("with") for step in publishing] == [None], "no token, no other index"
    assert jobs["publish"]["needs"] == "build"
    assert workflow("release.yml")["permissions"] == {"contents": "read"}
