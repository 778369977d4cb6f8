"""SARIF 2.1.0, as GitHub's code scanning and editors read it."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from trellis_cfg import __version__
from trellis_cfg.diagnostics import ERROR, WARNING, Diagnostic, Range
from trellis_cfg.lint.rules import RULES, Page, page
from trellis_cfg.reporters import Style
from trellis_cfg.reporters.json import dump_ascii
from trellis_cfg.reporters.markdown import section, text
from trellis_cfg.reporters.repository import Location, locate_file
from trellis_cfg.reporters.text import explain_finding

if TYPE_CHECKING:
    from trellis_cfg.diagnostics import Report


_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_NAME = "trellis-cfg"
_INDICES = {code: index for index, code in enumerate(RULES)}
_PRECISION: dict[str, str] = {ERROR: "very-high", WARNING: "high"}
_PLACEHOLDER, _LINK = r"\{(\d+)\}", r"\](?=\()"

_Object = dict[str, object]


def report(found: "Report", style: Style) -> str:
    """Return a whole document; one without results closes what an earlier one had opened."""
    del style
    files = locate_file(one.path for one in found.diagnostics)
    run = {
        "tool": {"driver": _driver()},
        "automationDetails": {"id": f"{_NAME}/"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, _artifact(files[one.path])) for one in found.diagnostics],
    }
    return dump_ascii({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _driver() -> _Object:
    return {
        "name": _NAME,
        "semanticVersion": __version__,
        "informationUri": f"urn:{_NAME}:check",
        "rules": [_rule(page(code)) for code in RULES],
    }


def _rule(page: Page) -> _Object:
    full, *_ = page.body.split("\n\n")
    return {
        "id": page.code,
        "name": page.name,
        "shortDescription": {"text": page.summary},
        "fullDescription": {"text": " ".join(full.split())},
        "help": {"text": text([page]), "markdown": section(page)},
        "helpUri": f"urn:{_NAME}:rule:{page.code}",
        "defaultConfiguration": {"level": page.severity},
        "properties": {
            "tags": ["configuration", "training"],
            "precision": _PRECISION[page.severity],
            "problem.severity": page.severity,
        },
    }


def _result(found: Diagnostic, artifact: _Object) -> _Object:
    result: _Object = {
        "ruleId": found.code,
        "ruleIndex": _INDICES[found.code],
        "level": found.severity,
        "message": _message(explain_finding(found)),
        "locations": [_location(artifact, found.range, found.label)],
    }
    if found.related:
        result["relatedLocations"] = [
            {"id": number, **_location(artifact, related.range, related.label)}
            for number, related in enumerate(found.related, 1)
        ]
    if found.fingerprint:
        result["partialFingerprints"] = {"primaryLocationLineHash": found.fingerprint}
    return result


def _location(artifact: _Object, at: Range, label: str) -> _Object:
    region = {
        "startLine": at.line,
        "startColumn": at.column,
        "endLine": at.end_line,
        "endColumn": at.end_column,
    }
    place = {"physicalLocation": {"artifactLocation": artifact, "region": region}}
    return {**place, "message": _message(label)} if label else {**place}


def _artifact(at: Location) -> _Object:
    """Return the URI of a file: from the root of the repository on, or, outside of it, absolute."""
    if os.path.isabs(at.outside):
        return {"uri": Path(at.outside).as_uri()}
    return {"uri": quote(os.fsencode(at.path)), "uriBaseId": "%SRCROOT%"}


def _message(told: str) -> _Object:
    """Return a message in which nothing reads as a placeholder or a link."""
    told = re.sub(_PLACEHOLDER, r"{{\1}}", told)
    return {"text": re.sub(_LINK, "] ", told)}
