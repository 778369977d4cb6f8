"""What a run of the lint looks for: the options, over the settings of the project."""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeVar

import click

from trellis_cfg.cli.options import integer
from trellis_cfg.errors import FileRefused, SettingsError
from trellis_cfg.files.discovery import ConfigFile, Exclude
from trellis_cfg.files.reading import read_file
from trellis_cfg.lint.config import Facts, UserSchema
from trellis_cfg.lint.options import DatasetSize, LintOptions
from trellis_cfg.lint.rules import match_codes, select_codes
from trellis_cfg.lint.rules.user_schema import compile_schema
from trellis_cfg.migrations import project_migrations
from trellis_cfg.settings import Settings
from trellis_cfg.source import CheckoutFinder
from trellis_cfg.source.checkout import Checkout, find_checkout
from trellis_cfg.terminal import escape_controls

_Command = TypeVar("_Command", bound=Callable[..., Any])
_NO_CHECKOUT = "holds no package with trainers/, and models/ or datasets/, in it"


def source_options(command: _Command) -> _Command:
    """Add the options that say where the code of the configs is."""
    for decorate in (
        click.option("--no-source", is_flag=True, help="Look for no code beside the configs."),
        click.option(
            "--source",
            multiple=True,
            metavar="DIR",
            help="The checkout whose code the configs are for; else the one they stand in.",
        ),
    ):
        command = decorate(command)
    return command


def find_checkouts(
    given: tuple[str, ...], settings: Settings, *, no_source: bool = False
) -> CheckoutFinder:
    """Return where the code of configs is sought; an option replaces its setting.

    Raises UsageError for an option, SettingsError for a setting that means no checkout.
    """
    if no_source and given:
        raise click.UsageError("--source and --no-source exclude each other")
    if no_source or (not given and settings.source is False):
        return CheckoutFinder(is_enabled=False)
    if given:
        return CheckoutFinder(tuple(_given(folder) for folder in given))
    listed = settings.source if isinstance(settings.source, tuple | str) else ()
    folders = (listed,) if isinstance(listed, str) else listed
    return CheckoutFinder(tuple(_set(settings, folder) for folder in folders))


def _given(folder: str) -> Checkout:
    found = find_checkout(folder)
    if found is None:
        raise click.BadParameter(f"{escape_controls(folder)} {_NO_CHECKOUT}", param_hint="--source")
    return found


def _set(settings: Settings, folder: str) -> Checkout:
    found = find_checkout(os.path.join(os.path.dirname(settings.file), folder))
    if found is None:
        line = settings.lines.get("source", 1)
        raise SettingsError(f"source: {folder} {_NO_CHECKOUT}", settings.file, line=line)
    return found


class CheckoutNotes:
    """Notes which checkouts configs are judged by."""

    def __init__(self, profile: LintOptions) -> None:
        """Start with none."""
        self.profile = profile
        self._folders: dict[str, Checkout | None] = {}

    def note(self, path: str) -> None:
        """Note the checkout of a config; once for each folder."""
        folder = os.path.dirname(path)
        if folder not in self._folders and self.profile.checkouts:
            self._folders[folder] = self.profile.checkouts.checkout(path)

    def noted(self, files: Iterable[ConfigFile]) -> Iterator[ConfigFile]:
        """Yield files, each noted."""
        for found in files:
            self.note(found.path)
            yield found

    def told(self) -> str:
        """Return what to add to the summary: the packages that were read."""
        packages = [
            os.path.relpath(os.path.join(one.root, name))
            for one in sorted({one for one in self._folders.values() if one})
            for name in one.packages
        ]
        return f" By the code in {' and '.join(packages)}." if packages else ""


_SCHEMA = "TC008"
_COUNT = integer(1)


def rule_options(command: _Command) -> _Command:
    """Add the options that say what to look for; ``profile_of`` reads them."""
    for decorate in (
        source_options,
        fact_options,
        click.option("--schema", metavar="FILE", help="A JSON Schema of your own, as rule TC008."),
        click.option("--ignore", multiple=True, metavar="CODES", help="Leave these out."),
        click.option("--select", multiple=True, metavar="CODES", help="Apply these rules."),
    ):
        command = decorate(command)
    return command


def fact_options(command: _Command) -> _Command:
    """Add the options that say where a config is trained, and on how much."""
    for decorate in reversed(
        (
            click.option("--gpus", type=_COUNT, metavar="N", help="GPUs of a node."),
            click.option("--nodes", type=_COUNT, metavar="N", help="Nodes; 1 by default."),
            click.option(
                "--dataset-size", type=_COUNT, metavar="N", help="Samples of the dataset."
            ),
        )
    ):
        command = decorate(command)
    return command


class LintArguments(NamedTuple):
    """What the options of ``rules`` say."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]
    gpus: int | None
    nodes: int | None
    dataset_size: int | None
    schema: str | None = None
    source: tuple[str, ...] = ()
    no_source: bool = False


def build_lint_options(chosen: LintArguments, settings: Settings) -> LintOptions:
    """Return the profile: an option replaces its setting, but more can be ignored.

    Raises UsageError for an option, SettingsError for a setting that names no rule, and for a
    schema that cannot be used.
    """
    with_settings = [
        _judged(settings, "select", settings.select),
        _judged(settings, "ignore", settings.ignore),
    ]
    try:
        select = _split(chosen.select) or with_settings[0]
        codes = select_codes(select, [*_split(chosen.ignore), *with_settings[1]])
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    known = Facts(
        chosen.gpus or settings.gpus,
        chosen.nodes or settings.nodes or 1,
        chosen.dataset_size or settings.dataset_size,
        settings.runtime,
        project_migrations(settings),
        _schema(chosen, settings) if _SCHEMA in codes else None,
    )
    sizes = () if chosen.dataset_size else tuple(_sizes(settings))
    where = find_checkouts(chosen.source, settings, no_source=chosen.no_source)
    return LintOptions(codes, known, tuple(_per_file(settings)), sizes, where)


def _schema(chosen: LintArguments, settings: Settings) -> UserSchema | None:
    """Return the user's schema, if there is one, and it can be applied."""
    if chosen.schema is None and not settings.schema:
        return None
    path = chosen.schema
    if path is None:
        path = os.path.join(settings.root, settings.schema)
    try:
        source = UserSchema(os.path.normpath(path), read_file(path))
    except FileRefused as error:
        raise _unreadable(chosen, settings, error.message) from None
    compile_schema(source)
    return source


def _unreadable(chosen: LintArguments, settings: Settings, why: str) -> Exception:
    """Return the error for a file that whoever named it has to look at."""
    if chosen.schema is not None:
        return click.BadParameter(f"{escape_controls(chosen.schema)}: {why}", param_hint="--schema")
    line = settings.lines.get("schema", 1)
    return SettingsError(f"schema: {settings.schema}: {why}", settings.file, line=line)


def _sizes(settings: Settings) -> Iterable[DatasetSize]:
    for name, samples in settings.dataset_sizes:
        yield DatasetSize(name, Exclude([name], settings.root), samples)


def _per_file(settings: Settings) -> Iterable[tuple[Exclude, frozenset[str]]]:
    for pattern, codes in settings.per_file_ignores:
        known = _judged(settings, "per-file-ignores", codes)
        yield Exclude([pattern], settings.root), match_codes(known)


def _judged(settings: Settings, key: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return codes from the settings, if each is that of a rule."""
    try:
        match_codes(codes)
    except ValueError as error:
        raise SettingsError(
            f"{key}: {error}", settings.file, line=settings.lines.get(key, 1)
        ) from None
    return codes


def _split(given: tuple[str, ...]) -> list[str]:
    """Return codes that were given one by one, or with commas."""
    return [code for one in given for code in one.split(",") if code]
