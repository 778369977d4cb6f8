"""Known classes, read from plain data, so that a valid config needs no pydantic model."""

import os
from functools import cache
from typing import Any

import jiter

from trellis_cfg.models.class_spec import ClassSpec, Default, Parameter

FILE = os.path.join(os.path.dirname(__file__), "catalog.json")
"""Generated from the models by ``scripts/catalog.py``."""


@cache
def load_spec(section: str, name: str) -> ClassSpec | None:
    """Return what the catalog knows of a class; None for a class that it does not have.

    A fork's class of that name may take other arguments: it is never complete.
    """
    entry = _read_catalog().get(section, {}).get(name)
    if entry is None:
        return None
    packages, defaults = entry["packages"], entry["defaults"]
    required = {key: Parameter(key, is_required=True) for key in entry["required"]}
    optional = {key: Parameter(key, Default("", value)) for key, value in defaults.items()}
    return ClassSpec(
        section,
        name,
        parameters={
            key: parameter._replace(package=packages.get(key))
            for key, parameter in (required | optional).items()
        },
        package=entry["package"],
        ignoring_packages=tuple(entry["ignoring_packages"]),
        kind=entry["kind"],
        is_elastic=entry["is_elastic"],
    )


def list_names(section: str) -> list[str]:
    """Return the names of the classes of a section."""
    return list(_read_catalog().get(section, {}))


@cache
def _read_catalog() -> dict[str, dict[str, dict[str, Any]]]:
    with open(FILE, "rb") as file:
        catalog: dict[str, dict[str, dict[str, Any]]] = jiter.from_json(file.read())
    return catalog
