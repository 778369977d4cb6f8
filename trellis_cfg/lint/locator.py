"""Turn findings into diagnostics with line and column."""

from trellis_cfg.diagnostics import Diagnostic, Fix, Range, Related, SourceLine
from trellis_cfg.document.document import Document
from trellis_cfg.document.locate import Lines, Place, Span
from trellis_cfg.document.paths import Path, format_pointer
from trellis_cfg.lint.config import Finding, RelatedPlace
from trellis_cfg.lint.fixes import place_fix
from trellis_cfg.lint.rules import RULES

_WIDTH = 120
_LEAD = 40


class Locator:
    """The places of one file, measured only where something was found."""

    def __init__(self, path: str, lines: Lines, document: Document | None = None) -> None:
        """Hold the file; without a document, findings must bring their places."""
        self._path = path
        self._lines = lines
        self._document = document

    def diagnostic(self, code: str, finding: Finding) -> Diagnostic:
        """Return the finding of a rule, fully placed."""
        rule = RULES[code]
        main = self._range(finding)
        related = tuple(Related(self._range(also), also.label) for also in finding.also)
        return Diagnostic(
            self._path,
            main.line,
            main.column,
            finding.severity or rule.severity,
            code,
            finding.message,
            main.end_line,
            main.end_column,
            pointer=format_pointer(finding.path),
            label=finding.label,
            related=related,
            why=finding.why,
            source=self._source(main, *(place.range for place in related)),
            value=self._read_values(finding.path, *(also.path for also in finding.also)),
            fix=place_fix(finding.fix, self._document, self._lines) if finding.fix else Fix(),
        )

    def _read_values(self, *paths: Path) -> str:
        """Return the JSON text of the scalars at these paths, separated by commas."""
        document = self._document
        entries = [document.find(path) for path in paths if path] if document else []
        texts = [document.text[entry.value : entry.end] for entry in entries if document and entry]
        return ", ".join(text for text in texts if text[0] not in "{[")

    def _range(self, at: Finding | RelatedPlace) -> Range:
        if self._document is None or (isinstance(at, Finding) and at.place):
            place = (isinstance(at, Finding) and at.place) or Place(1, 1)
            return Range(*place, *place)
        span = at.span or _span(self._document, at.path, on_key=at.on_key)
        return Range(*self._lines.place(span.start), *self._lines.place(span.end))

    def _source(self, *ranges: Range) -> tuple[SourceLine, ...]:
        """Return the lines of the ranges, and the line above the first of them."""
        if not self._lines.text(1, 1, 1) and ranges[0].line == 1:
            return ()
        columns = {each.line: each.column for each in reversed(ranges)}
        lines = []
        for number in sorted({*columns, max(ranges[0].line - 1, 1)}):
            column = columns.get(number, 1)  # far to the right, only the piece around it is shown
            first = 1 if column < _WIDTH - _LEAD else column - _LEAD
            lines.append(SourceLine(number, first, self._lines.text(number, first, _WIDTH)))
        return tuple(lines)


def _span(document: Document, path: Path, *, on_key: bool) -> Span:
    """Return the place of a value or its key; a container is shown by its opening bracket.

    If the path does not exist, its last existing parent is meant.
    """
    span = document.root
    while path:
        entry = document.find(path)
        if entry and on_key and isinstance(entry.key, str):
            return Span(entry.start, entry.key_end)
        if entry:
            span = Span(entry.value, entry.end)
            break
        path, on_key = path[:-1], False
    is_container = document.text[span.start] in "{["
    return Span(span.start, span.start + 1) if is_container else span
