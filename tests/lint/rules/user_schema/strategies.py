"""Schemas of any draft drawn at random, and values with something in common with them."""

from typing import Any

from hypothesis import strategies as st

from tests.lint.rules.user_schema.applied import DRAFTS, of_draft

Schemas = st.SearchStrategy[Any]
Keywords = dict[str, Schemas]
_PATTERNS = st.sampled_from(("^a", "b$", "^[a-z_]+$", "", "^(ab|i_).*", "\\d"))
_TYPES = st.sampled_from(("integer", "number", "string", "boolean", "array", "object", "null"))
keys = st.sampled_from(("a", "b", "ab", "i_save", "", "a/b~", "键"))
_names = st.lists(keys, min_size=1, max_size=2, unique=True)
_counts = st.integers(0, 3)
_numbers = st.integers(-3, 3) | st.sampled_from((0.5, 1.0, -0.0, 10**400, 1e308))
values: Schemas = st.recursive(
    st.none() | st.booleans() | _numbers | keys,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=10,
)


def _plain(draft: int) -> Keywords:
    """Return the keywords that hold no schema, each with what it may hold."""
    keywords: Keywords = {
        "type": _TYPES | st.lists(_TYPES, min_size=1, max_size=3, unique=True),
        "enum": st.lists(values, min_size=1, max_size=3, unique_by=repr),
        **dict.fromkeys(("minimum", "maximum"), _numbers),
        **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _counts),
        "uniqueItems": st.booleans(),
        "pattern": _PATTERNS,
        "description": st.text(max_size=5),
        "divisibleBy" if draft == 3 else "multipleOf": st.sampled_from((0.5, 1, 2, 3.0)),
    }
    if draft > 3:
        keywords |= {"required": _names, "minProperties": _counts, "maxProperties": _counts}
    if draft > 4:
        keywords |= {"const": values, "exclusiveMinimum": _numbers, "exclusiveMaximum": _numbers}
    if draft > 7:
        keywords |= {"dependentRequired": st.dictionaries(keys, _names)}
        keywords |= {"minContains": _counts, "maxContains": _counts}
    return keywords


def _holding(draft: int, inner: Schemas) -> Keywords:
    """Return the keywords that hold schemas, each with what it may hold."""
    some = st.lists(inner, min_size=1, max_size=3)
    by_name = st.dictionaries(keys, inner, max_size=3)
    whole = inner if draft > 4 else inner | st.booleans()
    keywords: Keywords = {
        "properties": by_name,
        "patternProperties": st.dictionaries(_PATTERNS, inner, max_size=2),
        "additionalProperties": whole,
        "items": inner if draft == 2020 else inner | some,
    }
    keywords |= {"prefixItems": some} if draft == 2020 else {"additionalItems": whole}
    keywords |= {"dependencies" if draft < 2019 else "dependentSchemas": by_name}
    if draft > 3:
        keywords |= {"allOf": some, "anyOf": some, "oneOf": some, "not": inner}
    if draft > 4:
        keywords |= {"contains": inner, "propertyNames": inner}
    if draft > 6:
        keywords |= {"if": inner, "then": inner, "else": inner}
    if draft > 7:
        keywords |= {"unevaluatedProperties": whole, "unevaluatedItems": whole}
    return keywords


def _of_keywords(keywords: Keywords) -> Schemas:
    """Return schemas of a few keywords, and not of many that nothing passes."""
    some = st.lists(st.sampled_from(sorted(keywords)), max_size=3, unique=True)
    return some.flatmap(
        lambda names: st.fixed_dictionaries({each: keywords[each] for each in names})
    )


def schemas(draft: int) -> Schemas:
    """Return schemas of a draft, with definitions that are referred to."""
    root = "$defs" if draft > 7 else "definitions"
    plain = _of_keywords(_plain(draft))
    whole = st.recursive(
        plain | st.booleans() if draft > 4 else plain,
        lambda inner: _of_keywords(
            _holding(
                draft, inner | st.sampled_from("xy").map(lambda at: {"$ref": f"#/{root}/{at}"})
            )
            | _plain(draft)
        ),
        max_leaves=12,
    ).filter(lambda schema: isinstance(schema, dict))
    definitions = st.fixed_dictionaries({"x": plain, "y": plain})
    return st.builds(lambda body, held: of_draft(draft, body | {root: held}), whole, definitions)


any_schema = st.sampled_from(sorted(DRAFTS)).flatmap(schemas)
