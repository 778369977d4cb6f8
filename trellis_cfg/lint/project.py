"""The lint options of a project: its settings, and what a command says beside them."""

import os
from typing import TYPE_CHECKING, NamedTuple

from trellis_cfg.errors import FileRefused, InvalidOption, SettingsError
from trellis_cfg.files.discovery import Exclude
from trellis_cfg.files.reading import read_file
from trellis_cfg.lint.options import DatasetSize, Facts, LintOptions, UserSchema
from trellis_cfg.settings import Settings
from trellis_cfg.source import CheckoutFinder, find_checkout

if TYPE_CHECKING:
    from trellis_cfg.baseline import Baseline

_NO_CHECKOUT = "contains no package with trainers/ and models/ or datasets/"
_SCHEMA = "TC008"
_MAX_SCHEMA = 1 << 20
"""Bytes of the user's schema: checking it takes three seconds per megabyte."""


class LintArguments(NamedTuple):
    """What options of a command say; each overrides a setting, but ``ignore`` adds to it."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    gpus: int | None = None
    nodes: int | None = None
    dataset_size: int | None = None
    data_dir: str | None = None
    schema: str | None = None
    source: tuple[str, ...] = ()
    no_source: bool = False


def find_checkouts(
    folders: tuple[str, ...], settings: Settings, *, no_source: bool = False
) -> CheckoutFinder:
    """Return the finder for checkouts; ``folders`` of the option override the setting.

    Raises InvalidOption for an option, SettingsError for a setting, if there is no checkout.
    """
    if no_source and folders:
        raise InvalidOption("--source and --no-source are mutually exclusive")
    if no_source or (not folders and settings.source is False):
        return CheckoutFinder(is_enabled=False)
    root, listed, invalid_setting = "", folders, None
    if not folders and not isinstance(settings.source, bool):
        root, invalid_setting = os.path.dirname(settings.file), settings
        listed = (settings.source,) if isinstance(settings.source, str) else settings.source
    checkouts = []
    for folder in dict.fromkeys(listed):
        checkout = find_checkout(os.path.join(root, folder))
        if checkout is None:
            raise _build_error("source", f"{folder} {_NO_CHECKOUT}", invalid_setting)
        checkouts.append(checkout)
    return CheckoutFinder(tuple(checkouts))


def _build_error(key: str, message: str, settings: Settings | None) -> Exception:
    """Return the error about a setting; without settings, that about the option."""
    if settings is None:
        return InvalidOption(message, key)
    return SettingsError(f"{key}: {message}", settings.file, line=settings.lines.get(key, 1))


def build_lint_options(arguments: LintArguments, settings: Settings) -> LintOptions:
    """Return the lint options: options override settings, but ``ignore`` adds to them.

    Raises InvalidOption for an option, SettingsError for a setting, if there is no such rule or the
    schema cannot be used.
    """
    size = arguments.dataset_size
    if size is not None and arguments.data_dir:
        raise InvalidOption("--dataset-size and --data-dir are mutually exclusive")
    codes, silenced = _select_codes(arguments, settings)
    migrations = None
    if settings.migrations:
        from trellis_cfg.migrations import project_migrations  # noqa: PLC0415  most have none

        migrations = project_migrations(settings)
    facts = Facts(
        arguments.gpus or settings.gpus,
        arguments.nodes or settings.nodes or 1,
        settings.dataset_size if size is None else size,
        settings.runtime,
        migrations,
        _read_schema(arguments, settings) if codes is None or _SCHEMA in codes else None,
    )
    sizes = settings.dataset_sizes if size is None else ()
    return LintOptions(
        codes,
        facts,
        tuple(
            (Exclude([pattern], settings.root), _match_setting(settings, "per-file-ignores", each))
            for pattern, each in settings.per_file_ignores
        ),
        tuple(
            DatasetSize(name, Exclude([name], settings.root), samples) for name, samples in sizes
        ),
        find_checkouts(arguments.source, settings, no_source=arguments.no_source),
        data_dir=arguments.data_dir,
        silenced=silenced,
    )


def _select_codes(
    arguments: LintArguments, settings: Settings
) -> tuple[frozenset[str] | None, frozenset[str]]:
    """Return the codes of the rules to apply, None for all, and those that a setting turns off."""
    if not (arguments.select or arguments.ignore or settings.select or settings.ignore):
        return None, frozenset()
    from trellis_cfg.lint.rules import select_codes  # noqa: PLC0415  all rules need no table

    _match_setting(settings, "select", settings.select)
    _match_setting(settings, "ignore", settings.ignore)
    try:
        select = _split(arguments.select) or settings.select
        ignore = _split(arguments.ignore)
        codes = select_codes(select, [*ignore, *settings.ignore])
        return codes, select_codes(select, ignore) - codes if settings.ignore else frozenset()
    except ValueError as error:
        raise InvalidOption(str(error)) from None


def _read_schema(arguments: LintArguments, settings: Settings) -> UserSchema | None:
    """Return the user's schema, checked, if there is one."""
    invalid_setting = settings if arguments.schema is None else None
    root, name = (settings.root, settings.schema) if invalid_setting else ("", arguments.schema)
    if name is None or (invalid_setting and not name):
        return None
    path = os.path.join(root, name)
    try:
        data = read_file(path, _MAX_SCHEMA)
    except FileRefused as error:
        raise _build_error("schema", f"{name}: {error.message}", invalid_setting) from None
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
        raise _build_error(key, str(error), settings) from None


def _split(codes: tuple[str, ...]) -> list[str]:
    """Return codes of a repeated option, whose values may contain commas."""
    return [code for part in codes for code in part.split(",") if code]


def load_known(settings: Settings) -> "Baseline | None":
    """Return the findings that the settings' baseline knows; None without one.

    Raises SettingsError if it cannot be used.
    """
    if not settings.baseline:
        return None
    from trellis_cfg.baseline import load_baseline  # noqa: PLC0415  most projects have none

    path = os.path.join(settings.root, settings.baseline)
    try:
        return load_baseline(path)
    except FileRefused as error:
        raise _build_error("baseline", f"{path}: {error.message}", settings) from None
