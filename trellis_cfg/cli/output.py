"""Words on the terminal: styled, and free of what a hostile file could send there."""

import os
from collections.abc import Iterable, Iterator

import click

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.reporters import Style, plain
from trellis_cfg.reporters.text import format_line
from trellis_cfg.terminal import escape_controls

_ROLES: dict[str, dict[str, str | bool]] = {
    "place": {"bold": True},
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "gutter": {"fg": "blue", "bold": True},
}


def style_text(text: str, role: str) -> str:
    """Return a text in the colours of its role; ``click.echo`` takes them out where none go."""
    return click.style(text, **_ROLES.get(role, {}))  # type: ignore[arg-type]


def style_of(*, to_file: bool) -> Style:
    """Return how a report is styled: a file gets no colours."""
    return plain if to_file else style_text


def print_diagnostic(found: Diagnostic) -> None:
    """Print a diagnostic in one line on stderr."""
    click.echo(format_line(found, style_text), err=True)


def print_summary(text: str) -> None:
    """Print a line about the whole run on stderr."""
    click.echo(escape_controls(text), err=True)


def unless_overwritten(
    files: Iterable[ConfigFile], output_file: str | None, option: str = "--output-file"
) -> Iterator[ConfigFile]:
    """Yield the files to read; raises BadParameter if one of them would get the output."""
    target = output_file and os.path.realpath(output_file)
    for found in files:
        if target:
            refuse_overwriting(found.path, target, option)
        yield found


def refuse_overwriting(path: str, target: str, option: str) -> None:
    """Raise BadParameter if a file to read is the one, by its real path, that gets the output."""
    if os.path.realpath(path) == target:
        told = f"{escape_controls(path)} is one of the files to read"
        raise click.BadParameter(told, param_hint=option)
