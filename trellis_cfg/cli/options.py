"""The options that commands share: which files, and colour."""

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

import click

from trellis_cfg.files.discovery import ConfigFile, Exclude, discover
from trellis_cfg.settings import Settings, load_settings
from trellis_cfg.terminal import escape_controls

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FOLDER = "configs"
STDIN = "-"


def path_options(command: _Command) -> _Command:
    """Add PATH and the options that say which files are meant; ``selected`` reads them."""
    return click.argument("paths", nargs=-1, metavar="[PATH]...")(file_options(command))


def file_options(command: _Command) -> _Command:
    """Add the options that say which files are meant, beside PATH."""
    for decorate in reversed(
        (
            click.option(
                "--files-from", metavar="FILE", help="Read paths from FILE, one a line; - is stdin."
            ),
            click.option("-0", "nul", is_flag=True, help="NUL ends a path in --files-from."),
            click.option(
                "--exclude", multiple=True, metavar="GLOB", help="Leave out files and folders."
            ),
            click.option(
                "--force-exclude", is_flag=True, help="Exclude files that are named, too."
            ),
        )
    ):
        command = decorate(command)
    return command


def color_option(command: _Command) -> _Command:
    """Add ``--color``, which NO_COLOR and FORCE_COLOR decide where it is auto."""
    return click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        expose_value=False,
        callback=_set_color,
        help="Colour: auto (the default) on a terminal only.",
    )(command)


def _set_color(ctx: click.Context, _: click.Parameter, value: str) -> None:
    if value == "never" or (value == "auto" and os.environ.get("NO_COLOR")):
        ctx.color = False
    elif value == "always" or os.environ.get("FORCE_COLOR"):
        ctx.color = True


class FileOptions(NamedTuple):
    """What the options of ``files`` say beside PATH."""

    files_from: str | None
    nul: bool
    exclude: tuple[str, ...]
    force_exclude: bool

    def given(self) -> list[str]:
        """Return these options as they would be typed again."""
        line = [part for pattern in self.exclude for part in ("--exclude", pattern)]
        line += ["--force-exclude"] * self.force_exclude + ["-0"] * self.nul
        return line + (["--files-from", self.files_from] if self.files_from is not None else [])


def named(paths: tuple[str, ...]) -> list[str]:
    """Return paths as they would be typed again, behind options."""
    return ["--", *paths] if any(path.startswith("-") for path in paths) else [*paths]


def select_files(
    paths: tuple[str, ...], which: FileOptions, settings: Settings | None = None
) -> Iterator[ConfigFile]:
    """Return the files that are meant; raises UsageError where none is."""
    settings = settings or load_settings(".")
    listed = _listed(which.files_from, nul=which.nul) if which.files_from is not None else []
    if not paths and which.files_from is None:
        paths = _default(settings)
    exclude = Exclude([*which.exclude, *settings.exclude], settings.root)
    return discover([*paths, *listed], exclude, force=which.force_exclude)


def _default(settings: Settings) -> tuple[str, ...]:
    if settings.paths:
        return tuple(os.path.normpath(os.path.join(settings.root, path)) for path in settings.paths)
    if os.path.isdir(_FOLDER):
        return (_FOLDER,)
    raise click.UsageError(
        f"no PATH is given, and there is no folder {_FOLDER} here; "
        "name files or folders, or set paths in [tool.trellis-cfg] of pyproject.toml"
    )


def _listed(files_from: str, *, nul: bool) -> list[str]:
    data = read_stdin() if files_from == STDIN else _content(files_from)
    if not nul and b"\0" in data:
        raise click.UsageError(
            "the list of files holds NUL characters: add -0 if they end its paths"
        )
    lines = data.split(b"\0") if nul else (line.rstrip(b"\r") for line in data.split(b"\n"))
    return [os.fsdecode(line) for line in lines if line]


def _content(path: str) -> bytes:
    """Return what stands in a list of files, which may be a pipe."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        told = f"{escape_controls(path)} cannot be read: {error.strerror}"
        raise click.BadParameter(told, param_hint="--files-from") from None


def refuse_unless_alone(paths: tuple[str, ...], which: FileOptions) -> None:
    """Raise UsageError where more than stdin is named."""
    if len(paths) > 1 or which.files_from is not None:
        raise click.UsageError("- stands alone: it means stdin, and no other file")


def read_stdin() -> bytes:
    """Return all of stdin; raises UsageError where the program was started without one."""
    if sys.stdin is None:
        raise click.UsageError("there is nothing to read: stdin is closed")
    return sys.stdin.buffer.read()


_MOST = 2**63 - 1


def integer(least: int, most: int = _MOST) -> Callable[[str], int]:
    """Return what reads an integer from ``least`` to ``most``."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise click.BadParameter(f"{text!r} is no integer") from None
        if not least <= number <= most:
            upper = "2^63 - 1" if most == _MOST else str(most)
            raise click.BadParameter(f"{number} is not from {least} to {upper}")
        return number

    return read


def seconds(text: str) -> float:
    """Return a time in seconds, from a microsecond to 10^9 seconds."""
    try:
        number = float(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no number") from None
    if not 1e-6 <= number <= 1e9:  # noqa: PLR2004  NaN is outside, too
        raise click.BadParameter(f"{text} is not from 1e-6 to 1e9 seconds")
    return number
