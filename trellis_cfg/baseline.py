"""The findings that a project knows already: a file of them, by code, path, pointer and value."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple
from zlib import crc32

from trellis_cfg.diagnostics import UNREADABLE, Diagnostic
from trellis_cfg.errors import FileRefused
from trellis_cfg.files.reading import read_file

NEVER_KNOWN = frozenset({"TC001", "TC002", UNREADABLE})
"""The rules about files that cannot be checked: what else is in them is not known."""
_VERSION = 1
_LONGEST_VALUE = 80
_MAX_BYTES = 1 << 27


class Known(NamedTuple):
    """A finding, wherever it is in its file; ``path`` is relative to the baseline's folder."""

    path: str
    code: str
    pointer: str
    value: str


class Baseline(NamedTuple):
    """Known findings, and how often each was there."""

    folder: str
    findings: tuple[tuple[Known, int], ...] = ()

    def identify(self, finding: Diagnostic) -> Known:
        """Return what a finding is known by: a changed value makes it a new one.

        Without a scalar value, the message tells it from others.
        """
        value = finding.value or finding.message
        if len(value) > _LONGEST_VALUE:
            value = f"{value[:_LONGEST_VALUE]}… {crc32(value.encode('utf-8', 'replace')):08x}"
        return Known(self.to_relative(finding.path), finding.code, finding.pointer, value)

    def find_new(self, findings: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return the findings that are not known."""
        left = Counter(dict(self.findings))
        new = []
        for finding in findings:
            known = self.identify(finding)
            if finding.code in NEVER_KNOWN or left[known] <= 0:
                new.append(finding)
            left[known] -= 1
        return new

    def find_gone(
        self, findings: Iterable[Diagnostic], is_checked: Callable[[Known], bool]
    ) -> "Counter[Known]":
        """Return the known findings that are not there any more, of those that were checked."""
        left = Counter(dict(self.findings))
        left.subtract(Counter(map(self.identify, findings)))
        return +Counter({known: count for known, count in left.items() if is_checked(known)})

    def renew(
        self, findings: Iterable[Diagnostic], is_checked: Callable[[Known], bool]
    ) -> "Baseline":
        """Return the baseline of these findings, and of the known ones that were not checked."""
        fit = (finding for finding in findings if finding.code not in NEVER_KNOWN)
        counts = Counter(map(self.identify, fit))
        for known, count in self.findings:
            if not is_checked(known):
                counts[known] += count
        return self._replace(findings=tuple(sorted(counts.items())))

    def to_json(self) -> str:
        """Return the text of the file: a line for each finding."""
        rows = [known._asdict() | {"count": count} for known, count in self.findings]
        lines = ",\n".join(f"    {json.dumps(row)}" for row in rows)
        listed = f"[\n{lines}\n  ]" if lines else "[]"
        return f'{{\n  "version": {_VERSION},\n  "findings": {listed}\n}}\n'

    def to_relative(self, path: str) -> str:
        """Return a path as the baseline has it: from its folder, links followed."""
        folder = os.path.realpath(self.folder)
        return os.path.relpath(os.path.realpath(path), folder).replace(os.sep, "/")

    def has_file(self, known: Known) -> bool:
        """Return whether the file of a known finding still exists."""
        return os.path.lexists(os.path.join(self.folder, known.path))


def load_baseline(path: str) -> Baseline:
    """Return the baseline in a file; raises FileRefused for an unreadable or invalid file."""
    folder = os.path.dirname(path) or "."
    try:
        match json.loads(read_file(path, _MAX_BYTES)):
            case {"version": int(version), "findings": list(rows)} if str(version) == "1":
                return Baseline(folder, tuple(map(_parse, rows)))
            case {"version": int(version)} if version > _VERSION:
                raise FileRefused(f"a baseline of a newer trellis-cfg, version {version}")
    except (KeyError, TypeError, ValueError, RecursionError):
        pass
    raise FileRefused("not a baseline: write one with trellis-cfg check --write-baseline")


def _parse(row: dict[str, object]) -> tuple[Known, int]:
    texts = [row[key] for key in Known._fields]
    count = row["count"]
    is_count = isinstance(count, int) and not isinstance(count, bool) and count > 0
    if not (all(isinstance(text, str) for text in texts) and is_count):
        raise TypeError
    return Known(*map(str, texts)), int(str(count))
