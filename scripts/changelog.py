"""Print the entries of a version in CHANGELOG.md, or why the version cannot be released.

Run ``python scripts/changelog.py 1.2.3`` before a release; without a version, it checks the file.
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
    """Return the entries of a version; raises SystemExit with the problems."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    problems = find_problems(text)
    if arguments:
        problems += find_release_problems(text, arguments[0], read_version())
    if problems:
        raise SystemExit("\n".join(f"CHANGELOG.md: {problem}" for problem in problems))
    return split_entries(text)[arguments[0]] if arguments else ""


def read_version() -> str:
    """Return the version of the package."""
    source = (ROOT / "trellis_cfg/__init__.py").read_text(encoding="utf-8")
    match = re.search(r'^__version__ = "(.+)"$', source, re.MULTILINE)
    assert match
    return match[1]


def split_entries(text: str) -> dict[str, str]:
    """Return the entries by version, the newest first."""
    _, *parts = HEADING.split(text)
    return {
        version: text.strip() + "\n" for version, _, text in zip(*[iter(parts)] * 3, strict=True)
    }


def find_problems(text: str) -> list[str]:
    """Return the problems of the whole file."""
    versions = [(match["version"], match["date"]) for match in HEADING.finditer(text)]
    released = [(version, date) for version, date in versions if version != "Unreleased"]
    problems = [f"## {version} has no date" for version, date in released if not date]
    if [version for version, _ in versions].count("Unreleased") != 1 or versions[0][
        0
    ] != "Unreleased":
        problems.append("## [Unreleased] must be the first heading, once")
    for (newer, newer_date), (older, older_date) in pairwise(released):
        if _key(newer) <= _key(older) or (newer_date and older_date and newer_date < older_date):
            problems.append(f"{newer} is above {older}, but is not newer")
    problems += [
        f'"### {name}" is not one of {", ".join(SECTIONS)}'
        for name in SECTION.findall(text)
        if name not in SECTIONS
    ]
    return problems


def find_release_problems(text: str, version: str, package: str) -> list[str]:
    """Return why a version cannot be released."""
    problems = []
    if version != package:
        problems.append(f"the version to release is {version}, but the package has {package}")
    if version not in split_entries(text):
        problems.append(f"## [{version}] - YYYY-MM-DD is missing")
    elif not SECTION.search(split_entries(text)[version]):
        problems.append(f"{version} has no entries")
    if SECTION.search(split_entries(text).get("Unreleased", "")):
        problems.append("## [Unreleased] is not empty")
    return problems


def _key(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


if __name__ == "__main__":
    print(main(sys.argv[1:]), end="")
