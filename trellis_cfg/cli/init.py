"""``trellis-cfg init``: settings, a pre-commit hook and a check in CI, for where it stands."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import click

from trellis_cfg.cli import output
from trellis_cfg.cli.lint_options import find_checkouts
from trellis_cfg.document.document import Document
from trellis_cfg.errors import ConfigError, FileRefused, SettingsError
from trellis_cfg.files import toml
from trellis_cfg.files.discovery import Exclude, discover
from trellis_cfg.files.reading import read_at_most, read_file
from trellis_cfg.files.writing import write_output
from trellis_cfg.sections import is_config
from trellis_cfg.settings import load_settings
from trellis_cfg.source import read_checkout
from trellis_cfg.source.class_spec import SourceFacts
from trellis_cfg.terminal import escape_controls

_SECTIONS = ("trainer", "dataset", "models")
_MOST = 5000
_LARGEST = 1 << 20
"""JSON files that are looked at, and bytes of one."""


class Survey(NamedTuple):
    """A project at ``root``, in a repository at ``top``; ``configs`` counts those of a folder."""

    root: str
    top: str
    source: SourceFacts | None
    configs: dict[str, int]

    @property
    def paths(self) -> list[str]:
        """The folders of the configs, from the root of the project."""
        return list(self.configs) or ["configs"]

    @property
    def limits_epochs(self) -> bool:
        """Whether some trainer may know ``max_epoch``: nobody reads it elsewhere."""
        trainers = self.source.sections.get("trainer") if self.source else None
        if trainers is None or (self.source and self.source.has_runtime):
            return True
        return any(
            one is None or one.takes("max_epoch") for one in trainers.likely_classes.values()
        )

    def told(self) -> Iterator[str]:
        """Yield what was found, a line each."""
        if self.source is None:
            yield "no code: no package with trainers/ stands here"
        else:
            sections = (self.source.sections.get(name) for name in _SECTIONS)
            counts = [f"{len(one.likely_classes)} in {one.place}" for one in sections if one]
            by = (
                f"; run by {', '.join(self.source.train_scripts)}"
                if self.source.train_scripts
                else ""
            )
            yield f"classes: {', '.join(counts)}{by}"
        for folder, count in self.configs.items():
            yield f"{count:,} config{'' if count == 1 else 's'} in {folder}"
        if not self.configs:
            yield "no configs yet"


def survey(folder: str, source: SourceFacts | None) -> Survey:
    """Return what stands around a folder: in the checkout that it is in, else in itself."""
    root = source.root if source else folder
    if os.path.basename(root) == "src" and source:
        root = os.path.dirname(root)
    return Survey(root, _repository(root), source, _configs(root))


def _repository(root: str) -> str:
    """Return the folder above that is a repository; without one, the root itself."""
    folder = root
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return root
        folder = above
    return folder


def _configs(root: str) -> dict[str, int]:
    """Count the configs by the first folder that they are in."""
    counts: Counter[str] = Counter()
    for path, _ in islice(discover([root], Exclude()), _MOST):
        first, *below = os.path.relpath(path, root).split(os.sep)
        if below and _is_config(path):
            counts[first] += 1
    return dict(sorted(counts.items()))


def _is_config(path: str) -> bool:
    try:
        return is_config(Document(read_at_most(path, _LARGEST)).value)
    except ConfigError:
        return False


_HOOK = """\
      - id: trellis-cfg-{name}
        name: trellis-cfg {name}
        entry: trellis-cfg {name} --force-exclude
        language: python
        additional_dependencies: [trellis-cfg]
        types: [json]
        files: {files}
        require_serial: true
"""
_WORKFLOW = """\
name: trellis-cfg
on: [push, pull_request]
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install trellis-cfg
      - run: trellis-cfg check --output-format github{where}
"""
_IS_THERE = "it is there already"


class Addition(NamedTuple):
    """The new content of a file; None for one that is kept, and ``by_hand`` what to add to it."""

    path: str
    new: bytes | None
    why: str = ""
    by_hand: str = ""


def additions(found: Survey) -> list[Addition]:
    """Return what a project gets: settings, hooks, and a check in CI."""
    return [_settings(found), _hooks(found), _workflow(found)]


def _settings(found: Survey) -> Addition:
    """Append the table to pyproject.toml, each byte of which stays."""
    path = os.path.join(found.root, "pyproject.toml")
    paths = ", ".join(json.dumps(one, ensure_ascii=False) for one in found.paths)
    table = f"[tool.trellis-cfg]\npaths = [{paths}]\n"
    if found.source is not None:
        code = os.path.relpath(found.source.root, found.root).replace(os.sep, "/")
        table += f"source = {json.dumps(code, ensure_ascii=False)}\n"
    old = _content(path)
    if old is None:
        return Addition(path, table.encode(), "[tool.trellis-cfg]")
    text = toml.decode_toml(old, path)
    tool = toml.parse_toml(text, path).get("tool")
    if isinstance(tool, dict) and "trellis-cfg" in tool:
        return Addition(path, None, "it has [tool.trellis-cfg] already")
    line = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text else line if text.endswith("\n") else line * 2
    new = text + gap + table.replace("\n", line)
    try:
        toml.parse_toml(new, path)
    except SettingsError:
        return Addition(path, None, "its [tool] takes no other table; add to it:", table)
    return Addition(path, new.encode(), "[tool.trellis-cfg] appended")


def _hooks(found: Survey) -> Addition:
    path = os.path.join(found.top, ".pre-commit-config.yaml")
    names = ["migrate", "check"] if found.limits_epochs else ["check"]
    here = os.path.relpath(found.root, found.top).replace(os.sep, "/")
    folders = "|".join(map(re.escape, found.paths))
    prefix = "" if here == "." else f"{re.escape(here)}/"
    files = json.dumps(f"^{prefix}({folders})/")
    hooks = "".join(_HOOK.format(name=name, files=files) for name in names)
    repository = f"  - repo: local\n    hooks:\n{hooks}"
    old = _content(path)
    if old is None:
        return Addition(path, f"repos:\n{repository}".encode())
    if b"trellis-cfg-check" in old:
        return Addition(path, None, _IS_THERE)
    return Addition(path, None, f"{_IS_THERE}; add to its repos:", repository)


def _workflow(found: Survey) -> Addition:
    path = os.path.join(found.top, ".github", "workflows", "trellis-cfg.yml")
    if os.path.lexists(path):
        return Addition(path, None, _IS_THERE)
    here = os.path.relpath(found.root, found.top).replace(os.sep, "/")
    where = "" if here == "." else f"\n        working-directory: {json.dumps(here)}"
    return Addition(path, _WORKFLOW.format(where=where).encode())


def _content(path: str) -> bytes | None:
    """Return what a file holds; None where there is none. Raises SettingsError for another."""
    if not os.path.lexists(path):
        return None
    try:
        return read_file(path)
    except FileRefused as error:
        raise SettingsError(error.message, path) from None


DONE, COULD_NOT = 0, 2


@click.command("init")
def command() -> int:
    """Set a project up: [tool.trellis-cfg], the pre-commit hooks, and a check in GitHub's CI.

    It asks nothing, and shows what it found and wrote. What is there already is kept: a table or
    hooks that you have, and any other file; then it prints what to add.

    Exit code: 0 done; 2 a file could not be written.
    """
    checkout = find_checkouts((), load_settings(".")).checkout(os.path.join(".", "config.json"))
    found = survey(os.getcwd(), read_checkout(checkout) if checkout else None)
    for line in found.told():
        click.echo(f"found  {escape_controls(line)}")
    codes = [_made(one) for one in additions(found)]
    output.print_summary("Next: trellis-cfg check")
    return max(codes)


def _made(one: Addition) -> int:
    """Write an addition, or say how to make it by hand."""
    path = escape_controls(os.path.relpath(one.path))
    if one.new is None:
        click.echo(f"kept   {path}: {one.why}")
        if one.by_hand:
            click.echo("\n" + one.by_hand)
        return DONE
    try:
        os.makedirs(os.path.dirname(one.path), exist_ok=True)
        write_output(one.path, one.new)
    except (FileRefused, OSError) as error:
        reason = error.message if isinstance(error, FileRefused) else error.strerror
        output.print_summary(f"{os.path.relpath(one.path)}: {reason}")
        return COULD_NOT
    click.echo(f"wrote  {path}{one.why and ': '}{one.why}")
    return DONE
