"""The checkpoints in the folder of a run: their steps, and which of them are whole.

Names and sizes alone decide; no file is loaded.
"""

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import NamedTuple

from trellis_cfg.restore import ARGS, get_value
from trellis_cfg.restore.components import format_rates

FOLDER = "ckpts"
CONFIG = "config.json"
_NAME = re.compile(r"(?P<stem>.+)_step(?P<step>\d{1,18})\.pt")
_EMA = re.compile(r"(?P<role>.+)_ema(?P<rate>[^_]+)")
_PARTIAL = re.compile(r".*\.(partial|tmp|trellis-cfg-partial)")
_MISC = "misc"
_COMPLETE, _LARGE = 0.9, 1 << 20
"""The share of the size of the same large file at other steps that a whole file has at least."""
_MAX_FILES = 200_000
_OPTION = re.compile(r"--(num_gpus|num_nodes|ckpt|load_dir|data_dir|seed)[ =]+(\S+)")


class RunFolder(NamedTuple):
    """What is in the folder of a run.

    ``sizes`` are the bytes of each file, by step and stem: the name without the step. ``partial``
    are names of interrupted saves. ``command`` are options of the last launch. ``is_relaunched``
    is whether its config is newer than all checkpoints.
    """

    path: str
    sizes: Mapping[int, Mapping[str, int]]
    partial: tuple[str, ...] = ()
    command: Mapping[str, str] = MappingProxyType({})
    is_relaunched: bool = False

    def find_problem(self, step: int, stems: Iterable[str]) -> str:
        """Return why a step has no whole file of misc and some stems; empty if it has."""
        sizes = self.sizes.get(step, {})
        files = {stem: f"{stem}_step{step:07d}.pt" for stem in (_MISC, *stems)}
        for stem, name in files.items():
            if stem not in sizes:
                return f"{name} is missing"
        for stem, name in files.items():
            most = max(each.get(stem, 0) for each in self.sizes.values())
            if sizes[stem] < max(1, _COMPLETE * most if most >= _LARGE else 1):
                return f"{name} is {'smaller than at other steps' if sizes[stem] else 'empty'}"
        return ""

    @property
    def latest(self) -> int | None:
        """The step that ``--ckpt latest`` loads: the largest with a misc file, whole or not."""
        return max((step for step, sizes in self.sizes.items() if _MISC in sizes), default=None)

    def list_common_stems(self) -> list[str]:
        """Return the stems beside misc that at least half of the steps with a misc file have."""
        steps = [sizes for sizes in self.sizes.values() if _MISC in sizes]
        counts = Counter(stem for sizes in steps for stem in sizes)
        return [stem for stem in sorted(counts) if stem != _MISC and 2 * counts[stem] >= len(steps)]

    def list_rates(self, step: int, roles: Iterable[str]) -> frozenset[str]:
        """Return the EMA rates that a step has a file of for each role."""
        names, stems = list(roles), self.sizes.get(step, {})
        rates = {match["rate"] for match in map(_EMA.fullmatch, stems) if match}
        return frozenset(
            rate for rate in rates if all(f"{role}_ema{rate}" in stems for role in names)
        )


def list_stems(config: object, rate: object = 0.9999) -> list[str]:
    """Return the stems of the files of models and EMA of a config; ``rate`` is the default."""
    models = get_value(config, "models")
    roles = [*models] if isinstance(models, Mapping) else []
    args = get_value(config, *ARGS)
    rate = args.get("ema_rate", rate) if isinstance(args, Mapping) else rate
    return [*roles, *(f"{role}_ema{each}" for each in format_rates(rate) or [] for role in roles)]


def read_run_folder(path: str) -> RunFolder:
    """Return what is in the folder of a run; raises OSError if it cannot be read."""
    os.scandir(path).close()
    sizes: dict[int, dict[str, int]] = {}
    partial, newest, time = [], 0.0, 0.0
    with suppress(OSError):
        time = os.stat(os.path.join(path, CONFIG)).st_mtime
    folder = os.path.join(path, FOLDER)
    for entry in _scan(folder):
        match = _NAME.fullmatch(entry.name)
        if match:
            status = entry.stat()
            newest = max(newest, status.st_mtime)
            sizes.setdefault(int(match["step"]), {})[match["stem"]] = status.st_size
        elif _PARTIAL.fullmatch(entry.name):
            partial.append(entry.name)
    return RunFolder(
        path,
        sizes,
        tuple(sorted(partial)),
        _read_command(os.path.join(path, "command.txt")),
        is_relaunched=0 < newest < time,
    )


def _scan(folder: str) -> "Iterable[os.DirEntry[str]]":
    try:
        with os.scandir(folder) as scan:
            entries = [entry for _, entry in zip(range(_MAX_FILES), scan, strict=False)]
    except FileNotFoundError:
        return []
    return [entry for entry in entries if entry.is_file()]


def _read_command(path: str) -> dict[str, str]:
    """Return some options of the command line that train.py saves."""
    text = ""
    if os.path.isfile(path):
        with suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
            text = file.read(1 << 16)
    return {match[1]: match[2] for match in _OPTION.finditer(text)}
