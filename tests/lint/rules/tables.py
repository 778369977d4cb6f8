"""Tables of situations: what the whole linter says of a file, all rules on."""

from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.lint.rules.configs import Config, changed, written
from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.config import Facts
from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.rules import select_codes
from trellis_cfg.lint.runner import lint_files

CONFIGS = Path(__file__).parents[3] / "configs"

_NO_FACTS = Facts()


class Case(NamedTuple):
    """A file, what is known of its run, and all that the linter says.

    A finding is ``line:column severity CODE message``, a related place ``+line:column label``;
    either may break off with an ellipsis. Without ``data``, the file at ``path`` is read.
    """

    data: bytes | None
    findings: tuple[str, ...]
    facts: Facts
    path: str = "config.json"


Table = Mapping[str, Mapping[str, Case]]
"""Code to situation to case."""


def case(
    base: Config, changes: Mapping[str, object], *findings: str, facts: Facts = _NO_FACTS
) -> Case:
    """Return a case over a base config with some of its values changed."""
    return Case(written(changed(base, changes)).encode(), findings, facts)


def raw(text: str | bytes, *findings: str, facts: Facts = _NO_FACTS) -> Case:
    """Return a case where the text matters."""
    return Case(text if isinstance(text, bytes) else text.encode(), findings, facts)


def unread(path: str, *findings: str) -> Case:
    """Return a case of a file that is named, and still to be read."""
    return Case(None, findings, _NO_FACTS, path)


def told(found: list[Diagnostic]) -> list[str]:
    """Return diagnostics and their related places as strings."""
    return list(_told(found))


def _told(found: list[Diagnostic]) -> Iterator[str]:
    for one in found:
        yield f"{one.line}:{one.column} {one.severity} {one.code} {one.message}"
        for related in one.related:
            yield f"+{related.range.line}:{related.range.column} {related.label}"


def findings(case: Case) -> list[str]:
    """Return all that the linter says of a case."""
    profile = LintOptions(select_codes(), case.facts)
    if case.data is None:
        return told(lint_files([ConfigFile(case.path, named=True)], profile).diagnostics)
    return told(lint(case.path, case.data, profile))


def abridged(found: list[str], expected: tuple[str, ...]) -> list[str]:
    """Return what was found, broken off where the expectation is."""
    return [_abridged(*pair) for pair in zip_longest(found, expected) if pair[0] is not None]


def _abridged(found: str, expected: str | None) -> str:
    is_open = expected is not None and expected.endswith("…")
    return expected if is_open and expected and found.startswith(expected[:-1]) else found


def codes(lines: list[str]) -> list[str]:
    """Return the codes of findings as strings."""
    return [line.split()[2] for line in lines if not line.startswith("+")]


def _flat(table: Table) -> list[object]:
    return [
        pytest.param(code, case, id=f"{code}-{situation}")
        for code, cases in table.items()
        for situation, case in cases.items()
    ]


def fires(table: Table) -> Callable[[str, Case], None]:
    """Return the test that each code speaks, and that nothing else is said than expected."""

    @pytest.mark.parametrize(("code", "case"), _flat(table))
    def test(code: str, case: Case) -> None:
        found = findings(case)
        assert abridged(found, case.findings) == list(case.findings)
        assert code in codes(found)

    return test


def is_silent(table: Table) -> Callable[[str, Case], None]:
    """Return the test that each code is silent, and others say what is expected, or nothing."""

    @pytest.mark.parametrize(("code", "case"), _flat(table))
    def test(code: str, case: Case) -> None:
        found = findings(case)
        assert abridged(found, case.findings) == list(case.findings)
        assert code not in codes(found)

    return test
