"""Print the lowest version of each dependency that pyproject.toml allows, as pip's requirements."""

import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

dependencies = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"][
    "dependencies"
]
print(*(name.replace(">=", "==") for name in dependencies if ";" not in name))
