"""The wheels that tests install from, and build, and an environment for it."""

import os
import sys
from pathlib import Path

import pytest

from tests.files.runs import execute

ROOT = Path(__file__).parents[2]
WHEELS = ROOT / ".venv/wheels"


def skip_unless_fetched(folder: Path) -> None:
    """Skip a test if ``make test`` has not fetched what it needs into a folder."""
    why = folder / "why-not"
    if not (folder / "made").exists() or why.exists():
        hint = f"make test fetches {folder.relative_to(ROOT)}"
        pytest.skip(why.read_text() if why.exists() else hint)


@pytest.fixture(scope="session")
def offline() -> dict[str, str]:
    """Return an environment in which pip installs only from the folder of wheels."""
    skip_unless_fetched(WHEELS)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "GIT_"))}
    return {
        **kept,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(WHEELS),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_CONFIG_FILE": os.devnull,
    }


@pytest.fixture(scope="session")
def built(offline: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a wheel and a source archive, built without a network."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)]
    done = execute(command, env=offline)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    (path,) = built.glob("*.whl")
    return path
