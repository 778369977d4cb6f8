"""``trellis-cfg preview``: show how many epochs and steps the limits of a config mean."""

import os
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from shutil import get_terminal_size

import click

from trellis_cfg.cli import FINDINGS, SUCCESS, UNUSABLE, options, output
from trellis_cfg.cli.options import flag, option
from trellis_cfg.diagnostics import ERROR
from trellis_cfg.errors import ConfigError, InvalidOption
from trellis_cfg.files.writing import write_output
from trellis_cfg.lint.project import LintArguments, build_lint_options
from trellis_cfg.messages import LANGUAGES, Language, drop_emoji, fill_in, find_language
from trellis_cfg.preview.facts import CODES, PreviewOptions, Row, preview_file, preview_row
from trellis_cfg.preview.fonts import find_chinese_font
from trellis_cfg.preview.formats import FORMATS, Format, Layout
from trellis_cfg.preview.messages import PICTURE, PREVIEW
from trellis_cfg.preview.plot import FORMS, Form, draw
from trellis_cfg.settings import Settings, load_settings

_HIDING_END = ("TC0", "TC10")
_HIDING = ("TC004", "TC005", "TC201", "TC204")
"""The rules about values that hide where a run stops, and those that always hide a figure."""


@options.command("preview", arguments=LintArguments)
@options.path_options
@options.fact_options
@option("--resume-step", options.integer(0), "Resume after step N.", default=0)
@option(
    "--seconds-per-step",
    options.parse_seconds,
    "Duration of a step; adds hours to the preview.",
    metavar="S",
)
@options.format_option(FORMATS)
@flag("--compare", "Show two configs side by side, and what differs.")
@option("--plot", options.FILE, "Also draw a plot: FILE ends in .svg, .png or .pdf.")
@flag("--dark", "Draw on a dark background.")
@option(
    "--lang",
    click.Choice(LANGUAGES),
    "Language; also prints the training banner. Default: from the locale, without banner.",
)
@options.color_option
def command(  # noqa: PLR0913  a parameter an option
    files: options.FileOptions,
    arguments: LintArguments,
    *,
    resume_step: int,
    seconds_per_step: float | None,
    output_format: str,
    compare: bool,
    plot: str | None,
    dark: bool,
    lang: Language | None,
) -> int:
    """Show how many epochs and steps a config means.

    Also shows where the training stops, and what it saves.

    Arguments:
      PATH  file, folder (every *.json below it), or - for stdin; default: paths
            in the settings, else configs/

    Examples:
      # Preview the configs of a folder
      trellis-cfg preview configs/vae
      # Preview runs on 8 GPUs, with this many samples
      trellis-cfg preview --gpus 8 --dataset-size 168307
      # Estimate how many hours they take
      trellis-cfg preview --seconds-per-step 0.5

    Exit code:
      0  done
      1  an error in a config hides a figure, such as its end
      2  no file could be read, or bad options
    """
    form = _check_plot(plot, arguments.data_dir) if plot else None
    settings = load_settings(".")
    lint_options = build_lint_options(arguments._replace(select=CODES), settings)
    with output.counter("rows of metadata.csv read") as progress:
        preview = PreviewOptions(lint_options, resume_step, seconds_per_step, progress)
        rows = _preview(files, settings, preview, plot, compare=compare)
    configs = [row for row in rows if row is not None]
    layout = _select_layout(lang)
    text = _load_format(output_format, compare=compare)(configs, layout)
    click.echo(drop_emoji(text, sys.stdout.encoding), nl=False)
    if plot and form:
        _draw(configs, plot, form, dark=dark, language=layout.language)
    skipped = len(rows) - len(configs)
    if len(configs) != 1:
        output.print_summary(_format_summary(configs, skipped, layout.language))
    if options.tell_without_config(len(configs), skipped, files) or _is_failure(configs, preview):
        return UNUSABLE
    return FINDINGS if any(map(_is_incomplete, configs)) else SUCCESS


def _check_plot(path: str, data_dir: str | None) -> Form:
    """Return the image format; raises InvalidOption if the plot cannot be made or written there."""
    form = next((form for form in FORMS if path.lower().endswith(f".{form}")), None)
    if form is None:
        endings = ", ".join(f".{form}" for form in FORMS)
        raise InvalidOption(f"{path} must end in one of {endings}", "plot")
    if find_spec("matplotlib") is None:
        from trellis_cfg.files.installed import format_install_command  # noqa: PLC0415  rare

        raise InvalidOption(f"a plot needs matplotlib: {format_install_command('plot')}", "plot")
    roots = data_dir.split(",") if data_dir else ()
    output.refuse_overwriting((os.path.join(root, "metadata.csv") for root in roots), path, "plot")
    return form


def _draw(rows: list[Row], path: str, form: Form, *, dark: bool, language: Language) -> None:
    from trellis_cfg.preview.curves import curves  # noqa: PLC0415  imports pydantic

    texts = PICTURE[language]
    if language == "zh" and find_chinese_font() is None:
        output.print_summary(PREVIEW[language].no_font)
        texts = PICTURE["en"]
    try:
        write_output(path, draw(list(curves(rows)), form, dark=dark, texts=texts))
    except ConfigError as error:
        raise InvalidOption(error.message, "plot") from None


def print_preview(configs: Iterable[tuple[str, bytes]]) -> None:
    """Print the preview of configs, each a path and its content, with the facts of the settings."""
    preview = PreviewOptions(build_lint_options(LintArguments(CODES), load_settings(".")))
    rows = [preview_row(path, data, preview) for path, data in sorted(configs)]
    click.echo("\n" + FORMATS["table"](rows, _select_layout(None)), nl=False)


def _select_layout(lang: Language | None) -> Layout:
    language = lang or find_language(os.environ) or "en"
    columns = get_terminal_size().columns if sys.stdout.isatty() else None
    return Layout(language, output.style_text, banner=lang is not None, columns=columns)


def _load_format(name: str, *, compare: bool) -> Format:
    if not compare:
        return FORMATS[name]
    from trellis_cfg.preview.compare import COMPARISONS  # noqa: PLC0415  only with --compare

    return COMPARISONS[name]


def _preview(
    files: options.FileOptions,
    settings: Settings,
    preview: PreviewOptions,
    plot: str | None,
    *,
    compare: bool,
) -> list[Row | None]:
    """Return the rows: named files in their order, then those of folders sorted by path."""
    if files.is_stdin and not compare:
        return [preview_row("stdin", options.read_stdin(), preview)]
    output.refuse_overwriting([files.files_from], plot, "plot")
    readable = output.refuse_overwritten(options.select_files(files, settings), plot, "plot")
    selected = sorted(readable, key=lambda file: "" if file.named else file.path)
    if compare:
        paths = tuple(file.path for file in selected if file.named)
        if len(paths) != 2 or len(selected) != 2:  # noqa: PLR2004  A and B
            raise click.UsageError("--compare needs two files")
        preview = preview._replace(compared=paths)
    files_read = output.count_progress(selected, "files read")
    return [preview_file(file, preview) for file in files_read]


def _format_summary(rows: list[Row], skipped: int, language: Language) -> str:
    """Return a line about many configs: their number, the rule if it matters, missing facts."""
    texts = PREVIEW[language]
    runs = [row.run for row in rows if row.run]
    parts = {
        fill_in(texts.configs, len(rows)): True,
        fill_in(texts.skipped, skipped): skipped > 0,
        texts.stop: True,
        texts.first_limit: any(run.has_both_limits for run in runs),
        texts.one_gpu: any(row.gpus_assumed for row in rows),
        texts.no_samples: any(run.samples is None for run in runs),
    }
    return "".join(text for text, is_shown in parts.items() if is_shown)


def _is_incomplete(row: Row) -> bool:
    """Return whether an error in a config is why a figure, such as its end, is not known."""
    codes = [finding.code for finding in row.findings if finding.severity == ERROR]
    has_end = row.run is not None and row.run.end is not None
    return any(code in _HIDING or (code.startswith(_HIDING_END) and not has_end) for code in codes)


def _is_failure(rows: list[Row], preview: PreviewOptions) -> bool:
    """Return whether no config could be read, or no samples counted with --data-dir."""
    readable = [row for row in rows if row.run or any(x.code in _HIDING for x in row.findings)]
    if not readable:
        return bool(rows)
    return preview.lint_options.data_dir is not None and all(row.count_error for row in readable)
