"""Write what the models know of each class, and the schemas that validate a config without them.

python scripts/catalog.py
"""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pydantic_core import to_jsonable_python

from trellis_cfg.models import (
    CLASSES,
    FAMILIES,
    SCHEDULERS,
    load_general_model,
    load_model,
    validators,
)
from trellis_cfg.models.base import MAX, Arguments
from trellis_cfg.models.torch_optim import OPTIMIZERS, TorchArguments, torch_arguments
from trellis_cfg.models.validators import ANY, CONFIG, FAMILY, VALUES, WHOLES, ClassFacts

Schema = dict[str, Any]

# The keys of each type of core schema that decide whether a value is valid.
_DECISIVE = {
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
_STRICT = {"strict": True, "allow_inf_nan": False}
_ANYTHING: Schema = {"type": "definition-ref", "schema_ref": "any"}
_VALUE: Schema = {"type": "definition-ref", "schema_ref": "value"}
# Any JSON value in which all numbers are finite, and any but null.
_VALUES: tuple[Schema, ...] = (
    {"type": "nullable", "ref": "any", "schema": _VALUE},
    {
        "type": "union",
        "ref": "value",
        "mode": "left_to_right",
        "choices": [
            {"type": "float", **_STRICT},
            {"type": "str", "strict": True},
            {"type": "bool", "strict": True},
            {"type": "list", "strict": True, "items_schema": _ANYTHING},
            {"type": "dict", "strict": True, "values_schema": _ANYTHING},
        ],
    },
)
# Whole numbers, which models also accept as floats.
_WHOLES: tuple[Schema, ...] = tuple(
    {"type": "int", "ref": f"{least} or more", "strict": True, "ge": least, "le": MAX}
    for least in (0, 1)
)


def compile_schemas() -> dict[str, Any]:
    """Return the content of ``core_schema.json``, by class; see ``models.validators``.

    A section accepts the arguments of a known class and, leniently, what classes of a family have
    in common, or of unknown classes. The name of a time schedule has to be known.
    """
    keys = {"type": "str"}
    models = {
        "type": "dict",
        "keys_schema": keys,
        "values_schema": _refer("models"),
        "min_length": 1,
    }
    sections = {"models": models, "dataset": _refer("dataset"), "trainer": _refer("trainer")}
    members = {CONFIG: _compile_object(sections, sections), VALUES: _VALUES, WHOLES: _WHOLES}
    for section, names in CLASSES.items():
        for name in names:
            model = load_model(section, name)
            facts = _collect_facts(model)
            members[f"{section} {name}"] = _compile_section(_compile_arguments(model)) | facts
    for section, (_, names) in FAMILIES.items():
        table = OPTIMIZERS if section == "optimizer" else SCHEDULERS
        fields = _compile_fields(load_model(section, names[0]))
        members[section + FAMILY] = _compile_section(_compile_object(fields, ()))
        for name in names:
            if arguments := torch_arguments(table, name):
                schema = _compile_torch(arguments, fields)
                members[f"{section} {name}"] = _compile_section(schema)
    for section in (*(name for name in CLASSES if name != "t_schedule"), *FAMILIES):
        members[section + ANY] = _compile_section(_compile_arguments(load_general_model(section)))
    return members


def _refer(section: str) -> Schema:
    return {"type": "definition-ref", "schema_ref": section}


def _compile_section(arguments: Schema) -> dict[str, Schema]:
    schema = _compile_object({"name": {"type": "any"}, "args": arguments}, ("name", "args"))
    return {"schema": schema}


def _collect_facts(model: type[Arguments]) -> dict[str, Schema]:
    fields = model.model_fields
    packages = {name: package for name in fields if (package := model.package_of(name))}
    own = {name: package.value for name, package in packages.items() if package != model.package}
    optional = {name: field for name, field in fields.items() if not field.is_required()}
    facts = ClassFacts(
        model.package and model.package.value,
        model.kind,
        model.__name__.startswith("Elastic"),
        [package.value for package in model.ignoring_packages],
        [name for name in fields if name not in optional],
        {name: to_jsonable_python(field.default) for name, field in optional.items()},
        own,
    )
    return {"facts": facts._asdict()}


def _compile_torch(arguments: TorchArguments, shared: Schema) -> Schema:
    """Return the schema of the arguments of a class of torch: none that it requires is null."""
    required = {key: shared.get(key, _VALUE) for key in arguments.required}
    fields = {key: schema.get("schema", schema) for key, schema in required.items()}
    fields |= {key: shared.get(key, _ANYTHING) for key in arguments.optional}
    return _compile_object(fields, arguments.required)


def _compile_arguments(model: type[Arguments]) -> Schema:
    """Return a core schema that accepts only arguments which the model accepts, too."""
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    return _compile_object(_compile_fields(model), required)


def _compile_fields(model: type[Arguments]) -> Schema:
    model.model_rebuild()
    core: Any = model.__pydantic_core_schema__
    while core["type"] != "model-fields":
        core = core["schema"]
    return {name: _reduce(field["schema"]) for name, field in core["fields"].items()}


def _compile_object(fields: Schema, required: Collection[str]) -> Schema:
    return {
        "type": "typed-dict",
        "extra_behavior": "forbid",
        "config": _STRICT,
        "total": False,
        "fields": {
            name: {"schema": schema, "required": True} if name in required else {"schema": schema}
            for name, schema in fields.items()
        },
    }


def _reduce(core: Schema) -> Schema:
    """Return a core schema without the parts that only convert a value.

    A component has a schema of its own. Raises KeyError for an unknown type.
    """
    match core["type"]:
        case "default":
            return _reduce(core["schema"])
        case "function-before":
            return _refer(f"{core['schema']['ge']} or more")
        case "model":
            return _refer(core["cls"].section)
        case "any":
            return _ANYTHING
    decisive = {key: core[key] for key in _DECISIVE[core["type"]] if key in core}
    return {"type": core["type"], **{key: _reduce_value(at) for key, at in decisive.items()}}


def _reduce_value(value: Any) -> Any:  # noqa: ANN401  a core schema, several, or a bound
    match value:
        case {"type": str()}:
            return _reduce(value)
        case [{"type": str()}, *_]:
            return [_reduce(core) for core in value]
    return value


def format_schemas() -> str:
    """Return the content of the file, which has one member per line, for readable diffs."""
    lines = (
        f"{json.dumps(name)}:{json.dumps(member, separators=(',', ':'))}"
        for name, member in compile_schemas().items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    Path(validators.FILE).write_text(format_schemas(), encoding="utf-8")
