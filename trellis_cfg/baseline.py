"""The findings that a project knows already: a file of them, by code, path, pointer and value."""

import json
import os
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple
from zlib import crc32

from trellis_cfg.diagnostics import UNREADABLE, Diagnostic
from trellis_cfg.errors import FileRefused
from trellis_cfg.files.reading import read_file

_VERSION = 1
_LONGEST_VALUE = 80


class Known(NamedTuple):
    """A finding, wherever it stands in its file; ``path`` is relative to the baseline's folder."""

    path: str
    code: str
    pointer: str
    value: str


class Baseline(NamedTuple):
    """Known findings, and how often each was there."""

    folder: str
    findings: tuple[tuple[Known, int], ...] = ()

    def identify(self, finding: Diagnostic) -> Known:
        """Return what a finding is known by: a changed value makes it a new one."""
        path, value = self._to_relative(finding.path), finding.value
        if len(value) > _LONGEST_VALUE:
            value = f"{value[:_LONGEST_VALUE]}… {crc32(value.encode('utf-8', 'replace')):08x}"
        return Known(path, finding.code, finding.pointer, value)

    def find_new(self, findings: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return the findings that are not known."""
        left = Counter(dict(self.findings))
        new = []
        for finding in findings:
            known = self.identify(finding)
            if left[known] > 0:
                left[known] -= 1
            else:
                new.append(finding)
        return new

    def find_gone(
        self, findings: Iterable[Diagnostic], paths: Iterable[str], codes: frozenset[str] | None
    ) -> "Counter[Known]":
        """Return the known findings that are not there any more, of files and rules of this run.

        ``paths`` are those of the files. Findings of files that do not exist are gone, too.
        """
        checked = {self._to_relative(path) for path in paths}
        left = Counter(dict(self.findings))
        left.subtract(Counter(map(self.identify, findings)))
        return +Counter(
            {
                known: count
                for known, count in left.items()
                if (codes is None or known.code in codes)
                and (known.path in checked or not self._exists(known.path))
            }
        )

    def renew(self, findings: Iterable[Diagnostic], paths: Iterable[str]) -> "Baseline":
        """Return the baseline of these findings, and of the files that were not checked."""
        checked = {self._to_relative(path) for path in paths}
        readable = (finding for finding in findings if finding.code != UNREADABLE)
        counts = Counter(map(self.identify, readable))
        for known, count in self.findings:
            if known.path not in checked and self._exists(known.path):
                counts[known] += count
        return self._replace(findings=tuple(sorted(counts.items())))

    def to_json(self) -> str:
        """Return the text of the file: a line for each finding."""
        rows = [known._asdict() | {"count": count} for known, count in self.findings]
        lines = ",\n".join(f"    {json.dumps(row)}" for row in rows)
        listed = f"[\n{lines}\n  ]" if lines else "[]"
        return f'{{\n  "version": {_VERSION},\n  "findings": {listed}\n}}\n'

    def _to_relative(self, path: str) -> str:
        return os.path.relpath(path, self.folder).replace(os.sep, "/")

    def _exists(self, path: str) -> bool:
        return os.path.lexists(os.path.join(self.folder, path))


def load_baseline(path: str) -> Baseline:
    """Return the baseline in a file; raises FileRefused if it cannot be read or is no baseline."""
    folder = os.path.dirname(path) or "."
    try:
        match json.loads(read_file(path)):
            case {"version": 1, "findings": list(rows)}:
                return Baseline(folder, tuple(map(_parse, rows)))
            case {"version": int(version)}:
                raise FileRefused(f"version {version} of baselines is not known: write it again")
    except (KeyError, TypeError, ValueError, RecursionError):
        pass
    raise FileRefused("not a baseline: write one with trellis-cfg check --write-baseline")


def _parse(row: dict[str, object]) -> tuple[Known, int]:
    texts = [row[key] for key in Known._fields]
    count = row["count"]
    if not (all(isinstance(text, str) for text in texts) and isinstance(count, int)):
        raise TypeError
    return Known(*map(str, texts)), count
