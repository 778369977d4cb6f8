"""A line that counts what a long run has read, on a terminal only."""

import sys
from collections.abc import Iterable, Iterator
from time import monotonic as _now
from typing import TypeVar

import click

_Item = TypeVar("_Item")
_PATIENCE, _PACE = 1.0, 0.1


def counted(items: Iterable[_Item], noun: str) -> Iterable[_Item]:
    """Return ``items``; after a second, stderr says how many went by if it is a terminal."""
    return _shown(items, noun) if sys.stderr is not None and sys.stderr.isatty() else items


def _shown(items: Iterable[_Item], noun: str) -> Iterator[_Item]:
    due, shown = _now() + _PATIENCE, False
    try:
        for number, item in enumerate(items, 1):
            yield item
            if _now() >= due:
                due, shown = _now() + _PACE, True
                click.echo(f"\r{number:,} {noun} ", err=True, nl=False)
    finally:
        if shown:
            click.echo("\r\033[K", err=True, nl=False)
