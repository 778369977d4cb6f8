"""What ``migrate`` costs, as ratios to doing less in the same run.

    python benchmarks/migrate.py [--files 10000] [--rounds 7]

1. ``migrate --check`` over a tree of current configs, against reading the same files with
   ``open().read()`` and parsing them with jiter, duplicate check on, in the same process.
2. One file, start to end, against ``python -c "import click, jiter"``.
3. Memory that planning keeps: a file that is current, and one that is to change.
"""

import argparse
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import jiter

from trellis_cfg.cli.main import group
from trellis_cfg.files.discovery import Exclude, discover
from trellis_cfg.lint.guards import require_stop_condition
from trellis_cfg.migrations import MIGRATIONS, migrate
from trellis_cfg.rewrite import plan as plan_module

CONFIGS = sorted((Path(__file__).parents[1] / "configs").rglob("*.json"))
UPGRADE = require_stop_condition(lambda document: migrate(document, MIGRATIONS))


def make_tree(root: Path, files: int, *, current: bool) -> None:
    """Write copies of the configs, 250 a folder, without ``max_epoch`` unless ``current``."""
    contents = [path.read_bytes() for path in CONFIGS]
    if not current:
        contents = [data.replace(b'\n            "max_epoch": null,', b"") for data in contents]
    for number in range(files):
        folder = root / f"{number // 250:05d}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:06d}.json").write_bytes(contents[number % len(contents)])


def read_and_parse(root: Path) -> None:
    """Do what any program must: read each file and parse it, duplicate keys refused."""
    for folder, _, names in os.walk(root):
        for name in names:
            with open(f"{folder}/{name}", "rb") as file:
                jiter.from_json(file.read(), allow_inf_nan=False, catch_duplicate_keys=True)


def check(root: Path) -> None:
    """Run the command itself, in this process."""
    group.main(["migrate", "--check", str(root)], standalone_mode=False)


def seconds(work: Callable[[], object]) -> float:
    """Return the time of one run."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def paired(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> list[float]:
    """Return median seconds of both and of their ratio, run in turn after one warm-up each."""
    ours(), theirs()
    times = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    columns = [*zip(*times, strict=True), [first / second for first, second in times]]
    return [statistics.median(column) for column in columns]


def start_to_end(path: Path) -> Callable[[], object]:
    """Return a run of the installed program over one file."""
    program = Path(sys.executable).with_name("trellis-cfg")
    return started([program, "migrate", "--check", path])


def rewritten(path: Path) -> Callable[[], object]:
    """Return a run of the installed program that upgrades one file; the next one reverts it."""
    program = Path(sys.executable).with_name("trellis-cfg")
    runs = [started([program, "migrate", path]), started([program, "migrate", "--revert", path])]
    return lambda: (runs.reverse(), runs[1]())


def started(command: list[str | Path]) -> Callable[[], object]:
    """Return a run of a command that uses compiled modules, as an installed program does."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    quiet = subprocess.DEVNULL
    return lambda: subprocess.run(command, env=environment, check=True, stdout=quiet, stderr=quiet)


def kept(root: Path) -> tuple[int, int]:
    """Return bytes that planning keeps, and how many files it would change."""
    gc.collect()
    tracemalloc.start()
    plan = plan_module.plan(discover([str(root)], Exclude()), UPGRADE)
    gc.collect()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return size, len(plan.changes)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        make_tree(root / "current", given.files, current=True)
        make_tree(root / "tenth", given.files // 10, current=True)
        make_tree(root / "one", 1, current=False)
        make_tree(root / "outdated", given.files // 10, current=False)
        report(root, given.files, given.rounds)


def report(root: Path, files: int, rounds: int) -> None:
    """Measure in the folders below ``root`` and print a row for each question."""
    os.chdir(root)  # no pyproject.toml above it
    start = [sys.executable, "-c", "import click, jiter"]
    one, outdated = (root / f"{name}/00000/000000.json" for name in ("current", "one"))
    rows = (
        (f"migrate --check, {files:,} files", 1.3,
         paired(lambda: check(root / "current"), lambda: read_and_parse(root / "current"), rounds)),
        ("one current file, start to end", 1.4,
         paired(start_to_end(one), started(start), rounds * 3)),
        ("one outdated file, written", 1.4,
         paired(rewritten(outdated), started(start), rounds * 3)),
    )  # fmt: skip
    print(f"{'median of paired runs':36}{'ours ms':>10}{'other ms':>10}{'ratio':>8}{'at most':>9}")
    for title, limit, (ours, theirs, ratio) in rows:
        print(f"{title:36}{ours * 1e3:10.1f}{theirs * 1e3:10.1f}{ratio:8.2f}{limit:9.2f}")
    many, _ = kept(root / "current")
    few, _ = kept(root / "tenth")
    changed, changes = kept(root / "outdated")
    print(f"kept of a current file: {(many - few) / (files - files // 10):.2f} bytes")
    print(f"kept of a file to change: {(changed - few) / changes:.0f} bytes")


if __name__ == "__main__":
    main()
