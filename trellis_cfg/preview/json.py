"""One JSON object for programs to read; ``version`` counts changes of its form."""

import json
from collections.abc import Sequence
from typing import Any

from trellis_cfg import __version__
from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.preview.facts import figures
from trellis_cfg.preview.formats import Shape
from trellis_cfg.preview.rows import Row

FORMAT_VERSION = 1


def report(rows: Sequence[Row], shape: Shape) -> str:
    """Return all facts of each config, how its samples were counted, and what is wrong."""
    del shape
    whole = {
        "version": FORMAT_VERSION,
        "program": {"name": "trellis-cfg", "version": __version__},
        "rule": "whichever limit comes first",
        "configs": [_config(row) for row in rows],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _config(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {**figures(row)}
    found["gpus_assumed"] = row.gpus_assumed
    found["counted"] = row.counted and [
        {
            "path": table.path,
            "rows": table.rows,
            "filters": [step._asdict() for step in table.steps],
        }
        for table in row.counted.tables
    ]
    found["not_counted_because"] = row.trouble or None
    return found | {"findings": [_finding(one) for one in row.findings]}


def _finding(found: Diagnostic) -> dict[str, object]:
    return {
        "code": found.code,
        "severity": found.severity,
        "message": found.message,
        "pointer": found.pointer,
        "line": found.line,
        "column": found.column,
    }
