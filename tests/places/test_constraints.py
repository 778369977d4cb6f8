"""The pinned versions of the tools that the project is developed and released with."""

import re
import sys

import pytest
from packaging.requirements import Requirement

from tests.places.conftest import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PINS = [
    Requirement(line)
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
NEEDED = [
    Requirement(each)
    for each in (*PROJECT["dependencies"], *(each for extra in EXTRAS.values() for each in extra))
    if not each.startswith(("trellis-cfg", "torch"))
]


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_only_names_and_versions_are_pinned() -> None:
    assert all(not pin.url and str(pin.specifier).startswith("==") for pin in PINS)


@pytest.mark.parametrize("needed", NEEDED, ids=str)
def test_each_dependency_is_pinned_within_its_bounds(needed: Requirement) -> None:
    pins = [pin for pin in PINS if plain(pin.name) == plain(needed.name)]
    assert pins
    for pin in pins:
        assert str(pin.specifier).removeprefix("==") in needed.specifier


def test_each_action_is_pinned_by_commit() -> None:
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        for action in re.findall(r"uses: (.+)", path.read_text(encoding="utf-8")):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", action), action
