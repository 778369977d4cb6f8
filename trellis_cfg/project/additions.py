"""The files that ``init`` makes or adds to; one that is there already is kept."""

import json
import os
import re
from typing import NamedTuple

from trellis_cfg.errors import FileRefused, SettingsError
from trellis_cfg.files import toml
from trellis_cfg.files.reading import read
from trellis_cfg.project.survey import Survey

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
    text = toml.decoded(old, path)
    tool = toml.parsed(text, path).get("tool")
    if isinstance(tool, dict) and "trellis-cfg" in tool:
        return Addition(path, None, "it has [tool.trellis-cfg] already")
    line = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text else line if text.endswith("\n") else line * 2
    new = text + gap + table.replace("\n", line)
    try:
        toml.parsed(new, path)
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
        return read(path)
    except FileRefused as error:
        raise SettingsError(error.message, path) from None
