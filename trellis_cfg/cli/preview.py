"""``trellis-cfg preview``: say what a config's limits really mean."""

import os
from collections.abc import Iterable, Iterator
from typing import Any

import click

from trellis_cfg.cli import options, output
from trellis_cfg.cli.lint_options import LintArguments, build_lint_options, fact_options
from trellis_cfg.cli.options import integer, seconds
from trellis_cfg.cli.progress import count_progress, counter
from trellis_cfg.errors import ConfigError
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.files.writing import write_output
from trellis_cfg.messages import LANGUAGES, Language, language
from trellis_cfg.preview.facts import CODES, PreviewOptions, Row, preview_row, preview_rows
from trellis_cfg.preview.formats import FORMATS, Shape
from trellis_cfg.preview.messages import PICTURE
from trellis_cfg.preview.plot import FORMS, Form, draw
from trellis_cfg.reporters.text import format_count
from trellis_cfg.settings import load_settings
from trellis_cfg.terminal import escape_controls

DONE, COULD_NOT = 0, 2


@click.command("preview")
@options.path_options
@fact_options
@click.option(
    "--data-dir",
    metavar="DIR",
    help="Count the samples of its metadata.csv: one root, several with commas, or a JSON object.",
)
@click.option("--resume-step", type=integer(0), default=0, metavar="N", help="Resume after step N.")
@click.option(
    "--seconds-per-step",
    type=seconds,
    metavar="S",
    help="How long a step takes: adds hours.",
)
@click.option(
    "--output-format",
    type=click.Choice(list(FORMATS)),
    default="table",
    help="How the preview is shown; table by default.",
)
@click.option("--plot", metavar="FILE", help="Draw it, too: FILE ends in .svg, .png or .pdf.")
@click.option("--dark", is_flag=True, help="Draw on a dark ground.")
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="The language, with the banner that a training starts with; by default the locale's.",
)
@options.color_option
def command(  # noqa: PLR0913  a parameter an option
    paths: tuple[str, ...],
    *,
    gpus: int | None,
    nodes: int | None,
    dataset_size: int | None,
    data_dir: str | None,
    resume_step: int,
    seconds_per_step: float | None,
    output_format: str,
    plot: str | None,
    dark: bool,
    lang: Language | None,
    **files: Any,  # noqa: ANN401  what options.files adds
) -> int:
    """Say how many epochs and steps a config really means, where it stops and what it saves.

    PATH is a file, a folder (every *.json below it), or - for stdin. Without PATH, the paths of
    [tool.trellis-cfg] in pyproject.toml are read, else configs/.

    Exit code: 0 done; 2 no file could be read, or bad options.
    """
    if dataset_size and data_dir:
        raise click.UsageError("--dataset-size and --data-dir both tell the samples: give one")
    form = _form(plot) if plot else None
    profile = build_lint_options(
        LintArguments(CODES, (), gpus, nodes, dataset_size), load_settings(".")
    )
    if plot and data_dir:
        _refuse_table(plot, data_dir)
    with counter("rows of metadata.csv read") as add_rows:
        question = PreviewOptions(profile, data_dir, resume_step, seconds_per_step, add_rows)
        found = list(_rows(paths, options.FileOptions(**files), question, plot))
    known = [one for one in found if one is not None]
    click.echo(FORMATS[output_format](known, _shape(lang)), nl=False)
    if plot and form:
        _draw(known, plot, form, dark=dark, language=_shape(lang).language)
    if len(known) != 1:
        output.print_summary(_summary(known, len(found) - len(known)))
    return COULD_NOT if _is_for_nothing(known, question) else DONE


def _form(path: str) -> Form:
    """Return the form that a file's name asks for."""
    for form in FORMS:
        if path.lower().endswith(f".{form}"):
            return form
    endings = ", ".join(f".{form}" for form in FORMS)
    raise click.BadParameter(
        f"{escape_controls(path)} ends in none of {endings}", param_hint="--plot"
    )


def _refuse_table(plot: str, data_dir: str) -> None:
    """Raise BadParameter where the picture would replace the table of a root."""
    tables = (os.path.join(root, "metadata.csv") for root in data_dir.split(","))
    if os.path.realpath(plot) in map(os.path.realpath, tables):
        told = f"{escape_controls(plot)} is one of the files to read"
        raise click.BadParameter(told, param_hint="--plot")


def _draw(known: list[Row], path: str, form: Form, *, dark: bool, language: Language) -> None:
    from trellis_cfg.preview.curves import curves  # noqa: PLC0415  imports pydantic

    try:
        write_output(path, draw(list(curves(known)), form, dark=dark, texts=PICTURE[language]))
    except ConfigError as error:
        raise click.BadParameter(error.message, param_hint="--plot") from None


def show(configs: Iterable[tuple[str, bytes]]) -> None:
    """Show what configs mean, each by its path and content, by the settings alone."""
    question = PreviewOptions(
        build_lint_options(LintArguments(CODES, (), None, None, None), load_settings("."))
    )
    known = [preview_row(path, data, question) for path, data in sorted(configs)]
    click.echo("\n" + FORMATS["table"](known, _shape(None)), nl=False)


def _shape(lang: Language | None) -> Shape:
    """Return how a preview is to look: with a banner where a language is meant, not assumed."""
    spoken = lang or language(os.environ)
    is_meant = lang is not None or spoken not in (None, "en")
    return Shape(spoken or "en", output.style_text, banner=is_meant)


def _rows(
    paths: tuple[str, ...], which: options.FileOptions, question: PreviewOptions, plot: str | None
) -> Iterator[Row | None]:
    if options.STDIN not in paths:
        meant = output.unless_overwritten(options.select_files(paths, which), plot, "--plot")
        files = sorted(meant, key=_order)
        return preview_rows(count_progress(files, "files read"), question)
    options.refuse_unless_alone(paths, which)
    return iter([preview_row("stdin", options.read_stdin(), question)])


def _order(found: ConfigFile) -> str:
    """Keep the order of what was named, and sort what folders hold."""
    return "" if found.named else found.path


def _summary(known: list[Row], skipped: int) -> str:
    """Return one line: how many configs there were, and the rule that was applied."""
    said = format_count(len(known), "config")
    said += f"; {format_count(skipped, 'other JSON file')} skipped" if skipped else ""
    said += ". Training stops at whichever limit comes first."
    runs = [row.run for row in known if row.run]
    if any(row.gpus_assumed for row in known):
        said += " 1 GPU is assumed: --gpus tells."
    if any(run.samples is None for run in runs):
        said += " How long an epoch is, --dataset-size, --data-dir or dataset-sizes tell."
    return said


def _is_for_nothing(known: list[Row], question: PreviewOptions) -> bool:
    """Tell whether no config could be read, or not one's samples could be counted as asked."""
    read = [row for row in known if row.run is not None]
    if not read:
        return bool(known)
    return question.data_dir is not None and all(row.trouble for row in read)
