"""Words on the terminal: styled, and free of what a hostile file could send there."""

import re

import click

from trellis_cfg.diagnostics import Diagnostic

_CONTROL = "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
_COLORS = {"error": "red", "warning": "yellow"}


def harmless(text: str) -> str:
    """Return ``text`` with its control characters, and bytes that are no text, written out."""
    if text.isprintable():
        return text
    return re.sub(_CONTROL, lambda match: f"\\x{ord(match.group()):02x}", text)


def problem(found: Diagnostic) -> None:
    """Print a diagnostic in one line on stderr."""
    place = click.style(f"{harmless(found.path)}:{found.line}:{found.column}:", bold=True)
    code = f"[{found.code}]" if found.code else ""
    severity = click.style(f"{found.severity}{code}", fg=_COLORS[found.severity], bold=True)
    separator = "" if found.code else ":"
    click.echo(f"{place} {severity}{separator} {harmless(found.message)}", err=True)


def summary(text: str) -> None:
    """Print a line about the whole run on stderr."""
    click.echo(harmless(text), err=True)


def count(number: int, noun: str) -> str:
    """Return a number with its noun: "1 config", "10,000 configs"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
