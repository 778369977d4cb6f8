"""Measure what it costs to read the code of a checkout.

    python benchmarks/signatures.py [--checkout DIR] [--rounds 9]

1. Finding the checkout and reading its train scripts.
2. ``check`` of one config, start to end, relative to ``--no-source``: in the checkout, and in a
   folder without one.

Each run is a process of its own. Without DIR, a checkout as large as TRELLIS is written: 13
trainers, 10 datasets and 13 models in files of 7 KB.
"""

import argparse
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
from trellis_cfg.source import CheckoutFinder, read_checkout
facts = read_checkout(CheckoutFinder().checkout(sys.argv[1]))
print(time.perf_counter() - start)
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
        package = root / "trellis" / folder
        package.mkdir(parents=True)
        names = [f"{folder.capitalize()}{number}" for number in range(count)]
        table = {name: f"part_{number}" for number, name in enumerate(names)}
        (package / "__init__.py").write_text(LAZY.format(table=table))
        for number, name in enumerate(names):
            base = names[number - 1] if number else "object"
            start = f"from .part_{number - 1} import {base}" if number else ""
            arguments = ", ".join(f"a_{number}_{index}=None" for index in range(8))
            text = CLASS.format(
                start=start, name=name, base=base, arguments=arguments, number=number
            )
            text += "".join(FILLER.format(number=index) for index in range(32))
            (package / f"part_{number}.py").write_text(text)
    (root / "train.py").write_text(TRAIN)


def run(command: list[str], folder: Path) -> tuple[float, str]:
    """Return the seconds of a process, and its output."""
    start = time.perf_counter()
    result = subprocess.run(
        [sys.executable, *command], cwd=folder, capture_output=True, text=True, check=True
    )
    return time.perf_counter() - start, result.stdout


def measure_checks(folder: Path, rounds: int) -> float:
    """Return the median time of ``check``, relative to ``check --no-source``."""
    (folder / "config.json").write_bytes(CONFIG.read_bytes())
    command = ["-m", "trellis_cfg", "check", "config.json", "--exit-zero"]
    pairs = [
        (run(command, folder)[0], run([*command, "--no-source"], folder)[0])
        for _ in range(rounds + 1)
    ]
    return statistics.median(with_source / without for with_source, without in pairs[1:])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkout", type=Path)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = arguments.checkout or Path(folder, "checkout")
        if arguments.checkout is None:
            make_checkout(root)
        empty = Path(folder, "empty")
        empty.mkdir()
        command = ["-c", READ, str(root.resolve() / "config.json")]
        reads = [float(run(command, root)[1]) for _ in range(arguments.rounds)]
        print(f"train scripts      {statistics.median(reads) * 1000:6.1f} ms")
        if arguments.checkout is None:
            ratio = measure_checks(root, arguments.rounds)
            print(f"check, a checkout  {ratio:6.2f} times --no-source")
        ratio = measure_checks(empty, arguments.rounds)
        print(f"check, no checkout {ratio:6.2f} times --no-source")


if __name__ == "__main__":
    main()
