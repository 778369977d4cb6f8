"""Paths into a JSON value: ``trainer.args.max_steps``, ``models.*.args``."""

import re
from collections.abc import Iterable, Iterator

Key = str | int
Path = tuple[Key, ...]
_INDEX = "0|[1-9][0-9]{0,8}"


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


def leaves(value: object) -> Iterator[tuple[Path, object]]:
    """Yield path and value of every place that holds neither object nor array, in order."""
    pending: list[tuple[Path, object]] = [((), value)]
    while pending:
        match pending.pop():
            case path, dict(members):
                pending += [((*path, key), child) for key, child in reversed(members.items())]
            case path, list(elements):
                pending += [((*path, at), child) for at, child in enumerate(elements)][::-1]
            case leaf:
                yield leaf


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
