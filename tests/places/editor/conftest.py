"""The validators of editors, run by a script for node."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.places.conftest import ROOT, skip_unless_fetched

MODULES = ROOT / ".venv/editors"
Ask = Callable[[str, dict[str, Any]], Any]


@pytest.fixture(scope="session")
def ask() -> Ask:
    """Return a function that sends JSON to a script of this folder, and returns its answer."""
    skip_unless_fetched(MODULES)

    def ask_script(script: str, question: dict[str, Any]) -> Any:  # noqa: ANN401  JSON
        done = subprocess.run(
            ["node", str(Path(__file__).with_name(script)), str(MODULES)],
            input=json.dumps(question),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask_script
