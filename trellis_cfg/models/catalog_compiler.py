"""Compiles the models to plain data: the fields of each class and a validator's schema."""

from collections.abc import Iterator
from typing import Any

from pydantic_core import to_jsonable_python

from trellis_cfg.models import CLASSES, FAMILIES, load_general_model, load_model
from trellis_cfg.models.base import Arguments
from trellis_cfg.models.catalog import ANY, FAMILY
from trellis_cfg.models.config import Section

# The keys of each type of core schema that decide whether a value is valid.
_DECISIVE = {
    "any": (),
    "bool": (),
    "str": (),
    "int": ("ge", "le"),
    "float": ("ge", "le", "gt", "lt"),
    "literal": ("expected",),
    "list": ("items_schema", "min_length", "max_length"),
    "dict": ("keys_schema", "values_schema"),
    "nullable": ("schema",),
    "union": ("choices",),
}
# These convert a value, or reject what other rules report.
_WRAPPERS = ("default", "function-before")
_STRICT = {"strict": True, "allow_inf_nan": False}
_ANY_OBJECT = {"type": "dict"}


def compile_catalog() -> dict[str, dict[str, Any]]:
    """Return the content of ``catalog.json``, by section and name."""
    return {
        section: {name: _compile_model(model) for name, model in _list_models(section)}
        for section in (*CLASSES, *FAMILIES)
    }


def _list_models(section: str) -> Iterator[tuple[str, type[Arguments]]]:
    for name in CLASSES.get(section, ()):
        yield name, load_model(section, name)
    if section in FAMILIES:
        yield FAMILY, load_model(section, FAMILIES[section][1][0])
    yield ANY, load_general_model(section)


def _compile_model(model: type[Arguments]) -> dict[str, Any]:
    fields = model.model_fields
    packages = {name: package for name in fields if (package := model.package_of(name))}
    optional = {name: field for name, field in fields.items() if not field.is_required()}
    return {
        "package": model.package and model.package.value,
        "kind": model.kind,
        "is_elastic": model.is_elastic,
        "ignoring_packages": [package.value for package in model.ignoring_packages],
        "required": [name for name in fields if name not in optional],
        "defaults": {name: to_jsonable_python(field.default) for name, field in optional.items()},
        "packages": {name: package.value for name, package in packages.items()},
        "schema": _compile_schema(model) | {"config": _STRICT},
    }


def _compile_schema(model: type[Arguments]) -> dict[str, Any]:
    """Return a core schema that accepts only arguments which the model accepts, too."""
    model.model_rebuild()
    core: Any = model.__pydantic_core_schema__
    while core["type"] != "model-fields":
        core = core["schema"]
    fields = {name: _reduce(field["schema"]) for name, field in core["fields"].items()}
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    return _object_schema(fields, required)


def _object_schema(fields: dict[str, Any], required: set[str]) -> dict[str, Any]:
    return {
        "type": "typed-dict",
        "extra_behavior": "ignore",
        "fields": {
            name: {"type": "typed-dict-field", "schema": schema, "required": name in required}
            for name, schema in fields.items()
        },
    }


def _reduce(core: dict[str, Any]) -> dict[str, Any]:
    """Return a core schema without the parts that only convert a value.

    The arguments of a nested class have a schema of their own. Raises KeyError for an unknown type.
    """
    if core["type"] in _WRAPPERS:
        return _reduce(core["schema"])
    if core["type"] == "model":
        return _section_schema(core["cls"])
    decisive = {key: core[key] for key in _DECISIVE[core["type"]] if key in core}
    return {"type": core["type"], **{key: _reduce_value(at) for key, at in decisive.items()}}


def _reduce_value(value: Any) -> Any:  # noqa: ANN401  a core schema, several, or a bound
    match value:
        case {"type": str()}:
            return _reduce(value)
        case [{"type": str()}, *_]:
            return [_reduce(core) for core in value]
    return value


def _section_schema(cls: type[Section]) -> dict[str, Any]:
    core: Any = cls.__pydantic_core_schema__
    name = _reduce(core["schema"]["fields"]["name"]["schema"])
    return _object_schema({"name": name, "args": _ANY_OBJECT}, {"name", "args"})
