"""Lint options: command-line options override project settings."""

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import click

from trellis_cfg.cli.options import combine_options, integer
from trellis_cfg.errors import FileRefused, SettingsError
from trellis_cfg.files.discovery import ConfigFile, Exclude
from trellis_cfg.files.reading import read_file
from trellis_cfg.lint.options import DatasetSize, Facts, LintOptions, UserSchema
from trellis_cfg.settings import Settings
from trellis_cfg.source import CheckoutFinder
from trellis_cfg.source.checkout import Checkout, find_checkout
from trellis_cfg.terminal import escape_controls

if TYPE_CHECKING:
    from trellis_cfg.migrations import Migration

_NO_CHECKOUT = "contains no package with trainers/ and models/ or datasets/"
_SCHEMA = "TC008"
_COUNT = integer(1)

fact_options = combine_options(
    click.option("--gpus", type=_COUNT, metavar="N", help="GPUs per node."),
    click.option("--nodes", type=_COUNT, metavar="N", help="Number of nodes; default: 1."),
    click.option(
        "--dataset-size", type=_COUNT, metavar="N", help="Number of samples in the dataset."
    ),
)
"""Adds the options that say where a config is trained, and on how many samples."""
rule_options = combine_options(
    click.option("--select", multiple=True, metavar="CODES", help="Check only these rules."),
    click.option("--ignore", multiple=True, metavar="CODES", help="Skip these rules."),
    click.option(
        "--schema", metavar="FILE", help="Also validate against this JSON Schema (TC008)."
    ),
    fact_options,
    click.option(
        "--source",
        multiple=True,
        metavar="DIR",
        help="Checkout with the training code; default: the one that contains the configs.",
    ),
    click.option("--no-source", is_flag=True, help="Do not read any training code."),
)
"""Adds the options of ``LintArguments``."""


class LintArguments(NamedTuple):
    """The values of ``rule_options``."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    gpus: int | None = None
    nodes: int | None = None
    dataset_size: int | None = None
    schema: str | None = None
    source: tuple[str, ...] = ()
    no_source: bool = False


def find_checkouts(
    folders: tuple[str, ...], settings: Settings, *, no_source: bool = False
) -> CheckoutFinder:
    """Return the finder for checkouts; ``folders`` of the option override the setting.

    Raises UsageError for an option, SettingsError for a setting, if there is no checkout.
    """
    if no_source and folders:
        raise click.UsageError("--source and --no-source are mutually exclusive")
    if no_source or (not folders and settings.source is False):
        return CheckoutFinder(is_enabled=False)
    root, listed = "", folders
    if not folders and not isinstance(settings.source, bool):
        root = os.path.dirname(settings.file)
        listed = (settings.source,) if isinstance(settings.source, str) else settings.source
    checkouts = {folder: find_checkout(os.path.join(root, folder)) for folder in listed}
    for folder, checkout in checkouts.items():
        if checkout is None and not folders:
            raise _setting_error(settings, "source", f"{folder} {_NO_CHECKOUT}")
        if checkout is None:
            message = f"{escape_controls(folder)} {_NO_CHECKOUT}"
            raise click.BadParameter(message, param_hint="--source")
    return CheckoutFinder(tuple(filter(None, checkouts.values())))


def _setting_error(settings: Settings, key: str, message: str) -> SettingsError:
    return SettingsError(f"{key}: {message}", settings.file, line=settings.lines.get(key, 1))


class CheckoutLog:
    """Records the checkouts of configs."""

    def __init__(self, lint_options: LintOptions) -> None:
        """Start with none."""
        self._finder = lint_options.checkouts
        self._folders: dict[str, Checkout | None] = {}

    def record(self, path: str) -> None:
        """Record the checkout of a config, once per folder."""
        folder = os.path.dirname(path)
        if folder not in self._folders and self._finder:
            self._folders[folder] = self._finder.checkout(path)

    def record_each(self, files: Iterable[ConfigFile]) -> Iterator[ConfigFile]:
        """Yield files and record their checkouts."""
        for file in files:
            self.record(file.path)
            yield file

    def format_packages(self) -> str:
        """Return the sentence for the summary that names the packages."""
        packages = [
            os.path.relpath(os.path.join(checkout.root, name))
            for checkout in sorted(set(filter(None, self._folders.values())))
            for name in checkout.packages
        ]
        return f" Checked against the code in {' and '.join(packages)}." if packages else ""


def build_lint_options(arguments: LintArguments, settings: Settings) -> LintOptions:
    """Return the lint options: options override settings, but ``ignore`` adds to them.

    Raises UsageError for an option, SettingsError for a setting, if there is no such rule or the
    schema cannot be used.
    """
    codes = _select_codes(arguments, settings)
    facts = Facts(
        arguments.gpus or settings.gpus,
        arguments.nodes or settings.nodes or 1,
        arguments.dataset_size or settings.dataset_size,
        settings.runtime,
        _load_migrations(settings),
        _read_schema(arguments, settings) if codes is None or _SCHEMA in codes else None,
    )
    sizes = () if arguments.dataset_size else settings.dataset_sizes
    return LintOptions(
        codes,
        facts,
        tuple(
            (
                Exclude([pattern], settings.root),
                _match_setting(settings, "per-file-ignores", listed),
            )
            for pattern, listed in settings.per_file_ignores
        ),
        tuple(
            DatasetSize(name, Exclude([name], settings.root), samples) for name, samples in sizes
        ),
        find_checkouts(arguments.source, settings, no_source=arguments.no_source),
    )


def _select_codes(arguments: LintArguments, settings: Settings) -> frozenset[str] | None:
    """Return the codes of the rules to apply; None for all."""
    if not (arguments.select or arguments.ignore or settings.select or settings.ignore):
        return None
    from trellis_cfg.lint.rules import select_codes  # noqa: PLC0415  all rules need no table

    _match_setting(settings, "select", settings.select)
    _match_setting(settings, "ignore", settings.ignore)
    try:
        select = _split(arguments.select) or settings.select
        return select_codes(select, [*_split(arguments.ignore), *settings.ignore])
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _load_migrations(settings: Settings) -> "tuple[Migration, ...] | None":
    """Return the migrations of the project; None for the built-in ones."""
    if not settings.migrations:
        return None
    from trellis_cfg.migrations import project_migrations  # noqa: PLC0415  most projects have none

    return project_migrations(settings)


def _read_schema(arguments: LintArguments, settings: Settings) -> UserSchema | None:
    """Return the user's schema, checked, if there is one."""
    path = arguments.schema
    if path is None:
        if not settings.schema:
            return None
        path = os.path.join(settings.root, settings.schema)
    try:
        data = read_file(path)
    except FileRefused as error:
        if arguments.schema is None:
            message = f"{settings.schema}: {error.message}"
            raise _setting_error(settings, "schema", message) from None
        message = f"{escape_controls(path)}: {error.message}"
        raise click.BadParameter(message, param_hint="--schema") from None
    from trellis_cfg.lint.rules.user_schema import compile_schema  # noqa: PLC0415  likewise

    schema = UserSchema(os.path.normpath(path), data)
    compile_schema(schema)
    return schema


def _match_setting(settings: Settings, key: str, codes: tuple[str, ...]) -> frozenset[str]:
    """Return the codes that a setting means; raises SettingsError if there is no such rule."""
    from trellis_cfg.lint.rules import match_codes  # noqa: PLC0415  most projects set none

    try:
        return match_codes(codes)
    except ValueError as error:
        raise _setting_error(settings, key, str(error)) from None


def _split(codes: tuple[str, ...]) -> list[str]:
    """Return codes of a repeated option, whose values may contain commas."""
    return [code for part in codes for code in part.split(",") if code]
