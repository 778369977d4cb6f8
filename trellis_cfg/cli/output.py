"""Terminal output: styled, escaped, with progress; output files that must not replace the input."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import monotonic as _now
from typing import TypeVar

import click

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.errors import FileRefused, InvalidOption
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.reporters.text import format_line
from trellis_cfg.terminal import escape_controls

_Item = TypeVar("_Item")
_DELAY, _INTERVAL = 1.0, 0.1
_ROLES: dict[str, dict[str, str | bool]] = {
    "place": {"bold": True},
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "note": {"fg": "cyan", "bold": True},
    "gutter": {"fg": "blue", "bold": True},
}


def style_text(text: str, role: str) -> str:
    """Return a text in the colors of its role; ``click.echo`` removes them if it has to."""
    return click.style(text, **_ROLES.get(role, {}))  # type: ignore[arg-type]


def print_diagnostic(diagnostic: Diagnostic) -> None:
    """Print a diagnostic in one line on stderr."""
    click.echo(format_line(diagnostic, style_text), err=True)


def print_summary(text: str) -> None:
    """Print a line about the whole run on stderr."""
    click.echo(escape_controls(text), err=True)


def refuse_overwritten(
    files: Iterator[ConfigFile], output_file: str | None, option: str
) -> Iterator[ConfigFile]:
    """Yield the files to read; raises InvalidOption if one is the file that an option names."""

    def refuse(file: ConfigFile) -> ConfigFile:
        refuse_overwriting([file.path], output_file, option)
        return file

    return map(refuse, files) if output_file else files


def refuse_overwriting(paths: Iterable[str | None], output_file: str | None, option: str) -> None:
    """Raise InvalidOption if a file to read is the file that an option names."""
    for path in filter(None, paths) if output_file else ():
        if os.path.realpath(path) == os.path.realpath(output_file or ""):
            raise InvalidOption(f"{path} is one of the files to read", option)


def write_file(path: str, data: bytes, option: str = "") -> None:
    """Write an output file and its folders; raises InvalidOption if that fails."""
    from trellis_cfg.files.writing import write_output  # noqa: PLC0415  most runs write no file

    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        write_output(path, data)
    except (OSError, FileRefused) as error:
        reason = error.message if isinstance(error, FileRefused) else error.strerror
        raise InvalidOption(f"{path}: {reason}", option) from None


def count_progress(items: Iterable[_Item], noun: str) -> Iterator[_Item]:
    """Yield ``items``; after a second, a terminal shows how many were processed."""
    return _count_items(items, noun) if _is_on_terminal() else iter(items)


def _is_on_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _count_items(items: Iterable[_Item], noun: str) -> Iterator[_Item]:
    with counter(noun) as add:
        for item in items:
            yield item
            add(1)


@contextmanager
def counter(noun: str) -> Iterator[Callable[[int], None]]:
    """Provide a function that adds a number to the sum shown; the line is erased at the end."""
    is_terminal, due, total, is_shown = _is_on_terminal(), _now() + _DELAY, 0, False

    def add(number: int) -> None:
        nonlocal due, total, is_shown
        total += number
        if is_terminal and _now() >= due:
            due, is_shown = _now() + _INTERVAL, True
            click.echo(f"\r\033[K{total:,} {noun} ", err=True, nl=False)

    try:
        yield add
    finally:
        if is_shown:
            click.echo("\r\033[K", err=True, nl=False)
