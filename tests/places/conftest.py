"""Wheels that tests install from, and the environment in which they do so."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHEELS = ROOT / ".venv/wheels"


def skip_unless_made(folder: Path) -> None:
    """Skip a test that needs what ``make test`` fetches into a folder, where that is not there."""
    why = folder / "why-not"
    if not (folder / "made").exists() or why.exists():
        told = f"make test fetches {folder.relative_to(ROOT)}"
        pytest.skip(why.read_text() if why.exists() else told)


@pytest.fixture(scope="session")
def offline() -> dict[str, str]:
    """Return an environment in which pip installs from the folder of wheels only."""
    skip_unless_made(WHEELS)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "GIT_"))}
    return {
        **kept,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(WHEELS),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_CONFIG_FILE": os.devnull,
    }
