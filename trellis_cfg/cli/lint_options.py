"""Lint options: command-line options override project settings."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from trellis_cfg.cli import options
from trellis_cfg.cli.options import combine_options, integer
from trellis_cfg.errors import InvalidOption
from trellis_cfg.lint import project
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.project import LintArguments
from trellis_cfg.settings import Settings
from trellis_cfg.source import CheckoutFinder
from trellis_cfg.terminal import escape_controls

__all__ = ["LintArguments", "build_lint_options", "fact_options", "find_checkouts", "rule_options"]

_COUNT = integer(1)

fact_options = combine_options(
    click.option("--gpus", type=_COUNT, metavar="N", help="GPUs per node."),
    click.option("--nodes", type=_COUNT, metavar="N", help="Number of nodes; default: 1."),
    click.option(
        "--dataset-size", type=integer(0), metavar="N", help="Number of samples in the dataset."
    ),
    click.option(
        "--data-dir",
        type=options.DIR,
        help="Count samples from metadata.csv: one root, several separated by commas, "
        "or a JSON object.",
    ),
)
"""Adds the options that say where a config is trained, and on how many samples."""
rule_options = combine_options(
    click.option("--select", multiple=True, type=options.CODES, help="Check only these rules."),
    click.option("--ignore", multiple=True, type=options.CODES, help="Skip these rules."),
    click.option(
        "--schema", type=options.FILE, help="Also validate against this JSON Schema (TC008)."
    ),
    fact_options,
    options.source_options,
)
"""Adds the options of ``LintArguments``."""


@contextmanager
def _report_options() -> Iterator[None]:
    """Report an option that cannot be used as click does."""
    try:
        yield
    except InvalidOption as error:
        if not error.option:
            raise click.UsageError(error.message) from None
        message, hint = escape_controls(error.message), f"--{error.option}"
        raise click.BadParameter(message, param_hint=hint) from None


def find_checkouts(
    folders: tuple[str, ...], settings: Settings, *, no_source: bool = False
) -> CheckoutFinder:
    """Return the finder for checkouts; ``folders`` of the option override the setting.

    Raises UsageError for an option, SettingsError for a setting, if there is no checkout.
    """
    with _report_options():
        return project.find_checkouts(folders, settings, no_source=no_source)


def build_lint_options(arguments: LintArguments, settings: Settings) -> LintOptions:
    """Return the lint options: options override settings, but ``ignore`` adds to them.

    Raises UsageError for an option, SettingsError for a setting, if there is no such rule or the
    schema cannot be used.
    """
    with _report_options():
        return project.build_lint_options(arguments, settings)
