"""Paths into a JSON value: ``trainer.args.max_steps``, ``models.*.args``."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

Key = str | int
Path = tuple[Key, ...]
_INDEX = "0|[1-9][0-9]{0,8}"


@lru_cache(maxsize=1024)
def parse_path(text: str) -> tuple[str, ...]:
    """Return the keys of a dotted path."""
    return tuple(text.split("."))


def format_path(path: Path) -> str:
    """Return a path as dotted text."""
    return ".".join(map(str, path))


def format_pointer(path: Path) -> str:
    """Return a path as a JSON pointer (RFC 6901)."""
    keys = (str(key).replace("~", "~0").replace("/", "~1") for key in path)
    return "".join(f"/{key}" for key in keys)


def find_matches(value: object, pattern: tuple[str, ...]) -> list[tuple[Path, object]]:
    """Return path and value of every place in ``value`` that matches ``pattern``.

    ``*`` matches any key or index; a number is the index of an array.
    """
    matches: list[tuple[Path, object]] = [((), value)]
    for key in pattern:
        matches = [
            ((*path, name), child)
            for path, parent in matches
            for name, child in _find_children(parent, key)
        ]
    return matches


def iterate_leaves(
    value: object, is_wanted: Callable[[object], bool] = lambda _: True
) -> Iterator[tuple[Path, object]]:
    """Yield path and value of each wanted place below which there is none, in order."""
    pending: list[tuple[Path, object]] = [((), value)]
    while pending:
        path, current = pending.pop()
        if current and isinstance(current, dict | list):
            children = _find_children(current, "*")
            pending += [((*path, key), child) for key, child in children][::-1]
        elif is_wanted(current):
            yield path, current


def _find_children(value: object, key: str) -> Iterable[tuple[Key, object]]:
    if isinstance(value, dict):
        if key in value and key != "*":
            return ((key, value[key]),)
        return value.items() if key == "*" else ()
    if isinstance(value, list):
        if key == "*":
            return enumerate(value)
        if re.fullmatch(_INDEX, key) and int(key) < len(value):
            return ((int(key), value[int(key)]),)
    return ()
