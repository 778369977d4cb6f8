"""The release: its changelog is checked, and its workflow uses what the project has."""

import importlib.util
import re
import sys
from types import ModuleType
from typing import Any

import pytest
import yaml

from tests.files.runs import execute
from tests.places.conftest import ROOT

pytestmark = pytest.mark.slow

VALID = """# Changelog

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


def test_the_changelog_is_valid() -> None:
    command = [sys.executable, "scripts/changelog.py"]
    done = execute(command, ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_notes_of_a_version(changelog: ModuleType) -> None:
    assert not changelog.find_problems(VALID)
    assert not changelog.find_release_problems(VALID, "0.2.0", "0.2.0")
    assert changelog.split_entries(VALID)["0.2.0"] == "### Added\n- More.\n"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (" - 2026-02-01", "", "## 0.2.0 has no date"),
        ("## [Unreleased]\n\n", "", "## [Unreleased] must be the first heading, once"),
        ("0.2.0", "0.0.9", "0.0.9 is above 0.1.0, but is not newer"),
        ("2026-02-01", "2025-12-31", "0.2.0 is above 0.1.0, but is not newer"),
        ("### Added\n- More", "### News\n- More", '"### News" is not one of Added, Changed'),
    ],
)
def test_an_invalid_changelog(changelog: ModuleType, old: str, new: str, message: str) -> None:
    (problem,) = changelog.find_problems(VALID.replace(old, new))
    assert problem.startswith(message)


@pytest.mark.parametrize(
    ("old", "new", "version", "message"),
    [
        ("", "", "0.3.0", "the version to release is 0.3.0, but the package has 0.2.0"),
        ("[0.2.0]", "[0.2.1]", "0.2.0", "## [0.2.0] - YYYY-MM-DD is missing"),
        ("### Added\n- More.\n", "", "0.2.0", "0.2.0 has no entries"),
        (
            "[Unreleased]\n",
            "[Unreleased]\n### Added\n- x\n",
            "0.2.0",
            "## [Unreleased] is not empty",
        ),
    ],
)
def test_a_changelog_that_cannot_be_released(
    changelog: ModuleType, old: str, new: str, version: str, message: str
) -> None:
    problems = changelog.find_release_problems(
        VALID.replace(old, new, 1) if old else VALID, version, "0.2.0"
    )
    assert problems[0].startswith(message)


def test_a_version_that_cannot_be_released(changelog: ModuleType) -> None:
    with pytest.raises(SystemExit, match=r"^CHANGELOG\.md: the version to release is 99\.0, but"):
        changelog.main(["99.0"])


def workflow(name: str) -> Any:  # noqa: ANN401  YAML
    return yaml.safe_load((ROOT / f".github/workflows/{name}").read_text(encoding="utf-8"))


def commands(jobs: dict[str, Any]) -> list[str]:
    return [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("name", ["ci.yml", "release.yml"])
def test_what_a_workflow_runs_exists(name: str) -> None:
    lines = commands(workflow(name)["jobs"])
    targets = re.findall(
        r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert lines
    for command in lines:
        if match := re.match(r"make (\w+)", command):
            assert match[1] in targets
        for script in re.findall(r"scripts/\w+\.py", command):
            assert (ROOT / script).exists()


def test_only_publishing_is_trusted() -> None:
    jobs = workflow("release.yml")["jobs"]
    trusted = [name for name, job in jobs.items() if "id-token" in job.get("permissions", {})]
    assert trusted == ["publish"]
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    publishing = [step for step in jobs["publish"]["steps"] if "pypi-publish" in step["uses"]]
    assert [step.get("with") for step in publishing] == [None], "no token, no other index"
    assert jobs["publish"]["needs"] == "build"
    assert workflow("release.yml")["permissions"] == {"contents": "read"}
