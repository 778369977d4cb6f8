"""What the keywords of a JSON Schema demand, as messages write it."""

import json
from collections.abc import Iterable
from typing import Any

from trellis_cfg.lint.wording import format_value, shorten

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
