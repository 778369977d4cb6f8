"""Known classes, read from plain data, so that a valid config needs no pydantic model."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import jiter

FILE = os.path.join(os.path.dirname(__file__), "catalog.json")
"""Generated from the models by ``scripts/catalog.py``."""


class Known(NamedTuple):
    """What the catalog knows of a class.

    ``defaults`` are those of the optional arguments, ``packages`` the packages of the arguments
    that only one has. ``package`` is the only one that has the class, None if all have it.
    ``swallowed_by`` are the packages where the class ignores an unknown argument.
    """

    fields: frozenset[str]
    defaults: Mapping[str, object]
    packages: Mapping[str, str]
    package: str | None
    kind: str | None
    is_elastic: bool
    swallowed_by: tuple[str, ...]


def known(section: str, name: str) -> Known | None:
    """Return what the catalog knows of a class; None for a class that it does not have."""
    return _load_classes(section).get(name)


@cache
def _load_classes(section: str) -> dict[str, Known]:
    return {
        name: Known(
            frozenset({*entry["required"], *entry["defaults"]}),
            **{key: entry[key] for key in Known._fields[1:]},
        )
        for name, entry in _read_catalog().get(section, {}).items()
    }


@cache
def _read_catalog() -> dict[str, dict[str, dict[str, Any]]]:
    with open(FILE, "rb") as file:
        catalog: dict[str, dict[str, dict[str, Any]]] = jiter.from_json(file.read())
    return catalog
