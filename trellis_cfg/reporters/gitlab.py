"""The array that GitLab shows in a merge request as its Code Quality report."""

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

from trellis_cfg.diagnostics import ERROR, WARNING, Diagnostic
from trellis_cfg.reporters import Style
from trellis_cfg.reporters.json import dump_ascii, readable_text
from trellis_cfg.reporters.repository import locate_file

if TYPE_CHECKING:
    from trellis_cfg.diagnostics import Report


_SEVERITIES = {ERROR: "major", WARNING: "minor"}


def report(found: "Report", style: Style) -> str:
    """Return an entry for each finding; its fingerprint outlives a change of its line."""
    del style
    files = locate_file(one.path for one in found.diagnostics)
    seen: Counter[tuple[str, str, str]] = Counter()
    entries = []
    for one in found.diagnostics:
        path = readable_text(files[one.path].path)
        what = (one.code, path, one.pointer)
        entries.append(_entry(one, path, _fingerprint(*what, str(seen[what]))))
        seen[what] += 1
    return dump_ascii(entries)


def _entry(found: Diagnostic, path: str, fingerprint: str) -> dict[str, object]:
    at = found.range
    return {
        "description": f"{found.code}: {found.message}",
        "check_name": found.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[found.severity],
        "location": {
            "path": path,
            "positions": {
                "begin": {"line": at.line, "column": at.column},
                "end": {"line": at.end_line, "column": at.end_column},
            },
        },
    }


def _fingerprint(*parts: str) -> str:
    """Return a hash of parts of any text: the length of each stands before it."""
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()
