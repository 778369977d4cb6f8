"""Terminal output: styled, escaped, with progress; output files that must not replace the input."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import monotonic as _now
from typing import TypeVar

import click

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.errors import FileRefused
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
    files: Iterable[ConfigFile], output_file: str | None, option: str, *inputs: str | None
) -> Iterator[ConfigFile]:
    """Yield the files to read; raises BadParameter if one, or another input, is the output file."""
    target = output_file and os.path.realpath(output_file)
    for path in filter(None, inputs) if target else ():
        refuse_overwriting(path, target or "", option)
    for file in files:
        if target:
            refuse_overwriting(file.path, target, option)
        yield file


def write_file(path: str, data: bytes) -> None:
    """Write an output file and its folders; raises FileRefused if that fails."""
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    except OSError as error:
        raise FileRefused(error.strerror or "") from None
    from trellis_cfg.files.writing import write_output  # noqa: PLC0415  most runs write no file

    write_output(path, data)


def refuse_overwriting(path: str, target: str, option: str) -> None:
    """Raise BadParameter if a file to read has the real path ``target`` of the output file."""
    if os.path.realpath(path) == target:
        message = f"{escape_controls(path)} is one of the files to read"
        raise click.BadParameter(message, param_hint=option)


def count_progress(items: Iterable[_Item], noun: str) -> Iterator[_Item]:
    """Yield ``items``; after a second, a terminal shows how many were processed."""
    with counter(noun) as add:
        for item in items:
            yield item
            add(1)


@contextmanager
def counter(noun: str) -> Iterator[Callable[[int], None]]:
    """Provide a function that adds a number to the sum shown; the line is erased at the end."""
    is_terminal = sys.stderr is not None and sys.stderr.isatty()
    due, total, is_shown = _now() + _DELAY, 0, False

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
