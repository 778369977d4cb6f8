"""A counter on stderr for long runs, on a terminal only."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import monotonic as _now
from typing import TypeVar

import click

_Item = TypeVar("_Item")
_DELAY, _INTERVAL = 1.0, 0.1


def count_progress(items: Iterable[_Item], noun: str) -> Iterable[_Item]:
    """Return ``items``; after a second, a terminal shows how many were processed."""
    return _count(items, noun) if _has_terminal() else items


@contextmanager
def counter(noun: str) -> Iterator[Callable[[int], None]]:
    """Provide a function that adds a number to the sum shown; the line is erased at the end."""
    due, total, is_shown = _now() + _DELAY, 0, False

    def add(number: int) -> None:
        nonlocal due, total, is_shown
        total += number
        if _now() >= due and _has_terminal():
            due, is_shown = _now() + _INTERVAL, True
            click.echo(f"\r\033[K{total:,} {noun} ", err=True, nl=False)

    try:
        yield add
    finally:
        if is_shown:
            click.echo("\r\033[K", err=True, nl=False)


def _count(items: Iterable[_Item], noun: str) -> Iterator[_Item]:
    with counter(noun) as add:
        for item in items:
            yield item
            add(1)


def _has_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()
