"""The options that commands share: which files, and colour."""

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import click

from trellis_cfg.errors import FileRefused
from trellis_cfg.files.discovery import Exclude, Found, discover
from trellis_cfg.files.reading import read
from trellis_cfg.settings import Settings, load

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FOLDER = "configs"
STDIN = "-"


def files(command: _Command) -> _Command:
    """Add PATH and the options that say which files are meant; ``selected`` reads them."""
    for decorate in reversed(
        (
            click.argument("paths", nargs=-1, metavar="[PATH]..."),
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


def color(command: _Command) -> _Command:
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


def selected(
    paths: tuple[str, ...],
    files_from: str | None,
    exclude: tuple[str, ...],
    *,
    nul: bool,
    force_exclude: bool,
) -> Iterator[Found]:
    """Return the files that the options mean; raises UsageError where they mean none."""
    settings = load(".")
    listed = _listed(files_from, nul=nul) if files_from is not None else []
    if not paths and files_from is None:
        paths = _default(settings)
    patterns = Exclude([*exclude, *settings.exclude], settings.root)
    return discover([*paths, *listed], patterns, force=force_exclude)


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
    try:
        data = sys.stdin.buffer.read() if files_from == STDIN else read(files_from)
    except FileRefused as error:
        raise click.BadParameter(f"{files_from} {error}", param_hint="--files-from") from None
    if not nul and b"\0" in data:
        raise click.UsageError(f"{files_from} holds NUL characters: add -0 if they end its paths")
    lines = data.split(b"\0") if nul else data.splitlines()
    return [os.fsdecode(line) for line in lines if line]
