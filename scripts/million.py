"""Check very many configs with Spark or Ray, and compare the counts with those of check.

`million.py make FOLDER NUMBER` writes configs, every other one faulty. `million.py spark FOLDER
OUTPUT` and `million.py ray FOLDER OUTPUT` check every *.json below FOLDER, write a Parquet table
to OUTPUT, and exit with 1 unless `trellis-cfg check` counts the same.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from time import monotonic

from trellis_cfg import api

CLEAN = {"line": 0, "column": 0, "severity": "", "code": "", "message": "", "pointer": ""}
TYPES = {int: "long", str: "string"}
SCHEMA = ", ".join(f"{name} {TYPES[type(value)]}" for name, value in ({"path": ""} | CLEAN).items())


def check_config(path: str, data: bytes) -> list[dict[str, object]]:
    """Return a row for each finding; a clean config has one row, without a code."""
    findings = api.check(bytes(data), path=path)
    rows = [{name: getattr(finding, name) for name in CLEAN} for finding in findings]
    return [{"path": path, **row} for row in rows or [CLEAN]]


def run_spark(folder: str, output: str) -> dict[str, int]:
    """Return how many rows each code has."""
    from pyspark.sql import SparkSession  # noqa: PLC0415  one of two engines

    os.environ["PYSPARK_PYTHON"] = sys.executable  # else the workers start any python3
    builder = SparkSession.builder.config("spark.sql.files.openCostInBytes", 1 << 14)
    listing = "spark.sql.sources.parallelPartitionDiscovery.parallelism"
    spark = builder.config(listing, 16).getOrCreate()  # both: the files are small and many
    files = spark.read.format("binaryFile").option("recursiveFileLookup", "true")
    configs = files.option("pathGlobFilter", "*.json").load(folder)
    rows = configs.rdd.flatMap(lambda row: check_config(row["path"], row["content"]))
    spark.createDataFrame(rows, SCHEMA).write.parquet(output)
    counts = spark.read.parquet(output).groupBy("code").count().collect()
    return {row["code"]: row["count"] for row in counts}


def run_ray(folder: str, output: str) -> dict[str, int]:
    """Return how many rows each code has."""
    import ray  # noqa: PLC0415  one of two engines

    configs = ray.data.read_binary_files(folder, include_paths=True, file_extensions=["json"])
    rows = configs.flat_map(lambda row: check_config(row["path"], row["bytes"]))
    rows.write_parquet(output)
    counts = ray.data.read_parquet(output).groupby("code").count().take_all()
    return {row["code"]: row["count()"] for row in counts}


def run_check(folder: str, _: str) -> dict[str, int]:
    """Return the same by trellis-cfg check."""
    files = "\0".join(map(str, Path(folder).rglob("*.json")))
    command = [sys.executable, "-m", "trellis_cfg", "check", "--output-format", "json"]
    command += ["--no-source", "-0", "--files-from", "-"]
    done = subprocess.run(command, input=files.encode(), stdout=subprocess.PIPE, check=False)
    summary = json.loads(done.stdout)["summary"]
    return {"": summary["checked"] - summary["files_with_findings"], **summary["codes"]}


ENGINES = {"spark": run_spark, "ray": run_ray, "check": run_check}


def compare(engine: str, folder: str, output: str) -> bool:
    """Print the counts and the times of an engine and of check; return whether they count alike."""
    counts, seconds = [], []
    for name in (engine, "check"):
        start = monotonic()
        counts.append(Counter(ENGINES[name](folder, output)))
        seconds.append(monotonic() - start)
    print(f"{'code':8} {engine:>9} {'check':>9}")
    for code in sorted(counts[0] | counts[1]):
        print(f"{code or 'clean':8} {counts[0][code]:9,} {counts[1][code]:9,}")
    print(f"{engine} takes {seconds[0] / seconds[1]:.1f} times as long as check")
    return counts[0] == counts[1]


FAULTS = (
    *((b"max_steps", b"max_step"), (b"AdamW", b"AdamV"), (b'"i_save"', b'"i_saves"')),
    *((b'_split": ', b'_split": 7'), (b'"lr": ', b'"lr": -'), (b"{", b"\xef\xbb\xbf{")),
    *((b"}", b"},"), (b'": "', b'": "\xff'), (b'"args": {', b'"args": [')),
)
"""What is replaced by what, once, in every other config."""


def make(folder: str, number: str) -> bool:
    """Write configs like those of the project, each in the folder of a run."""
    samples = [path.read_bytes() for path in sorted(Path("configs").rglob("*.json"))]
    for index in range(int(number)):
        data = samples[index % len(samples)]
        if index % 2:
            data = data.replace(*FAULTS[index // 2 % len(FAULTS)], 1)
        path = Path(folder, f"run{index:07}", "config.json")
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    return True


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    is_well = make(*arguments) if command == "make" else compare(command, *arguments)
    sys.exit(not is_well)
