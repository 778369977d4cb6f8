"""Paths into a JSON value: ``trainer.args.max_steps``, ``models.*.args``."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

Key = str | int
Path = tuple[Key, ...]
# The last key of a path, and the way to it: a path is put together only where it is wanted.
_Way = tuple["_Way", Key] | tuple[()]
_CONTAINERS = (dict, list)
_INDEX = "0|[1-9][0-9]{0,8}"


@lru_cache(maxsize=1024)
def parse_path(dotted: str) -> tuple[str, ...]:
    """Return the keys of a dotted path."""
    return tuple(dotted.split("."))


def dotted(path: Path) -> str:
    """Return a path as people write it."""
    return ".".join(map(str, path))


def matches(value: object, pattern: tuple[str, ...]) -> list[tuple[Path, object]]:
    """Return path and value of every place in ``value`` that ``pattern`` names.

    ``*`` stands for any one key or index; a number names an array's element.
    """
    found: list[tuple[Path, object]] = [((), value)]
    for key in pattern:
        found = [
            ((*path, name), child)
            for path, parent in found
            for name, child in _children(parent, key)
        ]
    return found


def leaves(
    value: object, is_wanted: Callable[[object], bool] = lambda _: True
) -> Iterator[tuple[Path, object]]:
    """Yield path and value of each wanted place that holds neither object nor array, in order."""
    pending: list[tuple[_Way, object]] = [((), value)]
    while pending:
        way, current = pending.pop()
        inside = _inside(current)
        if inside is not None:
            pending += [
                ((way, key), child)
                for key, child in inside
                if isinstance(child, _CONTAINERS) or is_wanted(child)
            ]
        elif way or is_wanted(current):
            yield _path(way), current


def _inside(value: object) -> Iterable[tuple[Key, object]] | None:
    """Return the members or elements of a value, the last first; None of a scalar."""
    if isinstance(value, dict):
        return reversed(value.items())
    return reversed([*enumerate(value)]) if isinstance(value, list) else None


def _path(way: "_Way") -> Path:
    keys: list[Key] = []
    while way:
        way, key = way
        keys.append(key)
    return tuple(reversed(keys))


def _children(value: object, key: str) -> Iterable[tuple[Key, object]]:
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
