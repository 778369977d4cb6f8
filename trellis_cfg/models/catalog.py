"""Known classes, read from plain data, so that a valid config needs no pydantic model."""

import os
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import jiter

from trellis_cfg.models import FAMILIES

FILE = os.path.join(os.path.dirname(__file__), "catalog.json")
"""Generated from the models by ``scripts/catalog.py``."""
FAMILY, ANY = "*", ""
"""The keys there of the classes that share a model, and of unknown classes."""


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


def is_sound(section: str, name: str, arguments: object) -> bool:
    """Tell whether the models surely accept arguments; if not sure, ask the models."""
    key = name
    if name not in _load_classes(section):
        key = FAMILY if section in FAMILIES and name in FAMILIES[section][1] else ANY
    return _load_validator(section, key)(arguments)


@cache
def _load_classes(section: str) -> dict[str, Known]:
    return {
        name: Known(
            frozenset({*entry["required"], *entry["defaults"]}),
            **{key: entry[key] for key in Known._fields[1:]},
        )
        for name, entry in _read_catalog().get(section, {}).items()
        if name not in (FAMILY, ANY)
    }


@cache
def _load_validator(section: str, key: str) -> Callable[[object], bool]:
    from pydantic_core import SchemaError, SchemaValidator  # noqa: PLC0415  not needed to explain

    try:
        return SchemaValidator(_read_catalog()[section][key]["schema"]).isinstance_python
    except SchemaError:  # another version of pydantic may need other schemas
        return lambda _: False


@cache
def _read_catalog() -> dict[str, dict[str, dict[str, Any]]]:
    with open(FILE, "rb") as file:
        catalog: dict[str, dict[str, dict[str, Any]]] = jiter.from_json(file.read())
    return catalog
