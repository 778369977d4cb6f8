"""What is known of the classes, read from plain data: a sound config needs no model."""

import os
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import jiter

from trellis_cfg.models import FAMILIES

FILE = os.path.join(os.path.dirname(__file__), "catalog.json")
"""Made from the models by ``scripts/catalog.py``."""
FAMILY, ANY = "*", ""
"""The names there of the classes that share a model, and of those that nobody knows."""


class Known(NamedTuple):
    """A class that the models know: its arguments, where it exists, and what is said of it.

    ``defaults`` has the arguments that may be left out, ``packages`` those that only one package
    takes. ``package`` is the only one that has the class, None where all have it. ``swallowed_by``
    are the packages where the class ignores an argument that it does not know.
    """

    fields: frozenset[str]
    defaults: Mapping[str, object]
    packages: Mapping[str, str]
    package: str | None
    kind: str | None
    is_elastic: bool
    swallowed_by: tuple[str, ...]


def known(section: str, name: str) -> Known | None:
    """Return what is known of a class by its name in a section; None for any other."""
    return _classes(section).get(name)


def is_sound(section: str, name: str, arguments: object) -> bool:
    """Tell whether arguments of a class are surely sound; where they are not, the models decide."""
    return _judge(section, _judged_as(section, name))(arguments)


@cache
def _classes(section: str) -> dict[str, Known]:
    found = _told().get(section, {})
    return {name: _known(told) for name, told in found.items() if name not in (FAMILY, ANY)}


def _known(told: dict[str, Any]) -> Known:
    fields = frozenset({*told["required"], *told["defaults"]})
    return Known(fields, **{key: told[key] for key in Known._fields[1:]})


def _judged_as(section: str, name: str) -> str:
    if name in _classes(section):
        return name
    return FAMILY if section in FAMILIES and name in FAMILIES[section][1] else ANY


@cache
def _judge(section: str, name: str) -> Callable[[object], bool]:
    from pydantic_core import SchemaError, SchemaValidator  # noqa: PLC0415  not needed to explain

    try:
        return SchemaValidator(_told()[section][name]["schema"]).isinstance_python
    except SchemaError:  # another version of pydantic may want other schemas
        return _is_unsure


def _is_unsure(arguments: object) -> bool:
    del arguments
    return False


@cache
def _told() -> dict[str, dict[str, dict[str, Any]]]:
    with open(FILE, "rb") as file:
        found: dict[str, dict[str, dict[str, Any]]] = jiter.from_json(file.read())
    return found
