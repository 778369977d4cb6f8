"""SARIF: valid by the official schema, and readable by GitHub's code scanning."""

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given, settings
from jsonschema import Draft4Validator, FormatChecker

from tests.reporters.examples import ALL, CLEAN, FIXED, MARKED, WARNING, names, render, reports
from trellis_cfg import __version__
from trellis_cfg.diagnostics import Report
from trellis_cfg.document.paths import iterate_leaves
from trellis_cfg.lint.rules import RULES, page
from trellis_cfg.reporters.markdown import format_page, format_text

LONGEST = 1_024
"""Characters that GitHub takes of a description."""
PRECISIONS = {"error": "very-high", "warning": "high", "note": "medium"}
FETCHED = Path(__file__).parents[2] / ".venv/sarif"


@cache
def official() -> Draft4Validator:
    """Return the validator; it knows what a URI is."""
    schema = FETCHED / "schema.json"
    if not schema.exists():
        why = FETCHED / "why-not"
        pytest.skip(why.read_text() if why.exists() else "make test fetches the schema of SARIF")
    formats = FormatChecker()
    assert {"uri", "uri-reference"} <= formats.checkers.keys()
    return Draft4Validator(json.loads(schema.read_bytes()), format_checker=formats)


def read(result: Report) -> Any:  # noqa: ANN401  JSON
    return json.loads(render(result, "sarif"))


def results(result: Report) -> Any:  # noqa: ANN401  JSON
    return read(result)["runs"][0]["results"]


def artifact(result: Any) -> Any:  # noqa: ANN401  JSON
    return result["locations"][0]["physicalLocation"]["artifactLocation"]


def build_location(uri: str, *positions: int, label: str = "") -> dict[str, Any]:
    names = ("startLine", "startColumn", "endLine", "endColumn")
    place = {
        "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
        "region": dict(zip(names, positions, strict=True)),
    }
    return {"physicalLocation": place} | ({"message": {"text": label}} if label else {})


def test_fixes() -> None:
    change, mark = (
        fix["artifactChanges"][0]
        for each in results(Report(2, 0, [FIXED, MARKED]))
        for fix in each["fixes"]
    )
    assert change["artifactLocation"]["uri"] == "configs/a%20b%2C%25%E5%80%BC.json"
    region = {"startLine": 36, "startColumn": 26, "endLine": 36, "endColumn": 28}
    replaced = {"deletedRegion": region, "insertedContent": {"text": "null"}}
    assert change["replacements"] == [replaced]
    removed = {"byteOffset": 0, "byteLength": 3}
    assert mark["replacements"] == [{"deletedRegion": removed}]
    official().validate(read(Report(2, 0, [FIXED, MARKED])))


def test_results() -> None:
    uri = "configs/a%20b%2C%25%E5%80%BC.json"
    first, _, last = results(ALL)
    assert first == {
        "ruleId": "TC203",
        "ruleIndex": [*RULES].index("TC203"),
        "level": "warning",
        "message": {"text": "batch_size is ignored: 100% sure\nwhy: it is so"},
        "locations": [build_location(uri, 36, 26, 36, 30, label="this")],
        "relatedLocations": [{"id": 1, **build_location(uri, 9, 1, 9, 3, label="this one counts")}],
        "partialFingerprints": {"primaryLocationLineHash": "271789c17abda88f:1"},
    }
    assert last == {
        "ruleId": "TC006",
        "ruleIndex": [*RULES].index("TC006"),
        "level": "error",
        "message": {"text": "cannot be read: No such file"},
        "locations": [build_location("configs/gone.json", 1, 1, 1, 2)],
    }


def test_nothing_found_is_a_whole_document() -> None:
    document = read(CLEAN)
    rules = document["runs"][0]["tool"]["driver"].pop("rules")
    assert document == {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "trellis-cfg", "semanticVersion": __version__}},
                "automationDetails": {"id": "trellis-cfg/"},
                "columnKind": "unicodeCodePoints",
                "results": [],
            }
        ],
    }
    assert [rule["id"] for rule in rules] == [*RULES]
    assert [one["ruleId"] == rules[one["ruleIndex"]]["id"] for one in results(ALL)] == [True] * 3
    official().validate(read(CLEAN))
    official().validate(read(ALL))


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_its_manual_page(code: str) -> None:
    (rule,) = (
        one for one in read(CLEAN)["runs"][0]["tool"]["driver"]["rules"] if one["id"] == code
    )
    full = rule["fullDescription"].pop("text")
    assert " ".join(page(code).body.split()).startswith(full)
    assert 0 < len(full) <= LONGEST
    assert rule == {
        "id": code,
        "name": RULES[code].name,
        "shortDescription": {"text": page(code).summary},
        "fullDescription": {},
        "help": {"text": format_text([page(code)]), "markdown": format_page(page(code))},
        "defaultConfiguration": {"level": RULES[code].severity},
        "properties": {
            "tags": ["configuration", "training"],
            "precision": PRECISIONS[RULES[code].severity],
            "problem.severity": RULES[code].severity.replace("note", "recommendation"),
        },
    }


@settings(max_examples=max(settings().max_examples // 4, 1))
@given(reports)
def test_hostile_findings_are_valid(result: Report) -> None:
    document = read(result)
    official().validate(document)
    assert "" not in [value for _, value in iterate_leaves(document)]
    assert len(document["runs"][0]["results"]) == len(result.diagnostics)


@given(names)
def test_a_uri_leads_back_to_its_file(name: str) -> None:
    (result,) = results(Report(1, 0, [WARNING._replace(path=name)]))
    uri = artifact(result)["uri"]
    assert re.fullmatch(r"[A-Za-z0-9._~%-]+", uri)
    assert unquote_to_bytes(uri) == os.fsencode(name)


@given(reports)
def test_no_message_reads_as_a_placeholder_or_a_link(result: Report) -> None:
    """Readers turn doubled braces into single ones."""
    for one in results(result):
        for message in (one["message"], *(at.get("message") for at in one["locations"])):
            text = message["text"].replace("{{", "").replace("}}", "") if message else ""
            assert not re.search(r"\{\d+\}|\]\(", text)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("expected a comma or }", "expected a comma or }"),
        ('no key "{0}", {x} {12}', 'no key "{{0}}", {x} {{12}}'),
        ("[0.5, 1.5] is no [link](1)", "[0.5, 1.5] is no [link] (1)"),
    ],
)
def test_placeholders_and_links_are_escaped(message: str, expected: str) -> None:
    (result,) = results(Report(1, 0, [WARNING._replace(message=message, why="")]))
    assert result["message"]["text"] == expected


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "work").mkdir()
    (tmp_path / "outside.json").write_text("{}")
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


def test_a_link_is_resolved(folder: Path) -> None:
    (folder / "work/real 值.json").write_text("{}")
    os.symlink("real 值.json", "link.json")
    (result,) = results(Report(1, 0, [WARNING._replace(path="link.json")]))
    assert artifact(result) == {"uri": "real%20%E5%80%BC.json", "uriBaseId": "%SRCROOT%"}


def test_a_file_outside_of_the_repository_has_an_absolute_uri(folder: Path) -> None:
    os.symlink("../outside.json", "link.json")
    for path in ("../outside.json", "link.json"):
        report = Report(1, 0, [WARNING._replace(path=path)])
        official().validate(read(report))
        assert artifact(results(report)[0]) == {"uri": (folder / "outside.json").as_uri()}
