"""The JSON Schema of a fork's configs: its classes and their arguments, as far as known."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

from trellis_cfg.models import CLASSES
from trellis_cfg.models.any_trainer import ENDS
from trellis_cfg.models.class_spec import ClassSpec, Parameter
from trellis_cfg.models.json_schema import build_schema
from trellis_cfg.source.facts import SourceFacts
from trellis_cfg.source.section import SourceSection

_Schema = dict[str, Any]
_SECTIONS = {"models", "dataset", "trainer"}
_ALWAYS = {"trainer": ("max_epoch",)}
# The types of annotations; other annotations are left out.
_TYPES = {"int": "integer", "float": "number", "str": "string", "bool": "boolean", "dict": "object"}


def source_schema(facts: SourceFacts) -> _Schema:
    """Return a schema of whole configs, in the same dialect as that of all packages."""
    catalog = build_schema("config")
    definitions: dict[str, _Schema] = dict(catalog["$defs"])
    config = dict(definitions["Config"])
    config["properties"] = dict(config["properties"])
    for name in _SECTIONS & facts.sections.keys():
        definitions |= dict(_define_section(name, facts.sections[name], catalog["$defs"]))
        section: _Schema = {"$ref": f"#/$defs/Source.{name}"}
        if name == "models":
            section = {**config["properties"][name], "additionalProperties": section}
        config["properties"][name] = section
    definitions["Config"] = config
    packages = "-".join(filter(None, facts.packages))
    return {
        **catalog,
        "$id": f"urn:trellis-cfg:config:{packages}",
        "description": f"A training config of {packages or 'this checkout'}.",
        "$defs": dict(sorted(_keep_referenced(definitions, "Config").items())),
    }


def _define_section(
    name: str, section: SourceSection, catalog: Mapping[str, _Schema]
) -> Iterator[tuple[str, _Schema]]:
    """Yield the definition of a section, and that of each class's arguments."""
    names: _Schema = {"enum": [*section.likely_classes]}
    cases = []
    for class_name, spec in section.classes.items():
        if spec is not None:
            title = f"Source.{name}.{class_name}"
            yield title, _define_arguments(spec, catalog)
            condition = {"properties": {"name": {"const": class_name}}, "required": ["name"]}
            reference = {"$ref": f"#/$defs/{quote(title)}"}
            cases.append({"if": condition, "then": {"properties": {"args": reference}}})
    definition = {
        "type": "object",
        "title": name.capitalize(),
        "description": f"A class from {section.place}, and its arguments.",
        "required": ["name", "args"],
        "properties": {
            "name": names if section.is_complete else {"anyOf": [names, {"type": "string"}]},
            "args": {"type": "object"},
        },
        **({"allOf": cases} if cases else {}),
    }
    yield f"Source.{name}", definition


def _define_arguments(spec: ClassSpec, catalog: Mapping[str, _Schema]) -> _Schema:
    """Return the definition of a class's arguments; others are invalid if none is read."""
    base = spec.name if spec.name in CLASSES[spec.section] else ""
    properties = {
        name: _define_property(parameter, _find_property(catalog, base, name))
        for name, parameter in spec.parameters.items()
    }
    for name in _ALWAYS.get(spec.section, ()):
        properties.setdefault(name, _find_property(catalog, "BasicTrainer", name) or {})
    ends = ENDS if {"max_steps", "max_epoch"} <= properties.keys() else {}
    return {
        **ends,
        "type": "object",
        "title": spec.name,
        "description": f"{spec.name}, {spec.place}.",
        "properties": properties,
        "required": spec.required,
        "additionalProperties": not spec.is_complete,
    }


def _find_property(catalog: Mapping[str, _Schema], title: str, name: str) -> _Schema | None:
    """Return the catalog's schema of an argument of a class or its bases."""
    definition = catalog.get(title, {})
    if name in definition.get("properties", {}):
        schema: _Schema = definition["properties"][name]
        return schema
    bases = (base.get("$ref", "").rpartition("/")[2] for base in definition.get("allOf", ()))
    return next(filter(None, (_find_property(catalog, base, name) for base in bases)), None)


def _define_property(parameter: Parameter, cataloged: _Schema | None) -> _Schema:
    """Return the schema of an argument: the catalog's, unless its code contradicts that."""
    cataloged = cataloged or {}
    result = {key: value for key, value in cataloged.items() if key != "default"}
    annotated = _convert_annotation(parameter)
    if annotated and (parameter.choices or not _is_allowed(annotated, result)):
        result = {key: result[key] for key in ("title",) if key in result} | annotated
    default = f"Default {parameter.default.text}. " if parameter.default else ""
    description = f"{cataloged.get('description', '')} {default}({parameter.place})"
    return {**result, "description": description.strip()}


def _convert_annotation(parameter: Parameter) -> _Schema:
    """Return the schema of an annotation; empty if it is not a plain type."""
    is_nullable = bool(parameter.default and parameter.default.is_none) or (
        "Optional" in parameter.annotation
    )
    if parameter.choices:
        return {"enum": [*parameter.choices, *([None] if is_nullable else [])]}
    plain = parameter.annotation.removeprefix("Optional[").removesuffix("]")
    name = _TYPES.get(plain.removesuffix(" | None").strip())
    if name is None:
        return {}
    return {"type": [name, "null"] if is_nullable else name}


def _is_allowed(annotated: _Schema, cataloged: _Schema) -> bool:
    """Return whether the catalog allows the annotated types."""
    types = annotated["type"] if isinstance(annotated["type"], list) else [annotated["type"]]
    allowed = str(cataloged)
    return all(f"'{name}'" in allowed for name in types) or "$ref" in allowed


def _keep_referenced(definitions: Mapping[str, _Schema], root: str) -> dict[str, _Schema]:
    """Return the root definition and those that it refers to, directly or indirectly."""
    kept: dict[str, _Schema] = {}
    pending = {root}
    while pending:
        title = pending.pop()
        kept[title] = definitions[title]
        references = re.findall(r'"\$ref": "#/\$defs/([^"]*)"', json.dumps(kept[title]))
        pending |= {*map(unquote, references)} - kept.keys()
    return kept
