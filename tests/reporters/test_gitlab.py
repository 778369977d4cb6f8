"""GitLab's Code Quality report: every entry complete, fingerprints that outlive a line."""

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.reporters.examples import CLEAN, WARNING, moved, names, reports, shown
from trellis_cfg.diagnostics import Report

SEVERITIES = {"error": "major", "warning": "minor"}


def read(found: Report) -> Any:  # noqa: ANN401  JSON
    return json.loads(shown(found, "gitlab"))


def fingerprints(found: Report) -> list[str]:
    return [entry["fingerprint"] for entry in read(found)]


def test_a_report() -> None:
    assert shown(Report(1, 0, [WARNING]), "gitlab") == (
        "[\n"
        "  {\n"
        '    "description": "TC203: batch_size is ignored: 100% sure",\n'
        '    "check_name": "TC203",\n'
        '    "fingerprint": '
        '"8521d5c4ddd803765b492e34875cc26bd36f9d0564968589c3572b326e46e01f",\n'
        '    "severity": "minor",\n'
        '    "location": {\n'
        '      "path": "configs/a b,%\\u503c.json",\n'
        '      "positions": {\n'
        '        "begin": {\n'
        '          "line": 36,\n'
        '          "column": 26\n'
        "        },\n"
        '        "end": {\n'
        '          "line": 36,\n'
        '          "column": 30\n'
        "        }\n"
        "      }\n"
        "    }\n"
        "  }\n"
        "]\n"
    )


def test_nothing_found_is_an_empty_array() -> None:
    assert shown(CLEAN, "gitlab") == "[]\n"


@given(names, reports)
def test_every_entry_says_what_was_found(path: str, found: Report) -> None:
    report = found._replace(diagnostics=[one._replace(path=path) for one in found.diagnostics])
    for entry, one in zip(read(report), report.diagnostics, strict=True):
        assert re.fullmatch("[0-9a-f]{64}", entry.pop("fingerprint"))
        assert entry == {
            "description": f"{one.code}: {one.message}",
            "check_name": one.code,
            "severity": SEVERITIES[one.severity],
            "location": {
                "path": re.sub("[\udc80-\udcff]", "\ufffd", path),
                "positions": {
                    "begin": {"line": one.line, "column": one.column},
                    "end": {"line": one.range.end_line, "column": one.range.end_column},
                },
            },
        }


@given(reports, st.integers(1, 100))
def test_fingerprints_are_unique_and_know_no_line(found: Report, lines: int) -> None:
    prints = fingerprints(found)
    assert len(set(prints)) == len(prints)
    assert fingerprints(moved(found, lines)) == prints


@given(st.lists(st.sampled_from([("TC203", "/a"), ("TC203", "/a/b"), ("TC20", "3/a")]), max_size=6))
def test_those_of_one_place_are_told_apart_by_their_order(what: list[tuple[str, str]]) -> None:
    all_ = [WARNING._replace(code=code, pointer=pointer) for code, pointer in what]
    prints = fingerprints(Report(1, 0, all_))
    assert len(set(prints)) == len(prints)
    for which in set(what):
        some = [one for one, at in zip(all_, what, strict=True) if at == which]
        of_some = [one for one, at in zip(prints, what, strict=True) if at == which]
        assert fingerprints(Report(1, 0, some)) == of_some


def test_they_depend_on_rule_path_and_pointer() -> None:
    others = [
        WARNING._replace(code="TC202"),
        WARNING._replace(path="configs/other.json"),
        WARNING._replace(pointer="/trainer"),
    ]
    prints = [fingerprints(Report(1, 0, [one]))[0] for one in (WARNING, *others)]
    assert len(set(prints)) == len(prints)
    other_words = WARNING._replace(message="said otherwise", why="", label="")
    assert fingerprints(Report(1, 0, [other_words])) == prints[:1]
