"""The JSON Schema of a fork's configs: its classes and arguments, described as far as known."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from trellis_cfg.models import CLASSES
from trellis_cfg.models.json_schema import build_schema
from trellis_cfg.models.trainers import ENDS
from trellis_cfg.source.class_spec import ClassSpec, Parameter, SourceFacts, SourceSection

_Schema = dict[str, Any]
_SECTIONS = {"models", "dataset", "trainer"}
_ALWAYS = {"trainer": ("max_epoch",)}
# What annotations mean in JSON; another annotation says nothing.
_TYPES = {"int": "integer", "float": "number", "str": "string", "bool": "boolean", "dict": "object"}


def source_schema(source: SourceFacts) -> _Schema:
    """Return a schema of whole configs, in the same dialect as that of all packages."""
    known = build_schema("config")
    definitions: dict[str, _Schema] = dict(known["$defs"])
    config = dict(definitions["Config"])
    config["properties"] = dict(config["properties"])
    for name in _SECTIONS & source.sections.keys():
        section = source.sections[name]
        definitions |= dict(_section(name, section, known["$defs"]))
        title = _title(name)
        if name == "models":
            more = {"additionalProperties": {"$ref": f"#/$defs/{title}"}}
            config["properties"][name] = {**config["properties"][name], **more}
        else:
            config["properties"][name] = {"$ref": f"#/$defs/{title}"}
    definitions["Config"] = config
    packages = "-".join(filter(None, source.packages))
    return {
        **known,
        "$id": f"urn:trellis-cfg:config:{packages}",
        "description": f"A training config of {packages or 'this checkout'}.",
        "$defs": dict(sorted(_needed(definitions, "Config").items())),
    }


def _title(section: str) -> str:
    return f"Source.{section}"


def _section(
    name: str, section: SourceSection, known: Mapping[str, _Schema]
) -> Iterator[tuple[str, _Schema]]:
    """Yield the definition of a section, and that of each class's arguments."""
    names = [*section.named]
    listed: _Schema = {"enum": names}
    cases = []
    for one, signature in section.classes.items():
        if signature is not None:
            title = f"Source.{name}.{one}"
            yield title, _arguments(signature, known)
            cases.append(_case(one, {"$ref": f"#/$defs/{quote(title)}"}))
    yield (
        _title(name),
        {
            "type": "object",
            "title": name.capitalize(),
            "description": f"A class by its name, one that {section.place} has, and its arguments.",
            "required": ["name", "args"],
            "properties": {
                "name": listed if section.is_complete else {"anyOf": [listed, {"type": "string"}]},
                "args": {"type": "object"},
            },
            "allOf": cases,
        },
    )


def _case(name: str, arguments: _Schema) -> _Schema:
    return {
        "if": {"properties": {"name": {"const": name}}, "required": ["name"]},
        "then": {"properties": {"args": arguments}},
    }


def _arguments(signature: ClassSpec, known: Mapping[str, _Schema]) -> _Schema:
    """Return the definition of a class's arguments; no others, where nobody reads them."""
    base = signature.name if signature.name in CLASSES[signature.section] else ""
    properties = {
        name: _property(parameter, _known(known, base, name))
        for name, parameter in signature.parameters.items()
    }
    for name in _ALWAYS.get(signature.section, ()):
        properties.setdefault(name, _known(known, "BasicTrainer", name) or {})
    ends = ENDS if {"max_steps", "max_epoch"} <= properties.keys() else {}
    return {
        **ends,
        "type": "object",
        "title": signature.name,
        "description": f"{signature.name}, {signature.place}.",
        "properties": properties,
        "required": signature.required,
        "additionalProperties": not signature.is_complete,
    }


def _known(known: Mapping[str, _Schema], title: str, name: str) -> _Schema | None:
    """Return what the models say of an argument, of a class or of what that extends."""
    definition = known.get(title, {})
    if name in definition.get("properties", {}):
        found: _Schema = definition["properties"][name]
        return found
    for base in definition.get("allOf", ()):
        inherited = _known(known, base.get("$ref", "").rpartition("/")[2], name)
        if inherited:
            return inherited
    return None


def _property(parameter: Parameter, known: _Schema | None) -> _Schema:
    """Return what an argument may be: by the models, unless its code says otherwise."""
    found = {key: value for key, value in (known or {}).items() if key != "default"}
    written = _written(parameter)
    told = known.get("description", "") if known else ""
    if written and (parameter.choices or not _agree(found, written)):
        found = {key: found[key] for key in ("title",) if key in found} | written
    where = f"Default {parameter.default}. " if parameter.default is not None else ""
    found["description"] = f"{told} {where}({parameter.place})".strip()
    return found


def _written(parameter: Parameter) -> _Schema:
    """Return what the annotation of an argument says; nothing of one that is not plain."""
    is_nullable = parameter.default == "None" or "Optional" in parameter.annotation
    if parameter.choices:
        return {"enum": [*parameter.choices, *([None] if is_nullable else [])]}
    plain = parameter.annotation.removeprefix("Optional[").removesuffix("]")
    kind = _TYPES.get(plain.removesuffix(" | None").strip())
    if kind is None:
        return {}
    return {"type": [kind, "null"] if is_nullable else kind}


def _agree(found: _Schema, written: _Schema) -> bool:
    """Tell whether the models allow the types that are written."""
    types = written["type"] if isinstance(written["type"], list) else [written["type"]]
    allowed = str(found)
    return all(f"'{kind}'" in allowed for kind in types) or "$ref" in allowed


def _needed(definitions: Mapping[str, _Schema], root: str) -> dict[str, _Schema]:
    """Return the definitions that a root refers to, itself among them."""
    found: dict[str, _Schema] = {}
    pending = [root]
    while pending:
        title = pending.pop()
        if title not in found:
            found[title] = definitions[title]
            pending += _references(definitions[title])
    return found


def _references(value: object) -> Iterator[str]:
    match value:
        case dict():
            for key, inner in value.items():
                if key == "$ref" and isinstance(inner, str):
                    yield inner.removeprefix("#/$defs/")
                else:
                    yield from _references(inner)
        case list():
            for inner in value:
                yield from _references(inner)
