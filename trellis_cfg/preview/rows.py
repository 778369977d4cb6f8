"""What is known of each config's run: its figures, its size, and what is wrong with them."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.errors import MetadataError
from trellis_cfg.files.discovery import Found
from trellis_cfg.linter import Examined, examine, examine_data, judged
from trellis_cfg.metadata import Count, Progress, count
from trellis_cfg.profile import Profile
from trellis_cfg.rules.base import Context
from trellis_cfg.schedule import Run

CODES = (
    *("TC001", "TC002", "TC006", "TC101", "TC103", "TC104"),
    *("TC201", "TC202", "TC204", "TC205", "TC301", "TC302", "TC303", "TC404"),
)
"""The rules that concern the schedule, and those that say why there is none."""
_REFUSALS = frozenset(CODES[:3])
Counting = Callable[[str, Mapping[str, object]], Count]


class Question(NamedTuple):
    """What a preview is asked: rules and facts, where the data is, and where a run resumes.

    ``seconds_per_step`` is how long a step takes, where that is known. ``progress`` is called with
    the number of rows of each piece of a table that was read.
    """

    profile: Profile
    data_dir: str | None = None
    start: int = 0
    seconds_per_step: float | None = None
    progress: Progress = lambda _: None

    @property
    def refusals(self) -> Profile:
        """What to look for before the facts of a config are known."""
        return self.profile._replace(codes=self.profile.codes & _REFUSALS)


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


def rows(files: Iterable[Found], question: Question) -> Iterator[Row | None]:
    """Yield a row for each file, in the order given; None for one that is no config."""
    counting = _remembering(question)
    for one in examine(files, question.refusals):
        yield None if one.is_skipped else _row(one, question, counting)


def row_of(path: str, data: bytes, question: Question) -> Row:
    """Return the row of the content of the file at ``path``."""
    one = examine_data(Found(path, named=True), data, question.refusals)
    return _row(one, question, _remembering(question))


def _row(one: Examined, question: Question, counting: Counting | None) -> Row:
    if one.context is None:
        return Row(one.path, tuple(one.diagnostics))
    found, trouble = _counted(one.context, counting)
    facts = one.context.facts
    if counting:
        facts = facts._replace(dataset_size=found.samples if found else None)
    facts = facts._replace(gpus=facts.gpus or 1)
    context = Context(one.context.value, one.context.document, facts)
    names = {used.section: used.name for used in context.named}
    return Row(
        one.path,
        tuple(judged(one.path, context, question.profile.for_file(one.path))),
        _run(context, question.start),
        names.get("trainer", ""),
        names.get("dataset", ""),
        gpus_assumed=one.context.facts.gpus is None,
        counted=found,
        trouble=trouble,
        seconds_per_step=question.seconds_per_step,
        value=context.value,
    )


def _run(context: Context, start: int) -> Run:
    planned = context.run._replace(start=start)
    is_disabled = (context.trainer_args or {}).get("disable_snapshot") is True
    return planned._replace(i_sample=None) if is_disabled else planned


def _counted(context: Context, counting: Counting | None) -> tuple[Count | None, str]:
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


def _remembering(question: Question) -> Counting | None:
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
