"""Schemas of any draft drawn at random, and values with something in common with them."""

from typing import Any

from hypothesis import strategies as st

from tests.lint.rules.user_schema.applied import ADDRESSES, of_draft

Schemas = st.SearchStrategy[Any]
KEYS = ("a", "b", "ab", "i_save", "", "a/b~", "键")
_PATTERNS = ("^a", "b$", "^[a-z_]+$", "", "^(ab|i_).*", "\\d")
_TYPES = ("integer", "number", "string", "boolean", "array", "object", "null")
_EARLY, _LATE = (3, 4), (2019, 2020)

keys = st.sampled_from(KEYS)
_counts = st.integers(0, 3)
_numbers = st.one_of(st.integers(-3, 3), st.sampled_from((0.5, 1.0, -0.0, 10**400, 1e308)))
scalars = st.one_of(st.none(), st.booleans(), _numbers, keys)
values: Schemas = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=10,
)
_types = st.sampled_from(_TYPES)


def _plain(draft: int) -> dict[str, Schemas]:
    """Return the keywords that hold no schema, each with what it may hold."""
    positive = st.sampled_from((0.5, 1, 2, 3.0))
    found: dict[str, Schemas] = {
        "type": _types | st.lists(_types, min_size=1, max_size=3, unique=True),
        "enum": st.lists(values, min_size=1, max_size=3, unique_by=repr),
        "minimum": _numbers,
        "maximum": _numbers,
        "minLength": _counts,
        "maxLength": _counts,
        "minItems": _counts,
        "maxItems": _counts,
        "uniqueItems": st.booleans(),
        "pattern": st.sampled_from(_PATTERNS),
        "description": st.text(max_size=5),
        ("divisibleBy" if draft == 3 else "multipleOf"): positive,
    }
    if draft > 3:
        required = st.lists(keys, min_size=1, max_size=2, unique=True)
        found |= {"required": required, "minProperties": _counts, "maxProperties": _counts}
    if draft > 4:
        found |= {"const": values, "exclusiveMinimum": _numbers, "exclusiveMaximum": _numbers}
    if draft in _LATE:
        found["dependentRequired"] = st.dictionaries(keys, st.lists(keys, max_size=2, unique=True))
        found |= {"minContains": _counts, "maxContains": _counts}
    return found


def _holding(draft: int, inner: Schemas) -> dict[str, Schemas]:
    """Return the keywords that hold schemas, each with what it may hold."""
    some = st.lists(inner, min_size=1, max_size=3)
    named = st.dictionaries(keys, inner, max_size=3)
    whole = inner if draft > 4 else inner | st.booleans()
    found: dict[str, Schemas] = {
        "properties": named,
        "patternProperties": st.dictionaries(st.sampled_from(_PATTERNS), inner, max_size=2),
        "additionalProperties": whole,
        "items": inner if draft == 2020 else inner | some,
    }
    if draft > 3:
        found |= {"allOf": some, "anyOf": some, "oneOf": some, "not": inner}
    if draft > 4:
        found |= {"contains": inner, "propertyNames": inner}
    if draft > 6:
        found |= {"if": inner, "then": inner, "else": inner}
    if draft < 2019:
        found["dependencies"] = named
    if draft < 2020:
        found["additionalItems"] = whole
    if draft in _LATE:
        found |= {"unevaluatedProperties": whole, "unevaluatedItems": whole}
        found["dependentSchemas"] = named
    return found | ({"prefixItems": some} if draft == 2020 else {})


def _of_keywords(held: dict[str, Schemas]) -> Schemas:
    """Return schemas of a few keywords, and not of many that nothing passes."""
    names = st.lists(st.sampled_from(sorted(held)), max_size=3, unique=True)
    return names.flatmap(lambda some: st.fixed_dictionaries({name: held[name] for name in some}))


def schemas(draft: int) -> Schemas:
    """Return schemas of a draft, with definitions that are referred to."""
    root = "$defs" if draft in _LATE else "definitions"
    reference = st.sampled_from(("x", "y")).map(lambda name: {"$ref": f"#/{root}/{name}"})
    leaves: Schemas = _of_keywords(_plain(draft))
    if draft not in _EARLY:
        leaves = leaves | st.booleans()

    def deeper(inner: Schemas) -> Schemas:
        below = inner | reference
        return _of_keywords(_holding(draft, below) | _plain(draft))

    whole = st.recursive(leaves, deeper, max_leaves=12)
    plain = _of_keywords(_plain(draft))
    definitions = st.fixed_dictionaries({"x": plain, "y": plain})
    bodies = whole.filter(lambda one: isinstance(one, dict))
    return st.tuples(bodies, definitions).map(
        lambda parts: of_draft(draft, parts[0] | {root: parts[1]})
    )


any_schema = st.sampled_from(sorted(ADDRESSES)).flatmap(schemas)
