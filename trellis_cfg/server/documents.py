"""The texts that are open in an editor, and what the lint says of them."""

from functools import cached_property
from typing import NamedTuple

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.errors import SettingsError
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.linter import lint_data
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.sections import is_config
from trellis_cfg.server.outline import Outline
from trellis_cfg.server.positions import Positions
from trellis_cfg.server.projects import Project, Projects
from trellis_cfg.source.facts import SourceFacts

_BROKEN = frozenset({"TC001", "TC002"})
"""The rules about texts that have no value: these may be of any file."""


class OpenDocument:
    """A version of a text; ``path`` is that of its file, ``folder`` where its settings are sought.

    A text that has no file has a path in a folder that is open, or none.
    """

    def __init__(self, uri: str, path: str, text: str, version: int | None, encoding: str) -> None:
        """Hold it; ``encoding`` is that of the client's positions."""
        self.uri = uri
        self.path = path
        self.text = text
        self.version = version
        self.positions = Positions(text, encoding)
        self.view: View | None = None

    @property
    def data(self) -> bytes:
        """The bytes of the text; half a surrogate pair becomes a finding."""
        return self.text.encode("utf-8", "surrogatepass")

    @cached_property
    def outline(self) -> Outline:
        """What the text says, whether it is valid or not."""
        return Outline(self.text)


class View(NamedTuple):
    """What is known of a document under the settings and the code of ``generation``.

    ``file`` is None if it is not a config, or the settings leave it out.
    """

    document: OpenDocument
    generation: int
    project: Project
    options: LintOptions
    file: ConfigFile | None = None
    findings: tuple[Diagnostic, ...] = ()

    @property
    def error(self) -> SettingsError | None:
        """Why nothing can be said."""
        return self.project.error

    @property
    def source(self) -> SourceFacts | None:
        """What the code for this config says."""
        return self.options.facts_for(self.document.outline.value).source


def view_document(document: OpenDocument, folder: str, projects: Projects) -> View:
    """Return what is known of a document whose settings are those of a folder."""
    projects.refresh()
    if document.view is None or document.view.generation != projects.generation:
        document.view = _view(document, folder, projects)
    return document.view


def _view(document: OpenDocument, folder: str, projects: Projects) -> View:
    project = projects.load(folder)
    options = projects.load_options(project, document.path)
    view = View(document, projects.generation, project, options)
    file = None if project.error else project.find_file(document.path)
    if file is None:
        return view
    linted = lint_data(file, document.data, options)
    is_broken = any(each.code in _BROKEN for each in linted.findings)
    if is_broken:
        is_ours = file.named or is_config(document.outline.value)
    else:
        is_ours = not linted.is_skipped
    if not is_ours:
        return view
    findings = project.known.find_new(linted.findings) if project.known else linted.findings
    return view._replace(file=file, findings=tuple(findings))
