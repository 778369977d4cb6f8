"""Parser and rules on mutated files: no traceback, and every finding has a place."""

import os
import re
from random import Random

import pytest
from hypothesis import settings

from tests.fuzz.cases import SEED
from tests.fuzz.texts import text
from trellis_cfg.diagnostics import Diagnostic, Report
from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.options import Facts, LintOptions
from trellis_cfg.lint.rules import select_codes
from trellis_cfg.lint.workers import in_order
from trellis_cfg.reporters import load_reporter, plain

pytestmark = pytest.mark.slow

MANY = int(os.environ.get("FUZZ_FILES", 10 * settings().max_examples))
CHUNK = 500
MAX_LENGTH = 600
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
PROFILES = tuple(
    LintOptions(select_codes(), Facts(gpus, nodes, samples, runtime))
    for gpus, nodes, samples, runtime in (
        *((None, 1, None, False), (8, 2, None, False), (1, 1, 1, False), (4, 1, 10_007, True)),
        *((None, 1, 168_307, False), (2**40, 2**20, 2**63 - 1, False)),
    )
)


def find_fault(number: int) -> str:
    """Return what is wrong with the report of a file; empty if nothing is."""
    data = text(number)
    profile = Random(number).choice(PROFILES)  # noqa: S311  a test is no secret
    try:
        diagnostics = lint("a.json", data, profile)
        out = load_reporter("text")(Report(1, 0, diagnostics), plain)
    except Exception as error:  # noqa: BLE001  any exception is a fault
        return f"{type(error).__name__}: {error}"
    if CONTROL.search(out):
        return f"a control character is printed: {out!r}"
    return next((fault for each in diagnostics if (fault := find_misplaced(each, data))), "")


def find_misplaced(diagnostic: Diagnostic, data: bytes) -> str:
    """Return what is wrong with a diagnostic; empty if nothing is."""
    lines = re.split("\r\n|\r|\n", data.decode("utf-8", "replace"))
    if not 1 <= diagnostic.line <= len(lines):
        return f"{diagnostic.code} is at line {diagnostic.line} of {len(lines)}"
    if not 1 <= diagnostic.column <= len(lines[diagnostic.line - 1]) + 1:
        return (
            f"{diagnostic.code} is at column {diagnostic.column} of {lines[diagnostic.line - 1]!r}"
        )
    if diagnostic.range[2:] < diagnostic.range[:2]:
        return f"{diagnostic.code} ends before it begins: {diagnostic.range}"
    return (
        ""
        if 0 < len(diagnostic.message) < MAX_LENGTH
        else f"{diagnostic.code} says {diagnostic.message!r}"
    )


def find_faults(numbers: range) -> list[tuple[int, str]]:
    return [(number, fault) for number in numbers if (fault := find_fault(number))]


def test_no_file_is_a_traceback() -> None:
    chunks = (range(start, min(start + CHUNK, MANY)) for start in range(0, MANY, CHUNK))
    for faults in in_order(find_faults, chunks, os.cpu_count() or 1):
        for number, fault in faults:
            raise AssertionError(f"FUZZ_SEED={SEED}, file {number}: {fault}\n{text(number)!r}")


def test_most_mutated_files_have_findings_and_some_have_none() -> None:
    results = [lint("a.json", text(number), PROFILES[0]) for number in range(300)]
    assert 0.5 < sum(map(bool, results)) / len(results) < 1
    assert len({each.code for diagnostics in results for each in diagnostics}) > 15
