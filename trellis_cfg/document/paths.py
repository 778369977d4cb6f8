"""Paths into a JSON value: ``trainer.args.max_steps``, ``models.*.args``."""

import re
from collections.abc import Iterator

Key = str | int
Path = tuple[Key, ...]
_INDEX = re.compile("0|[1-9][0-9]{0,8}")


def parse_path(dotted: str) -> tuple[str, ...]:
    """Return the keys of a dotted path."""
    return tuple(dotted.split("."))


def dotted(path: Path) -> str:
    """Return a path as people write it."""
    return ".".join(map(str, path))


def matches(value: object, pattern: tuple[str, ...]) -> Iterator[tuple[Path, object]]:
    """Yield path and value of every place in ``value`` that ``pattern`` names.

    ``*`` stands for any one key or index; a number names an array's element.
    """
    if not pattern:
        yield (), value
        return
    for key, child in _children(value, pattern[0]):
        for path, found in matches(child, pattern[1:]):
            yield (key, *path), found


def _children(value: object, key: str) -> Iterator[tuple[Key, object]]:
    if isinstance(value, dict):
        if key == "*":
            yield from value.items()
        elif key in value:
            yield key, value[key]
    elif isinstance(value, list):
        if key == "*":
            yield from enumerate(value)
        elif _INDEX.fullmatch(key) and int(key) < len(value):
            yield int(key), value[int(key)]
