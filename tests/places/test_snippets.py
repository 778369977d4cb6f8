"""The commands of the CI snippets and of the action, run without the services."""

import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.docs.blocks import blocks
from tests.files.runs import Done, execute
from tests.models.samples import SMALL, changed

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
ENDLESS = json.dumps(changed(SMALL, ("trainer", "args", "max_steps"), None))


def read(path: str) -> Any:  # noqa: ANN401  YAML
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


@pytest.fixture
def job(tmp_path: Path) -> Path:
    """Return the folder of a job, with a config without a limit."""
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/a b.json").write_text(ENDLESS)
    return tmp_path


def run(script: str, folder: Path, **environment: str) -> Done:
    """Run a line of a snippet with bash."""
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    command = ["bash", "-e", "-o", "pipefail", "-c", script]
    return execute(command, folder, {**os.environ, "PATH": path, **environment})


def skip_install(lines: list[str]) -> list[str]:
    install, *rest = lines
    assert install == 'pip install "trellis-cfg @ git+ADDRESS_OF_THIS_REPOSITORY@COMMIT"'
    return rest


def test_github(job: Path) -> None:
    steps = read("docs/ci/github.yml")["jobs"]["check"]["steps"]
    (check,) = skip_install([step["run"] for step in steps if "run" in step])
    done = run(check, job, GITHUB_STEP_SUMMARY=str(job / "page.md"))
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=configs/a b.json,line=1,")
    assert "TC101" in (job / "page.md").read_text()


def test_gitlab(job: Path) -> None:
    job_of = read("docs/ci/gitlab.yml")["trellis-cfg"]
    (check,) = skip_install(job_of["script"])
    assert run(check, job, CI_PROJECT_DIR=str(job)).returncode == 1
    report = json.loads((job / job_of["artifacts"]["reports"]["codequality"]).read_bytes())
    assert report[0]["location"]["path"] == "configs/a b.json"


def test_jenkins(job: Path) -> None:
    text = (ROOT / "docs/ci/Jenkinsfile").read_text()
    (check,) = skip_install(re.findall("sh '([^']*)'", text))
    assert run(check, job).returncode == 1
    (report,) = re.findall("junit '([^']*)'", text)
    assert ET.parse(job / report).getroot().find(".//failure") is not None  # noqa: S314  our own


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("paths", "args", "code"),
    [
        ("", "", 1),
        ("configs/a b.json", "--strict", 1),
        ("configs/a b.json\nnowhere.json", "", 2),
        ("", "--ignore TC101", 0),
    ],
)
def test_the_action(job: Path, paths: str, args: str, code: int) -> None:
    """Its steps run as on GitHub, but with the program of this environment."""
    install, *steps = read("action.yml")["runs"]["steps"]
    assert "$GITHUB_ACTION_PATH" in install["run"]
    programs = job / "temp/trellis-cfg/bin"
    programs.mkdir(parents=True)
    (programs / "trellis-cfg").symlink_to(PROGRAMS / "trellis-cfg")
    environment = {
        "PATHS": paths,
        "ARGS": args,
        "SARIF": "report.sarif",
        "RUNNER_TEMP": str(job / "temp"),
    }
    environment |= {
        "GITHUB_OUTPUT": str(job / "output"),
        "GITHUB_STEP_SUMMARY": str(job / "page.md"),
    }
    sarif, check = (run(step["run"], job, **environment) for step in steps)
    assert sarif.returncode == (2 if code == 2 else 0)
    assert check.returncode == code, check.stderr
    assert json.loads((job / "report.sarif").read_bytes())["version"] == "2.1.0"
    if sarif.returncode == 0:
        assert (job / "output").read_text() == "sarif-file=report.sarif\n"


def test_the_page_uses_the_inputs_of_the_action() -> None:
    page = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    (steps,) = [yaml.safe_load(at.text) for at in blocks(page) if "/trellis-cfg@" in at.text]
    action = read("action.yml")
    assert steps[0]["with"].keys() == action["inputs"].keys()
    (output,) = re.findall(r"outputs\.([\w-]+)", steps[1]["with"]["sarif_file"])
    assert output in action["outputs"]
    assert f"steps.{steps[0]['id']}." in steps[1]["with"]["sarif_file"]


def test_the_inputs_and_outputs_of_the_action_are_described() -> None:
    action = read("action.yml")
    items = [*action["inputs"].values(), *action["outputs"].values()]
    assert all(re.fullmatch(r"[A-Z].*\.", item["description"]) for item in items)
