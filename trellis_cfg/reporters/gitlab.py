"""GitLab's Code Quality report, which a merge request shows."""

from collections import Counter
from hashlib import sha256

from trellis_cfg.diagnostics import ERROR, NOTE, WARNING, Report
from trellis_cfg.reporters import Style, locate_files
from trellis_cfg.reporters.json import dump_ascii
from trellis_cfg.terminal import escape_bytes

_SEVERITIES = {ERROR: "major", WARNING: "minor", NOTE: "info"}


def report(result: Report, _: Style) -> str:
    """Return an entry for each finding; fingerprints do not depend on lines."""
    files = locate_files(result)
    counts: Counter[tuple[str, str, str]] = Counter()
    entries = []
    for diagnostic in result.diagnostics:
        path, at = escape_bytes(files[diagnostic.path].path), diagnostic.range
        key = (diagnostic.code, path, diagnostic.pointer)
        parts = "".join(f"{len(part)}:{part}" for part in (*key, str(counts[key])))
        positions = {
            "begin": {"line": at.line, "column": at.column},
            "end": {"line": at.end_line, "column": at.end_column},
        }
        entry = {
            "description": f"{diagnostic.code}: {diagnostic.message}",
            "check_name": diagnostic.code,
            "fingerprint": sha256(parts.encode("utf-8", "surrogatepass")).hexdigest(),
            "severity": _SEVERITIES[diagnostic.severity],
            "location": {"path": path, "positions": positions},
        }
        entries.append(entry)
        counts[key] += 1
    return dump_ascii(entries)
