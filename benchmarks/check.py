"""What ``check`` costs, as ratios to other checkers in the same run, each start to end.

    python benchmarks/check.py [--configs DIR] [--checkout DIR] [--files 10000] [--rounds 5]
                               [--own-rounds 1]

The others check less: with the small schema, the shape of a config and the two nulls; with the
project's own schema, what a schema can say. jsonvet is native, and knows no rule.

1. Many files, each with limits of its own: all clean, and one in seven faulty; then, beside them,
   copies of a few. The same inside a checkout, one of few classes or one that is named, to outside
   of it: in a first run, which reads its code, and in later ones, which know what that has learned.
2. One file, clean and faulty, inside a checkout, and what a hook or ``--help`` costs at its start.
3. Peak memory over 1,000 and over 100,000 clean files.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
BIN = Path(sys.executable).parent
RIVALS = BIN.parent / "rivals"
OURS = [BIN / "trellis-cfg", "check"]
SMALL, OWN = HERE / "small.schema.json", ROOT / "schemas/config.schema.json"
PYTHON_RIVAL = [RIVALS / "bin/check-jsonschema", "--schemafile"]
NATIVE_RIVAL = [RIVALS / "node_modules/.bin/jsonschema", "validate"]

# Compiled modules are kept, as they are of an installed program.
COMPILED = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
RUNS = {"first": {"TRELLIS_CFG_NO_CACHE": "1"}, "later": {}}

# What people get wrong: a limit, an interval, a batch, a name, a type, a key that is missing.
FAULTS = (
    (rb'"max_epoch": null', b'"max_epoch": 0'),
    (rb'"i_save": \d+', b'"i_save": 7777'),
    (rb'"batch_split": \d+', b'"batch_split": 3'),
    (rb'"i_log"', b'"i_logs"'),
    (rb'"lr": [\d.e-]+', b'"lr": "1e-4"'),
    (rb'\s*"max_epoch": null,', b""),
)

Command = Sequence[str | Path]
# A process starts with the peak of the one that starts it: so that is a small one.
PEAK = """
import os, subprocess, sys
quiet = subprocess.DEVNULL
process = subprocess.Popen(sys.argv[1:], stdout=quiet, stderr=quiet)
print(os.wait4(process.pid, 0)[2].ru_maxrss)
"""


def seconds(command: Command, **variables: str) -> float:
    """Run a command, whatever it exits with, and return how long it took."""
    quiet, start = subprocess.DEVNULL, time.perf_counter()
    subprocess.run(command, env=COMPILED | variables, stdout=quiet, stderr=quiet, check=False)
    return time.perf_counter() - start


def peak(command: Command) -> int:
    """Return the most memory that a process of a command had, in kilobytes."""
    measured = [sys.executable, "-c", PEAK, *command]
    done = subprocess.run(measured, env=COMPILED, capture_output=True, text=True, check=True)
    return int(done.stdout)


def ratio(
    ours: Command, theirs: Command, rounds: int, **variables: str
) -> tuple[float, float, float]:
    """Return median seconds of both and of their ratio, run in turn after two warm-ups of ours."""
    for _ in range(2):
        seconds(ours, **variables)
    times = [(seconds(ours, **variables), seconds(theirs)) for _ in range(rounds)]
    one, other = zip(*times, strict=True)
    both = statistics.median(a / b for a, b in times)
    return statistics.median(one), statistics.median(other), both


def make_tree(
    root: Path, sources: list[bytes], files: int, *, differ: bool, is_faulty: bool = False
) -> list[Path]:
    """Write copies, 250 a folder; where they ``differ``, each with limits of its own.

    Where ``is_faulty``, one in seven has a fault, of each kind in turn.
    """
    made = []
    for number in range(files):
        data = sources[number % len(sources)]
        if differ:
            data = re.sub(rb'"max_steps": \d+', b'"max_steps": %d0000' % (number + 1), data)
        if is_faulty and number % 7 == 0:
            data = re.sub(*FAULTS[number // 7 % len(FAULTS)], data)
        path = root / f"{number // 250:05d}" / f"{number:06d}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        made.append(path)
    return made


TRAIN = """
import json
from trellis import models, datasets, trainers

def main(rank, cfg):
    dataset = getattr(datasets, cfg.dataset.name)(cfg.data_dir, **cfg.dataset.args)
    networks = {
        name: getattr(models, model.name)(**model.args).cuda()
        for name, model in cfg.models.items()
    }
    trainer = getattr(trainers, cfg.trainer.name)(
        networks, dataset, **cfg.trainer.args,
        output_dir=cfg.output_dir, load_dir=cfg.load_dir, step=cfg.load_ckpt,
    )
"""
CLASS = """
class {name}:
    def __init__(self, {passed}{arguments}):
        super().__init__()
        self.limits = {{}}
"""
PASSED = {"models": "", "datasets": "roots, ", "trainers": "networks, dataset, *, "}
"""The packages of a checkout, and what its train script passes to their classes."""


def make_checkout(root: Path, sources: list[bytes]) -> Path:
    """Write a checkout whose classes take the arguments that configs have; return its configs."""
    classes: dict[str, dict[str, set[str]]] = {folder: {} for folder in PASSED}
    for config in map(json.loads, sources):
        uses = [("models", use) for use in config["models"].values()]
        for folder, use in (
            *uses,
            ("datasets", config["dataset"]),
            ("trainers", config["trainer"]),
        ):
            classes[folder].setdefault(use["name"], set()).update(use["args"])
    for folder, passed in PASSED.items():
        path = root / "trellis" / folder / "__init__.py"
        path.parent.mkdir(parents=True)
        own = {"output_dir", "load_dir", "step"} if folder == "trainers" else set[str]()
        texts = [
            CLASS.format(
                name=name,
                passed=passed,
                arguments=", ".join(f"{key}=None" for key in sorted(keys | own)),
            )
            for name, keys in sorted(classes[folder].items())
        ]
        path.write_text("".join(texts))
    (root / "train.py").write_text(TRAIN)
    return root / "configs"


def inside(
    configs: Path, outside: Path, sources: list[bytes], files: int, rounds: int
) -> Iterator[str]:
    """Yield the rows for a checkout: many files to as many outside, and one to two imports."""
    first, *_ = make_tree(configs, sources, files, differ=True)
    for jobs in (1, 2):
        check = [*OURS, f"--jobs={jobs}"]
        for run, variables in RUNS.items():
            measured = ratio([*check, configs], [*check, outside], rounds, **variables)
            name = f"inside; outside; {jobs} process{'es' * (jobs > 1)}; {run} run"
            yield row(name, *measured, 1.25)
    imports = [sys.executable, "-c", "import click, jiter"]
    for run, variables in RUNS.items():
        measured = ratio([*OURS, first], imports, rounds * 3, **variables)
        yield row(f"one file; import click, jiter; {run} run", *measured, 2.5)


def migrated(configs: Path, folder: Path) -> list[bytes]:
    """Return the configs below a folder, brought through the migrations."""
    folder.mkdir()
    for number, path in enumerate(sorted(configs.rglob("*.json"))):
        (folder / f"{number}.json").write_bytes(path.read_bytes())
    subprocess.run([OURS[0], "migrate", folder], check=True, capture_output=True)
    return [path.read_bytes() for path in sorted(folder.iterdir())]


def clean(folder: Path) -> list[bytes]:
    """Return the configs of a folder in which nothing is found."""
    paths = sorted(folder.iterdir())
    return [
        path.read_bytes()
        for path in paths
        if subprocess.run([*OURS, "--strict", path], capture_output=True, check=False).returncode
        == 0
    ]


NAMES = {"cj": "check-jsonschema", "sourcemeta": "sourcemeta", "jsonvet": "jsonvet"}
LIMITS = {"cj": (0.35, 0.27), "sourcemeta": (0.60, 0.47), "jsonvet": (3.6, 3.1)}
"""The most that clean files may cost, in one process and in two."""
FAULTY = {"cj": (0.80, 0.80)}
NONE = (0.0, 0.0)


def many(
    root: Path, files: list[Path], rounds: int, limits: dict[str, tuple[float, float]]
) -> Iterator[str]:
    """Yield a row for each rival over many files, on one process and on two."""
    rivals: list[tuple[str, Command]] = [
        ("cj", [*PYTHON_RIVAL, SMALL, *files]),
        ("sourcemeta", [*NATIVE_RIVAL, SMALL, root]),
        ("jsonvet", [RIVALS / "bin/jsonvet", "--schema", SMALL, root]),
    ]
    for key, command in rivals:
        name = f"{NAMES[key]}, small schema"
        yield from compare(name, root, command, rounds, limits.get(key, NONE))


def many_by_own_schema(root: Path, files: list[Path], rounds: int) -> Iterator[str]:
    """Yield the rows for the rivals that check with the project's own schema."""
    python, native = [*PYTHON_RIVAL, OWN, *files], [*NATIVE_RIVAL, OWN, root]
    yield from compare("check-jsonschema, own schema", root, python, rounds, (0.05, 0.05))
    yield from compare("sourcemeta, own schema", root, native, rounds, (0.35, 0.35))


def compare(
    name: str, root: Path, theirs: Command, rounds: int, limits: tuple[float, float]
) -> Iterator[str]:
    """Yield a row for one process and a row for two."""
    for jobs, limit in zip((1, 2), limits, strict=True):
        measured = ratio([*OURS, f"--jobs={jobs}", root], theirs, rounds or 1)
        yield row(f"{name}; {jobs} process{'es' * (jobs > 1)}", *measured, limit)


def one(path: Path, faulty: Path, rounds: int) -> Iterator[str]:
    """Yield a row for each thing that a run over one file may be compared with."""
    check, migrate = [*OURS, path], [OURS[0], "migrate", "--check", path]
    check_json = [RIVALS / "bin/check-json", path]
    imports = [sys.executable, "-c", "import click, jiter"]
    rivals: list[tuple[str, Command, Command, float]] = [
        ("check; import click, jiter", check, imports, 1.35),
        ("check of a faulty file; import click, jiter", [*OURS, faulty], imports, 0),
        ("check; check-jsonschema, small schema", check, [*PYTHON_RIVAL, SMALL, path], 0.35),
        ("check; check-jsonschema, own schema", check, [*PYTHON_RIVAL, OWN, path], 0.30),
        ("check; pre-commit-hooks' check-json", check, check_json, 0),
        ("migrate; check-jsonschema, small", migrate, [*PYTHON_RIVAL, SMALL, path], 0),
        ("migrate; pre-commit-hooks' check-json", migrate, check_json, 0),
        ("--help; check-jsonschema --help", [OURS[0], "--help"], [PYTHON_RIVAL[0], "--help"], 0),
    ]
    for name, ours, theirs, limit in rivals:
        yield row(name, *ratio(ours, theirs, rounds), limit)


def row(name: str, ours: float, theirs: float, both: float, limit: float) -> str:
    """Return a line of the table; a limit of 0 is none."""
    most = f"{limit:9.2f}" if limit else f"{'-':>9}"
    return f"{name:48}{ours * 1e3:10.0f}{theirs * 1e3:10.0f}{both:8.3f}{most}"


def memory(root: Path, sources: list[bytes]) -> Iterator[str]:
    """Yield the peak over few and over many clean files, each of which differs."""
    few = make_tree(root / "few", sources, 1_000, differ=True)
    more = make_tree(root / "more", sources, 100_000, differ=True)
    for jobs in (1, 2):
        commands = [[*OURS, f"--jobs={jobs}", files[0].parents[1]] for files in (few, more)]
        told = ", ".join(f"{peak(command) / 1024:.1f} MB" for command in commands)
        yield f"peak of 1,000 and of 100,000 clean files, --jobs {jobs}: {told}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--configs", type=Path, default=ROOT / "configs")
    parser.add_argument("--checkout", type=Path, help="with train.py and configs")
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--own-rounds", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        sources = migrated(given.configs.resolve(), root / "sources")
        checkout = given.checkout and given.checkout.resolve()
        os.chdir(root)  # no pyproject.toml above it
        COMPILED["XDG_CACHE_HOME"] = str(root / "caches")
        if checkout:
            report_inside(root, checkout, given)
        else:
            report(root, sources, given)


def report_inside(root: Path, checkout: Path, given: argparse.Namespace) -> None:
    """Measure the configs of a checkout, with other limits, inside and outside of it."""
    copy = root / "checkout"
    shutil.copytree(checkout, copy, ignore=shutil.ignore_patterns("*.json", ".git"))
    migrated(checkout / "configs", copy / "sources")
    sources = [data for data in clean(copy / "sources") if b'"lr_scheduler": {' not in data]
    make_tree(root / "outside", sources, given.files, differ=True)
    print(f"{given.files:,} files like {len(sources)} of {checkout.name}, all clean")
    for line in inside(copy / "configs", root / "outside", sources, given.files, given.rounds):
        print(line, flush=True)


def report(root: Path, sources: list[bytes], given: argparse.Namespace) -> None:
    """Measure below ``root`` and print a row for each question."""
    head = f"{'medians of paired runs, start to end':48}{'ours ms':>10}{'other ms':>10}"
    print(f"{head}{'ratio':>8}{'at most':>9}")
    # A schedule would have to fit each limit.
    sound = [data for data in clean(root / "sources") if b'"lr_scheduler": {' not in data]
    trees = (
        ("each with limits of its own, all clean", sound, True, False),
        ("each with limits of its own, one in seven faulty", sound, True, True),
        ("copies", sources, False, False),
    )
    for title, contents, differ, is_faulty in trees:
        folder = root / title.replace(" ", "-")
        files = make_tree(folder, contents, given.files, differ=differ, is_faulty=is_faulty)
        print(f"{given.files:,} files, {title}")
        limits = FAULTY if is_faulty else LIMITS if differ else {}
        for line in many(folder, files, given.rounds, limits):
            print(line, flush=True)
        if limits is LIMITS:
            for line in many_by_own_schema(folder, files, given.own_rounds):
                print(line, flush=True)
    print(f"{given.files:,} files in a checkout, each with limits of its own, all clean")
    outside, configs = root / trees[0][0].replace(" ", "-"), make_checkout(root / "checkout", sound)
    for line in inside(configs, outside, sound, given.files, given.rounds):
        print(line, flush=True)
    (root / "one.json").write_bytes(sound[0])
    (root / "faulty.json").write_bytes(re.sub(*FAULTS[1], sound[0]))
    print("one file")
    for line in one(root / "one.json", root / "faulty.json", given.rounds * 3):
        print(line, flush=True)
    for line in memory(root, sound):
        print(line, flush=True)


if __name__ == "__main__":
    main()
