"""The JSON Schemas in draft-07, for editors and catalogues that know no newer one."""

from typing import Any

SCHEMA_STORE = "https://www.schemastore.org/trellis-config.json"
"""Where the catalogue that most editors read would have it."""
_DIALECT = "http://json-schema.org/draft-07/schema#"
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
                found[key] = _DIALECT
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
