"""Small checkouts and configs, each with what must be reported.

A checkout shows what is its own: what it lacks of ``plain``, it has from there.
"""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

_HERE = Path(__file__).parent
_COPY = TemporaryDirectory(prefix="trellis-cfg-cases-")


def _complete_checkouts() -> Path:
    """Return a copy of this folder in which the checkouts are whole."""
    cases = shutil.copytree(_HERE, Path(_COPY.name, "cases"))
    for package in cases.glob("*/trellis"):
        for path in (_HERE / "plain").rglob("*.py"):
            target = package.parent / path.relative_to(_HERE / "plain")
            target.parent.mkdir(exist_ok=True)
            if not target.exists():
                shutil.copy(path, target)
    shutil.rmtree(cases / "plain")
    return cases


FOLDER = _complete_checkouts()
