"""The code of configs: the options that say where it is, and a note of what was read."""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import click

from trellis_cfg.errors import SettingsError
from trellis_cfg.files.discovery import Found
from trellis_cfg.profile import Profile
from trellis_cfg.settings import Settings
from trellis_cfg.signatures import Checkout, Where, checkout_at
from trellis_cfg.terminal import harmless

_Command = TypeVar("_Command", bound=Callable[..., Any])
_NO_CHECKOUT = "holds no package with trainers/, and models/ or datasets/, in it"


def code(command: _Command) -> _Command:
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


def where_of(given: tuple[str, ...], settings: Settings, *, no_source: bool = False) -> Where:
    """Return where the code of configs is sought; an option replaces its setting.

    Raises UsageError for an option, SettingsError for a setting that means no checkout.
    """
    if no_source and given:
        raise click.UsageError("--source and --no-source exclude each other")
    if no_source or (not given and settings.source is False):
        return Where(is_sought=False)
    if given:
        return Where(tuple(_given(folder) for folder in given))
    listed = settings.source if isinstance(settings.source, tuple | str) else ()
    folders = (listed,) if isinstance(listed, str) else listed
    return Where(tuple(_set(settings, folder) for folder in folders))


def _given(folder: str) -> Checkout:
    found = checkout_at(folder)
    if found is None:
        raise click.BadParameter(f"{harmless(folder)} {_NO_CHECKOUT}", param_hint="--source")
    return found


def _set(settings: Settings, folder: str) -> Checkout:
    found = checkout_at(os.path.join(os.path.dirname(settings.file), folder))
    if found is None:
        line = settings.lines.get("source", 1)
        raise SettingsError(f"source: {folder} {_NO_CHECKOUT}", settings.file, line=line)
    return found


class Used:
    """Notes which checkouts configs are judged by."""

    def __init__(self, profile: Profile) -> None:
        """Start with none."""
        self.profile = profile
        self._folders: dict[str, Checkout | None] = {}

    def note(self, path: str) -> None:
        """Note the checkout of a config; once for each folder."""
        folder = os.path.dirname(path)
        if folder not in self._folders and self.profile.where:
            self._folders[folder] = self.profile.where.checkout(path)

    def noted(self, files: Iterable[Found]) -> Iterator[Found]:
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
