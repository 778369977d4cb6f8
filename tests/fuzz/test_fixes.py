"""Laws of fixes, on mutated configs and texts."""

import json
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.fuzz.cases import SEED
from tests.fuzz.mutations import Json
from tests.fuzz.test_clean import FACTS, make_config
from tests.fuzz.texts import text
from trellis_cfg.diagnostics import ERROR
from trellis_cfg.document.paths import Path
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.fixer import FixChoice, Fixed, fix_data
from trellis_cfg.lint.linter import lint_data
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.workers import in_order

pytestmark = pytest.mark.slow

MANY = int(os.environ.get("FUZZ_FILES", 10 * settings().max_examples))
CHUNK = 250
FILE = ConfigFile("a.json", named=True)
GONE = object()
SAFE_CODES = {"TC001", "TC002", "TC003", "TC005", "TC102", "TC104", "TC203", "TC403", "TC504"}
UNSEEN = "TC001"


def make_file(number: int) -> bytes:
    """Return a text, or a config of which each value is right by itself."""
    if number % 2:
        return text(number)
    return json.dumps(make_config(number), indent=(4, None, "\t")[number % 3]).encode()


def find_leaves(value: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    if value in ({}, []):
        return
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, child in items:
            yield from find_leaves(child, (*path, key))
    else:
        yield path, value


def read_leaves(data: bytes) -> dict[Path, Json]:
    """Return what the trainer reads, by path; nothing of a text that it cannot read."""
    try:
        return dict(find_leaves(json.loads(data.decode("utf-8").removeprefix("\ufeff"))))
    except (ValueError, RecursionError):
        return {}


def is_same_run(path: Path, old: object, new: object) -> bool:
    """Tell whether a safe fix may change a value in this way."""
    if old is GONE:  # or an empty object, which has no leaves
        return path[-1] in {"max_epoch", "batch_size"} and new is None
    return (
        new is GONE  # an argument that is passed twice, with all that is below it
        or (path[-1] == "batch_size" and new is None)
        or (type(old) is float and type(new) is int and old == new)
    )


def find_fault(number: int) -> str:
    """Return which law the fixes of a file break; empty for none."""
    data, options = make_file(number), LintOptions(facts=FACTS[number % len(FACTS)])
    known = {(each.code, each.pointer) for each in lint_data(FILE, data, options).findings}
    for is_unsafe in (False, True):
        choice = FixChoice(is_unsafe)
        fixed = fix_data(FILE, data, options, choice)
        if fix_data(FILE, fixed.data, options, choice).data != fixed.data:
            return "a second run changes something"
        if not is_unsafe and (fault := find_unsafe_change(data, fixed)):
            return fault
        revealed = tuple(
            f"{each.fix.reveals}/" for each in fixed.applied if each.fix.reveals is not None
        )
        for each in fixed.linted.findings:
            is_known = (each.code, each.pointer) in known or UNSEEN in dict(known)
            is_revealed = f"{each.pointer}/".startswith(revealed)
            if each.severity == ERROR and not (is_known or is_revealed):
                return f"a new error: {each.code} {each.message}"
            is_open = each.is_fixable and (each.fix.is_safe or is_unsafe)
            if is_open and (each.code, each.pointer, each.fix.title) not in fixed.refused:
                return f"not fixed, and not refused: {each.code} {each.fix.title}"
    return ""


def find_unsafe_change(data: bytes, fixed: Fixed) -> str:
    if not {each.code for each in fixed.applied} <= SAFE_CODES:
        return "a code that is not safe"
    old, new = read_leaves(data), read_leaves(fixed.data)
    for path in old.keys() | new.keys() if old else ():
        before, after = old.get(path, GONE), new.get(path, GONE)
        if repr(before) != repr(after) and not is_same_run(path, before, after):
            return f"{path} is changed from {before!r} to {after!r}"
    return ""


def find_faults(numbers: range) -> list[tuple[int, str]]:
    return [(number, fault) for number in numbers if (fault := find_fault(number))]


def test_laws_of_fixes() -> None:
    chunks = (range(start, min(start + CHUNK, MANY)) for start in range(0, MANY, CHUNK))
    for faults in in_order(find_faults, chunks, os.cpu_count() or 1):
        for number, fault in faults:
            message = f"FUZZ_SEED={SEED}, file {number}: {fault}"
            raise AssertionError(f"{message}\n{make_file(number).decode('utf-8', 'replace')}")


def test_many_files_are_fixed() -> None:
    files = [
        fix_data(FILE, make_file(n), LintOptions(), FixChoice(is_unsafe=True)) for n in range(300)
    ]
    codes = {each.code for fixed in files for each in fixed.applied}
    assert len([fixed for fixed in files if fixed.applied]) > 50
    assert len(codes) > 8
