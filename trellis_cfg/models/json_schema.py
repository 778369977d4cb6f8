"""JSON Schemas (2020-12) of the models; a class refers to the classes that it extends."""

import ast
import inspect
import sys
from functools import cache
from itertools import chain, pairwise
from types import ModuleType
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from trellis_cfg.models import (
    CLASSES,
    FAMILIES,
    GENERAL,
    find_model,
    load_general_model,
    load_model,
)
from trellis_cfg.models.base import Arguments
from trellis_cfg.models.config import Config, Section

_Schema = dict[str, Any]
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DRAFT_07 = "http://json-schema.org/draft-07/schema#"
_ABBREVIATIONS = {"fp16": "FP16", "kl": "KL", "ssim": "SSIM", "lpips": "LPIPS", "pbr": "PBR"}
_PREFIXES = {"i_": "{} interval", "lambda_": "Weight of {}", "p_": "Probability of {}"}

NAMES = ("config", "trainer-args")
SCHEMA_STORE = "https://www.schemastore.org/trellis-config.json"
"""The address of the schema in SchemaStore, the catalog that most editors read."""


def build_schema(name: str) -> _Schema:
    """Return the schema of a whole config, or of the arguments of any trainer.

    The ``$defs`` of the latter hold the arguments of each trainer by its class name.
    """
    root = Config if name == "config" else load_general_model("trainer")
    definitions = _build_definitions(root)
    return {
        "$schema": _DIALECT,
        "$id": f"urn:trellis-cfg:{name}",
        "title": root.__name__,
        "description": definitions[root.__name__]["description"],
        "$ref": f"#/$defs/{root.__name__}",
        "$defs": dict(sorted(definitions.items())),
    }


def _build_definitions(root: type[BaseModel]) -> dict[str, _Schema]:
    """Return the definitions of ``root`` and of the models that it needs."""
    omitted = () if root is Config else ("models", "dataset")
    sections = [section for section in CLASSES if section not in omitted]
    listed = [find_model(section, name) for section in sections for name in CLASSES[section]]
    families = [load_model(section, names[0]) for section, (_, names) in FAMILIES.items()]
    models = [root, *filter(None, listed), *families, *map(load_general_model, (*GENERAL, ""))]
    bases = {base.__name__: base for base in chain.from_iterable(map(_list_lineage, models))}
    _, generated = models_json_schema(
        [(model, "validation") for model in bases.values()], ref_template="#/$defs/{model}"
    )
    definitions: dict[str, _Schema] = generated["$defs"]
    models_by_name = bases | {cls.__name__: cls for cls in Section.__subclasses__()}
    for title, definition in definitions.items():
        _describe(definition, models_by_name[title])
    return {
        title: _describe_section(definitions[title], model)
        if issubclass(model := models_by_name[title], Section)
        else _omit_inherited(definitions, title, model)
        for title in definitions
    }


def _list_lineage(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Return the model and the models that it extends."""
    return [base for base in model.__mro__ if issubclass(base, BaseModel) and base is not BaseModel]


def _omit_inherited(definitions: dict[str, _Schema], title: str, model: type[BaseModel]) -> _Schema:
    """Return a definition without the parts that the definitions of its bases have."""
    own = dict(definitions[title])
    bases = [base.__name__ for base in _select_bases(model) if base.__name__ in definitions]
    if not bases:
        return own
    inherited = [definitions[base] for base in bases]
    own["properties"] = {
        name: value
        for name, value in own.get("properties", {}).items()
        if not any(base.get("properties", {}).get(name) == value for base in inherited)
    }
    required = set(chain.from_iterable(base.get("required", ()) for base in inherited))
    own["required"] = [name for name in own.get("required", ()) if name not in required]
    for key in ("type", "additionalProperties", "if", "then"):
        if any(base.get(key) == own.get(key) for base in inherited):
            own.pop(key, None)
    own = {key: value for key, value in own.items() if value not in ({}, [])}
    return {**own, "allOf": [{"$ref": f"#/$defs/{base}"} for base in bases]}


def _select_bases(model: type[BaseModel]) -> tuple[type[Any], ...]:
    """Return the bases of a model, or only a base that all of them extend.

    So an editor reports an error once, not once for each way to the common base.
    """
    shared = next(
        base for base in model.__mro__ if all(map(base.__subclasscheck__, model.__bases__))
    )
    return model.__bases__ if shared in (Arguments, BaseModel) else (shared,)


def _describe_section(definition: _Schema, model: type[Section]) -> _Schema:
    """Return the definition of a section, whose arguments depend on the name of its class."""
    _, family = FAMILIES.get(model.section, ("", ()))
    names = [*CLASSES.get(model.section, ()), *family]
    definition["properties"]["args"]["type"] = "object"
    name_schema = definition["properties"]["name"]
    if "enum" not in name_schema:
        del name_schema["type"]
        name_schema["anyOf"] = [{"enum": names}, {"type": "string"}]
    tests: _Schema = {name: {"const": name} for name in CLASSES.get(model.section, ())}
    tests |= {name: {"enum": [*family]} for name in family[:1]}
    cases = [
        {
            "if": {"properties": {"name": test}, "required": ["name"]},
            "then": {"properties": {"args": _reference(load_model(model.section, name))}},
        }
        for name, test in tests.items()
    ]
    unknown = {
        "if": {"properties": {"name": {"enum": names}}},
        "else": {"properties": {"args": _reference(load_general_model(model.section))}},
    }
    return {**definition, "allOf": [*cases, unknown]}


def _reference(model: type[BaseModel]) -> _Schema:
    return {"$ref": f"#/$defs/{model.__name__}"}


def _describe(definition: _Schema, model: type[BaseModel]) -> None:
    """Add the titles and descriptions that an editor shows; the model's is one paragraph."""
    definition["description"] = definition["description"].partition("\n\n")[0]
    texts = read_descriptions(model)
    for name, value in definition.get("properties", {}).items():
        value["title"] = _make_title(name)
        value["description"] = texts[name] + _describe_package(model, name)


def read_descriptions(model: type[BaseModel]) -> dict[str, str]:
    """Return the texts below the fields of a model, and of those that it extends."""
    texts: dict[str, str] = {}
    for base in reversed(_list_lineage(model)):
        texts |= _read_docstrings(sys.modules[base.__module__]).get(base.__name__, {})
    return texts


def _describe_package(model: type[BaseModel], name: str) -> str:
    """Return a sentence on the package of an argument, if others have the class without it."""
    if not issubclass(model, Arguments):
        return ""
    package = model.package_of(name)
    return f" Only in {package.value}." if package and package != model.package else ""


@cache
def _read_docstrings(module: ModuleType) -> dict[str, dict[str, str]]:
    """Return the text below each field, or the last field of its name above, by class and field."""
    texts: dict[str, str] = {}
    classes: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        own = classes.setdefault(getattr(node, "name", ""), {})
        for field, below in pairwise([*getattr(node, "body", ()), ast.Pass()]):
            if isinstance(field, ast.AnnAssign):
                name, text = ast.unparse(field.target), ast.get_docstring(ast.Module([below], []))
                texts |= {name: " ".join(text.split())} if text else {}
                own |= {name: texts[name]} if name in texts else {}
    return classes


def _make_title(name: str) -> str:
    """Return a field's name as a title: "Save interval" for ``i_save``."""
    prefix = next(filter(name.startswith, _PREFIXES), "")
    parts = name.removeprefix(prefix).split("_")
    text = " ".join(_ABBREVIATIONS.get(part, part) for part in parts)
    title = _PREFIXES.get(prefix, "{}").format(text)
    return title[:1].upper() + title[1:]


def convert_to_draft07(schema: Any) -> Any:  # noqa: ANN401  JSON
    """Return a schema of this package (2020-12) as one of draft-07 that accepts the same configs.

    Draft-07 ignores everything next to a reference, so the reference goes into ``allOf``. Keywords
    for objects get their type, as Ajv's strict mode, which catalogs require, wants it.
    """
    if not isinstance(schema, dict):
        return [*map(convert_to_draft07, schema)] if isinstance(schema, list) else schema
    converted: _Schema = {}
    for key, value in schema.items():
        match key:
            case "$schema":
                converted[key] = _DRAFT_07
            case "errorMessage":
                pass  # an extension of VS Code, which no catalog accepts
            case "$defs" | "properties":
                group = "definitions" if key == "$defs" else key
                converted[group] = {name: convert_to_draft07(at) for name, at in value.items()}
            case "$ref":
                target = {"$ref": value.replace("/$defs/", "/definitions/")}
                if len(schema) == 1:
                    return target
                converted["allOf"] = [target, *converted.get("allOf", ())]
            case "default" | "enum" | "const":
                converted[key] = value
            case "allOf":
                converted[key] = [*converted.get(key, ()), *convert_to_draft07(value)]
            case _:
                converted[key] = convert_to_draft07(value)
    is_of_objects = not {"properties", "required", "additionalProperties"}.isdisjoint(converted)
    return {"type": "object", **converted} if is_of_objects else converted
