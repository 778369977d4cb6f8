"""SARIF: valid by the official schema, and as GitHub's code scanning wants it."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from jsonschema import Draft7Validator, FormatChecker

from tests.reporters.examples import ALL, CLEAN, reports, shown
from trellis_cfg import __version__
from trellis_cfg.report import Report
from trellis_cfg.rules import RULES

FETCHED = Path(__file__).parents[2] / ".venv/sarif"


@cache
def official() -> Draft7Validator:
    schema = FETCHED / "schema.json"
    if not schema.exists():
        why = FETCHED / "why-not"
        pytest.skip(why.read_text() if why.exists() else "make test fetches the schema of SARIF")
    return Draft7Validator(json.loads(schema.read_bytes()), format_checker=FormatChecker())


def read(found: Report) -> Any:  # noqa: ANN401  JSON
    return json.loads(shown(found, "sarif"))


def test_a_result() -> None:
    (run,) = read(ALL)["runs"]
    result = next(one for one in run["results"] if one["ruleId"] == "TC203")
    assert result == {
        "ruleId": "TC203",
        "ruleIndex": [*RULES].index("TC203"),
        "level": "warning",
        "message": {"text": "batch_size is ignored: 100% sure\nwhy: it is so"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": "configs/a%20b%2C%25%E5%80%BC.json",
                        "uriBaseId": "%SRCROOT%",
                    },
                    "region": {"startLine": 36, "startColumn": 26, "endLine": 36, "endColumn": 30},
                },
                "message": {"text": "this"},
            }
        ],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": "configs/a%20b%2C%25%E5%80%BC.json",
                        "uriBaseId": "%SRCROOT%",
                    },
                    "region": {"startLine": 9, "startColumn": 1, "endLine": 9, "endColumn": 3},
                },
                "message": {"text": "this one counts"},
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": "271789c17abda88f:1"},
    }


def test_the_driver_tells_of_every_rule() -> None:
    (run,) = read(CLEAN)["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("trellis-cfg", __version__)
    assert [rule["id"] for rule in driver["rules"]] == [*RULES]
    for rule in driver["rules"]:
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] == RULES[rule["id"]].severity
        assert rule["properties"]["problem.severity"] == RULES[rule["id"]].severity
    assert run["automationDetails"] == {"id": "trellis-cfg/"}


def test_nothing_found_is_a_whole_document() -> None:
    (run,) = read(CLEAN)["runs"]
    assert (run["results"], run["columnKind"]) == ([], "unicodeCodePoints")
    official().validate(read(CLEAN))


def test_it_is_valid() -> None:
    official().validate(read(ALL))


def strings(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [text for one in value.values() for text in strings(one)]
        case list():
            return [text for one in value for text in strings(one)]
    return []


@settings(max_examples=settings().max_examples // 10)
@given(reports)
def test_it_is_valid_whatever_is_found(found: Report) -> None:
    document = read(found)
    official().validate(document)
    assert "" not in strings(document)
    assert len(document["runs"][0]["results"]) == len(found.diagnostics)


def test_a_link_is_told_of_by_the_real_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "real 值.json").write_text("{}")
    os.symlink("real 值.json", "link.json")
    (one, *_) = ALL.diagnostics
    (run,) = read(Report(1, 0, [one._replace(path="link.json")]))["runs"]
    at = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert unquote(at["uri"]) == "real 值.json"
    assert at["uri"].isascii()
