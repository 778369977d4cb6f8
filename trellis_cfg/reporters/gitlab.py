"""GitLab's Code Quality report, which a merge request shows."""

from collections import Counter
from hashlib import sha256

from trellis_cfg.diagnostics import ERROR, WARNING, Diagnostic, Report
from trellis_cfg.reporters import Style
from trellis_cfg.reporters.json import dump_ascii, replace_undecodable
from trellis_cfg.reporters.repository import locate_files

_SEVERITIES = {ERROR: "major", WARNING: "minor"}


def report(result: Report, _: Style) -> str:
    """Return an entry for each finding; fingerprints do not depend on lines."""
    files = locate_files(diagnostic.path for diagnostic in result.diagnostics)
    counts: Counter[tuple[str, str, str]] = Counter()
    entries = []
    for diagnostic in result.diagnostics:
        path = replace_undecodable(files[diagnostic.path].path)
        key = (diagnostic.code, path, diagnostic.pointer)
        entries.append(_format_entry(diagnostic, path, _hash(*key, str(counts[key]))))
        counts[key] += 1
    return dump_ascii(entries)


def _format_entry(diagnostic: Diagnostic, path: str, fingerprint: str) -> dict[str, object]:
    at = diagnostic.range
    return {
        "description": f"{diagnostic.code}: {diagnostic.message}",
        "check_name": diagnostic.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[diagnostic.severity],
        "location": {
            "path": path,
            "positions": {
                "begin": {"line": at.line, "column": at.column},
                "end": {"line": at.end_line, "column": at.end_column},
            },
        },
    }


def _hash(*parts: str) -> str:
    """Return a hash of texts, each preceded by its length."""
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()
