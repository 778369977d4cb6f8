"""Where a finding stands: a value, a key, the last that a path leads to."""

import pytest

from trellis_cfg.diagnostics import SourceLine
from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path
from trellis_cfg.lint.config import Finding, RelatedPlace
from trellis_cfg.lint.locator import Locator

TEXT = '{\n  "a/b~": {"x": [1, 22]},\n\t"值": "😀"\n}'
DOCUMENT = Document(TEXT.encode())
LOCATOR = Locator("a.json", DOCUMENT.lines, DOCUMENT)


@pytest.mark.parametrize(
    ("path", "on_key", "place", "pointer"),
    [
        ((), False, (1, 1, 1, 2), ""),
        ((), True, (1, 1, 1, 2), ""),
        (("a/b~",), False, (2, 11, 2, 12), "/a~1b~0"),
        (("a/b~",), True, (2, 3, 2, 9), "/a~1b~0"),
        (("a/b~", "x", 1), False, (2, 21, 2, 23), "/a~1b~0/x/1"),
        (("a/b~", "x", 1), True, (2, 21, 2, 23), "/a~1b~0/x/1"),
        (("值",), False, (3, 7, 3, 10), "/值"),
        (("a/b~", "x", 7), False, (2, 17, 2, 18), "/a~1b~0/x/7"),
        (("a/b~", "gone", "y"), True, (2, 11, 2, 12), "/a~1b~0/gone/y"),
        (("gone",), True, (1, 1, 1, 2), "/gone"),
    ],
)
def test_a_path_leads_to_a_place(
    path: Path, *, on_key: bool, place: tuple[int, ...], pointer: str
) -> None:
    diagnostic = LOCATOR.diagnostic("TC005", Finding(path, "so", on_key=on_key))
    assert (diagnostic.line, diagnostic.column, diagnostic.end_line, diagnostic.end_column) == place
    assert diagnostic.pointer == pointer


def test_the_line_above_is_shown_and_those_of_second_places() -> None:
    also = (RelatedPlace(("值",), "this"),)
    diagnostic = LOCATOR.diagnostic("TC005", Finding(("a/b~",), "so", also=also))
    assert [line.number for line in diagnostic.source] == [1, 2, 3]
    assert [(at.label, at.range.line) for at in diagnostic.related] == [("this", 3)]


def test_of_a_long_line_the_piece_around_the_place_is_shown() -> None:
    document = Document(('{"a": [' + "1, " * 200 + "2]}").encode())
    locator = Locator("a.json", document.lines, document)
    (line,) = locator.diagnostic("TC005", Finding(("a", 200), "so")).source
    assert line == SourceLine(1, 568, document.text[567:687])
