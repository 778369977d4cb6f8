"""What counting samples costs, as ratios to the trainer's own read in the same run.

    python benchmarks/metadata.py [--rows 5000000] [--rounds 5]

The trainer reads the whole table with pandas, then filters it. Each is measured from start to end
in a process of its own, in turn: seconds, and peak memory. Exits with 1 above a limit.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

DATASET = "TextConditionedSLat"
LATENT = "dinov2_vitl14_reg_slat_enc_swin8_B_64l8_fp16"
HEADER = (
    "sha256,file_identifier,aesthetic_score,captions,rendered,voxelized,num_voxels,cond_rendered,"
    f"feature_dinov2_vitl14_reg,ss_latent_ss_enc_conv3d_16l8_fp16,latent_{LATENT}"
)
UNIT = 1 if sys.platform == "darwin" else 1024
WORDS = ("a red chair", "metal legs", "a small wooden house", "low poly", "cartoon style")
KEPT = 0.9
OURS = f"""
from trellis_cfg.metadata import count
args = {{"latent_model": "{LATENT}", "min_aesthetic_score": 4.5, "max_num_voxels": 32768}}
print(count("{DATASET}", args, ROOT).samples)
"""
THEIRS = f"""
import pandas
table = pandas.read_csv(ROOT + "/metadata.csv")
table = table[table["latent_{LATENT}"]]
table = table[table["aesthetic_score"] >= 4.5]
table = table[table["num_voxels"] <= 32768]
table = table[table["captions"].notna()]
print(len(table["sha256"].values))
"""


class Run(NamedTuple):
    """What one process took, and what it printed."""

    seconds: float
    megabytes: float
    printed: str


def make_table(path: Path, rows: int) -> None:
    """Write a table such as the public ones, about 200 bytes a row."""
    randomly = random.Random(0)  # noqa: S311
    with path.open("w", encoding="utf-8") as file:
        print(HEADER, file=file)
        file.writelines(made_rows(randomly, rows))


def made_rows(randomly: random.Random, rows: int) -> Iterator[str]:
    """Yield lines that pass each filter by a chance of its own."""
    for number in range(rows):
        captions = ", ".join(f'""{word} {number}""' for word in randomly.choices(WORDS, k=2))
        flags = ["True" if randomly.random() < KEPT else "False" for _ in range(6)]
        score = 3 + 4 * randomly.random()
        yield (
            f"{randomly.getrandbits(256):064x},https://a.b/{number:08d},{score},"
            f'"[{captions}]",{flags[0]},{flags[1]},{randomly.randrange(60_000)},'
            f"{','.join(flags[2:])}\n"
        )


def run(program: str, root: str) -> Run:
    """Return what a program takes that reads the table below ``root``."""
    start = time.perf_counter()
    command = [sys.executable, "-c", f"ROOT = {root!r}\n{program}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        printed = process.stdout.read().strip() if process.stdout else ""
        _, process.returncode, usage = os.wait4(process.pid, 0)
    if process.returncode:
        raise SystemExit("a run failed")
    return Run(time.perf_counter() - start, usage.ru_maxrss * UNIT / 1e6, printed)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        path = Path(root, "metadata.csv")
        make_table(path, options.rows)
        print(f"{options.rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB, {DATASET}")
        if not report(root, options.rounds):
            raise SystemExit("above the limit")


def report(root: str, rounds: int) -> bool:
    """Run both in turn, after one warm-up each, and print a row for time and one for memory.

    Returns whether both ratios are within their limits.
    """
    warm = run(OURS, root), run(THEIRS, root)
    if warm[0].printed != warm[1].printed:
        raise SystemExit(f"counts differ: {warm[0].printed} and {warm[1].printed}")
    pairs = [(run(OURS, root), run(THEIRS, root)) for _ in range(rounds)]
    print(f"{'median of paired runs':24}{'ours':>10}{'trainer':>10}{'ratio':>8}{'at most':>9}")
    is_within = True
    for field, limit in (("seconds", 0.75), ("megabytes", 0.1)):
        figures = [(getattr(ours, field), getattr(theirs, field)) for ours, theirs in pairs]
        columns = [*zip(*figures, strict=True), [first / second for first, second in figures]]
        ours, theirs, ratio = map(statistics.median, columns)
        print(f"{field:24}{ours:10.2f}{theirs:10.2f}{ratio:8.3f}{limit:9.2f}")
        is_within = is_within and ratio <= limit
    return is_within


if __name__ == "__main__":
    main()
