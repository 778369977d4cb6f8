"""One config in detail, for people to read."""

from collections.abc import Iterator
from fractions import Fraction

from trellis_cfg.messages import Language, format_hundredths
from trellis_cfg.preview.facts import Row, count_snapshots, row_times
from trellis_cfg.preview.messages import PREVIEW, Preview
from trellis_cfg.reporters import Style
from trellis_cfg.schedule import Run
from trellis_cfg.terminal import escape_controls, width

_NAME = 10


def format_detail(row: Row, language: Language, style: Style) -> str:
    """Return what a config means: a line for each figure, then its findings."""
    head = f"{style(escape_controls(row.path), 'place')}  {escape_controls(row.trainer)}".rstrip()
    lines = [head]
    if row.run is not None:
        for name, text in _format_lines(row, row.run, PREVIEW[language]):
            lines.append(f"  {name}{' ' * (_NAME - width(name))}  {text}")
    for finding in row.findings:
        where = "" if row.run else f"{finding.line}:{finding.column}: "
        severity = style(f"{finding.severity}[{finding.code}]", finding.severity)
        lines.append(f"  {where}{severity} {escape_controls(finding.message)}")
    return "".join(f"{line}\n" for line in lines)


def _format_lines(row: Row, run: Run, texts: Preview) -> Iterator[tuple[str, str]]:
    """Yield each line's name and text."""
    yield from _format_dataset(row, run, texts)
    if run.batch_of_all and run.batch:
        yield texts.batch, _format_batch(run, texts) + (texts.assumed if row.gpus_assumed else "")
    yield texts.epoch, _format_epoch(run, texts)
    has_both = run.max_steps is not None and run.max_epoch is not None
    first = run.ended_by if has_both else None
    if run.max_steps is not None:
        mark = texts.first if first == "max_steps" else ""
        epochs = _format_epochs(run.epochs(run.max_steps), texts)
        yield "max_steps", " = ".join([texts.steps.format(run.max_steps), *epochs]) + mark
    if run.max_epoch is not None:
        mark = texts.first if first == "max_epoch" else ""
        text = texts.epochs.format(f"{run.max_epoch:,}")
        end = run.end_of_epochs
        yield "max_epoch", (text if end is None else f"{text} = {texts.steps.format(end)}") + mark
    yield texts.stops, _format_end(row, run, texts)
    if not run.hangs:
        yield from _format_results(row, run, texts)
    if has_both:
        yield texts.rule, texts.whichever


def _format_dataset(row: Row, run: Run, texts: Preview) -> Iterator[tuple[str, str]]:
    """Yield the number of samples, and how many rows each filter left in each table."""
    name = escape_controls(row.dataset)
    if row.count_error:
        yield texts.dataset, escape_controls(row.count_error)
    elif row.sample_count:
        yield texts.dataset, f"{name}: {texts.sum.format(row.sample_count.samples)}"
        for table in row.sample_count.tables:
            parts = [texts.rows.format(path=escape_controls(table.path), rows=table.rows)]
            for step in table.steps:
                label = escape_controls(step.label)
                parts.append(texts.filtered.format(filter=label, rows=step.rows))
            yield "", texts.semicolon.join(parts)
    elif run.samples is not None:
        yield texts.dataset, f"{name}: {texts.size.format(run.samples)}"


def _format_batch(run: Run, texts: Preview) -> str:
    template = texts.of_gpus if run.world and run.world > 1 else texts.of_gpu
    template = texts.of_nodes if run.nodes > 1 else template
    text = f"{run.batch_of_all:,} = {template.format(run.batch, run.gpus, run.nodes)}"
    if run.batch and run.micro_batch and run.micro_batch < run.batch:
        text += texts.micro.format(run.batch // run.micro_batch, run.micro_batch)
    return text


def _format_epoch(run: Run, texts: Preview) -> str:
    if run.epoch is None:
        return texts.unknown
    text = texts.per_epoch.format(run.epoch, run.samples, run.batch_of_all)
    is_shorter = run.loader_pass is not None and run.loader_pass != run.epoch
    return text + (texts.loader.format(run.loader_pass) if is_shorter else "")


def _format_epochs(epochs: Fraction | None, texts: Preview) -> list[str]:
    """Return a number of epochs as a list of one text, or of none if it is unknown."""
    if epochs is None:
        return []
    return [texts.epochs.format(format_hundredths(epochs, grouped=True))]


def _format_end(row: Row, run: Run, texts: Preview) -> str:
    if run.hangs:
        return texts.never
    if run.end is not None:
        parts = [texts.end.format(run.end), *_format_epochs(run.epochs(run.end), texts)]
        parts += [texts.processed.format(run.samples_seen)] if run.samples_seen is not None else []
        return texts.comma.join(parts)
    if run.latest_end is not None:
        return texts.latest.format(run.latest_end)
    is_invalid = any(finding.code == "TC104" for finding in row.findings)
    return texts.unset if run.max_epoch or is_invalid else texts.endless


def _format_results(row: Row, run: Run, texts: Preview) -> Iterator[tuple[str, str]]:
    """Yield where the run resumes, what it saves, and how long it takes."""
    remaining, saves = run.remaining, run.saves
    if run.start:
        epoch = run.epoch_at(run.start)
        text = texts.resumed.format(run.start, "?" if epoch is None else f"{epoch:,}")
        remain = texts.remain if remaining else texts.over
        yield texts.resumes, text + ("" if remaining is None else remain.format(remaining))
    if saves:
        template = texts.saved if run.final_save is None else texts.saved_last
        yield texts.saves, template.format(saves, run.i_save, run.last_save)
    elif run.i_save and saves is not None:
        first = run.next_save(run.start)
        yield texts.saves, texts.none_saved.format(first) if remaining else texts.none
    number = count_snapshots(run)
    if number is not None:
        yield texts.snapshots, texts.sampled.format(number, run.i_sample)
    hours, per_hour = row_times(row).values()
    if hours is not None:
        yield texts.takes, texts.hours.format(f"{hours:,.2f}", f"{per_hour:,.0f}")
