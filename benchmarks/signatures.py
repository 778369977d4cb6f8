"""What it costs to read the code beside configs.

    python benchmarks/signatures.py [--checkout DIR] [--rounds 9]

1. A cold read of a checkout: found, every file of its sections parsed and followed, and kept.
2. A warm one: found, its cache held against the files.
3. ``check`` of one config, start to end: with a warm cache, and in a folder without a checkout,
   against the same with ``--no-source``.

Each run is a process of its own. Without DIR, a checkout is written that is as large as TRELLIS:
13 trainers, 10 datasets and 13 models in 40 files of 7 KB.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONFIG = Path(__file__).parents[1] / "configs/vae/ss_vae_conv3d_16l8_fp16.json"
READ = """
import sys, time
import trellis_cfg.lint.linter
start = time.perf_counter()
from trellis_cfg.source import Where, source
checkout = Where().checkout(sys.argv[1])
found = source(checkout)
print(time.perf_counter() - start)
print(sum(len(section.classes) for section in found.sections.values()), file=sys.stderr)
"""
SIZES = {"trainers": 13, "datasets": 10, "models": 13}
LAZY = """
_TABLE = {table!r}

def __getattr__(name):
    return load(_TABLE[name], name)
"""
TRAIN = """
from trellis import models, datasets, trainers

getattr(datasets, name)(root, **cfg.dataset.args)
getattr(models, name)(**cfg.model.args)
getattr(trainers, name)(nets, data, **cfg.trainer.args, output_dir=1, load_dir=2, step=3)
"""
CLASS = """
{start}

class {name}({base}):
    def __init__(self, *args, {arguments}, **kwargs):
        super().__init__(*args, **kwargs)
        self.prepare(**kwargs)

    def prepare(self, size_{number}=1, **kwargs):
        self.size = size_{number}
"""
FILLER = """
    def work_{number}(self, x, y=None):
        if y is None:
            y = [value * {number} for value in x if value is not None]
        return {{"x": x, "y": self.size + sum(y), "z": str(x) + "{number}"}}
"""


def make_checkout(root: Path) -> None:
    """Write a checkout as large as TRELLIS: each class extends the one before it."""
    for folder, count in SIZES.items():
        place = root / "trellis" / folder
        place.mkdir(parents=True)
        names = [f"{folder.capitalize()}{number}" for number in range(count)]
        table = {name: f"part_{number}" for number, name in enumerate(names)}
        (place / "__init__.py").write_text(LAZY.format(table=table))
        for number, name in enumerate(names):
            base = names[number - 1] if number else "object"
            start = f"from .part_{number - 1} import {base}" if number else ""
            arguments = ", ".join(f"a_{number}_{index}=None" for index in range(8))
            text = CLASS.format(
                start=start, name=name, base=base, arguments=arguments, number=number
            )
            text += "".join(FILLER.format(number=index) for index in range(32))
            (place / f"part_{number}.py").write_text(text)
    (root / "train.py").write_text(TRAIN)


def run(command: list[str], folder: Path, cache: Path) -> tuple[float, str]:
    """Return the seconds of a process, and what it printed."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return time.perf_counter() - start, done.stdout


def reads(root: Path, cache: Path, rounds: int) -> tuple[list[float], list[float]]:
    """Return the seconds of cold and of warm reads."""
    cold, warm = [], []
    for number in range(rounds):
        own = cache / str(number)
        command = ["-c", READ, str(root / "config.json")]
        cold.append(float(run(command, root, own)[1]))
        warm.append(float(run(command, root, own)[1]))
    return cold, warm


def checks(folder: Path, cache: Path, rounds: int) -> list[float]:
    """Return how much longer ``check`` takes than without looking for code."""
    (folder / "one.json").write_bytes(CONFIG.read_bytes())
    command = ["-m", "trellis_cfg", "check", "one.json"]
    pairs = [
        (run(command, folder, cache)[0], run([*command, "--no-source"], folder, cache)[0])
        for _ in range(rounds + 1)
    ]
    return [with_source / without for with_source, without in pairs[1:]]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkout", type=Path)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        root = given.checkout or place / "checkout"
        if given.checkout is None:
            make_checkout(root)
        (place / "empty").mkdir()
        cold, warm = reads(root.resolve(), place / "caches", given.rounds)
        print(f"cold read          {statistics.median(cold) * 1000:6.1f} ms")
        print(f"warm read          {statistics.median(warm) * 1000:6.1f} ms")
        if given.checkout is None:
            ratio = statistics.median(checks(root, place / "caches", given.rounds))
            print(f"check, warm        {ratio:6.2f} times --no-source")
        ratio = statistics.median(checks(place / "empty", place / "caches", given.rounds))
        print(f"check, no checkout {ratio:6.2f} times --no-source")


if __name__ == "__main__":
    main()
