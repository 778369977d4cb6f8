"""Print what CHANGELOG.md says of a version; stop, and say why, if it is not fit to be released.

``python scripts/changelog.py 1.2.3`` before a release; without a version, it looks at the order of
what stands there.
"""

import re
import sys
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEADING = re.compile(r"^## \[(?P<version>[^\]]+)\](?: - (?P<date>\d{4}-\d\d-\d\d))?$", re.MULTILINE)
SECTION = re.compile(r"^### (.+)$", re.MULTILINE)
SECTIONS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")


def main(arguments: list[str]) -> str:
    """Return the notes of the version that is given; raises SystemExit with what is wrong."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    problems = list(wrong(text))
    if arguments:
        problems += unreleasable(text, arguments[0], packaged())
    if problems:
        raise SystemExit("\n".join(f"CHANGELOG.md: {one}" for one in problems))
    return entries(text)[arguments[0]] if arguments else ""


def packaged() -> str:
    """Return the version that the package would have."""
    source = (ROOT / "trellis_cfg/__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(.+)"$', source, re.MULTILINE)
    assert found
    return found[1]


def entries(text: str) -> dict[str, str]:
    """Return what is said of each version, the newest first."""
    _, *parts = HEADING.split(text)
    return {
        version: told.strip() + "\n" for version, _, told in zip(*[iter(parts)] * 3, strict=True)
    }


def wrong(text: str) -> list[str]:
    """Return what is wrong with the whole of it."""
    found = [(match["version"], match["date"]) for match in HEADING.finditer(text)]
    released = [(version, date) for version, date in found if version != "Unreleased"]
    told = [f"## {version} has no date" for version, date in released if not date]
    if [version for version, _ in found].count("Unreleased") != 1 or found[0][0] != "Unreleased":
        told.append("## [Unreleased] stands first, once")
    for (newer, newer_date), (older, older_date) in pairwise(released):
        if _key(newer) <= _key(older) or (newer_date and older_date and newer_date < older_date):
            told.append(f"{newer} stands above {older}, but is not newer")
    told += [
        f'"### {name}" is none of {", ".join(SECTIONS)}'
        for name in SECTION.findall(text)
        if name not in SECTIONS
    ]
    return told


def unreleasable(text: str, version: str, package: str) -> list[str]:
    """Return why a version cannot be released as things are."""
    told = []
    if version != package:
        told.append(f"{version} is to be released, but the package says {package}")
    if version not in entries(text):
        told.append(f"there is no ## [{version}] - YYYY-MM-DD")
    elif not SECTION.search(entries(text)[version]):
        told.append(f"{version} says nothing of what is new")
    if SECTION.search(entries(text).get("Unreleased", "")):
        told.append("something still stands below ## [Unreleased]")
    return told


def _key(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


if __name__ == "__main__":
    print(main(sys.argv[1:]), end="")
