"""What is known of each config's run: its figures, its size, and what is wrong with them."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.errors import ConfigError, MetadataError
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.files.reading import read_file
from trellis_cfg.lint.config import Config, load_config
from trellis_cfg.lint.linter import refuse, run_rules
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.metadata import Count, Progress, count
from trellis_cfg.schedule import Run

CODES = (
    *("TC001", "TC002", "TC006", "TC101", "TC103", "TC104"),
    *("TC201", "TC202", "TC204", "TC205", "TC301", "TC302", "TC303", "TC404"),
)
"""The rules that concern the schedule, and those that say why there is none."""
Counting = Callable[[str, Mapping[str, object]], Count]


class PreviewOptions(NamedTuple):
    """What a preview is asked: rules and facts, where the data is, and where a run resumes.

    ``seconds_per_step`` is how long a step takes, where that is known. ``progress`` is called with
    the number of rows of each piece of a table that was read.
    """

    profile: LintOptions
    data_dir: str | None = None
    start: int = 0
    seconds_per_step: float | None = None
    progress: Progress = lambda _: None


class Row(NamedTuple):
    """A config and its run; without one, ``findings`` say why.

    ``gpus_assumed`` says that nobody told how many there are. ``trouble`` says why the samples
    could not be counted. ``value`` is the whole config.
    """

    path: str
    findings: tuple[Diagnostic, ...] = ()
    run: Run | None = None
    trainer: str = ""
    dataset: str = ""
    gpus_assumed: bool = False
    counted: Count | None = None
    trouble: str = ""
    seconds_per_step: float | None = None
    value: object = None


def preview_rows(files: Iterable[ConfigFile], question: PreviewOptions) -> Iterator[Row | None]:
    """Yield a row for each file, in the order given; None for one that is not a config."""
    counting = _remembering(question)
    for file in files:
        try:
            data = read_file(file.path)
        except ConfigError as error:
            options = question.profile.for_file(file.path)
            yield Row(file.path, tuple(refuse(file.path, b"", error, options)))
        else:
            yield _row(file, data, question, counting)


def preview_row(path: str, data: bytes, question: PreviewOptions) -> Row:
    """Return the row of the content of the file at ``path``."""
    row = _row(ConfigFile(path, named=True), data, question, _remembering(question))
    return row or Row(path)


def _row(
    file: ConfigFile, data: bytes, question: PreviewOptions, counting: Counting | None
) -> Row | None:
    options = question.profile.for_file(file.path)
    try:
        config = load_config(file, data, options)
    except ConfigError as error:
        return Row(file.path, tuple(refuse(file.path, data, error, options)))
    if config is None:
        return None
    count, trouble = _counted(config, counting)
    gpus = config.facts.gpus
    size = count.samples if count else (None if counting else config.facts.dataset_size)
    facts = config.facts._replace(gpus=gpus or 1, dataset_size=size)
    config = Config(config.value, config.document, facts)
    names = {used.section: used.name for used in config.named}
    return Row(
        file.path,
        tuple(run_rules(file.path, config, options.codes)),
        _run(config, question.start),
        names.get("trainer", ""),
        names.get("dataset", ""),
        gpus_assumed=gpus is None,
        counted=count,
        trouble=trouble,
        seconds_per_step=question.seconds_per_step,
        value=config.value,
    )


def _run(context: Config, start: int) -> Run:
    planned = context.run._replace(start=start)
    is_disabled = (context.trainer_args or {}).get("disable_snapshot") is True
    return planned._replace(i_sample=None) if is_disabled else planned


def _counted(context: Config, counting: Counting | None) -> tuple[Count | None, str]:
    """Return how many samples the dataset keeps of the data; or why that cannot be told."""
    if counting is None:
        return None, ""
    used = next(iter(context.of_section("dataset")), None)
    if used is None:
        return None, "the config names no dataset whose samples could be counted"
    try:
        return counting(used.name, used.args), ""
    except MetadataError as error:
        return None, error.message


def _remembering(question: PreviewOptions) -> Counting | None:
    """Return a function that counts each dataset of a data directory once."""
    if question.data_dir is None:
        return None
    data_dir = question.data_dir
    known: dict[str, Count | MetadataError] = {}

    def counting(dataset: str, args: Mapping[str, object]) -> Count:
        key = json.dumps([dataset, args], sort_keys=True)
        if key not in known:
            try:
                known[key] = count(dataset, args, data_dir, question.progress)
            except MetadataError as error:
                known[key] = error
        found = known[key]
        if isinstance(found, MetadataError):
            raise found
        return found

    return counting


PlainValue = int | float | str | bool | None
Fact = PlainValue | Fraction
_HOUR = 3600


def row_facts(row: Row) -> dict[str, Fact]:
    """Return all that is known of a config; None is what is not known, or does not apply."""
    found: dict[str, Fact] = dict(zip(NAMES, (row.path, row.trainer, row.dataset), strict=True))
    if row.run is None:
        return found | dict.fromkeys([*FIGURES, *TIMES])
    known = {name: of(row.run) for name, of in FIGURES.items()} | times(row)
    return found | known | (dict.fromkeys(_OF_THE_END) if row.run.hangs else {})


def figures(row: Row) -> dict[str, PlainValue]:
    """Return the facts as any program reads them: fractions as floats."""
    return {
        name: float(value) if isinstance(value, Fraction) else value
        for name, value in row_facts(row).items()
    }


def times(row: Row) -> dict[str, Fact]:
    """Return how long the remaining steps take, in hours, and how many steps an hour has."""
    remaining = row.run.remaining if row.run else None
    step = row.seconds_per_step
    if step is None:
        return dict.fromkeys(TIMES)
    hours = None if remaining is None else remaining * step / _HOUR
    return {"hours": hours, "steps_per_hour": _HOUR / step}


def snapshots(run: Run) -> int | None:
    """Return how often samples are made: every so many steps, and at the start and the end."""
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
    "last_save": lambda run: run.last_save or None,
    "unsaved": lambda run: run.unsaved,
    "i_sample": lambda run: run.i_sample,
    "snapshots": snapshots,
}
"""Names as programs read them, and what each is of a run."""
NAMES = ("path", "trainer", "dataset")
TIMES = ("hours", "steps_per_hour")
# What a run that hangs never gets to.
_OF_THE_END = (
    *("stops_after", "epochs", "samples_seen", "remaining", "hours"),
    *("saves", "last_save", "unsaved", "snapshots"),
)
