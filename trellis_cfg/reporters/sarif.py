"""SARIF 2.1.0, for GitHub's code scanning and editors."""

import os
import re
from pathlib import Path
from urllib.parse import quote

from trellis_cfg import __url__, __version__
from trellis_cfg.diagnostics import (
    ERROR,
    NOTE,
    WARNING,
    Diagnostic,
    Fix,
    Range,
    Replacement,
    Report,
)
from trellis_cfg.lint.rules import RULES, Page, page
from trellis_cfg.reporters import Location, Style, locate_files
from trellis_cfg.reporters.json import dump_ascii
from trellis_cfg.reporters.markdown import format_page, format_text
from trellis_cfg.reporters.text import format_explanation, locate_page

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_NAME = "trellis-cfg"
_INDICES = {code: index for index, code in enumerate(RULES)}
_PRECISION: dict[str, str] = {ERROR: "very-high", WARNING: "high", NOTE: "medium"}
_REGION = ("startLine", "startColumn", "endLine", "endColumn")
_PLACEHOLDER, _LINK = r"\{(\d+)\}", r"\](?=\()"

_Object = dict[str, object]


def report(result: Report, _: Style) -> str:
    """Return a document; one without results closes the alerts of an earlier one."""
    files = locate_files(result)
    run = {
        "tool": {
            "driver": {
                "name": _NAME,
                "semanticVersion": __version__,
                **({"informationUri": __url__} if __url__ else {}),
                "rules": [_format_rule(page(code)) for code in RULES],
            }
        },
        "automationDetails": {"id": f"{_NAME}/"},
        "columnKind": "unicodeCodePoints",
        "results": [
            _format_result(each, _format_artifact(files[each.path])) for each in result.diagnostics
        ],
    }
    return dump_ascii({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _format_rule(page: Page) -> _Object:
    full, *_ = page.body.split("\n\n")
    return {
        "id": page.code,
        "name": page.name,
        "shortDescription": {"text": page.summary},
        "fullDescription": {"text": " ".join(full.split())},
        "help": {"text": format_text([page]), "markdown": format_page(page)},
        **({"helpUri": locate_page(page.code)} if __url__ else {}),
        "defaultConfiguration": {"level": page.severity},
        "properties": {
            "tags": ["configuration", "training"],
            "precision": _PRECISION[page.severity],
            "problem.severity": "recommendation" if page.severity == NOTE else page.severity,
        },
    }


def _format_result(diagnostic: Diagnostic, artifact: _Object) -> _Object:
    result: _Object = {
        "ruleId": diagnostic.code,
        "ruleIndex": _INDICES[diagnostic.code],
        "level": diagnostic.severity,
        "message": _format_message(format_explanation(diagnostic)),
        "locations": [_format_location(artifact, diagnostic.range, diagnostic.label)],
    }
    if diagnostic.related:
        result["relatedLocations"] = [
            {"id": number, **_format_location(artifact, related.range, related.label)}
            for number, related in enumerate(diagnostic.related, 1)
        ]
    if diagnostic.is_fixable:
        result["fixes"] = [_format_fix(diagnostic.fix, artifact)]
    if diagnostic.fingerprint:
        result["partialFingerprints"] = {"primaryLocationLineHash": diagnostic.fingerprint}
    return result


def _format_fix(fix: Fix, artifact: _Object) -> _Object:
    return {
        "description": _format_message(fix.title),
        "artifactChanges": [
            {
                "artifactLocation": artifact,
                "replacements": [_format_replacement(edit) for edit in fix.edits],
            }
        ],
    }


def _format_replacement(edit: Replacement) -> _Object:
    """Return an edit; a byte-order mark takes up bytes, but no column."""
    region: _Object = dict(zip(_REGION, edit.range, strict=True))
    if edit.end == 1 and edit.range.end_column == 1:
        region = {"byteOffset": 0, "byteLength": 3}
    inserted = {"insertedContent": {"text": edit.text}} if edit.text else {}
    return {"deletedRegion": region, **inserted}


def _format_location(artifact: _Object, at: Range, label: str) -> _Object:
    region = dict(zip(_REGION, at, strict=True))
    place = {"physicalLocation": {"artifactLocation": artifact, "region": region}}
    return {**place, "message": _format_message(label)} if label else {**place}


def _format_artifact(location: Location) -> _Object:
    """Return the URI of a file: relative to the repository, or absolute if outside of it."""
    if os.path.isabs(location.outside):
        return {"uri": Path(location.outside).as_uri()}
    return {"uri": quote(os.fsencode(location.path)), "uriBaseId": "%SRCROOT%"}


def _format_message(text: str) -> _Object:
    """Return a message in which nothing reads as a placeholder or a link."""
    text = re.sub(_PLACEHOLDER, r"{{\1}}", text)
    return {"text": re.sub(_LINK, "] ", text)}
