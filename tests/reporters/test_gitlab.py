"""GitLab's Code Quality report: every entry complete, fingerprints that outlive a line."""

import json

from hypothesis import given

from tests.reporters.examples import ALL, CLEAN, WARNING, reports, shown
from trellis_cfg.report import Report


def test_an_entry() -> None:
    entry = next(one for one in json.loads(shown(ALL, "gitlab")) if one["check_name"] == "TC203")
    fingerprint = entry.pop("fingerprint")
    assert len(fingerprint) == 64
    assert entry == {
        "description": "TC203: batch_size is ignored: 100% sure",
        "check_name": "TC203",
        "severity": "minor",
        "location": {
            "path": "configs/a b,%值.json",
            "positions": {"begin": {"line": 36, "column": 26}, "end": {"line": 36, "column": 30}},
        },
    }


def test_nothing_found_is_an_empty_array() -> None:
    assert shown(CLEAN, "gitlab") == "[]\n"


@given(reports)
def test_fingerprints_are_unique_and_know_no_line(found: Report) -> None:
    prints = [one["fingerprint"] for one in json.loads(shown(found, "gitlab"))]
    assert len(set(prints)) == len(prints) == len(found.diagnostics)
    moved = [
        one._replace(line=one.line + 7, end_line=one.end_line + 7) for one in found.diagnostics
    ]
    again = json.loads(shown(found._replace(diagnostics=moved), "gitlab"))
    assert [one["fingerprint"] for one in again] == prints


def test_a_second_finding_at_one_place_has_its_own() -> None:
    twice = Report(1, 0, [WARNING, WARNING])
    one, other = json.loads(shown(twice, "gitlab"))
    assert one["fingerprint"] != other["fingerprint"]
    (alone,) = json.loads(shown(Report(1, 0, [WARNING]), "gitlab"))
    assert alone["fingerprint"] == one["fingerprint"]
