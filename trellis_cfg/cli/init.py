"""``trellis-cfg init``: add settings, pre-commit hooks and a CI check to the project."""

import json
import os
import re
import shlex
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

import click

from trellis_cfg.cli import SUCCESS, UNUSABLE, options, output
from trellis_cfg.document.document import Document
from trellis_cfg.errors import ConfigError, FileRefused, InvalidOption, SettingsError
from trellis_cfg.files.discovery import Exclude, discover
from trellis_cfg.files.git import GitIgnored, find_repository
from trellis_cfg.files.installed import Installation, parse_installation, read_installation
from trellis_cfg.files.reading import decode_toml, parse_toml, read_file
from trellis_cfg.lint.project import find_checkouts
from trellis_cfg.sections import is_config
from trellis_cfg.settings import load_settings
from trellis_cfg.source import read_checkout
from trellis_cfg.source.facts import SourceFacts
from trellis_cfg.terminal import escape_controls, format_count

_SECTIONS = ("trainer", "dataset", "models")
_MOST_FILES = 5000
_MOST_BYTES = 1 << 20
"""The limits when looking for configs: JSON files, and bytes per file."""
_HOOKS = {"migrate": "migrate", "fix": "check --fix --exit-zero", "check": "check"}
_LOCAL_HOOK = """\
      - id: trellis-cfg-{name}
        name: trellis-cfg {command}
        entry: trellis-cfg {command} --force-exclude
        language: python
        additional_dependencies: [{requirement}]
        types: [json]
        files: {files}
        require_serial: true
"""
_WORKFLOW = """\
name: trellis-cfg
on: [push, pull_request]
permissions:
  contents: read
concurrency:
  group: ${{{{ github.workflow }}}}-${{{{ github.ref }}}}
  cancel-in-progress: true
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
        with:
          python-version: "3.12"
      - run: pip install "{}"
      - run: trellis-cfg check --output-format github{where}
"""
_GITLAB_JOB = """\
trellis-cfg:
  image: python:3.12
  script:
    - pip install "{}"
{where}    - trellis-cfg check --output-format gitlab --output-file "$CI_PROJECT_DIR/{report}"
  artifacts:
    when: always
    reports:
      codequality: {report}
"""
_REPORT = "gl-code-quality-report.json"
_GITLAB_REMOTE = re.compile(rb"^\s*url\s*=\s*(\w+://)?([^/@\s]*@)?[^/:\s]*gitlab", re.MULTILINE)
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
        return os.path.relpath(os.path.realpath(self.root), self.top).replace(os.sep, "/")

    @property
    def workflow(self) -> str:
        return os.path.join(self.top, ".github", "workflows", "trellis-cfg.yml")

    @property
    def supports_max_epoch(self) -> bool:
        trainers = self.source.sections.get("trainer") if self.source else None
        if trainers is None or (self.source and self.source.has_runtime):
            return True
        specs = trainers.likely_classes.values()
        return any(spec is None or spec.takes("max_epoch") for spec in specs)

    def describe(self) -> Iterator[str]:
        if self.source is None:
            yield "no code (no package with trainers/)"
        else:
            sections = filter(None, map(self.source.sections.get, _SECTIONS))
            counts = [f"{len(section.likely_classes)} in {section.place}" for section in sections]
            scripts = ", ".join(self.source.train_scripts)
            by = f"; train script: {scripts}" if scripts else ""
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
    return _Project(
        root, find_repository(root) or os.path.realpath(root), source, _count_configs(root)
    )


def _count_configs(root: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for path, _ in islice(discover([root], Exclude(), ignored=GitIgnored()), _MOST_FILES):
        first, *below = os.path.relpath(path, root).split(os.sep)
        with suppress(ConfigError):
            if below and is_config(Document(read_file(path, _MOST_BYTES)).value):
                counts[first] += 1
    return dict(sorted(counts.items()))


class _Addition(NamedTuple):
    """The new content of a file, None to keep it; the text that is, or is to be, added."""

    path: str
    new: bytes | None
    note: str = ""
    added: str = ""


def _add_settings(project: _Project) -> _Addition:
    """Append the table to pyproject.toml, keeping every byte; without one, use trellis-cfg.toml."""
    names = "trellis-cfg.toml", "pyproject.toml"
    own, path = (os.path.join(project.root, name) for name in names)
    settings = f"paths = {json.dumps(project.paths, ensure_ascii=False)}\n"
    if project.source is not None:
        source = os.path.relpath(project.source.root, project.root).replace(os.sep, "/")
        settings += f"source = {json.dumps(source, ensure_ascii=False)}\n"
    old = _read_existing(path)
    if os.path.lexists(own):
        return _Addition(own, None, _EXISTS)
    if old is None:
        return _Addition(own, settings.encode(), added=settings)
    table = f"[tool.trellis-cfg]\n{settings}"
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
    return _Addition(path, new.encode(), "[tool.trellis-cfg] appended", table)


def _add_hooks(project: _Project, installation: Installation) -> _Addition:
    path = os.path.join(project.top, ".pre-commit-config.yaml")
    names = [name for name in _HOOKS if project.supports_max_epoch or name != "migrate"]
    folders = "|".join(map(re.escape, project.paths))
    prefix = "" if project.folder == "." else f"{re.escape(project.folder)}/"
    files = json.dumps(f"^{prefix}({folders})/")
    if installation.url:
        limit = "" if files == '"^(configs)/"' else f"        files: {files}\n"
        hooks = "".join(f"      - id: trellis-cfg-{name}\n{limit}" for name in names)
        source = f"{installation.url}\n    rev: {json.dumps(installation.revision)}"
    else:
        values = {"requirement": json.dumps(installation.requirement), "files": files}
        hooks = "".join(
            _LOCAL_HOOK.format(name=name, command=_HOOKS[name], **values) for name in names
        )
        source = "local"
    return _add_text(path, f"  - repo: {source}\n    hooks:\n{hooks}", "repos:")


def _add_text(path: str, text: str, heading: str = "") -> _Addition:
    """Add a file, or show what to add to the file that exists, unless it runs the program."""
    old = _read_existing(path)
    if old is None:
        new = f"{heading}\n{text}" if heading else text
        return _Addition(path, new.encode(), added=new)
    if re.search(b"trellis-cfg[- ]check", old):
        return _Addition(path, None, _EXISTS)
    return _Addition(path, None, f"{_EXISTS}; add to {heading and 'its '}{heading or 'it:'}", text)


def _add_jobs(project: _Project, installation: Installation) -> Iterator[_Addition]:
    """Add a job for the services that the repository uses; by default for GitHub."""
    gitlab = os.path.join(project.top, ".gitlab-ci.yml")
    remotes = b""
    with suppress(FileRefused):
        remotes = read_file(os.path.join(project.top, ".git", "config"))
    is_gitlab = os.path.lexists(gitlab) or _GITLAB_REMOTE.search(remotes)
    if is_gitlab:
        change = json.dumps(f"cd {shlex.quote(project.folder)}")
        where = "" if project.folder == "." else f"    - {change}\n"
        job = _GITLAB_JOB.format(installation.requirement, where=where, report=_REPORT)
        yield _add_text(gitlab, job)
    if os.path.lexists(project.workflow):
        yield _Addition(project.workflow, None, _EXISTS)
    elif not is_gitlab or b"github" in remotes:
        folder = json.dumps(project.folder).replace("${{", "${{ '${{' }}")
        where = "" if project.folder == "." else f"\n        working-directory: {folder}"
        workflow = _WORKFLOW.format(installation.requirement, where=where)
        yield _Addition(project.workflow, workflow.encode(), added=workflow)


def _read_existing(path: str) -> bytes | None:
    """Return the content of a file, None if there is none; raises SettingsError if unreadable."""
    if not os.path.lexists(path):
        return None
    try:
        return read_file(path)
    except FileRefused as error:
        raise SettingsError(error.message, path) from None


@options.command("init")
@click.option(
    "--install-from",
    metavar="SPEC",
    help="What hooks and CI jobs install: git+URL@COMMIT, or a pip requirement; default: what "
    "this program was installed from.",
)
@options.flag("--dry-run", "Show what would be added, and write nothing.")
def command(install_from: str | None, *, dry_run: bool) -> int:
    """Set up a project: settings, pre-commit hooks and a CI job.

    The job is for GitHub or GitLab. Asks nothing and shows what it found and wrote. Existing
    files, tables and hooks are kept; it then prints what to add. A program that was installed
    from a folder needs --install-from.

    Examples:
      # Set up the project; with --dry-run, only show it
      trellis-cfg init --install-from git+https://HOST/X@COMMIT

    Exit code:
      0  done
      2  --install-from is needed or not valid, or a file could not be written
    """
    checkout = find_checkouts((), load_settings(".")).checkout(os.path.join(".", "config.json"))
    project = _find_project(os.getcwd(), read_checkout(checkout) if checkout else None)
    for line in project.describe():
        click.echo(f"found  {escape_controls(line)}")
    settings = _add_settings(project)
    if _report_links(project, settings) and not dry_run:
        return UNUSABLE
    installation = parse_installation(install_from) if install_from else read_installation()
    additions = [settings, _add_hooks(project, installation)]
    if installation.url.startswith("file:"):
        output.print_summary(f"No CI job: only this machine has {installation.url}")
    else:
        additions += _add_jobs(project, installation)
    code = max([_write(addition, dry_run=dry_run) for addition in additions])
    next_commands = "Next:\n  pip install pre-commit\n  pre-commit install\n  trellis-cfg check"
    if code == SUCCESS:
        click.echo("Nothing was written." if dry_run else next_commands, err=True)
    return code


def _report_links(project: _Project, settings: _Addition) -> bool:
    """Report each file that would be written through a link to another place."""
    places = {} if settings.new is None else {settings.path: settings.path}
    if not os.path.lexists(project.workflow):
        folder = os.path.dirname(project.workflow)
        places |= {folder: project.workflow, os.path.dirname(folder): project.workflow}
    links = list(filter(os.path.islink, places))
    for link in links:
        path = os.path.relpath(places[link])
        output.print_summary(f"{path}: not written: {os.path.relpath(link)} is a link")
    return bool(links)


def _write(addition: _Addition, *, dry_run: bool) -> int:
    """Write an addition; or show it, if it is to be added by hand or only shown."""
    path = os.path.relpath(addition.path)
    if addition.new is not None and not dry_run:
        try:
            output.write_file(path, addition.new)
        except InvalidOption as error:
            output.print_summary(error.message)
            return UNUSABLE
    verb = "kept  " if addition.new is None else "would write" if dry_run else "wrote "
    click.echo(f"{verb} {escape_controls(path)}{addition.note and ': '}{addition.note}")
    if addition.added and (addition.new is None or dry_run):
        click.echo("\n" + escape_controls(addition.added, "\n"))
    return SUCCESS
