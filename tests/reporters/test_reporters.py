"""Each format on its own: what is shown of a finding, and that all formats say all of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def shown(*found: Diagnostic, form: str = "text") -> str:
    return load_reporter(form)(Report(1, 0, list(found)), plain)


def test_marks_stand_below_what_they_mean() -> None:
    assert shown(FINDING) == (
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


def test_a_place_of_several_lines_is_marked_to_the_end_of_the_first() -> None:
    found = FINDING._replace(end_line=5, end_column=1, related=(), source=(FINDING.source[1],))
    assert "  |        ^^^\n" in shown(found)


def test_a_position_without_an_end_gets_one_mark() -> None:
    found = FINDING._replace(end_line=0, end_column=0, related=(), source=(FINDING.source[1],))
    assert "  |        ^\n" in shown(found)


def test_a_place_behind_the_end_of_the_line() -> None:
    found = FINDING._replace(column=11, end_column=11, related=(), source=(FINDING.source[1],))
    assert "  |           ^\n" in shown(found)


def test_a_file_without_lines_has_no_snippet() -> None:
    found = Diagnostic("a.json", 1, 1, "error", "TC006", "cannot be read")
    assert shown(found) == (
        "a.json:1:1: error[TC006] cannot be read\n = more: trellis-cfg explain TC006\n\n"
    )


def test_styles_are_given_a_role() -> None:
    roles = []

    def style(text: str, role: str) -> str:
        roles.append(role)
        return f"<{text}>"

    text = load_reporter("text")(Report(1, 0, [FINDING]), style)
    assert text.startswith("<a.json:2:8:> <warning[TC203]> batch")
    assert "       <^^>" in text
    assert set(roles) == {"place", "warning", "gutter"}


def test_a_message_without_a_code() -> None:
    found = Diagnostic("a.json", 1, 1, "warning", "", "somebody set it")
    assert format_line(found, plain) == "a.json:1:1: warning: somebody set it"


HOSTILE = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@pytest.mark.parametrize("form", ["text", "concise", "json"])
@given(path=HOSTILE, message=HOSTILE, label=HOSTILE, text=HOSTILE)
def test_hostile_text_breaks_no_format(
    form: str, path: str, message: str, label: str, text: str
) -> None:
    found = FINDING._replace(
        path=path,
        message=message,
        label=label,
        source=(SourceLine(2, 1, text.replace("\n", "").replace("\r", "")),),
    )
    told = shown(found, form=form)
    assert "\x1b" not in told
    if form == "json":
        (one,) = json.loads(told)["findings"]
        assert (one["path"], one["message"], one["label"]) == (path, message, label)
    else:
        assert told.startswith(format_line(found, plain))
        assert told.count("\n") == (1 if form == "concise" else 9)


def test_a_path_that_is_no_text_is_json_all_the_same() -> None:
    found = FINDING._replace(path="a\udcff.json")
    (one,) = json.loads(shown(found, form="json"))["findings"]
    assert one["path"] == "a\ufffd.json"


def test_nothing_found() -> None:
    assert [shown(form=form) for form in ("text", "concise")] == ["", ""]
    assert json.loads(shown(form="json"))["findings"] == []
