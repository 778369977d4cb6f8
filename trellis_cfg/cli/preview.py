"""``trellis-cfg preview``: show how many epochs and steps the limits of a config mean."""

import os
from collections.abc import Iterable
from importlib.util import find_spec

import click

from trellis_cfg.cli import FINDINGS, SUCCESS, UNUSABLE, options, output
from trellis_cfg.cli.lint_options import LintArguments, build_lint_options, fact_options
from trellis_cfg.diagnostics import ERROR
from trellis_cfg.errors import ConfigError
from trellis_cfg.files.writing import write_output
from trellis_cfg.messages import LANGUAGES, Language, find_language
from trellis_cfg.preview.facts import CODES, PreviewOptions, Row, preview_row, preview_rows
from trellis_cfg.preview.formats import FORMATS, Layout
from trellis_cfg.preview.messages import PICTURE
from trellis_cfg.preview.plot import FORMS, Form, draw
from trellis_cfg.reporters.text import format_count
from trellis_cfg.settings import load_settings
from trellis_cfg.terminal import escape_controls

_HIDING = ("TC0", "TC10")
"""The rules about values and limits: what is wrong there hides where a run stops."""


@options.command("preview", arguments=LintArguments)
@options.path_options
@fact_options
@click.option(
    "--resume-step", type=options.integer(0), default=0, metavar="N", help="Resume after step N."
)
@click.option(
    "--seconds-per-step",
    type=options.parse_seconds,
    metavar="S",
    help="Duration of a step; adds hours to the preview.",
)
@options.format_option(FORMATS)
@click.option("--plot", metavar="FILE", help="Also draw a plot: FILE ends in .svg, .png or .pdf.")
@click.option("--dark", is_flag=True, help="Draw on a dark background.")
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="Language; also prints the training banner. Default: from the locale, without banner.",
)
@options.color_option
def command(  # noqa: PLR0913  a parameter an option
    files: options.FileOptions,
    arguments: LintArguments,
    *,
    resume_step: int,
    seconds_per_step: float | None,
    output_format: str,
    plot: str | None,
    dark: bool,
    lang: Language | None,
) -> int:
    """Show how many epochs and steps a config means, where it stops and what it saves.

    PATH is a file, a folder (every *.json below it), or - for stdin. Default: paths in
    the settings, else configs/.

    Exit code: 0 done; 1 an error in a config hides where it stops; 2 no file could be read, or bad
    options.
    """
    form = _parse_form(plot) if plot else None
    if plot and find_spec("matplotlib") is None:
        message = 'a plot needs matplotlib: pip install "trellis-cfg[plot]"'
        raise click.BadParameter(message, param_hint="--plot")
    data_dir = arguments.data_dir
    lint_options = build_lint_options(arguments._replace(select=CODES), load_settings("."))
    lint_options = lint_options._replace(data_dir=None)  # a row shows how it was counted
    if plot and data_dir:
        for root in data_dir.split(","):
            table = os.path.join(root, "metadata.csv")
            output.refuse_overwriting(plot, os.path.realpath(table), "--plot")
    with output.counter("rows of metadata.csv read") as progress:
        preview = PreviewOptions(lint_options, data_dir, resume_step, seconds_per_step, progress)
        rows = _preview(files, preview, plot)
    configs = [row for row in rows if row is not None]
    layout = _select_layout(lang)
    click.echo(FORMATS[output_format](configs, layout), nl=False)
    if plot and form:
        _draw(configs, plot, form, dark=dark, language=layout.language)
    if len(configs) != 1:
        output.print_summary(_format_summary(configs, len(rows) - len(configs)))
    is_empty = options.tell_without_config(len(configs), len(rows) - len(configs), files)
    if is_empty or _is_failure(configs, preview):
        return UNUSABLE
    return FINDINGS if any(map(_is_without_end, configs)) else SUCCESS


def _parse_form(path: str) -> Form:
    """Return the image format of a file name."""
    for form in FORMS:
        if path.lower().endswith(f".{form}"):
            return form
    endings = ", ".join(f".{form}" for form in FORMS)
    message = f"{escape_controls(path)} must end in one of {endings}"
    raise click.BadParameter(message, param_hint="--plot")


def _draw(rows: list[Row], path: str, form: Form, *, dark: bool, language: Language) -> None:
    from trellis_cfg.preview.curves import curves  # noqa: PLC0415  imports pydantic

    try:
        write_output(path, draw(list(curves(rows)), form, dark=dark, texts=PICTURE[language]))
    except ConfigError as error:
        raise click.BadParameter(error.message, param_hint="--plot") from None


def print_preview(configs: Iterable[tuple[str, bytes]]) -> None:
    """Print the preview of configs, each a path and its content, with the facts of the settings."""
    preview = PreviewOptions(build_lint_options(LintArguments(CODES), load_settings(".")))
    rows = [preview_row(path, data, preview) for path, data in sorted(configs)]
    click.echo("\n" + FORMATS["table"](rows, _select_layout(None)), nl=False)


def _select_layout(lang: Language | None) -> Layout:
    """Return the layout: with a banner if there is a --lang."""
    language = lang or find_language(os.environ) or "en"
    return Layout(language, output.style_text, banner=lang is not None)


def _preview(
    files: options.FileOptions, preview: PreviewOptions, plot: str | None
) -> list[Row | None]:
    """Return the rows: named files in their order, then those of folders sorted by path."""
    if files.is_stdin:
        return [preview_row("stdin", options.read_stdin(), preview)]
    selected = sorted(
        output.refuse_overwritten(options.select_files(files), plot, "--plot", files.files_from),
        key=lambda file: "" if file.named else file.path,
    )
    return list(preview_rows(output.count_progress(selected, "files read"), preview))


def _format_summary(rows: list[Row], skipped: int) -> str:
    """Return a line about many configs: their number, the rule, and the missing facts."""
    text = format_count(len(rows), "config")
    text += f"; {format_count(skipped, 'other JSON file')} skipped" if skipped else ""
    text += ". Training stops at whichever limit comes first."
    if any(row.gpus_assumed for row in rows):
        text += " Assuming 1 GPU; set --gpus."
    if any(row.run and row.run.samples is None for row in rows):
        text += " Epoch length unknown: set --dataset-size, --data-dir or dataset-sizes."
    return text


def _is_without_end(row: Row) -> bool:
    """Return whether an error in a config is why its end is not known."""
    about_limits = (each for each in row.findings if each.code.startswith(_HIDING))
    is_wrong = any(finding.severity == ERROR for finding in about_limits)
    return is_wrong and (row.run is None or row.run.end is None)


def _is_failure(rows: list[Row], preview: PreviewOptions) -> bool:
    """Return whether no config could be read, or no samples counted with --data-dir."""
    readable = [row for row in rows if row.run is not None]
    if not readable:
        return bool(rows)
    return preview.data_dir is not None and all(row.count_error for row in readable)
