"""One config in detail, for a person to read."""

from collections.abc import Iterator
from fractions import Fraction

from trellis_cfg.messages import Language, hundredths
from trellis_cfg.metadata import Count
from trellis_cfg.preview.facts import Row, times
from trellis_cfg.preview.messages import PREVIEW, Preview
from trellis_cfg.reporters import Style
from trellis_cfg.schedule import Run
from trellis_cfg.terminal import escape_controls, width

_NAME = 10


def detail(row: Row, language: Language, style: Style) -> str:
    """Return what a config means: a line for each figure, then what is wrong with them."""
    words = PREVIEW[language]
    head = f"{style(escape_controls(row.path), 'place')}  {escape_controls(row.trainer)}".rstrip()
    lines = [head]
    if row.run is not None:
        for name, text in _lines(row, row.run, words):
            lines.append(f"  {name}{' ' * (_NAME - width(name))}  {text}")
    for found in row.findings:
        where = "" if row.run else f"{found.line}:{found.column}: "
        severity = style(f"{found.severity}[{found.code}]", found.severity)
        lines.append(f"  {where}{severity} {escape_controls(found.message)}")
    return "".join(f"{line}\n" for line in lines)


def _lines(row: Row, run: Run, words: Preview) -> Iterator[tuple[str, str]]:
    yield from _dataset(row, words)
    if run.batch_of_all and run.batch:
        yield words.batch, _batch(run, words) + (words.assumed if row.gpus_assumed else "")
    yield words.epoch, _epoch(run, words)
    if run.max_steps is not None:
        yield "max_steps", _steps(run.max_steps, run, words) + _first(run, "max_steps", words)
    if run.max_epoch is not None:
        yield "max_epoch", _epochs(run, words) + _first(run, "max_epoch", words)
    yield words.stops, _stops(row, run, words)
    if not run.hangs:
        yield from _made(row, run, words)
    yield words.rule, words.whichever


def _dataset(row: Row, words: Preview) -> Iterator[tuple[str, str]]:
    name = escape_controls(row.dataset)
    if row.trouble:
        yield words.dataset, escape_controls(row.trouble)
    elif row.counted:
        yield words.dataset, f"{name}: {words.sum.format(row.counted.samples)}"
        yield from (("", line) for line in _tables(row.counted, words))
    elif row.run and row.run.samples is not None:
        yield words.dataset, f"{name}: {words.size.format(row.run.samples)}"


def _tables(count: Count, words: Preview) -> Iterator[str]:
    """Yield what each filter left of the rows of each table."""
    for table in count.tables:
        steps = [f"{escape_controls(step.label)}: {step.rows:,}" for step in table.steps]
        head = words.rows.format(path=escape_controls(table.path), rows=table.rows)
        yield "; ".join([head, *steps])


def _batch(run: Run, words: Preview) -> str:
    form = words.of_gpus if run.world and run.world > 1 else words.of_gpu
    form = words.of_nodes if run.nodes > 1 else form
    text = f"{run.batch_of_all:,} = {form.format(run.batch, run.gpus, run.nodes)}"
    if run.batch and run.micro_batch and run.micro_batch < run.batch:
        text += words.micro.format(run.batch // run.micro_batch, run.micro_batch)
    return text


def _epoch(run: Run, words: Preview) -> str:
    if run.epoch is None:
        return words.unknown
    text = words.per_epoch.format(run.epoch, run.samples, run.batch_of_all)
    is_shorter = run.loader_pass is not None and run.loader_pass != run.epoch
    return text + (words.loader.format(run.loader_pass) if is_shorter else "")


def _steps(steps: int, run: Run, words: Preview) -> str:
    epochs = run.epochs(steps)
    text = words.steps.format(steps)
    return f"{text} = {_ratio(epochs, words)}" if epochs is not None else text


def _epochs(run: Run, words: Preview) -> str:
    text = words.epochs.format(f"{run.max_epoch:,}")
    end = run.end_of_epochs
    return text if end is None else f"{text} = {words.steps.format(end)}"


def _first(run: Run, limit: str, words: Preview) -> str:
    is_one_of_two = run.max_steps is not None and run.max_epoch is not None
    return words.first if is_one_of_two and run.ended_by == limit else ""


def _ratio(epochs: Fraction, words: Preview) -> str:
    return words.epochs.format(hundredths(epochs, grouped=True))


def _stops(row: Row, run: Run, words: Preview) -> str:
    if run.hangs:
        return words.never
    if run.end is None:
        return _open(row, run, words)
    epochs = run.epochs(run.end)
    parts = [words.end.format(run.end)]
    parts += [_ratio(epochs, words)] if epochs is not None else []
    parts += [words.size.format(run.samples_seen)] if run.samples_seen is not None else []
    return ", ".join(parts)


def _open(row: Row, run: Run, words: Preview) -> str:
    """Return what can be said of a run whose end is not known."""
    if run.latest_end is not None:
        return words.latest.format(run.latest_end)
    is_unsound = any(found.code == "TC104" for found in row.findings)
    return words.unset if run.max_epoch or is_unsound else words.endless


def _resumed(run: Run, words: Preview) -> str:
    epoch = run.epoch_at(run.start)
    text = words.resumed.format(run.start, "?" if epoch is None else f"{epoch:,}")
    return text + ("" if run.remaining is None else words.remain.format(run.remaining))


def _made(row: Row, run: Run, words: Preview) -> Iterator[tuple[str, str]]:
    """Yield what the run leaves behind, where it goes on from, and how long it takes."""
    if run.start:
        yield words.resumes, _resumed(run, words)
    saves = run.saves
    if saves:
        saved = words.saved if run.final_save is None else words.saved_last
        yield words.saves, saved.format(saves, run.i_save, run.last_save)
    elif run.i_save and saves is not None:
        yield words.saves, words.none_saved.format(run.next_save(run.start))
    snapshots = run.count_events(run.i_sample)
    if snapshots is not None:
        yield words.snapshots, words.sampled.format(snapshots, run.i_sample)
    taken = times(row)
    if taken["hours"] is not None:
        yield (
            words.takes,
            words.hours.format(f"{taken['hours']:,.2f}", f"{taken['steps_per_hour']:,.0f}"),
        )
