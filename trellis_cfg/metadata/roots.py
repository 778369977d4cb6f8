"""The data directory: one root, several, or named sets of roots."""

import json
import os
from typing import NamedTuple

from trellis_cfg.errors import MetadataError

_EXAMPLE = '{"NAME": {"base": "PATH"}}'


class Source(NamedTuple):
    """A table to count: one file, or the files of a named set, to be merged."""

    name: str
    paths: tuple[str, ...]
    is_set: bool = False

    @property
    def told(self) -> str:
        """Return what a message calls it."""
        return f'the set "{self.name}"' if self.is_set else self.name


def sources(dataset: str, data_dir: str, *, takes_sets: bool) -> tuple[Source, ...]:
    """Return what the trainer would read, in its order.

    Raises MetadataError for JSON that is broken, or not what the dataset takes.
    """
    if takes_sets:
        try:
            value = json.loads(data_dir)
        except (ValueError, RecursionError) as error:
            _refuse_if_object(data_dir, f"data_dir looks like JSON, but is none: {error}")
        else:
            return _sets(data_dir, value)
    _refuse_if_object(data_dir, f"{dataset} takes no named sets: give its roots, comma-separated")
    return tuple(Source(path, (path,)) for path in map(_table, data_dir.split(",")))


def _refuse_if_object(data_dir: str, message: str) -> None:
    if data_dir.lstrip().startswith("{"):
        raise MetadataError(message)


def _table(root: str) -> str:
    return os.path.join(root, "metadata.csv")


def _sets(data_dir: str, value: object) -> tuple[Source, ...]:
    if not isinstance(value, dict):
        raise MetadataError(
            f"data_dir {data_dir} is JSON, but no object such as {_EXAMPLE}: the trainer would "
            "fail with an AttributeError. Write ./ before the name of a folder"
        )
    return tuple(Source(name, _paths(name, roots), is_set=True) for name, roots in value.items())


def _paths(name: str, roots: object) -> tuple[str, ...]:
    if not isinstance(roots, dict) or not all(isinstance(root, str) for root in roots.values()):
        raise MetadataError(f'the set "{name}" of data_dir must be an object of paths: {_EXAMPLE}')
    return tuple(map(_table, roots.values()))
