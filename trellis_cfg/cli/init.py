"""``trellis-cfg init``: add settings, pre-commit hooks and a CI check to the project."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import click

from trellis_cfg.cli import SUCCESS, UNUSABLE, output
from trellis_cfg.cli.lint_options import find_checkouts
from trellis_cfg.document.document import Document
from trellis_cfg.errors import ConfigError, FileRefused, SettingsError
from trellis_cfg.files.discovery import Exclude, discover
from trellis_cfg.files.reading import decode_toml, parse_toml, read_file
from trellis_cfg.reporters.text import format_count
from trellis_cfg.sections import is_config
from trellis_cfg.settings import load_settings
from trellis_cfg.source import read_checkout
from trellis_cfg.source.facts import SourceFacts
from trellis_cfg.terminal import escape_controls

_SECTIONS = ("trainer", "dataset", "models")
_MOST_FILES = 5000
_MOST_BYTES = 1 << 20
"""The limits when looking for configs: JSON files, and bytes per file."""
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
_EXISTS = "already exists"


class _Project(NamedTuple):
    """A project at ``root``, in a repository at ``top``; ``configs`` counts those per folder."""

    root: str
    top: str
    source: SourceFacts | None
    configs: dict[str, int]

    @property
    def paths(self) -> list[str]:
        return list(self.configs) or ["configs"]

    @property
    def folder(self) -> str:
        """The project's path in its repository, with slashes."""
        return os.path.relpath(self.root, self.top).replace(os.sep, "/")

    @property
    def supports_max_epoch(self) -> bool:
        trainers = self.source.sections.get("trainer") if self.source else None
        if self.source is None or trainers is None or self.source.has_runtime:
            return True
        specs = trainers.likely_classes.values()
        return any(spec is None or spec.takes("max_epoch") for spec in specs)

    def describe(self) -> Iterator[str]:
        if self.source is None:
            yield "no code: no package with trainers/ found"
        else:
            sections = filter(None, map(self.source.sections.get, _SECTIONS))
            counts = [f"{len(section.likely_classes)} in {section.place}" for section in sections]
            scripts = ", ".join(self.source.train_scripts)
            by = f"; run by {scripts}" if scripts else ""
            yield f"classes: {', '.join(counts)}{by}"
        for folder, count in self.configs.items():
            yield f"{format_count(count, 'config')} in {folder}"
        if not self.configs:
            yield "no configs yet"


def _find_project(folder: str, source: SourceFacts | None) -> _Project:
    """Return the project of a checkout; without one, the project in a folder."""
    root = source.root if source else folder
    if os.path.basename(root) == "src" and source:
        root = os.path.dirname(root)
    folders = (Path(root), *Path(root).parents)
    top = next((str(above) for above in folders if os.path.exists(above / ".git")), root)
    return _Project(root, top, source, _count_configs(root))


def _count_configs(root: str) -> dict[str, int]:
    """Count the configs by their top folder."""
    counts: Counter[str] = Counter()
    for path, _ in islice(discover([root], Exclude()), _MOST_FILES):
        first, *below = os.path.relpath(path, root).split(os.sep)
        with suppress(ConfigError):
            if below and is_config(Document(read_file(path, _MOST_BYTES)).value):
                counts[first] += 1
    return dict(sorted(counts.items()))


class _Addition(NamedTuple):
    """The new content of a file; None to keep the file, with what to add ``by_hand``."""

    path: str
    new: bytes | None
    note: str = ""
    by_hand: str = ""


def _add_settings(project: _Project) -> _Addition:
    """Append the table to pyproject.toml and keep every byte of it."""
    path = os.path.join(project.root, "pyproject.toml")
    table = f"[tool.trellis-cfg]\npaths = {json.dumps(project.paths, ensure_ascii=False)}\n"
    if project.source is not None:
        source = os.path.relpath(project.source.root, project.root).replace(os.sep, "/")
        table += f"source = {json.dumps(source, ensure_ascii=False)}\n"
    old = _read_existing(path)
    if old is None:
        return _Addition(path, table.encode(), "[tool.trellis-cfg]")
    text = decode_toml(old, path)
    tool = parse_toml(text, path).get("tool")
    if isinstance(tool, dict) and "trellis-cfg" in tool:
        return _Addition(path, None, "[tool.trellis-cfg] already exists")
    line_end = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text else line_end if text.endswith("\n") else line_end * 2
    new = text + gap + table.replace("\n", line_end)
    try:
        parse_toml(new, path)
    except SettingsError:
        return _Addition(path, None, "cannot append a table; add this by hand:", table)
    return _Addition(path, new.encode(), "[tool.trellis-cfg] appended")


def _add_hooks(project: _Project) -> _Addition:
    path = os.path.join(project.top, ".pre-commit-config.yaml")
    names = ["migrate", "check"] if project.supports_max_epoch else ["check"]
    folders = "|".join(map(re.escape, project.paths))
    prefix = "" if project.folder == "." else f"{re.escape(project.folder)}/"
    files = json.dumps(f"^{prefix}({folders})/")
    hooks = "".join(_HOOK.format(name=name, files=files) for name in names)
    repository = f"  - repo: local\n    hooks:\n{hooks}"
    old = _read_existing(path)
    if old is None:
        return _Addition(path, f"repos:\n{repository}".encode())
    if b"trellis-cfg-check" in old:
        return _Addition(path, None, _EXISTS)
    return _Addition(path, None, f"{_EXISTS}; add to its repos:", repository)


def _add_workflow(project: _Project) -> _Addition:
    path = os.path.join(project.top, ".github", "workflows", "trellis-cfg.yml")
    if os.path.lexists(path):
        return _Addition(path, None, _EXISTS)
    folder = json.dumps(project.folder)
    where = "" if project.folder == "." else f"\n        working-directory: {folder}"
    return _Addition(path, _WORKFLOW.format(where=where).encode())


def _read_existing(path: str) -> bytes | None:
    """Return the content of a file, None if there is none; raises SettingsError if unreadable."""
    if not os.path.lexists(path):
        return None
    try:
        return read_file(path)
    except FileRefused as error:
        raise SettingsError(error.message, path) from None


@click.command("init")
def command() -> int:
    """Set up a project: [tool.trellis-cfg], pre-commit hooks and a GitHub workflow.

    Asks nothing and shows what it found and wrote. Existing files, tables and hooks are kept; it
    then prints what to add.

    Exit code: 0 done; 2 a file could not be written.
    """
    checkout = find_checkouts((), load_settings(".")).checkout(os.path.join(".", "config.json"))
    project = _find_project(os.getcwd(), read_checkout(checkout) if checkout else None)
    for line in project.describe():
        click.echo(f"found  {escape_controls(line)}")
    additions = [add(project) for add in (_add_settings, _add_hooks, _add_workflow)]
    codes = [_write(addition) for addition in additions]
    output.print_summary("Next: trellis-cfg check")
    return max(codes)


def _refuse_link(path: str) -> None:
    """Raise FileRefused if a file, or a folder of ours above it, is a link to another place."""
    folder = os.path.dirname(path)
    for each in (path, folder, os.path.dirname(folder)) if ".github" in path else (path,):
        if os.path.islink(each):
            raise FileRefused(f"not written: {os.path.relpath(each)} is a link")


def _write(addition: _Addition) -> int:
    """Write an addition, or print what to add by hand."""
    path = escape_controls(os.path.relpath(addition.path))
    if addition.new is None:
        click.echo(f"kept   {path}: {addition.note}")
        if addition.by_hand:
            click.echo("\n" + addition.by_hand)
        return SUCCESS
    try:
        _refuse_link(addition.path)
        output.write_file(addition.path, addition.new)
    except FileRefused as error:
        output.print_summary(f"{os.path.relpath(addition.path)}: {error.message}")
        return UNUSABLE
    click.echo(f"wrote  {path}{addition.note and ': '}{addition.note}")
    return SUCCESS
