"""Mutated code of checkouts: no traceback, and no long time, whatever the modules hold."""

import os
import re
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic

import pytest
from hypothesis import settings

from tests.cases import FOLDER
from tests.fuzz.cases import SEED
from tests.source.checkouts import write
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.lint.linter import lint_data
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.workers import in_order
from trellis_cfg.source import (
    CheckoutFinder,
    find_checkout_above,
    get_reading,
    read_checkout,
)

pytestmark = pytest.mark.slow

MANY = int(os.environ.get("FUZZ_CHECKOUTS", settings().max_examples))
CHUNK = 20
LONGEST = 2.0
"""Seconds for one checkout, on a machine that does other things, too: ten times that fail."""
CASES = sorted(path.parent for path in FOLDER.rglob("train.py"))
TOKENS = re.compile(r"\w+|[^\w\s]|\s+")
PIECES = (
    *("self", "kwargs", "**kwargs", "super().__init__(**kwargs)", "import *", "None", "yield"),
    *("max_steps", "if", "else", "for x in y:", "while True:", "del x", "global x", "assert"),
    *("class A(A):", "def f(self, *a, **k):", "return", "try:", "except:", "@property", "raise"),
    *("from . import *", "import trellis", "x = y = z", "eval('1')", "getattr(a, b)", "match x:"),
    *(
        "'\\ud800'",
        '"""',
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ":",
        "\\",
        "\0",
        "\t",
        "值",
        "#",
        "*",
        "=",
        ":=",
    ),
    *("1e999", "0x", "lambda: 0", "=", ":="),
)


def mutate(text: str, rng: Random) -> str:
    """Return a module with some lines or tokens moved, doubled, lost or replaced."""
    for _ in range(rng.randrange(1, 6)):
        parts = text.splitlines(keepends=True) if rng.random() < 0.5 else TOKENS.findall(text)
        if not parts:
            return rng.choice(PIECES)
        at, other = rng.randrange(len(parts)), rng.randrange(len(parts))
        match rng.randrange(6):
            case 0:
                del parts[at]
            case 1:
                parts.insert(at, parts[other])
            case 2:
                parts[at], parts[other] = parts[other], parts[at]
            case 3:
                parts[at] = rng.choice(PIECES)
            case 4:
                parts.insert(at, f" {rng.choice(PIECES)} ")
            case 5:
                parts[at:other] = parts[at:other] * rng.choice((2, 3, 30))
        text = "".join(parts)[:100_000]
    return text


def find_fault(number: int) -> str:
    """Return what goes wrong in a mutated checkout; empty if nothing does."""
    rng = Random(f"{SEED}:{number}")  # noqa: S311  a test is no secret
    case = rng.choice(CASES)
    files = {
        str(path.relative_to(case)): path.read_text("utf-8") for path in sorted(case.rglob("*.py"))
    }
    for name in rng.sample(sorted(files), rng.randrange(1, len(files) + 1)):
        files[name] = mutate(files[name], rng).encode("utf-8", "replace").decode()
    with TemporaryDirectory() as folder:
        root = write(Path(folder), files)
        started = monotonic()
        try:
            for config in sorted(case.rglob("*.json")):
                file = ConfigFile(str(root / config.name), named=True)
                options = LintOptions(checkouts=CheckoutFinder()).for_file(file.path)
                lint_data(file, config.read_bytes(), options)
                checkout = options.checkouts and options.checkouts.checkout("")
                sections = read_checkout(checkout).all_sections if checkout else {}
                assert all(section.likely_classes is not None for section in sections.values())
        except Exception as error:  # noqa: BLE001  any exception is a fault
            return f"{type(error).__name__}: {error}"
        finally:
            get_reading.cache_clear()
            find_checkout_above.cache_clear()
        seconds = monotonic() - started
    return f"{seconds:.1f} s" if seconds > 10 * LONGEST else ""


def find_faults(numbers: range) -> list[tuple[int, str]]:
    return [(number, fault) for number in numbers if (fault := find_fault(number))]


def test_no_checkout_is_a_traceback() -> None:
    chunks = (range(start, min(start + CHUNK, MANY)) for start in range(0, MANY, CHUNK))
    for faults in in_order(find_faults, chunks, os.cpu_count() or 1):
        for number, fault in faults:
            raise AssertionError(f"FUZZ_SEED={SEED}, checkout {number}: {fault}")
