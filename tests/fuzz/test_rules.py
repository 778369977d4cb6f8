"""Parser and rules over mutated files: never a traceback, and every finding has its place."""

import os
import re
from collections.abc import Callable
from functools import partial
from random import Random

import pytest
from hypothesis import settings

from tests.fuzz.cases import SEED
from tests.fuzz.texts import text
from trellis_cfg.diagnostics import Diagnostic, Report
from trellis_cfg.lint.config import Facts
from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.rules import select_codes
from trellis_cfg.lint.workers import in_order
from trellis_cfg.reporters import load_reporter, plain

pytestmark = pytest.mark.slow

MANY = int(os.environ.get("FUZZ_FILES", 10 * settings().max_examples))
CHUNK = 500
LONGEST = 600
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
PROFILES = tuple(
    LintOptions(select_codes(), Facts(gpus, nodes, samples, runtime))
    for gpus, nodes, samples, runtime in (
        *((None, 1, None, False), (8, 2, None, False), (1, 1, 1, False), (4, 1, 10_007, True)),
        *((None, 1, 168_307, False), (2**40, 2**20, 2**63 - 1, False)),
    )
)


def broken(number: int) -> str:
    """Return what is wrong with what is said of a file; empty if nothing is."""
    data = text(number)
    profile = Random(number).choice(PROFILES)  # noqa: S311  a test is no secret
    try:
        found = lint("a.json", data, profile)
        shown = load_reporter("text")(Report(1, 0, found), plain)
    except Exception as error:  # noqa: BLE001  whatever it is, it is what is looked for
        return f"{type(error).__name__}: {error}"
    if CONTROL.search(shown):
        return f"a control character is shown: {shown!r}"
    return next((fault for one in found if (fault := odd(one, data))), "")


def odd(found: Diagnostic, data: bytes) -> str:
    """Return what is wrong with a finding itself."""
    lines = re.split("\r\n|\r|\n", data.decode("utf-8", "replace"))
    if not 1 <= found.line <= len(lines):
        return f"{found.code} is at line {found.line} of {len(lines)}"
    if not 1 <= found.column <= len(lines[found.line - 1]) + 1:
        return f"{found.code} is at column {found.column} of {lines[found.line - 1]!r}"
    if found.range[2:] < found.range[:2]:
        return f"{found.code} ends before it begins: {found.range}"
    return "" if 0 < len(found.message) < LONGEST else f"{found.code} says {found.message!r}"


def broken_ones(numbers: range) -> list[tuple[int, str]]:
    return [(number, fault) for number in numbers if (fault := broken(number))]


def alone() -> Callable[[range], list[tuple[int, str]]]:
    return broken_ones


def test_no_file_is_a_traceback() -> None:
    chunks = (range(start, min(start + CHUNK, MANY)) for start in range(0, MANY, CHUNK))
    for faults in in_order(partial(alone), chunks, os.cpu_count() or 1):
        for number, fault in faults:
            raise AssertionError(f"FUZZ_SEED={SEED}, file {number}: {fault}\n{text(number)!r}")


def test_most_mutated_files_have_findings_and_some_have_none() -> None:
    found = [lint("a.json", text(number), PROFILES[0]) for number in range(300)]
    assert 0.5 < sum(map(bool, found)) / len(found) < 1
    assert len({one.code for diagnostics in found for one in diagnostics}) > 15
