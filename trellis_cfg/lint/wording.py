"""Format values, names and the demands of schemas for messages."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from trellis_cfg.document.paths import Path

if TYPE_CHECKING:
    from trellis_cfg.models.class_spec import ClassSpec


_VALUE_LENGTH, _NAME_LENGTH = 40, 64
_LONGEST_DEMAND = 240
_TYPES = {"null": "null", "boolean": "true or false", "any": "anything"}
_DEMANDS = {
    "minimum": "be {} or more",
    "maximum": "be {} or less",
    "exclusiveMinimum": "be more than {}",
    "exclusiveMaximum": "be less than {}",
    "multipleOf": "be a multiple of {}",
    "pattern": "match {}",
    "format": "be a regular expression that Python can read",  # asked of schemas only
    "minLength": "have {} or more characters",
    "maxLength": "have {} or fewer characters",
    "minItems": "have {} or more elements",
    "maxItems": "have {} or fewer elements",
    "minProperties": "have {} or more keys",
    "maxProperties": "have {} or fewer keys",
    "uniqueItems": "have unique elements",
}


def format_value(value: object) -> str:
    """Return a value as JSON, cut to a readable length; a container only by its type."""
    match value:
        case dict():
            return "an object"
        case list():
            return f"an array of length {len(value)}" if value else "an empty array"
        case str() if len(value) > _VALUE_LENGTH:
            value = f"{value[:_VALUE_LENGTH]}…"
    text = json.dumps(value, ensure_ascii=False)
    is_short = isinstance(value, str) or len(text) <= _VALUE_LENGTH
    return text if is_short else f"{text[:_VALUE_LENGTH]}…"


def format_path(path: Path) -> str:
    """Return the last key of a path, with the indices that follow it: ``ema_rate[0]``.

    Before ``name`` and ``args`` comes the key of their object: ``t_schedule.name``.
    """
    *_, last = [index for index, key in enumerate(path) if isinstance(key, str)] or [0]
    indices = shorten("".join(f"[{key}]" for key in path[last + 1 :]))
    owner = f"{shorten(str(path[last - 1]))}." if last and path[last] in ("name", "args") else ""
    return f"{owner}{shorten(str(path[last]))}{indices}" if path else "the config"


def shorten(text: str) -> str:
    """Return a name, cut to a readable length."""
    return text if len(text) <= _NAME_LENGTH else f"{text[:_NAME_LENGTH]}…"


def format_effect(spec: "ClassSpec") -> str:
    """Return what happens to an argument that is never read, and where."""
    match spec.is_unknown_ignored:
        case True:
            return f"accepted at {spec.unknown_place} but never read"
        case False:
            return f"{spec.unknown_place} does not accept it: TypeError at startup"
    return f"it is never read; {spec.unknown_place} may reject it"


def describe_demand(keyword: str, limit: Any, schema: object) -> str:  # noqa: ANN401  any JSON value
    """Return what a keyword of a JSON Schema demands, to follow "must"; empty without words."""
    match keyword:
        case "type":
            names = [limit] if isinstance(limit, str) else limit
            return f"be {' or '.join(dict.fromkeys(map(_type, names)))}"
        case "const" | "enum" if values := [limit] if keyword == "const" else limit:
            texts = [shorten(json.dumps(value, ensure_ascii=False)) for value in values]
            return f"be {'one of ' if len(texts) > 1 else ''}{', '.join(texts)}"
        case "not" if isinstance(limit, dict) and len(limit) == 1:
            demand = describe_demand(*next(iter(limit.items())), limit)
            return demand and f"not {demand}"
    if isinstance(schema, dict) and schema.get(f"exclusive{str(keyword).title()}") is True:
        keyword = f"exclusive{keyword.title()}"  # drafts 3 and 4
    return _DEMANDS.get(keyword, "").format(
        shorten(limit) if isinstance(limit, str) else format_value(limit)
    )


def join_demands(demands: Iterable[str]) -> str:
    """Return demands of which any one will do, as one; empty without words for one."""
    texts = list(dict.fromkeys(demands))
    is_same = all(text.startswith("be ") for text in texts)
    text = f"be {' or '.join(text[3:] for text in texts)}" if is_same else " or ".join(texts)
    text = text if len(text) <= _LONGEST_DEMAND else f"{text[:_LONGEST_DEMAND]}…"
    return text if all(texts) else ""


def _type(name: object) -> str:
    if not isinstance(name, str):
        return "what the schema describes"  # draft 3 has schemas among the types
    return _TYPES.get(name) or f"{'an' if name[:1] in set('aio') else 'a'} {shorten(name)}"
