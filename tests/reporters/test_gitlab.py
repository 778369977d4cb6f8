"""GitLab's Code Quality report: complete entries, fingerprints independent of lines."""

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.reporters.examples import CLEAN, WARNING, move, names, rename, render, reports
from trellis_cfg.diagnostics import Report
from trellis_cfg.terminal import escape_bytes

SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def read(result: Report) -> Any:  # noqa: ANN401  JSON
    return json.loads(render(result, "gitlab"))


def fingerprints(result: Report) -> list[str]:
    return [entry["fingerprint"] for entry in read(result)]


def test_a_report() -> None:
    assert read(Report(1, 0, [WARNING])) == [
        {
            "description": "TC203: batch_size is ignored: 100% sure",
            "check_name": "TC203",
            "fingerprint": "8521d5c4ddd803765b492e34875cc26bd36f9d0564968589c3572b326e46e01f",
            "severity": "minor",
            "location": {
                "path": "configs/a b,%\u503c.json",
                "positions": {
                    "begin": {"line": 36, "column": 26},
                    "end": {"line": 36, "column": 30},
                },
            },
        }
    ]
    assert render(CLEAN, "gitlab") == "[]\n"


@given(names, reports)
def test_hostile_findings(path: str, result: Report) -> None:
    report = rename(result, [path])
    for entry, one in zip(read(report), report.diagnostics, strict=True):
        assert re.fullmatch("[0-9a-f]{64}", entry.pop("fingerprint"))
        assert entry == {
            "description": f"{one.code}: {one.message}",
            "check_name": one.code,
            "severity": SEVERITIES[one.severity],
            "location": {
                "path": escape_bytes(path),
                "positions": {
                    "begin": {"line": one.line, "column": one.column},
                    "end": {"line": one.range.end_line, "column": one.range.end_column},
                },
            },
        }


@given(reports, st.integers(1, 100))
def test_fingerprints_are_unique_and_independent_of_lines(result: Report, lines: int) -> None:
    prints = fingerprints(result)
    assert len(set(prints)) == len(prints)
    assert fingerprints(move(result, lines)) == prints


@given(st.lists(st.sampled_from([("TC203", "/a"), ("TC203", "/a/b"), ("TC20", "3/a")]), max_size=6))
def test_equal_places_differ_by_their_order(places: list[tuple[str, str]]) -> None:
    findings = [WARNING._replace(code=code, pointer=pointer) for code, pointer in places]
    prints = fingerprints(Report(1, 0, findings))
    assert len(set(prints)) == len(prints)
    for place in set(places):
        equal = [index for index, each in enumerate(places) if each == place]
        report = Report(1, 0, [findings[index] for index in equal])
        assert fingerprints(report) == [prints[index] for index in equal]


def test_fingerprints_depend_on_rule_path_and_pointer() -> None:
    changes: list[Any] = [{}, {"code": "TC202"}, {"path": "b.json"}, {"pointer": "/trainer"}]
    prints = [fingerprints(Report(1, 0, [WARNING._replace(**change)]))[0] for change in changes]
    assert len(set(prints)) == len(prints)
    reworded = WARNING._replace(message="another message", why="", label="")
    assert fingerprints(Report(1, 0, [reworded])) == prints[:1]
