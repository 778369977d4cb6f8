"""The texts that are open in an editor, their positions, and what the lint says of them."""

from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

from lsprotocol import types

from trellis_cfg.diagnostics import Diagnostic, Range
from trellis_cfg.document.locate import BYTE_ORDER_MARK, LINE_BREAK
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.linter import lint_data
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.sections import is_config
from trellis_cfg.server.outline import Outline
from trellis_cfg.server.projects import Project, Projects
from trellis_cfg.source.facts import SourceFacts

_WIDER = {"utf-8": "\x7f\u07ff\uffff", "utf-16": "\uffff", "utf-32": ""}
"""By encoding, the characters above which another one takes a unit more."""
_BROKEN = frozenset({"TC001", "TC002"})
"""The rules about texts that have no value: these may be of any file."""


class Positions:
    """The lines of a text, and the columns of a client: units of the encoding that it speaks."""

    def __init__(self, text: str, encoding: str) -> None:
        """Hold a text; the encoding is utf-8, utf-16 or utf-32."""
        self._text = text
        self._wider = "" if text.isascii() else _WIDER[encoding]

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in LINE_BREAK.finditer(self._text))]

    def find_position(self, offset: int) -> types.Position:
        """Return the position of an offset."""
        line = bisect_right(self._starts, offset) - 1
        before = self._text[self._starts[line] : offset]
        wide = sum(character > limit for limit in self._wider for character in before)
        return types.Position(line, len(before) + wide)

    def find_range(self, start: int, end: int) -> types.Range:
        """Return the range between two offsets."""
        return types.Range(self.find_position(start), self.find_position(end))

    def find_place(self, place: Range) -> types.Range:
        """Return the range of a place as findings have it: its columns are code points from 1.

        A byte-order mark is no column of theirs.
        """
        ends = []
        for line, column in (place[:2], place[2:]):
            mark = line == 1 and self._text.startswith(BYTE_ORDER_MARK)
            start = self._starts[min(line, len(self._starts)) - 1]
            ends.append(self.find_position(start + column - 1 + mark))
        return types.Range(*ends)

    def find_offset(self, position: types.Position) -> int:
        """Return the offset of a position, within its line and the text."""
        number: int = position.line
        column: int = position.character
        if number >= len(self._starts):
            return len(self._text)
        start = self._starts[number]
        end = LINE_BREAK.search(self._text, start)
        line = self._text[start : end.start() if end else len(self._text)]
        if not self._wider:
            return start + min(column, len(line))
        units = 0
        for at, character in enumerate(line):
            if units >= column:
                return start + at
            units += 1 + sum(character > limit for limit in self._wider)
        return start + len(line)


class OpenDocument:
    """A version of a text; ``path`` is that of its file.

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
    def source(self) -> SourceFacts | None:
        """What the code for this config says."""
        return self.options.facts_for(self.document.outline.value).source


def view_document(document: OpenDocument, projects: Projects) -> View:
    """Return what is known of a document."""
    projects.refresh()
    if document.view is None or document.view.generation != projects.generation:
        document.view = _view(document, projects)
    return document.view


def _view(document: OpenDocument, projects: Projects) -> View:
    project, options = projects.load(document.path)
    view = View(document, projects.generation, project, options)
    file = None if project.error else project.find_file(document.path)
    if file is None:
        return view
    linted = lint_data(file, document.data, options)
    is_skipped = linted.is_skipped
    if any(each.code in _BROKEN for each in linted.findings):
        is_skipped = not (file.named or is_config(document.outline.value))
    if is_skipped:
        return view
    findings = project.known.find_new(linted.findings) if project.known else linted.findings
    return view._replace(file=file, findings=tuple(findings))
