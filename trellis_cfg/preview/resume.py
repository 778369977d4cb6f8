"""What resuming a run with a config means: its state, each change, what is wrong, its figures."""

import os
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from trellis_cfg.diagnostics import ERROR, Diagnostic
from trellis_cfg.errors import ConfigError, FileRefused
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.files.reading import read_file, unreadable
from trellis_cfg.lint.config import Config, load_config
from trellis_cfg.lint.linter import run_rules
from trellis_cfg.lint.options import Facts, LintOptions
from trellis_cfg.lint.resume import find_restore, plan_resume
from trellis_cfg.lint.rules import select_codes
from trellis_cfg.lint.rules.checkpoints import CODES
from trellis_cfg.preview.facts import CODES as PREVIEWED
from trellis_cfg.preview.facts import PlainValue, PreviewOptions, Row, preview_row
from trellis_cfg.restore import Change, Outcome
from trellis_cfg.restore.run_folder import CONFIG, FOLDER, RunFolder, list_stems, read_run_folder
from trellis_cfg.sections import is_config

_SHOWN = 3
_COUNT = re.compile(r"[1-9]\d{0,5}")
_PRECISION = "TC405"


class File(NamedTuple):
    """A file that was read."""

    path: str
    data: bytes


class Resumed(NamedTuple):
    """A run that is resumed: its folder, the step, and what the changes of its config do.

    ``incomplete`` are later steps without a whole checkpoint, each with the reason. ``row`` has the
    figures from the step on, ``checkpoint`` what was read of the misc file.
    """

    folder: RunFolder
    step: int
    incomplete: dict[int, str]
    decided: tuple[tuple[Change, Outcome], ...]
    findings: tuple[Diagnostic, ...]
    row: Row
    world: int | None = None
    batch_size: int | None = None
    checkpoint: Mapping[str, PlainValue] = MappingProxyType({})

    @property
    def is_failing(self) -> bool:
        """Whether the run fails, or has nothing left to train."""
        return any(each.severity == ERROR for each in self.findings)


def resume(
    path: str,
    config: File | None,
    old: File | None,
    options: LintOptions,
    from_step: int | None = None,
) -> Resumed:
    """Return what happens if the run in a folder is resumed with a config.

    Without a config, it is the one that the folder holds; so is the ``old`` one, which the run was
    trained with; without a step, it is the last one. Raises ConfigError if there is nothing to
    resume, or a config cannot be read.
    """
    try:
        folder = read_run_folder(path)
    except (OSError, ValueError) as error:
        raise FileRefused(f"{path}: {unreadable(error).message}") from None
    saved = os.path.join(path, CONFIG)
    old = old or read_config(saved)
    config = config or read_config(saved)
    by_path = [options.for_file(each) for each in (config.path, saved)]
    options = next((each for each in by_path if each.checkouts), by_path[0])
    options = options._replace(facts=_add_command(options.facts, folder))
    before, after = (_load(each, options) for each in (old, config))
    step, incomplete = _find_step(folder, _list_expected(before, folder), from_step)
    is_counted = options.data_dir is not None
    plan = plan_resume(before, after, folder, step, is_counted=is_counted)
    if from_step is None and folder.latest in incomplete:
        plan = plan._replace(problems=(_describe_latest(folder, incomplete, step), *plan.problems))
    planned = Config(after.value, after.document, after.facts._replace(plan=plan))
    start = PreviewOptions(options._replace(codes=select_codes(PREVIEWED)), step)
    return Resumed(
        folder,
        step,
        incomplete,
        plan.decided,
        tuple(run_rules(config.path, planned, frozenset({*CODES, _PRECISION}))),
        preview_row(config.path, config.data, start),
        world=before.facts.world,
        batch_size=before.run.batch_of_all,
    )


def read_config(path: str) -> File:
    """Return a config with its path; raises FileRefused."""
    try:
        return File(path, read_file(path))
    except FileRefused as error:
        raise FileRefused(f"{path}: {error.message}") from None


def _add_command(facts: Facts, folder: RunFolder) -> Facts:
    """Return the facts with the number of processes of the last launch, unless they are known."""
    gpus, nodes = (folder.command.get(name, "") for name in ("num_gpus", "num_nodes"))
    if facts.gpus is not None or not _COUNT.fullmatch(gpus):
        return facts
    return facts._replace(gpus=int(gpus), nodes=int(nodes) if _COUNT.fullmatch(nodes) else 1)


def _load(file: File, options: LintOptions) -> Config:
    try:
        config = load_config(ConfigFile(file.path, named=True), file.data, options)
    except ConfigError as error:
        message = f"{file.path}:{error.line}:{error.column}: {error.message}"
        raise FileRefused(message) from None
    if config is None or not is_config(config.value):
        raise FileRefused(f"{file.path}: not a config: it has no models, dataset or trainer")
    return config


def _list_expected(config: Config, folder: RunFolder) -> list[str]:
    """Return the stems of the files that the trainer surely loads, beside misc.

    If its code is not known, they are those that most steps have.
    """
    behavior = find_restore(config, config)
    if behavior is None or config.trainer is None:
        return folder.list_common_stems()
    stems = list_stems(config.value, config.trainer.get_argument("ema_rate"))
    return [stem for stem in stems if behavior.restores("ema" if "_ema" in stem else "models")]


def _find_step(folder: RunFolder, stems: list[str], step: int | None) -> tuple[int, dict[int, str]]:
    """Return the step to resume from, and why later ones are not whole; raises FileRefused."""
    problems = {each: folder.find_problem(each, stems) for each in sorted(folder.sizes)}
    whole = [each for each, problem in problems.items() if not problem]
    path = os.path.join(folder.path, FOLDER)
    if step is not None and step not in whole:
        names = ", ".join(f"{each:,}" for each in whole) or "none"
        problem = problems.get(step, "it has no files")
        raise FileRefused(f"{path}: step {step:,} is not whole: {problem}; whole: {names}")
    if step is None and not whole:
        raise FileRefused(f"{path}: {_describe_nothing(folder, problems, stems)}")
    start = whole[-1] if step is None else step
    return start, {each: problem for each, problem in problems.items() if each > start and problem}


def _describe_nothing(folder: RunFolder, problems: dict[int, str], expected: list[str]) -> str:
    """Return why no step can be resumed."""
    if not folder.sizes:
        partial = f"; {folder.partial[0]} is of an interrupted save" if folder.partial else ""
        return f"no checkpoint: train.py starts at step 0{partial}"
    if folder.latest is None:
        return "no misc file: --ckpt latest silently starts at step 0"
    stems = {stem for sizes in folder.sizes.values() for stem in sizes} - {"misc"}
    if stems and expected and stems.isdisjoint(expected):
        names = [", ".join(sorted(each)[:_SHOWN]) or "none" for each in (stems, expected)]
        message = f"the checkpoints hold {names[0]}, the config has {names[1]}"
        return f"{message}: name the config that the run was trained with (--against FILE)"
    step = max(problems)
    return f"no step is whole: at step {step:,}, {problems[step]}"


def _describe_latest(folder: RunFolder, incomplete: dict[int, str], step: int) -> str:
    latest = folder.latest or 0
    return (
        f"--ckpt latest loads step {latest:,}, where {incomplete[latest]}: pass --ckpt {step}, or "
        f"move misc_step{latest:07d}.pt away"
    )
