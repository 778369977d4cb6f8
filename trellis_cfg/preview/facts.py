"""The facts about each config's run: figures, samples and findings."""

import json
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.document.paths import format_pointer
from trellis_cfg.errors import ConfigError, MetadataError
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.files.reading import is_stream, read_file
from trellis_cfg.learning_rate import Rate
from trellis_cfg.lint.class_use import get_positive
from trellis_cfg.lint.config import Config, load_config
from trellis_cfg.lint.linter import refuse, run_rules
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.schedulers import read_rate
from trellis_cfg.metadata import NO_DATASET, Count, Progress, count
from trellis_cfg.schedule import Run
from trellis_cfg.sections import SECTIONS, TRAINER_ARGS, is_config

_INVALID = frozenset({"TC004", "TC005"})
CODES = (
    *("TC001", "TC002", *sorted(_INVALID), "TC006", "TC101", "TC103", "TC104", "TC105"),
    *("TC201", "TC202", "TC204", "TC205", "TC301", "TC302", "TC303", "TC404"),
)
"""The rules about the schedule, and those about values that cannot be read."""
_ARGUMENTS = (
    *("max_steps", "max_epoch", "batch_size_per_gpu", "batch_size", "batch_split"),
    *("i_save", "i_sample"),
)
"""The trainer's arguments that figures depend on."""
_Counted = tuple[Count | None, MetadataError | None]


class PreviewOptions(NamedTuple):
    """The options of a preview: rules and facts, and the step to resume from.

    ``progress`` is called with the number of rows of each chunk of a table that is read. Of the
    paths that are ``compared``, the rows keep their configs, and a stream counts as beside a file.
    """

    lint_options: LintOptions
    start: int = 0
    seconds_per_step: float | None = None
    progress: Progress = lambda _: None
    compared: tuple[str, ...] = ()

    def for_file(self, path: str) -> LintOptions:
        """Return the lint options for one file; its samples are counted for its row."""
        files = [each for each in self.compared if not is_stream(each)]
        options = self.lint_options.for_file(files[0] if files and is_stream(path) else path)
        return options._replace(data_dir=None)


class Row(NamedTuple):
    """A config and its run; without a run, ``findings`` say why.

    ``gpus_assumed`` is True if their number is unknown. ``count_error`` says why the samples could
    not be counted. ``rate`` is how the learning rate goes, if known. ``value`` is the config
    itself, if it is compared.
    """

    path: str
    findings: tuple[Diagnostic, ...] = ()
    run: Run | None = None
    trainer: str = ""
    dataset: str = ""
    gpus_assumed: bool = False
    sample_count: Count | None = None
    count_error: MetadataError | None = None
    seconds_per_step: float | None = None
    rate: Rate | None = None
    value: object = None

    @property
    def is_endless(self) -> bool:
        """Whether the config has no stop condition."""
        return any(finding.code == "TC101" for finding in self.findings)


def preview_row(path: str, data: bytes, options: PreviewOptions) -> Row:
    """Return the row for the content of the file at ``path``."""
    return preview_file(ConfigFile(path, named=True), options, data) or Row(path)


def preview_file(
    file: ConfigFile, options: PreviewOptions, data: bytes | None = None
) -> Row | None:
    """Return the row for a file, or for its content; None for a file that is not a config."""
    lint_options = options.for_file(file.path)
    try:
        data = read_file(file.path) if data is None else data
        config = load_config(file, data, lint_options)
    except ConfigError as error:
        return Row(file.path, tuple(refuse(file.path, data or b"", error, lint_options)))
    if config is None:
        return None
    if not is_config(config.value):
        return Row(file.path, tuple(run_rules(file.path, config, _INVALID)))
    count, count_error = _count_samples(config, options)
    gpus = config.facts.gpus
    size = config.facts.dataset_size
    if options.lint_options.data_dir is not None:
        size = count and count.samples
    facts = config.facts._replace(gpus=gpus or 1, dataset_size=size)
    config = Config(config.value, config.document, facts)
    names = {used.section: used.name for used in config.class_uses}
    run = config.run._replace(start=options.start)
    if (config.trainer_args or {}).get("disable_snapshot") is True:
        run = run._replace(i_sample=None)
    return Row(
        file.path,
        tuple(_find_problems(file.path, config, lint_options.codes)),
        run,
        names.get("trainer", ""),
        names.get("dataset", ""),
        gpus_assumed=gpus is None,
        sample_count=count,
        count_error=count_error,
        seconds_per_step=options.seconds_per_step,
        rate=read_rate(config),
        value=config.value if options.compared else None,
    )


def _find_problems(path: str, config: Config, codes: frozenset[str] | None) -> Iterator[Diagnostic]:
    """Yield the findings about the schedule; of invalid values, those that hide a figure."""
    args, root = config.trainer_args, format_pointer(TRAINER_ARGS)
    misspelled = config.value.keys() - SECTIONS if isinstance(config.value, dict) else ()
    hiding = {"", format_pointer(TRAINER_ARGS[:1]), root}
    hiding |= {format_pointer((key,)) for key in misspelled}
    if args is not None:
        present = [key for key in _ARGUMENTS if args.get(key) is not None]
        hiding = {f"{root}/{key}" for key in present if get_positive(args, key) is None}
    codes = frozenset(CODES) if codes is None else codes
    for finding in run_rules(path, config, codes if hiding else codes - _INVALID):
        if finding.code not in _INVALID or finding.pointer in hiding:
            yield finding


def _count_samples(config: Config, options: PreviewOptions) -> _Counted:
    """Return how many samples the dataset keeps, or the reason why they cannot be counted."""
    data_dir = options.lint_options.data_dir
    if data_dir is None:
        return None, None
    dataset = next(iter(config.of_section("dataset")), None)
    if dataset is None:
        return None, MetadataError(NO_DATASET)
    args = json.dumps(dataset.args, sort_keys=True)
    return _count_dataset(dataset.name, args, data_dir, options.progress)


@cache
def _count_dataset(name: str, args: str, data_dir: str, progress: Progress) -> _Counted:
    try:
        return count(name, json.loads(args), data_dir, progress), None
    except MetadataError as error:
        return None, error


PlainValue = int | float | str | bool | None
Fact = PlainValue | Fraction
_HOUR = 3600


def row_facts(row: Row) -> dict[str, Fact]:
    """Return all facts about a config; None is unknown or not applicable."""
    facts: dict[str, Fact] = {"path": row.path, "trainer": row.trainer, "dataset": row.dataset}
    facts |= {name: row.run and compute(row.run) for name, compute in FIGURES.items()}
    facts |= row_times(row)
    return facts | (dict.fromkeys(_AFTER_START) if row.run and row.run.hangs else {})


def figures(row: Row) -> dict[str, PlainValue]:
    """Return the facts for other programs: fractions as floats."""
    return {
        name: float(value) if isinstance(value, Fraction) else value
        for name, value in row_facts(row).items()
    }


def row_times(row: Row) -> dict[str, Fact]:
    """Return the hours for the remaining steps, and the steps per hour."""
    remaining, step = row.run and row.run.remaining, row.seconds_per_step
    if step is None or row.run is None:
        return dict.fromkeys(TIMES)
    hours = None if remaining is None else remaining * step / _HOUR
    return {"hours": hours, "steps_per_hour": _HOUR / step}


def count_snapshots(run: Run) -> int | None:
    """Return the number of snapshots: at multiples of i_sample, at the start and at the end."""
    between = run.count_events(run.i_sample)
    return None if between is None else between + 2


FIGURES: Mapping[str, Callable[[Run], Fact]] = {
    "samples": lambda run: run.samples,
    "gpus": lambda run: run.gpus,
    "nodes": lambda run: run.nodes,
    "batch_size": lambda run: run.batch_of_all,
    "batch_size_per_gpu": lambda run: run.batch,
    "micro_batch": lambda run: run.micro_batch,
    "steps_per_epoch": lambda run: run.epoch,
    "batches_per_pass": lambda run: run.loader_pass,
    "max_steps": lambda run: run.max_steps,
    "max_epoch": lambda run: run.max_epoch,
    "max_epoch_is_read": lambda run: run.reads_max_epoch,
    "limit": lambda run: run.ended_by,
    "hangs": lambda run: run.hangs,
    "stops_after": lambda run: run.end,
    "epochs": lambda run: None if run.end is None else run.epochs(run.end),
    "samples_seen": lambda run: run.samples_seen,
    "start": lambda run: run.start,
    "start_epoch": lambda run: run.epoch_at(run.start),
    "remaining": lambda run: run.remaining,
    "i_save": lambda run: run.i_save,
    "saves": lambda run: run.saves,
    "saves_kept": lambda run: run.saves_kept,
    "last_save": lambda run: run.last_save or None,
    "unsaved": lambda run: run.unsaved,
    "i_sample": lambda run: run.i_sample,
    "snapshots": count_snapshots,
}
"""The figures by their names in output, each with its function of a run."""
NAMES = ("path", "trainer", "dataset")
TIMES = ("hours", "steps_per_hour")
_AFTER_START = (
    *("stops_after", "epochs", "samples_seen", "remaining", "hours"),
    *("saves", "saves_kept", "last_save", "unsaved", "snapshots"),
)
"""The facts that a run that hangs does not have."""
