"""``trellis-cfg resume``: what a changed config does to a run that is resumed."""

import click

from trellis_cfg.cli import FINDINGS, SUCCESS, UNUSABLE, options, output
from trellis_cfg.errors import ConfigError
from trellis_cfg.lint.project import LintArguments, build_lint_options
from trellis_cfg.preview.formats import Layout
from trellis_cfg.preview.resume import read_config, resume
from trellis_cfg.preview.resume_formats import FORMATS
from trellis_cfg.settings import load_settings


@options.command("resume", arguments=LintArguments)
@click.argument("run_dir", metavar="RUN_DIR")
@click.argument("config", required=False, metavar="[CONFIG]")
@click.option("--against", metavar="FILE", help="Config of the run; default: RUN_DIR/config.json.")
@options.option("--ckpt", options.integer(0), "Step to resume; default: the last whole.")
@options.flag(
    "--read-checkpoints",
    "Read the misc file with torch, as plain values: sampler, learning rate, T_max.",
)
@options.fact_options
@options.source_options
@options.format_option(FORMATS)
@options.color_option
def command(  # noqa: PLR0913  a parameter an option
    arguments: LintArguments,
    *,
    run_dir: str,
    config: str | None,
    against: str | None,
    ckpt: int | None,
    read_checkpoints: bool,
    output_format: str,
) -> int:
    """Show what a changed config does to a run that is resumed.

    train.py overwrites the config in RUN_DIR before it loads a checkpoint: run this before the
    launch, or name another copy with --against. No checkpoint is loaded: names and sizes say
    whether it is whole.

    Arguments:
      RUN_DIR  output folder of the run
      CONFIG   file to resume it with; default: the one in RUN_DIR

    Examples:
      # Show what the changes in a config do
      trellis-cfg resume outputs/run configs/new.json

    Exit code:
      0  done
      1  the run fails, or nothing is left to train
      2  nothing can be resumed, a file could not be read, or bad options
    """
    lint_options = build_lint_options(arguments, load_settings("."))
    try:
        new, old = (read_config(path) if path is not None else None for path in (config, against))
        resumed = resume(run_dir, new, old, lint_options, ckpt)
        if read_checkpoints:
            from trellis_cfg.preview.checkpoint import read_misc  # noqa: PLC0415  on request

            resumed = resumed._replace(checkpoint=read_misc(run_dir, resumed.step))
    except ConfigError as error:
        raise click.ClickException(error.message) from None
    click.echo(FORMATS[output_format](resumed, Layout("en", output.style_text)), nl=False)
    if resumed.row.count_error:
        return UNUSABLE
    return FINDINGS if resumed.is_failing else SUCCESS
