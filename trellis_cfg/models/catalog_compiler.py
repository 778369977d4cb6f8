"""The models as plain data: what is known of each class, and which arguments are sound."""

from collections.abc import Iterator
from typing import Any

from pydantic_core import to_jsonable_python

from trellis_cfg.models import CLASSES, FAMILIES, general_model, model_for
from trellis_cfg.models.base import Arguments
from trellis_cfg.models.catalog import ANY, FAMILY
from trellis_cfg.models.config import Section

# What of each kind of pydantic's core schemas decides whether a value is sound.
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
# These say what becomes of a value, or refuse what rules of their own speak of.
_WRAPPERS = ("default", "function-before")
_STRICT = {"strict": True, "allow_inf_nan": False}
_ANY_OBJECT = {"type": "dict"}


def compile_catalog() -> dict[str, dict[str, Any]]:
    """Return what ``catalog.json`` holds, by section and name."""
    return {
        section: {name: _compiled(model) for name, model in _models(section)}
        for section in (*CLASSES, *FAMILIES)
    }


def _models(section: str) -> Iterator[tuple[str, type[Arguments]]]:
    for name in CLASSES.get(section, ()):
        yield name, model_for(section, name)
    if section in FAMILIES:
        yield FAMILY, model_for(section, FAMILIES[section][1][0])
    yield ANY, general_model(section)


def _compiled(model: type[Arguments]) -> dict[str, Any]:
    fields = model.model_fields
    packages = {name: package for name in fields if (package := model.package_of(name))}
    return {
        "package": model.package and model.package.value,
        "kind": model.kind,
        "is_elastic": model.is_elastic,
        "swallowed_by": [package.value for package in model.swallowed_by],
        "required": [name for name, field in fields.items() if field.is_required()],
        "defaults": {
            name: to_jsonable_python(field.default)
            for name, field in fields.items()
            if not field.is_required()
        },
        "packages": {name: package.value for name, package in packages.items()},
        "schema": _sound(model) | {"config": _STRICT},
    }


def _sound(model: type[Arguments]) -> dict[str, Any]:
    """Return a core schema that accepts only arguments which the model finds no fault in."""
    model.model_rebuild()
    core: Any = model.__pydantic_core_schema__
    while core["type"] != "model-fields":
        core = core["schema"]
    fields = {name: _reduced(field["schema"]) for name, field in core["fields"].items()}
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    return _object(fields, required)


def _object(fields: dict[str, Any], required: set[str]) -> dict[str, Any]:
    return {
        "type": "typed-dict",
        "extra_behavior": "ignore",
        "fields": {
            name: {"type": "typed-dict-field", "schema": schema, "required": name in required}
            for name, schema in fields.items()
        },
    }


def _reduced(core: dict[str, Any]) -> dict[str, Any]:
    """Return a core schema less what only makes a value; raises KeyError for an unknown kind.

    The arguments of a class within are judged by themselves.
    """
    if core["type"] in _WRAPPERS:
        return _reduced(core["schema"])
    if core["type"] == "model":
        return _section(core["cls"])
    kept = {key: core[key] for key in _DECISIVE[core["type"]] if key in core}
    return {"type": core["type"], **{key: _inner(value) for key, value in kept.items()}}


def _inner(value: Any) -> Any:  # noqa: ANN401  a core schema, several, or a bound
    match value:
        case {"type": str()}:
            return _reduced(value)
        case [{"type": str()}, *_]:
            return [_reduced(one) for one in value]
    return value


def _section(cls: type[Section]) -> dict[str, Any]:
    core: Any = cls.__pydantic_core_schema__
    name = _reduced(core["schema"]["fields"]["name"]["schema"])
    return _object({"name": name, "args": _ANY_OBJECT}, {"name", "args"})
