"""Validators of whole configs that need no model: core schemas of the classes that they name."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from importlib import import_module
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any, NamedTuple

import jiter

from trellis_cfg.models import CLASSES, COMPONENTS, FAMILIES
from trellis_cfg.sections import trainer_args

FILE = os.path.join(os.path.dirname(__file__), "core_schema.json")
"""Generated from the models by ``scripts/catalog.py``: one member per line, each read on demand."""
CONFIG, VALUES, WHOLES, FAMILY, ANY = "config", "values", "wholes", "/family", "/any"
"""The members besides the classes: for a section, that of a family or of unknown classes."""
_PACKAGE, _EXTENSION = "pydantic_core", "pydantic_core._pydantic_core"

IsValid = Callable[[object], bool]
Name = tuple[str, str]
"""A section and the name of a class."""


class ClassFacts(NamedTuple):
    """What the models know of a class, as ``ClassSpec`` has it.

    ``packages`` are those of the arguments that other packages than those of the class take.
    """

    package: str | None = None
    kind: str | None = None
    is_elastic: bool = False
    ignoring_packages: Sequence[str] = ()
    required: Sequence[str] = ()
    defaults: Mapping[str, object] = {}
    packages: Mapping[str, str] = {}

    @property
    def trellis_2(self) -> set[str]:
        """The arguments that only TRELLIS.2 has."""
        names = (*self.required, *self.defaults)
        return {key for key in names if self.packages.get(key, self.package) == "TRELLIS.2"}


class ConfigValidator(NamedTuple):
    """The validator of configs that name some classes, and the facts of each class by its name."""

    is_valid: IsValid
    facts: Mapping[str, ClassFacts]


def find_names(config: object) -> frozenset[Name]:
    """Return the names of the classes that a config names, each with its section."""
    if not isinstance(config, dict):
        return frozenset()
    models, args = config.get("models"), trainer_args(config) or {}
    uses = [("models", model) for model in models.values()] if isinstance(models, dict) else []
    uses += [(section, config.get(section)) for section in ("dataset", "trainer")]
    uses += [(component, args[component]) for component in COMPONENTS if component in args]
    return frozenset(
        [
            (section, use["name"])
            for section, use in uses
            if isinstance(use, dict) and isinstance(use.get("name"), str)
        ]
    )


@lru_cache(maxsize=256)
def load_validator(names: frozenset[Name], *, is_lenient: bool = False) -> ConfigValidator:
    """Return the validator of configs that name these classes, and no others.

    It accepts only what the models accept. If it is not lenient, each class and each argument has
    to be known, and each number finite.
    """
    choices: dict[str, dict[str, Any]] = {section: {} for section in (*CLASSES, *FAMILIES)}
    facts = {}
    for section, name in names:
        member = _find_member(section, name, is_lenient=is_lenient)
        if member is None:
            return ConfigValidator(_reject, {})
        choices[section][name] = member["schema"]
        facts[name] = ClassFacts(**member.get("facts", {}))
    unions = [
        {"type": "tagged-union", "ref": section, "discriminator": "name", "choices": schemas}
        for section, schemas in choices.items()
    ]
    schema = {
        "type": "definitions",
        "schema": read_member(CONFIG, is_lenient=is_lenient),
        "definitions": [*read_member(VALUES), *read_member(WHOLES), *unions],
    }
    return ConfigValidator(_build(schema), facts)


def _find_member(section: str, name: str, *, is_lenient: bool) -> Any:  # noqa: ANN401  JSON
    """Return the member of a class; a lenient one knows less of a family, and takes any class."""
    member = f"{section} {name}"
    if is_lenient and member not in _read_members():
        member = section + ANY
    elif is_lenient and section in FAMILIES:
        member = section + FAMILY
    return read_member(member, is_lenient=is_lenient)


def read_arguments(section: str, name: str) -> Any:  # noqa: ANN401  JSON
    """Return the schema of the arguments of a class, of its family, or of unknown classes."""
    member = _find_member(section, name, is_lenient=True)
    member = member or _find_member("dataset", "", is_lenient=True)  # an unknown time schedule
    return member["schema"]["fields"]["args"]["schema"]


def read_member(name: str, *, is_lenient: bool = False) -> Any:  # noqa: ANN401  any JSON value
    """Return a member of the file; None if there is none."""
    text = _read_members().get(name, b"null")
    return jiter.from_json(text.replace(b'"forbid"', b'"ignore"') if is_lenient else text)


@cache
def _read_members() -> dict[str, bytes]:
    with open(FILE, "rb") as file:
        lines = file.read().splitlines()[1:-1]
    members = (line.rstrip(b",").partition(b":") for line in lines)
    return {name.decode().strip('"'): text for name, _, text in members}


def _build(schema: dict[str, Any]) -> IsValid:
    core = load_core()
    try:
        is_valid: IsValid = core.SchemaValidator(schema).isinstance_python
    except core.SchemaError:  # another version of pydantic may need other schemas
        return _reject
    return is_valid


def _reject(_: object) -> bool:
    return False


@cache
def load_core() -> ModuleType:
    """Return the extension module of pydantic-core, without the slow imports of its package."""
    spec = PathFinder.find_spec(_PACKAGE)
    if _PACKAGE not in sys.modules and spec and spec.submodule_search_locations:
        package = ModuleType(_PACKAGE)
        package.__path__ = spec.submodule_search_locations
        sys.modules[_PACKAGE] = package
        with suppress(ImportError):  # another version may have no such module
            import_module(_EXTENSION)
        del sys.modules[_PACKAGE]
    return sys.modules.get(_EXTENSION) or import_module(_PACKAGE)
