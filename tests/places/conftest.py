"""Wheels that tests install from, and the environment in which they do so."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHEELS = ROOT / ".venv/wheels"


@pytest.fixture(scope="session")
def offline() -> dict[str, str]:
    """Return an environment in which pip installs from the folder of wheels only."""
    why = WHEELS / "why-not"
    if not (WHEELS / "made").exists() or why.exists():
        pytest.skip(why.read_text() if why.exists() else "make test puts wheels into .venv/wheels")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "GIT_"))}
    return {
        **kept,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(WHEELS),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_CONFIG_FILE": os.devnull,
    }
