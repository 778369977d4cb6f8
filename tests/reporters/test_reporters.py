"""The formats text, concise and json: what they show of a finding."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reporters.examples import render
from trellis_cfg.diagnostics import Diagnostic, Range, Related, Report, SourceLine
from trellis_cfg.reporters import load_reporter, plain
from trellis_cfg.reporters.text import format_line

FINDING = Diagnostic(
    "a.json",
    2,
    8,
    "warning",
    "TC203",
    "batch_size is ignored",
    2,
    10,
    "/trainer/args/batch_size",
    related=(Related(Range(9, 1, 9, 3), "this one"), Related(Range(2, 1, 2, 4), "")),
    why="it is so",
    source=(
        SourceLine(1, 1, "{"),
        SourceLine(2, 1, '"a": 1, 23'),
        SourceLine(9, 1, "xyz"),
    ),
)
NOTE = FINDING._replace(severity="note", code="TC501", message="not known", why="", related=())
UNREADABLE = Diagnostic("a.json", 1, 1, "error", "TC006", "cannot be read")


def format_finding(diagnostic: Diagnostic, form: str = "text") -> str:
    return render(Report(1, 0, [diagnostic]), form)


def test_marks_are_below_their_ranges() -> None:
    assert format_finding(FINDING) == (
        "a.json:2:8: warning[TC203] batch_size is ignored\n"
        "  |\n"
        "1 | {\n"
        '2 | "a": 1, 23\n'
        "  |        ^^\n"
        "  | ---\n"
        "...\n"
        "9 | xyz\n"
        "  | -- this one\n"
        "  |\n"
        "  = why: it is so\n"
        "  = more: trellis-cfg explain TC203\n\n"
    )
    assert format_finding(UNREADABLE) == (
        "a.json:1:1: error[TC006] cannot be read\n = more: trellis-cfg explain TC006\n\n"
    )


RANGES = {
    "several_lines": (Range(2, 8, 5, 1), "  |        ^^^\n"),
    "a_position": (Range(2, 8, 0, 0), "  |        ^\n"),
    "the_end_of_the_line": (Range(2, 11, 2, 11), "  |           ^\n"),
}


@pytest.mark.parametrize(("at", "mark"), RANGES.values(), ids=RANGES)
def test_a_mark(at: Range, mark: str) -> None:
    assert mark in format_finding(FINDING._replace(**at._asdict(), related=()))


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("text", "a.json:2:8: note[TC501] not known\n"),
        ("concise", "a.json:2:8: note[TC501] not known\n"),
        ("json", '"severity": "note"'),
        ("json", '"notes": 1'),
        ("github", "::notice file=a.json,line=2,"),
        ("gitlab", '"severity": "info"'),
        ("sarif", '"level": "note"'),
        ("junit", 'tests="1" failures="0" errors="0"'),
        ("junit", "<system-out>a.json:2:8: note[TC501] not known</system-out>"),
        ("markdown", "| note | a.json:2:8 | TC501 not known |"),
        ("markdown", "Found 1 note in 1 file."),
    ],
)
def test_a_note(form: str, shown: str) -> None:
    assert shown in format_finding(NOTE, form)


def test_errors_come_first_where_few_are_shown() -> None:
    report = Report(1, 0, [NOTE, FINDING, UNREADABLE])
    lines = [line.split()[0] for line in render(report, "github").splitlines()]
    assert lines[:3] == ["::error", "::warning", "::notice"]
    assert "Found 1 error, 1 warning, 1 note in 1 file." in render(report, "markdown")


def test_styles_get_a_role() -> None:
    roles = set()

    def style(text: str, role: str) -> str:
        roles.add(role)
        return f"<{text}>"

    text = load_reporter("text")(Report(1, 0, [FINDING]), style)
    assert text.startswith("<a.json:2:8:> <warning[TC203]> batch")
    assert "       <^^>" in text
    assert roles == {"place", "warning", "gutter"}


def test_a_message_without_a_code() -> None:
    assert format_line(UNREADABLE._replace(code=""), plain) == "a.json:1:1: error: cannot be read"


HOSTILE = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@pytest.mark.parametrize("form", ["text", "concise", "json"])
@given(path=HOSTILE, message=HOSTILE, label=HOSTILE, text=HOSTILE)
def test_hostile_text_breaks_no_format(
    form: str, path: str, message: str, label: str, text: str
) -> None:
    line = SourceLine(2, 1, text.replace("\n", "").replace("\r", ""))
    finding = FINDING._replace(path=path, message=message, label=label, source=(line,))
    output = format_finding(finding, form)
    if form == "json":
        (result,) = json.loads(output)["findings"]
        assert (result["path"], result["message"], result["label"]) == (path, message, label)
    else:
        assert output.startswith(format_line(finding, plain))
        assert output.count("\n") == (1 if form == "concise" else 9)


def test_an_undecodable_path_in_json() -> None:
    (result,) = json.loads(format_finding(FINDING._replace(path="a\udcff.json"), "json"))[
        "findings"
    ]
    assert result["path"] == "a\\xff.json"


def test_no_findings() -> None:
    clean = Report(1, 0, [])
    assert [render(clean, form) for form in ("text", "concise")] == ["", ""]
    assert json.loads(render(clean, "json"))["findings"] == []
