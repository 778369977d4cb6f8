"""The output formats of a preview: each a function from rows to text."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain
from typing import Any, NamedTuple

from trellis_cfg import __version__
from trellis_cfg.diagnostics import Diagnostic, Fix
from trellis_cfg.messages import Language, fill_in, format_banner, format_hundredths
from trellis_cfg.preview.facts import (
    FIGURES,
    NAMES,
    TIMES,
    Fact,
    PlainValue,
    Row,
    count_snapshots,
    figures,
    row_facts,
    row_times,
)
from trellis_cfg.preview.messages import (
    COLUMNS,
    ENDLESS,
    HANGING,
    HEADINGS,
    PREVIEW,
    REASONS,
    Preview,
)
from trellis_cfg.preview.tables import align_table, format_csv, format_markdown, join_blocks
from trellis_cfg.reporters import Style, plain
from trellis_cfg.reporters.text import format_line
from trellis_cfg.schedule import Run
from trellis_cfg.terminal import escape_controls, escape_json, start_line, width


class Layout(NamedTuple):
    """Language and style of a preview; ``banner`` adds the training banner of a single config.

    ``columns`` are those of the terminal that a table should fit; None is not shown on one.
    """

    language: Language
    style: Style
    banner: bool = False
    columns: int | None = None


Format = Callable[[Sequence[Row], Layout], str]

FORMAT_VERSION = 1
_ALWAYS = ("path", "batch_size", "max_steps", "max_epoch", "stops_after")
_FINDING = ("code", "severity", "message", "pointer", "line", "column")
_TEXTS = ("path", "limit")
"""The columns of text; the others are numbers."""
_NAME = 10
"""The columns of a line's name."""


def build_table(rows: Sequence[Row], language: Language) -> tuple[list[str], list[list[str]]]:
    """Return the names of the columns that are not empty, and the cells with the headings first."""
    facts = [row_facts(row) | {"path": start_line(row.path)} for row in rows]
    names = [
        name
        for name in COLUMNS
        if name in _ALWAYS or any(each.get(name) not in (None, "") for each in facts)
    ]
    head = [HEADINGS[language][name] for name in names]
    cells = [[_format_cell(each[name]) for name in names] for each in facts]
    for number, row in enumerate(rows):
        if row.run and (row.run.hangs or row.is_endless):
            text = (HANGING if row.run.hangs else ENDLESS)[language]
            cells[number][names.index("stops_after")] = text
    return names, [head, *cells]


def format_problems(rows: Sequence[Row], language: Language, style: Style) -> list[str]:
    """Return the findings, and each reason why samples could not be counted with its configs."""
    texts, findings = PREVIEW[language], [finding for row in rows for finding in row.findings]
    lines = [  # preview fixes nothing: no mark
        format_line(each._replace(fix=Fix()), style) + _format_title(each, language)
        for each in findings
    ]
    paths_by_error: dict[str, list[str]] = {}
    for row in rows:
        if row.count_error:
            error = row.count_error.translate(REASONS[language])
            paths_by_error.setdefault(error, []).append(row.path)
    for error, (first, *others) in paths_by_error.items():
        more = fill_in(texts.more, len(others)) if others else ""
        lines.append(escape_controls(f"{start_line(first)}{more}{texts.colon}{error}"))
    return lines


def _format_title(finding: Diagnostic, language: Language) -> str:
    """Return the title of a finding's rule, to follow its message, which is in English."""
    if language == "en":
        return ""
    from trellis_cfg.lint.rules import translate  # noqa: PLC0415  rarely needed

    return f"（{translate(finding.code)[0]}）"  # noqa: RUF001


def _format_cell(value: Fact) -> str:
    """Return a fact for people; empty if unknown."""
    if value is None:
        return ""
    if isinstance(value, bool | str):
        return escape_controls(str(value))
    if isinstance(value, Fraction):
        return format_hundredths(value, grouped=True)
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"


def table_report(rows: Sequence[Row], layout: Layout) -> str:
    """Return the preview of one config in detail, of many as a table, with findings."""
    if len(rows) == 1:
        return _format_single(rows[0], layout)
    names, cells = build_table(rows, layout.language) if rows else ([], [])
    problems = format_problems(rows, layout.language, layout.style)
    is_text = [name in _TEXTS for name in names]
    lines = [*align_table(cells, is_text, layout.style)]
    if layout.columns is not None and max(map(width, lines[1:]), default=0) > layout.columns:
        head, *figures = align_table([row[1:] for row in cells], is_text[1:], layout.style)
        paths = (layout.style(path, "place") for path, *_ in cells[1:])
        lines = [head, *chain.from_iterable(zip(paths, figures, strict=True))]
    return join_blocks(lines, problems)


def _format_single(row: Row, layout: Layout) -> str:
    """Return what a config means: a line for each figure, its findings, and the banner."""
    style, run = layout.style, row.run
    place = style(escape_controls(start_line(row.path)), "place")
    head = f"{place}  {escape_controls(row.trainer)}"
    lines = [head.rstrip()]
    for name, text in _format_lines(row, run, layout.language) if run else ():
        lines.append(f"  {name}{' ' * (_NAME - width(name))}  {text}")
    for finding in row.findings:
        where = "" if run else f"{finding.line}:{finding.column}: "
        severity = style(f"{finding.severity}[{finding.code}]", finding.severity)
        message = escape_controls(finding.message) + _format_title(finding, layout.language)
        lines.append(f"  {where}{severity} {message}")
    text = "".join(f"{line}\n" for line in lines)
    has_limit = run and (run.max_steps or run.epoch_limit)
    if not run or not has_limit or run.hangs or run.remaining == 0 or not layout.banner:
        return text
    return f"{text}\n{format_banner(run, layout.language)}"


def _format_lines(row: Row, run: Run, language: Language) -> Iterator[tuple[str, str]]:
    """Yield each line's name and text."""
    texts = PREVIEW[language]
    yield from _format_dataset(row, run, language)
    if run.batch_of_all and run.batch:
        yield texts.batch, _format_batch(run, texts) + (texts.assumed if row.gpus_assumed else "")
    yield texts.epoch, _format_epoch(run, texts)
    first = run.ended_by if run.has_both_limits else None
    if run.max_steps is not None:
        mark = texts.first if first == "max_steps" else ""
        text = fill_in(texts.steps, run.max_steps)
        yield "max_steps", _add_epochs(text, " = ", run.max_steps, run, texts) + mark
    if run.max_epoch is not None:
        mark = texts.first if first == "max_epoch" else ""
        mark = mark if run.reads_max_epoch else texts.ignored
        text = fill_in(texts.epochs, f"{run.max_epoch:,}")
        end = run.end_of_epochs
        yield "max_epoch", (text if end is None else f"{text} = {fill_in(texts.steps, end)}") + mark
    yield texts.stops, format_end(row, run, texts)
    if not run.hangs:
        yield from _format_results(row, run, texts)
    if run.has_both_limits:
        yield texts.rule, texts.whichever


def _format_dataset(row: Row, run: Run, language: Language) -> Iterator[tuple[str, str]]:
    """Yield the number of samples, and how many rows each filter left in each table."""
    texts, name = PREVIEW[language], escape_controls(row.dataset)
    if row.count_error:
        yield texts.dataset, escape_controls(row.count_error.translate(REASONS[language]))
    elif row.sample_count:
        yield texts.dataset, f"{name}: {fill_in(texts.sum, row.sample_count.samples)}"
        for table in row.sample_count.tables:
            parts = [fill_in(texts.rows, path=escape_controls(table.path), rows=table.rows)]
            for step in table.steps:
                label = escape_controls(step.label)
                parts.append(fill_in(texts.filtered, filter=label, rows=step.rows))
            yield "", texts.semicolon.join(parts)
    elif run.samples is not None:
        yield texts.dataset, f"{name}: {fill_in(texts.size, run.samples)}"


def _format_batch(run: Run, texts: Preview) -> str:
    template = texts.of_nodes if run.nodes > 1 else texts.of_gpus
    text = f"{run.batch_of_all:,} = {fill_in(template, run.batch, run.gpus, run.nodes)}"
    if run.batch and run.micro_batch and run.micro_batch < run.batch:
        text += fill_in(texts.micro, run.batch // run.micro_batch, run.micro_batch)
    return text


def _format_epoch(run: Run, texts: Preview) -> str:
    if run.epoch is None:
        return texts.unknown if run.samples is None else texts.unset
    text = fill_in(texts.per_epoch, run.epoch, run.samples, run.batch_of_all)
    is_shorter = run.loader_pass is not None and run.loader_pass != run.epoch
    return text + (fill_in(texts.loader, run.loader_pass) if is_shorter else "")


def _add_epochs(text: str, mark: str, steps: int, run: Run, texts: Preview) -> str:
    """Return a text about a number of steps with their epochs, if an epoch's length is known."""
    epochs = run.epochs(steps)
    if epochs is None:
        return text
    return text + mark + fill_in(texts.epochs, format_hundredths(epochs, grouped=True))


def format_end(row: Row, run: Run, texts: Preview) -> str:
    """Return when the training stops, in steps, epochs and samples as far as they are known."""
    if run.hangs:
        return texts.never
    if run.end is not None:
        text = _add_epochs(fill_in(texts.end, run.end), texts.comma, run.end, run, texts)
        samples = run.samples_seen
        return text if samples is None else text + texts.comma + fill_in(texts.processed, samples)
    if run.latest_end is not None:
        return fill_in(texts.latest, run.latest_end)
    return texts.endless if row.is_endless else texts.unset


def _format_results(row: Row, run: Run, texts: Preview) -> Iterator[tuple[str, str]]:
    """Yield where the run resumes, what it saves, and how long it takes."""
    remaining, saves = run.remaining, run.saves
    if run.start:
        epoch = run.epoch_at(run.start)
        in_epoch = texts.in_unknown if epoch is None else fill_in(texts.in_epoch, epoch)
        text = fill_in(texts.resumed, run.start) + in_epoch
        remain = texts.remain if remaining else texts.over
        yield texts.resumes, text + ("" if remaining is None else fill_in(remain, remaining))
    if saves:
        template = texts.saved if run.final_save is None else texts.saved_last
        kept = run.saves_kept
        stay = fill_in(texts.kept, kept) if kept is not None and kept < saves else ""
        yield texts.saves, fill_in(template, saves, run.i_save, run.last_save) + stay
    elif saves is not None:
        first = run.next_save(run.start)
        yield texts.saves, fill_in(texts.none_saved, first) if remaining and first else texts.none
    number = count_snapshots(run)
    if number is not None:
        template = texts.sampled if run.i_sample else texts.sampled_ends
        yield texts.snapshots, fill_in(template, number, run.i_sample)
    hours, per_hour = row_times(row).values()
    if hours is not None:
        yield texts.takes, fill_in(texts.hours, f"{hours:,.2f}", f"{per_hour:,.0f}")


def csv_report(rows: Sequence[Row], _: Layout) -> str:
    """Return the facts of each config, and the codes of its findings."""
    lines: list[Iterable[PlainValue]] = [[*NAMES, *FIGURES, *TIMES, "findings"]]
    for row in rows:
        facts = figures(row) | {"path": start_line(row.path), "findings": join_codes(row)}
        lines.append(facts.values())
    return format_csv(lines)


def join_codes(row: Row) -> str:
    """Return the codes of the findings of a config."""
    return " ".join(finding.code for finding in row.findings)


def markdown_report(rows: Sequence[Row], layout: Layout) -> str:
    """Return a table with a row for each config, and a list of findings."""
    names, cells = build_table(rows, layout.language)
    is_text = [name in _TEXTS for name in names]
    return format_markdown([cells], is_text, format_problems(rows, layout.language, plain))


def json_report(rows: Sequence[Row], _: Layout) -> str:
    """Return all facts of each config, the rows of its tables, and its findings."""
    return dump_document(map(format_config, rows))


def dump_document(configs: Iterable[dict[str, Any]], **more: object) -> str:
    """Return a report for programs."""
    document = {
        "version": FORMAT_VERSION,
        "program": {"name": "trellis-cfg", "version": __version__},
        "rule": "whichever limit comes first",
        "configs": [*configs],
        **more,
    }
    return escape_json(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


def format_config(row: Row) -> dict[str, Any]:
    """Return all facts of a config for programs."""
    return {
        **figures(row),
        "gpus_assumed": row.gpus_assumed,
        "counted": row.sample_count
        and [
            {
                "path": table.path,
                "rows": table.rows,
                "filters": [{"told": step.label, "rows": step.rows} for step in table.steps],
            }
            for table in row.sample_count.tables
        ],
        "not_counted_because": row.count_error and row.count_error.message,
        "findings": [
            {name: getattr(finding, name) for name in _FINDING} for finding in row.findings
        ],
    }


FORMATS: Mapping[str, Format] = {
    "table": table_report,
    "json": json_report,
    "csv": csv_report,
    "markdown": markdown_report,
}
"""The formats by name."""
