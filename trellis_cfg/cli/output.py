"""Terminal output: styled and escaped; output files that must not replace the input."""

import os
from collections.abc import Iterable, Iterator

import click

from trellis_cfg.diagnostics import Diagnostic
from trellis_cfg.errors import FileRefused
from trellis_cfg.files.discovery import ConfigFile
from trellis_cfg.reporters.text import format_line
from trellis_cfg.terminal import escape_controls

_ROLES: dict[str, dict[str, str | bool]] = {
    "place": {"bold": True},
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
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
    files: Iterable[ConfigFile], output_file: str | None, option: str
) -> Iterator[ConfigFile]:
    """Yield the files to read; raises BadParameter if one of them is the output file."""
    target = output_file and os.path.realpath(output_file)
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
