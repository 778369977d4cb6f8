"""JSON Schemas (2020-12) of the models: small, because a class refers to what it extends."""

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from itertools import chain, pairwise
from types import ModuleType
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from trellis_cfg.models import CLASSES, FAMILIES, GENERAL, arguments_model, general_model, model_for
from trellis_cfg.models.base import Arguments
from trellis_cfg.models.config import Config, Section

_Schema = dict[str, Any]
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_WORDS = {"fp16": "FP16", "kl": "KL", "ssim": "SSIM", "lpips": "LPIPS", "pbr": "PBR"}
_PREFIXES = {"i_": "{} interval", "lambda_": "Weight of {}", "p_": "Probability of {}"}

NAMES = ("config", "trainer-args")


def schema(name: str) -> _Schema:
    """Return the schema of a whole config, or of the arguments of any trainer.

    The ``$defs`` of the latter hold the arguments of each trainer by its class name.
    """
    root = Config if name == "config" else general_model("trainer")
    definitions = _definitions(root)
    return {
        "$schema": _DIALECT,
        "$id": f"urn:trellis-cfg:{name}",
        "title": root.__name__,
        "description": definitions[root.__name__]["description"],
        "$ref": f"#/$defs/{root.__name__}",
        "$defs": dict(sorted(definitions.items())),
    }


def _definitions(root: type[BaseModel]) -> dict[str, _Schema]:
    """Return the definitions of the models that ``root`` needs, its own among them."""
    others = () if root is Config else ("models", "dataset")
    sections = [section for section in CLASSES if section not in others]
    named = [arguments_model(section, name) for section in sections for name in CLASSES[section]]
    families = [model_for(section, names[0]) for section, (_, names) in FAMILIES.items()]
    models = [root, *filter(None, named), *families, *map(general_model, (*GENERAL, ""))]
    bases = {base.__name__: base for base in chain.from_iterable(map(_lineage, models))}
    _, generated = models_json_schema(
        [(model, "validation") for model in bases.values()], ref_template="#/$defs/{model}"
    )
    definitions: dict[str, _Schema] = generated["$defs"]
    models_by_name = bases | {cls.__name__: cls for cls in Section.__subclasses__()}
    for title, model in models_by_name.items():
        if title in definitions:
            _describe(definitions[title], model)
    return {title: _finished(title, definitions, models_by_name[title]) for title in definitions}


def _lineage(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Return the model and what it extends, up to the class that all extend."""
    return [base for base in model.__mro__ if issubclass(base, BaseModel) and base is not BaseModel]


def _finished(title: str, definitions: dict[str, _Schema], model: type[BaseModel]) -> _Schema:
    if issubclass(model, Section):
        return _by_name(definitions[title], model)
    return _extending(definitions, title, model)


def _extending(definitions: dict[str, _Schema], title: str, model: type[BaseModel]) -> _Schema:
    """Return a definition that says only what those of its bases do not say."""
    own = dict(definitions[title])
    bases = [base.__name__ for base in _extended(model) if base.__name__ in definitions]
    if not bases:
        return own
    inherited = [definitions[base] for base in bases]
    own["properties"] = {
        name: value
        for name, value in own.get("properties", {}).items()
        if not any(base.get("properties", {}).get(name) == value for base in inherited)
    }
    known = set(chain.from_iterable(base.get("required", ()) for base in inherited))
    own["required"] = [name for name in own.get("required", ()) if name not in known]
    for key in ("type", "additionalProperties", "if", "then"):
        if any(base.get(key) == own.get(key) for base in inherited):
            own.pop(key, None)
    own = {key: value for key, value in own.items() if value not in ({}, [])}
    return {**own, "allOf": [{"$ref": f"#/$defs/{base}"} for base in bases]}


def _extended(model: type[BaseModel]) -> tuple[type[Any], ...]:
    """Return what a model extends; of bases that have much in common, that alone.

    So an editor tells a fault once, not once for each way to what they have in common.
    """
    shared = next(
        base for base in model.__mro__ if all(map(base.__subclasscheck__, model.__bases__))
    )
    return model.__bases__ if shared in (Arguments, BaseModel) else (shared,)


def _by_name(section: _Schema, model: type[Section]) -> _Schema:
    """Return the definition of a section whose arguments depend on the class that it names."""
    _, family = FAMILIES.get(model.section, ("", ()))
    names = [*CLASSES.get(model.section, ()), *family]
    section["properties"]["args"]["type"] = "object"
    name = section["properties"]["name"]
    if "enum" not in name:
        del name["type"]
        name["anyOf"] = [{"enum": names}, {"type": "string"}]
    named = {name: {"const": name} for name in CLASSES.get(model.section, ())}
    cases = [_case(model, name, test) for name, test in named.items()]
    if family:
        cases.append(_case(model, family[0], {"enum": [*family]}))
    unknown = {
        "if": {"properties": {"name": {"enum": names}}},
        "else": {"properties": {"args": _reference(general_model(model.section))}},
    }
    return {**section, "allOf": [*cases, unknown]}


def _case(model: type[Section], name: str, test: _Schema) -> _Schema:
    """Return the part of a section's definition for the names that pass a test."""
    return {
        "if": {"properties": {"name": test}, "required": ["name"]},
        "then": {"properties": {"args": _reference(model_for(model.section, name))}},
    }


def _reference(model: type[BaseModel]) -> _Schema:
    return {"$ref": f"#/$defs/{model.__name__}"}


def _describe(definition: _Schema, model: type[BaseModel]) -> None:
    """Give each property the title and the description that an editor shows.

    Of the model itself it shows the first paragraph.
    """
    definition["description"] = definition["description"].partition("\n\n")[0]
    told: dict[str, str] = {}
    for base in reversed(_lineage(model)):
        told |= _docstrings(sys.modules[base.__module__]).get(base.__name__, {})
    for name, value in definition.get("properties", {}).items():
        value["title"] = _title(name)
        value["description"] = told[name] + _where(model, name)


def _where(model: type[BaseModel], name: str) -> str:
    """Return which package an argument belongs to, if another has the class without it."""
    if not issubclass(model, Arguments):
        return ""
    package = model.package_of(name)
    return f" Only in {package.value}." if package and package != model.package else ""


@cache
def _docstrings(module: ModuleType) -> dict[str, dict[str, str]]:
    """Return the text below each field, by class and field."""
    tree = ast.parse(inspect.getsource(module))
    return {
        node.name: dict(_below_fields(node.body))
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }


def _below_fields(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for field, text in pairwise(body):
        match field, text:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(told))),
            ):
                yield name, " ".join(told.split())


def _title(name: str) -> str:
    """Return a field's name in words: ``i_save`` is a "Save interval"."""
    for prefix, form in _PREFIXES.items():
        if name.startswith(prefix):
            return _capital(form.format(_spelt(name.removeprefix(prefix))))
    return _capital(_spelt(name))


def _spelt(name: str) -> str:
    return " ".join(_WORDS.get(word, word) for word in name.split("_"))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


SCHEMA_STORE = "https://www.schemastore.org/trellis-config.json"
"""Where the catalogue that most editors read would have it."""
_DRAFT_07 = "http://json-schema.org/draft-07/schema#"
_OF_OBJECTS = frozenset({"properties", "required", "additionalProperties"})


def draft07(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema of this package (2020-12) as one of draft-07 that judges configs alike.

    Beside a reference, draft-07 heeds nothing: it goes into ``allOf``. What speaks of properties
    says that it speaks of objects, as Ajv's strict mode, which catalogues ask for, wants it.
    """
    found: dict[str, Any] = {}
    for key, value in schema.items():
        match key:
            case "$schema":
                found[key] = _DRAFT_07
            case "errorMessage":
                pass  # a word of VS Code's, which no catalogue takes
            case "$defs" | "properties":
                name = "definitions" if key == "$defs" else key
                found[name] = {one: draft07(below) for one, below in value.items()}
            case "$ref":
                target = {"$ref": value.replace("/$defs/", "/definitions/")}
                if len(schema) == 1:
                    return target
                found["allOf"] = [target, *found.get("allOf", ())]
            case "default" | "enum" | "const":
                found[key] = value
            case "allOf":
                found[key] = [*found.get(key, ()), *map(draft07, value)]
            case _:
                found[key] = _below(value)
    return {"type": "object", **found} if _OF_OBJECTS & found.keys() else found


def _below(value: Any) -> Any:  # noqa: ANN401  JSON
    """Return the value of a keyword that holds a schema, several, or none."""
    match value:
        case dict():
            return draft07(value)
        case list():
            return [draft07(one) if isinstance(one, dict) else one for one in value]
    return value
